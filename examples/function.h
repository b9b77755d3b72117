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

#define FUNCTION_PRI_LENGTH 16

/**
 * struct function - a PCI function
 * @config: Its config space, as it was when the function was opened.
 * @pf_pri: For a VF, the PRI registers of its PF, which it shares; zeros if they aren't known.
 * @device_fd: The VFIO device; -1 if there is only @config.
 * @container_fd: The container that maps memory for its DMA, if it was opened through its group.
 * @iommufd: The iommufd to which it is bound, if it was opened through its character device; or -1.
 * @dev_id: Its ID there.
 * @ioas: Its address space there.
 * @config_at: The offset of config space in @device_fd.
 * @kind: A PF or a VF: enum vpasid_function_kind.
 */
struct function {
	uint8_t config[VPASID_CONFIG_SIZE];
	uint8_t pf_pri[FUNCTION_PRI_LENGTH];
	int device_fd;
	int container_fd;
	int iommufd;
	uint32_t dev_id;
	uint32_t ioas;
	off_t config_at;
	uint8_t kind;
};

#define FUNCTION_NONE                                              \
	(struct function)                                          \
	{                                                          \
		.device_fd = -1, .container_fd = -1, .iommufd = -1 \
	}

/*
 * Opens a function, such as 0000:6a:01.0, through its IOMMU group. Returns 0 or a negative errno.
 * The files stay open until the process ends.
 */
int function_open(struct function *function, const char *bdf);

/*
 * Opens it through its character device, binds it to an iommufd, and attaches page tables that were
 * allocated for PASIDs, if these are supported. The character device requires Linux 6.6.
 */
int function_open_by_iommufd(struct function *function, const char *bdf);

/*
 * Fills in the rest of a function, such as 0000:6a:01.0, whose device_fd is open. Returns 0 or a
 * negative errno.
 */
int function_look(struct function *function, const char *bdf);

/* Reads a config space from a file of 4096 bytes. Returns 0 or a negative errno. */
int function_from_file(struct function *function, const char *path);

/*
 * Makes the answer of a host that has enabled everything that the function's PASID capability
 * supports, or of 20 bits if it has no such capability, like a VF. Returns 0 or a negative errno:
 * -EPROTO if the list of capabilities is broken, so that it is unknown whether it has one.
 */
int function_offline_info(const struct function *function, struct vpasid_info *info);

#endif /* FUNCTION_H */
