/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The function as a guest sees it: the model of the hardware, and above it libvpasid's view with
 * a virtual PASID capability.
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
	unsigned int with;		/* PLACE_WITH_*: what the guest has in addition to PASID */
	uint8_t pri[VPASID_PRI_LENGTH]; /* the registers of a VF's PF */
	struct vpasid_info info;	/* what the host reports about its PASID */
	struct vpasid_placement placement;
	struct vpasid_vconfig *view; /* NULL: the guest has no PASID */
	struct log *log;
	bool was_reset;		 /* by the current write */
	bool is_control_written; /* by the current write, so that a change isn't logged twice */
};

struct function_options {
	bool withhold;	    /* the guest gets no PASID, as with a VMM that doesn't support it */
	uint16_t offset;    /* of the virtual capability; 0: find a place */
	unsigned int width; /* of the guest's PASIDs; 0: as wide as the function's */
	const char *quirks; /* the directory of quirks; NULL: those of this host */
};

/* Returns 0 or a negative errno with @why. @log must outlive the function. */
int function_init(struct function *function, const struct model *model,
		  const struct function_options *options, struct log *log, struct why *why);

void function_free(struct function *function);

/* For the guest's accesses, which must be within config space. Return 0 or a negative errno. */
int function_read(struct function *function, unsigned int offset, void *data, unsigned int length);
int function_write(struct function *function, unsigned int offset, const void *data,
		   unsigned int length);

void function_reset(struct function *function);

/* Counts the interrupts of each kind; the index is VFIO_PCI_*_IRQ_INDEX. */
void function_count_irqs(const struct function *function, unsigned int counts[VFIO_PCI_NUM_IRQS]);

#endif /* DEVICE_FUNCTION_H */
