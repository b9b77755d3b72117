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
 * @pf_pri: Of a VF, the PRI registers of its PF, which it shares; zeros if they aren't known.
 * @device_fd: The VFIO device; -1 if there is only @config.
 * @container_fd: What maps memory for its DMA, if it was opened by its group.
 * @iommufd: What it is bound to, if it was opened by its own device file; else -1.
 * @dev_id: What it is called there.
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
 * Opens a function, as 0000:6a:01.0, by its IOMMU group. Returns 0 or a negative errno. The
 * files stay open until the process ends.
 */
int function_open(struct function *function, const char *bdf);

/*
 * Opens it by its own device file, binds it to an iommufd, and attaches page tables there that were
 * made for PASIDs, where there are such. Linux 6.6 has the device file.
 */
int function_open_by_iommufd(struct function *function, const char *bdf);

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
