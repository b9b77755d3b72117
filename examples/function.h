/* SPDX-License-Identifier: MIT */
/*
 * A PCI function that a VMM passes to a guest: an open VFIO device, or a file with its
 * config space.
 */
#ifndef FUNCTION_H
#define FUNCTION_H

#include <stdint.h>
#include <sys/types.h>

#include <vpasid/vpasid.h>

/**
 * struct function - a PCI function
 * @config: Its config space, as it was when the function was opened.
 * @device_fd: The VFIO device; -1 if there is only @config.
 * @container_fd: What maps memory for its DMA, if it was opened by its group.
 * @config_at: The offset of config space in @device_fd.
 * @kind: A PF or a VF: enum vpasid_function_kind.
 */
struct function {
	uint8_t config[VPASID_CONFIG_SIZE];
	int device_fd;
	int container_fd;
	off_t config_at;
	uint8_t kind;
};

/*
 * Opens a function, as 0000:6a:01.0, by its IOMMU group. Returns 0 or a negative errno. The
 * files stay open until the process ends.
 */
int function_open(struct function *function, const char *bdf);

/*
 * Fills in the rest of a function, as 0000:6a:01.0, whose device_fd is open. Returns 0 or a
 * negative errno.
 */
int function_look(struct function *function, const char *bdf);

/* Reads a config space from a file of 4096 bytes. Returns 0 or a negative errno. */
int function_from_file(struct function *function, const char *path);

/*
 * Makes the answer of a host that has switched on all that the function's PASID capability
 * offers; of 20 bits if it has no such capability, as a VF. Returns 0 or a negative errno:
 * -EPROTO if the chain breaks off, so that it may have one.
 */
int function_offline_info(const struct function *function, struct vpasid_info *info);

#endif /* FUNCTION_H */
