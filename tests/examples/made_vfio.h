/* SPDX-License-Identifier: MIT */
/*
 * A VFIO device that is made by hand: a file with BAR 0 and config space in it, and the answers
 * to ioctls. It keeps what it was asked to do.
 */
#ifndef TESTS_MADE_VFIO_H
#define TESTS_MADE_VFIO_H

#include <linux/vfio.h>
#include <stdbool.h>
#include <stdint.h>

#include <vpasid/config.h>

#include "host.h"

#define BAR_AT	  0x10000
#define BAR_SIZE  0x4000
#define CONFIG_AT 0x70000
#define VECTORS	  32

struct made_map {
	uint64_t address, size;
	const void *memory;
	uint32_t flags;
};

/* What the proxy had it do since made_vfio_init() */
extern struct made_vfio {
	int fd, container, iommufd;
	/* the PASID that it reports */
	int error;
	uint8_t width, capabilities, enabled;

	int irq_error; /* an errno, or the negative number that the ioctl returns */
	struct {
		struct vfio_irq_set set;
		int32_t data[2048];
		bool are_fds_open;
	} irqs;
	unsigned int irq_calls, disabled; /* disabled: a bit for each index */
	unsigned int resets;
	int map_error;
	struct made_map maps[64];
	unsigned int map_count;
	bool was_reset_with_maps;
} made;

/* With the config space of made_config.h. @by_iommufd: it is bound to an iommufd. */
void made_vfio_init(struct host *host, bool by_iommufd);
void made_vfio_free(void);

/* What its registers are now. */
void made_vfio_config(uint8_t now[VPASID_CONFIG_SIZE]);

#endif /* TESTS_MADE_VFIO_H */
