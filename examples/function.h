/* SPDX-License-Identifier: MIT */
/*
 * A PCI function that a VMM passes to a guest: an open VFIO device, or a file.
 */
#ifndef FUNCTION_H
#define FUNCTION_H

#include <stdint.h>
#include <sys/types.h>

#include <vpasid/vpasid.h>

/**
 * struct function - a PCI function
 * @config: Its config space, as it was when the function was opened.
 * @device_fd: The VFIO device; -1: there is none behind @config.
 * @config_at: Where config space is in @device_fd.
 * @kind: enum vpasid_function_kind.
 */
struct function {
	uint8_t config[VPASID_CONFIG_SIZE];
	int device_fd;
	off_t config_at;
	uint8_t kind;
};

/* Opens 0000:6a:01.0 by its IOMMU group: 0 or a negative errno. For the process's life. */
int function_open(struct function *function, const char *bdf);

/* Reads a file of 4096 bytes: 0 or a negative errno. */
int function_from_file(struct function *function, const char *path);

/*
 * What a host would say that has switched all of it on: by the function's own PASID
 * capability, or, where it has none (a VF), of 20 bits. 0 or a negative errno.
 */
int function_offline_info(const struct function *function, struct vpasid_info *info);

#endif /* FUNCTION_H */
