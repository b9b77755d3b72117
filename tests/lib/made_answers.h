/* SPDX-License-Identifier: MIT */
/*
 * Kernels that the lab doesn't have, for tests of vpasid/query.h: each is the ordered list of
 * the ioctls that must come, to the device and to the iommufd that it is bound to, and how such
 * a kernel answers. The kernels that the lab does have are asked in tests/lab/.
 */
#ifndef TESTS_MADE_ANSWERS_H
#define TESTS_MADE_ANSWERS_H

#include <linux/vfio_pasid.h>

#include <vpasid/query.h>

#include "iommufd_abi.h"

#define FD	42
#define IOMMUFD 43
#define DEV_ID	7

struct exchange {
	uint32_t feature;    /* asked for, with GET; or IOMMUFD for IOMMU_GET_HW_INFO */
	size_t payload_size; /* offered; or the reserved byte, which became the width */
	int error;	     /* the answer: an errno, or 0 and */
	uint8_t payload[8];  /* these bytes, or a width and capabilities, */
	size_t answered;     /* so many of them */
};

/* The one that must come next; its feature is 0 at the end of the list. */
extern const struct exchange *next;

/* The kernel as one that attaches PASIDs, or refuses: errnos of its calls, 0 for success. */
struct attaching {
	int nothing; /* to attach page tables that can't exist; without that, nothing is attached */
	int ioas, hwpt, beyond;
	int objects, tried;
};

extern struct attaching attaching;

int ask_device(struct vpasid_info *info);

/* For a driver that doesn't report PASID; NULL for none. */
extern const struct vpasid_registers *registers;

int ask_both(struct vpasid_info *info);

/* Asks, and fails unless all of @exchanges came and the result is @expected. */
struct vpasid_info asked(int (*ask)(struct vpasid_info *), const struct exchange *exchanges,
			 int expected);

#define query(exchanges...) asked(ask_device, exchanges)
#define STABLE		    VFIO_DEVICE_FEATURE_PASID_STABLE, 8
#define PROPOSED	    VFIO_DEVICE_FEATURE_PASID, 4
#define KNOWN		    VFIO_DEVICE_PASID_IOMMU_WIDTH
#define HW_INFO		    IOMMUFD, 0
#define WHICH		    IOMMUFD, 1 /* is it a kernel that knows of PASID? */
#define HW_EXEC		    HW_CAP_PCI_PASID_EXEC
#define HW_PRIV		    HW_CAP_PCI_PASID_PRIV

#endif /* TESTS_MADE_ANSWERS_H */
