/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The function as a guest sees it: the hardware below, and before it the view of
 * libvpasid, with a virtual PASID capability.
 */
#ifndef DEVICE_FUNCTION_H
#define DEVICE_FUNCTION_H

#include <linux/vfio.h>
#include <stdbool.h>
#include <stdint.h>

#include <vpasid/info.h>
#include <vpasid/place.h>
#include <vpasid/vconfig.h>

#include "hardware.h"
#include "log.h"
#include "model.h"
#include "support/why.h"

struct function {
	struct hardware hardware;
	struct vpasid_info info; /* what the host says */
	struct vpasid_placement placement;
	struct vpasid_vconfig *view; /* NULL: the guest has no PASID */
	struct log *log;
	bool was_reset;		 /* by the write at hand */
	bool is_control_written; /* by it, so that what it changes isn't told twice */
};

struct function_options {
	bool withhold;	    /* the guest has no PASID, as with a VMM that doesn't know of it */
	uint16_t offset;    /* of the virtual capability; 0: find a place */
	unsigned int width; /* of the guest's PASIDs; 0: all */
	const char *quirks; /* a directory; NULL: this host's */
};

/* Returns 0 or a negative errno with @why. @log must outlive the function. */
int function_init(struct function *function, const struct model *model,
		  const struct function_options *options, struct log *log, struct why *why);

void function_free(struct function *function);

/* A guest's access, which is within config space. Return 0 or a negative errno. */
int function_read(struct function *function, unsigned int offset, void *data, unsigned int length);
int function_write(struct function *function, unsigned int offset, const void *data,
		   unsigned int length);

void function_reset(struct function *function);

/* How many interrupts it has, by VFIO_PCI_*_IRQ_INDEX. */
void function_count_irqs(const struct function *function, unsigned int counts[VFIO_PCI_NUM_IRQS]);

#endif /* DEVICE_FUNCTION_H */
