// SPDX-License-Identifier: MIT
/*
 * vpasid/query.h against kernels that the lab doesn't have: each test is the
 * ordered list of the ioctls that must come, to the device and to the iommufd that it
 * is bound to, and how such a kernel answers. The kernels that it does have are asked
 * in tests/lab/.
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/vfio.h>
#include <linux/vfio_pasid.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <cmocka.h>

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

static const struct exchange *next;

/* The kernel as one that attaches PASIDs, or refuses: errnos of its calls, 0 for success. */
static struct {
	int nothing; /* to attach page tables that can't exist; without that, nothing is attached */
	int ioas, hwpt, beyond;
	int objects, tried;
} attaching;

int __real_ioctl(int fd, unsigned long request, ...);
int __wrap_ioctl(int fd, unsigned long request, void *arg);

static void answer_feature(unsigned long request, struct vfio_device_feature *feature)
{
	assert_int_equal(request, VFIO_DEVICE_FEATURE);
	assert_int_equal(feature->flags, VFIO_DEVICE_FEATURE_GET | next->feature);
	assert_int_equal(feature->argsz, sizeof(*feature) + next->payload_size);
	memcpy(feature->data, next->payload, next->answered);
}

/* Nothing may be set that a kernel before 6.15 refuses, but where that is the question. */
static void answer_hw_info(unsigned long request, struct hw_info *hw)
{
	const struct hw_info expected = {
		.size = sizeof(*hw),
		.dev_id = DEV_ID,
		.out_max_pasid_log2 = (uint8_t)next->payload_size,
	};

	assert_int_equal(request, GET_HW_INFO);
	assert_int_equal(next->feature, IOMMUFD);
	assert_memory_equal(hw, &expected, sizeof(*hw));
	hw->out_max_pasid_log2 = next->payload[0];
	hw->out_capabilities = next->payload[1];
}

/* Nothing may be attached that a kernel could take. */
static int answer_attach(const struct attach_pt *attach)
{
	assert_int_equal(attach->flags, PT_PASID);
	if (!attach->pt_id)
		return attaching.nothing;
	assert_int_equal(attaching.objects, 2);
	assert_int_equal(attach->pasid, 1u << 20);
	attaching.tried++;
	return attaching.beyond;
}

static int allocate(int error, uint32_t *id)
{
	if (!error)
		*id = 100 + (uint32_t)++attaching.objects;
	return error;
}

static int answer_objects(unsigned long request, void *arg)
{
	struct hwpt_alloc *hwpt = arg;
	struct ioas_alloc *ioas = arg;

	switch (request) {
	case IOAS_ALLOC:
		return allocate(attaching.ioas, &ioas->out_ioas_id);
	case HWPT_ALLOC:
		assert_int_equal(hwpt->flags, HWPT_ALLOC_PASID);
		assert_int_equal(hwpt->dev_id, DEV_ID);
		return allocate(attaching.hwpt, &hwpt->out_hwpt_id);
	default:
		assert_int_equal(request, DESTROY);
		attaching.objects--;
		return 0;
	}
}

int __wrap_ioctl(int fd, unsigned long request, void *arg)
{
	if (fd != FD && fd != IOMMUFD)
		return __real_ioctl(fd, request, arg);
	if (fd == FD && request == ATTACH_PT)
		errno = answer_attach(arg);
	else if (fd == IOMMUFD && request != GET_HW_INFO)
		errno = answer_objects(request, arg);
	else
		errno = -1;
	if (errno >= 0)
		return errno ? -1 : 0;

	assert_non_null(next);
	if (fd == FD)
		answer_feature(request, arg);
	else
		answer_hw_info(request, arg);
	errno = next->error;
	return next++->error ? -1 : 0;
}

static int ask_device(struct vpasid_info *info)
{
	return vpasid_query_device(FD, info);
}

static int ask_iommufd(struct vpasid_info *info)
{
	return vpasid_query_iommufd(IOMMUFD, DEV_ID, info);
}

/* For a driver that doesn't report PASID; NULL for none. */
static const struct vpasid_registers *registers;

static int ask_both(struct vpasid_info *info)
{
	return vpasid_query_bound(FD, IOMMUFD, DEV_ID, registers, info);
}

static struct vpasid_info asked(int (*ask)(struct vpasid_info *), const struct exchange *exchanges,
				int expected)
{
	struct vpasid_info info;
	static const struct vpasid_info zeros;

	if (!attaching.nothing)
		attaching.nothing = ENOTTY;
	next = exchanges;
	memset(&info, 0xa5, sizeof(info));
	assert_int_equal(ask(&info), expected);
	assert_int_equal(attaching.objects, 0);
	if (expected)
		assert_memory_equal(&info, &zeros, sizeof(info));
	assert_int_equal(next->feature, 0);
	return info;
}

#define query(exchanges...)	    asked(ask_device, exchanges)
#define query_iommufd(exchanges...) asked(ask_iommufd, exchanges)
#define query_bound(exchanges...)   asked(ask_both, exchanges)

#define STABLE	 VFIO_DEVICE_FEATURE_PASID_STABLE, 8
#define PROPOSED VFIO_DEVICE_FEATURE_PASID, 4
#define KNOWN	 VFIO_DEVICE_PASID_IOMMU_WIDTH
#define HW_INFO	 IOMMUFD, 0
#define WHICH	 IOMMUFD, 1 /* is it a kernel that knows of PASID? */
#define DIRTY	 1	    /* IOMMU_HW_CAP_DIRTY_TRACKING, none of ours */
#define HW_EXEC	 HW_CAP_PCI_PASID_EXEC
#define HW_PRIV	 HW_CAP_PCI_PASID_PRIV

static void test_stable_number(void **state)
{
	struct vpasid_info info = query(
		(struct exchange[]){ { STABLE, 0, { 3, 0, 20, 0, 1, 0, 16, KNOWN }, 8 }, { 0 } },
		0);

	(void)state;
	assert_int_equal(info.source, VPASID_SOURCE_VFIO_FEATURE);
	assert_int_equal(info.known, VPASID_KNOWN_ENABLED | VPASID_KNOWN_IOMMU_WIDTH);
	assert_int_equal(info.capabilities, VPASID_CAP_EXEC | VPASID_CAP_PRIV);
	assert_int_equal(info.width, 20);
	assert_int_equal(info.enabled, VPASID_CAP_EXEC);
	assert_int_equal(info.iommu_width, 16);
}

static void test_iommu_silent(void **state)
{
	struct vpasid_info info =
		query((struct exchange[]){ { STABLE, 0, { 0, 0, 20, 0, 0, 0, 16 }, 8 }, { 0 } }, 0);

	(void)state;
	assert_int_equal(info.known, VPASID_KNOWN_ENABLED);
	assert_int_equal(info.iommu_width, 0);
	assert_int_equal(vpasid_info_usable_width(&info), 20);
}

/* AMD with PASmax 0, SMMUv3 with SSIDSIZE 0 */
static void test_iommu_of_one_pasid(void **state)
{
	struct vpasid_info info = query(
		(struct exchange[]){ { STABLE, 0, { 3, 0, 20, 0, 1, 0, 0, KNOWN }, 8 }, { 0 } }, 0);

	(void)state;
	assert_int_equal(info.width, 20);
	assert_int_equal(info.enabled, VPASID_CAP_EXEC);
	assert_int_equal(info.known, VPASID_KNOWN_ENABLED | VPASID_KNOWN_IOMMU_WIDTH);
	assert_int_equal(info.iommu_width, 0);
	assert_int_equal(vpasid_info_usable_width(&info), 0);
}

/* AMD while the function is attached to no address space that was made for PASIDs */
static void test_off_now(void **state)
{
	struct vpasid_info info =
		query((struct exchange[]){ { STABLE, 0, { [6] = 15, [7] = KNOWN }, 8 }, { 0 } }, 0);

	(void)state;
	assert_int_equal(info.width, 0);
	assert_int_equal(info.known, VPASID_KNOWN_ENABLED | VPASID_KNOWN_IOMMU_WIDTH);
	assert_int_equal(info.iommu_width, 15);
	assert_int_equal(vpasid_info_usable_width(&info), 0);
}

static void test_no_pasid(void **state)
{
	struct vpasid_info info = query((struct exchange[]){ { STABLE, 0, { 0 }, 8 }, { 0 } }, 0);

	(void)state;
	assert_int_equal(info.source, VPASID_SOURCE_VFIO_FEATURE);
	assert_int_equal(info.width, 0);
}

static void test_proposed_number(void **state)
{
	struct vpasid_info info = query((struct exchange[]){ { STABLE, ENOTTY },
							     { PROPOSED, 0, { 2, 0, 16, 0 }, 4 },
							     { 0 } },
					0);

	(void)state;
	assert_int_equal(info.source, VPASID_SOURCE_VFIO_FEATURE_11);
	assert_int_equal(info.known, 0);
	assert_int_equal(info.capabilities, VPASID_CAP_PRIV);
	assert_int_equal(info.width, 16);
	assert_int_equal(info.enabled, 0);
}

/* Linux 6.19 and later: 11 is DMA_BUF, which wants a larger payload. */
static void test_eleven_is_dma_buf(void **state)
{
	(void)state;
	query((struct exchange[]){ { STABLE, ENOTTY }, { PROPOSED, EINVAL }, { 0 } }, -EOPNOTSUPP);
}

static void test_stock_vfio_pci(void **state)
{
	(void)state;
	query((struct exchange[]){ { STABLE, ENOTTY }, { PROPOSED, ENOTTY }, { 0 } }, -EOPNOTSUPP);
}

/* A cdev before VFIO_DEVICE_BIND_IOMMUFD refuses all; that is no "no PASID". */
static void test_not_bound_yet(void **state)
{
	(void)state;
	query((struct exchange[]){ { STABLE, EINVAL }, { 0 } }, -EINVAL);
}

static void test_errors_pass(void **state)
{
	(void)state;
	query((struct exchange[]){ { STABLE, EIO }, { 0 } }, -EIO);
	query((struct exchange[]){ { STABLE, ENOTTY }, { PROPOSED, ENODEV }, { 0 } }, -ENODEV);
}

static void test_nonsense(void **state)
{
	(void)state;
	query((struct exchange[]){ { STABLE, 0, { 0, 0, 21 }, 8 }, { 0 } }, -EPROTO);
	query((struct exchange[]){ { STABLE, ENOTTY }, { PROPOSED, 0, { 0, 0, 255 }, 4 }, { 0 } },
	      -EPROTO);
}

/* What a later kernel may add doesn't disturb. */
static void test_unknown_bits(void **state)
{
	struct vpasid_info info =
		query((struct exchange[]){ { STABLE, 0, { 5, 1, 8, 9, 7, 0, 8, 0xfe | KNOWN }, 8 },
					   { 0 } },
		      0);

	(void)state;
	assert_int_equal(info.capabilities, VPASID_CAP_EXEC);
	assert_int_equal(info.enabled, VPASID_CAP_EXEC);
}

static void test_iommufd(void **state)
{
	struct vpasid_info info = query_iommufd(
		(struct exchange[]){ { HW_INFO, 0, { 16, DIRTY | HW_EXEC } }, { 0 } }, 0);

	(void)state;
	assert_int_equal(info.source, VPASID_SOURCE_IOMMUFD);
	assert_int_equal(info.known, VPASID_KNOWN_ENABLED | VPASID_KNOWN_IOMMU_WIDTH);
	assert_int_equal(info.width, 16);
	assert_int_equal(info.iommu_width, 16);
	assert_int_equal(info.capabilities, VPASID_CAP_EXEC);
	assert_int_equal(info.enabled, VPASID_CAP_EXEC);
	assert_int_equal(info.second, VPASID_SOURCE_NONE);

	info = query_iommufd((struct exchange[]){ { HW_INFO, 0, { 1, HW_PRIV } }, { 0 } }, 0);
	assert_int_equal(info.enabled, VPASID_CAP_PRIV);
}

/* 0 is "no PASID" if the kernel could say otherwise; permissions count for nothing then. */
static void test_iommufd_no_pasid(void **state)
{
	struct vpasid_info info = query_iommufd((struct exchange[]){ { HW_INFO, 0, { 0, HW_EXEC } },
								     { WHICH, 0, { 0, HW_EXEC } },
								     { 0 } },
						0);

	(void)state;
	assert_int_equal(info.source, VPASID_SOURCE_IOMMUFD);
	assert_int_equal(info.known, VPASID_KNOWN_ENABLED);
	assert_int_equal(info.width, 0);
	assert_int_equal(info.enabled | info.capabilities, 0);
}

/* Linux 6.6 to 6.14: the byte is reserved, comes back as 0, and must be 0. */
static void test_iommufd_old_kernel(void **state)
{
	(void)state;
	query_iommufd(
		(struct exchange[]){ { HW_INFO, 0, { 0, DIRTY } }, { WHICH, EOPNOTSUPP }, { 0 } },
		-EOPNOTSUPP);
}

static void test_iommufd_errors(void **state)
{
	(void)state;
	query_iommufd((struct exchange[]){ { HW_INFO, ENOENT }, { 0 } }, -ENOENT);
	query_iommufd((struct exchange[]){ { HW_INFO, ENOTTY }, { 0 } }, -EOPNOTSUPP);
	query_iommufd((struct exchange[]){ { HW_INFO, 0, { 0 } }, { WHICH, ENOENT }, { 0 } },
		      -ENOENT);
	query_iommufd((struct exchange[]){ { HW_INFO, 0, { 21 } }, { 0 } }, -EPROTO);
}

static void test_both_agree(void **state)
{
	struct vpasid_info info =
		query_bound((struct exchange[]){ { STABLE, 0, { 3, 0, 20, 0, 1, 0, 16, KNOWN }, 8 },
						 { HW_INFO, 0, { 16, HW_EXEC } },
						 { 0 } },
			    0);

	(void)state;
	assert_int_equal(info.source, VPASID_SOURCE_VFIO_FEATURE);
	assert_int_equal(info.second, VPASID_SOURCE_IOMMUFD);
	assert_int_equal(info.differs, 0);
	assert_int_equal(info.width, 20);
	assert_int_equal(info.capabilities, VPASID_CAP_EXEC | VPASID_CAP_PRIV);
	assert_int_equal(info.enabled, VPASID_CAP_EXEC);
	assert_int_equal(vpasid_info_usable_width(&info), 16);
}

/* The second source isn't asked: it knows a width where PASID is off, and warns of it. */
static void test_off_is_the_last_word(void **state)
{
	struct vpasid_info info =
		query_bound((struct exchange[]){ { STABLE, 0, { 0 }, 8 }, { 0 } }, 0);

	(void)state;
	assert_int_equal(info.source, VPASID_SOURCE_VFIO_FEATURE);
	assert_int_equal(info.second, VPASID_SOURCE_NONE);
	assert_int_equal(info.width, 0);
}

/* iommufd has the same 0 for "none" and for "PASID 0 alone". */
static void test_both_know_one_pasid(void **state)
{
	struct vpasid_info info =
		query_bound((struct exchange[]){ { STABLE, 0, { 3, 0, 20, 0, 3, 0, 0, KNOWN }, 8 },
						 { HW_INFO, 0, { 0 } },
						 { WHICH, 0, { 0 } },
						 { 0 } },
			    0);

	(void)state;
	assert_int_equal(info.second, VPASID_SOURCE_IOMMUFD);
	assert_int_equal(info.differs, 0);
	assert_int_equal(info.width, 20);
	assert_int_equal(info.enabled, VPASID_CAP_EXEC | VPASID_CAP_PRIV);
	assert_int_equal(vpasid_info_usable_width(&info), 0);
	assert_int_equal(attaching.tried, 0);
}

/* What a kernel that attaches PASIDs answers, and whether that is a refusal. */
static void test_attach_refused(void **state)
{
	static const struct {
		int nothing, ioas, hwpt, beyond;
		bool refused;
	} kernels[] = {
		{ ENOENT, 0, 0, EOPNOTSUPP, true }, /* AMD's */
		{ ENOENT, 0, EOPNOTSUPP, 0, true }, /* AMD's, by whose IOMMU no table is walked */
		{ EOPNOTSUPP, 0, 0, 0, true },	    /* a driver of the device's */
		{ ENOENT, 0, 0, EINVAL, false },    /* Intel's */
		{ ENOENT, 0, 0, EBUSY, false },	    /* that isn't known */
		{ ENOENT, 0, ENOMEM, 0, false },     { ENOENT, ENOMEM, 0, 0, false },
		{ ENOTTY, 0, 0, EOPNOTSUPP, false }, /* an older one */
	};

	(void)state;
	for (size_t i = 0; i < sizeof(kernels) / sizeof(kernels[0]); i++) {
		struct vpasid_info info;

		attaching.nothing = kernels[i].nothing;
		attaching.ioas = kernels[i].ioas;
		attaching.hwpt = kernels[i].hwpt;
		attaching.beyond = kernels[i].beyond;
		attaching.tried = 0;
		info = query_bound(
			(struct exchange[]){ { STABLE, 0, { 3, 0, 20, 0, 0, 0, 15, KNOWN }, 8 },
					     { HW_INFO, 0, { 15 } },
					     { 0 } },
			0);
		assert_int_equal(info.width, 20);
		assert_int_equal(info.differs, 0);
		assert_int_equal(info.attach_refused, kernels[i].refused);
		assert_int_equal(vpasid_info_usable_width(&info), kernels[i].refused ? 0 : 15);
		assert_int_equal(attaching.tried, kernels[i].nothing == ENOENT &&
							  !kernels[i].ioas && !kernels[i].hwpt);
	}
	memset(&attaching, 0, sizeof(attaching));
}

static void test_bound_stock_vfio_pci(void **state)
{
	struct vpasid_info info = query_bound((struct exchange[]){ { STABLE, ENOTTY },
								   { PROPOSED, EINVAL },
								   { HW_INFO, 0, { 20, HW_PRIV } },
								   { 0 } },
					      0);

	(void)state;
	assert_int_equal(info.source, VPASID_SOURCE_IOMMUFD);
	assert_int_equal(info.second, VPASID_SOURCE_NONE);
	assert_int_equal(info.width, 20);
}

static void test_bound_old_kernel(void **state)
{
	struct vpasid_info info =
		query_bound((struct exchange[]){ { STABLE, 0, { 1, 0, 20, 0, 1, 0, 16, KNOWN }, 8 },
						 { HW_INFO, 0, { 0 } },
						 { WHICH, EOPNOTSUPP },
						 { 0 } },
			    0);

	(void)state;
	assert_int_equal(info.source, VPASID_SOURCE_VFIO_FEATURE);
	assert_int_equal(info.second, VPASID_SOURCE_NONE);
	assert_int_equal(info.iommu_width, 16);

	query_bound((struct exchange[]){ { STABLE, ENOTTY },
					 { PROPOSED, ENOTTY },
					 { HW_INFO, 0, { 0 } },
					 { WHICH, EOPNOTSUPP },
					 { 0 } },
		    -EOPNOTSUPP);
}

static void test_bound_errors(void **state)
{
	(void)state;
	query_bound((struct exchange[]){ { STABLE, EIO }, { 0 } }, -EIO);
	query_bound(
		(struct exchange[]){ { STABLE, 0, { 1, 0, 20 }, 8 }, { HW_INFO, ENOENT }, { 0 } },
		-ENOENT);
}

static void test_without_iommufd(void **state)
{
	static const struct exchange exchanges[] = { { STABLE, 0, { 1, 0, 20 }, 8 }, { 0 } };
	struct vpasid_info info;

	(void)state;
	next = exchanges;
	assert_int_equal(vpasid_query_bound(FD, -1, DEV_ID, NULL, &info), 0);
	assert_int_equal(info.source, VPASID_SOURCE_VFIO_FEATURE);
	assert_int_equal(info.second, VPASID_SOURCE_NONE);
	assert_int_equal(next->feature, 0);
}

static struct vpasid_info with_registers(uint16_t capability, uint16_t control,
					 const struct exchange *exchanges, int expected)
{
	const struct vpasid_registers given = { capability, control };
	struct vpasid_info info;

	registers = &given;
	info = asked(ask_both, exchanges, expected);
	registers = NULL;
	return info;
}

#define query_registers(capability, control, exchanges...) \
	with_registers(capability, control, exchanges)

static void test_registers(void **state)
{
	struct vpasid_info info =
		query_registers(0x1406, 0x0003,
				(struct exchange[]){ { STABLE, ENOTTY },
						     { PROPOSED, EINVAL },
						     { HW_INFO, 0, { 16, HW_EXEC } },
						     { 0 } },
				0);

	(void)state;
	assert_int_equal(info.source, VPASID_SOURCE_REGISTERS);
	assert_int_equal(info.second, VPASID_SOURCE_IOMMUFD);
	assert_int_equal(info.differs, 0);
	assert_int_equal(info.width, 20);
	assert_int_equal(info.iommu_width, 16);
	assert_int_equal(info.capabilities, VPASID_CAP_EXEC | VPASID_CAP_PRIV);
	assert_int_equal(info.enabled, VPASID_CAP_EXEC);
}

static void test_registers_disagree(void **state)
{
	struct vpasid_info info =
		query_registers(0x0806, 0x0003,
				(struct exchange[]){ { STABLE, ENOTTY },
						     { PROPOSED, EINVAL },
						     { HW_INFO, 0, { 16, HW_PRIV } },
						     { 0 } },
				0);

	(void)state;
	assert_int_equal(info.second, VPASID_SOURCE_IOMMUFD);
	assert_int_equal(info.differs, VPASID_DIFFERS_WIDTH | VPASID_DIFFERS_ENABLED);
	assert_int_equal(vpasid_info_usable_width(&info), 8);
	assert_int_equal(info.enabled, 0);
}

/* As the driver's "no PASID": the second source would have a width all the same. */
static void test_registers_off(void **state)
{
	struct vpasid_info info = query_registers(
		0x1406, 0x0006,
		(struct exchange[]){ { STABLE, ENOTTY }, { PROPOSED, EINVAL }, { 0 } }, 0);

	(void)state;
	assert_int_equal(info.source, VPASID_SOURCE_REGISTERS);
	assert_int_equal(info.second, VPASID_SOURCE_NONE);
	assert_int_equal(info.width, 0);
	/* without a capability */
	info = query_registers(
		0, 0, (struct exchange[]){ { STABLE, ENOTTY }, { PROPOSED, EINVAL }, { 0 } }, 0);
	assert_int_equal(info.source, VPASID_SOURCE_REGISTERS);
	assert_int_equal(info.second, VPASID_SOURCE_NONE);
	assert_int_equal(info.width, 0);
}

/* The driver knows better: whether it says "no PASID", or fails. */
static void test_registers_not_needed(void **state)
{
	struct vpasid_info info = query_registers(
		0x1406, 0x0007, (struct exchange[]){ { STABLE, 0, { 0 }, 8 }, { 0 } }, 0);

	(void)state;
	assert_int_equal(info.source, VPASID_SOURCE_VFIO_FEATURE);
	assert_int_equal(info.width, 0);
	query_registers(0x1406, 0x0007, (struct exchange[]){ { STABLE, EIO }, { 0 } }, -EIO);
}

static void test_registers_nonsense(void **state)
{
	(void)state;
	query_registers(0x1500, 0x0001,
			(struct exchange[]){ { STABLE, ENOTTY }, { PROPOSED, EINVAL }, { 0 } },
			-EPROTO);
	query_registers(0xffff, 0xffff,
			(struct exchange[]){ { STABLE, ENOTTY }, { PROPOSED, EINVAL }, { 0 } },
			-EIO);
}

static void test_registers_old_kernel(void **state)
{
	struct vpasid_info info = query_registers(0x1406, 0x0001,
						  (struct exchange[]){ { STABLE, ENOTTY },
								       { PROPOSED, EINVAL },
								       { HW_INFO, 0, { 0 } },
								       { WHICH, EOPNOTSUPP },
								       { 0 } },
						  0);

	(void)state;
	assert_int_equal(info.source, VPASID_SOURCE_REGISTERS);
	assert_int_equal(info.second, VPASID_SOURCE_NONE);
	assert_int_equal(info.width, 20);
}

static void test_registers_without_iommufd(void **state)
{
	static const struct exchange exchanges[] = { { STABLE, ENOTTY },
						     { PROPOSED, EINVAL },
						     { 0 } };
	const struct vpasid_registers given = { 0x1402, 0x0001 };
	struct vpasid_info info;

	(void)state;
	next = exchanges;
	assert_int_equal(vpasid_query_bound(FD, -1, DEV_ID, &given, &info), 0);
	assert_int_equal(info.source, VPASID_SOURCE_REGISTERS);
	assert_int_equal(info.width, 20);
	assert_int_equal(info.capabilities, VPASID_CAP_EXEC);
	assert_int_equal(next->feature, 0);
}

static void test_real_descriptors(void **state)
{
	struct vpasid_info info;
	int fd = open("/dev/null", O_RDWR);

	(void)state;
	assert_int_equal(vpasid_query_device(-1, &info), -EBADF);
	assert_int_equal(vpasid_query_device(fd, &info), -EOPNOTSUPP);
	assert_int_equal(vpasid_query_device(fd, NULL), -EINVAL);
	assert_int_equal(vpasid_query_iommufd(-1, 1, &info), -EBADF);
	assert_int_equal(vpasid_query_iommufd(fd, 1, &info), -EOPNOTSUPP);
	assert_int_equal(vpasid_query_iommufd(fd, 1, NULL), -EINVAL);
	assert_int_equal(vpasid_query_bound(-1, fd, 1, NULL, &info), -EBADF);
	assert_int_equal(vpasid_query_bound(fd, fd, 1, NULL, &info), -EOPNOTSUPP);
	assert_int_equal(vpasid_query_bound(fd, -1, 1, NULL, NULL), -EINVAL);
	close(fd);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_stable_number),
		cmocka_unit_test(test_iommu_silent),
		cmocka_unit_test(test_iommu_of_one_pasid),
		cmocka_unit_test(test_off_now),
		cmocka_unit_test(test_no_pasid),
		cmocka_unit_test(test_proposed_number),
		cmocka_unit_test(test_eleven_is_dma_buf),
		cmocka_unit_test(test_stock_vfio_pci),
		cmocka_unit_test(test_not_bound_yet),
		cmocka_unit_test(test_errors_pass),
		cmocka_unit_test(test_nonsense),
		cmocka_unit_test(test_unknown_bits),
		cmocka_unit_test(test_iommufd),
		cmocka_unit_test(test_iommufd_no_pasid),
		cmocka_unit_test(test_iommufd_old_kernel),
		cmocka_unit_test(test_iommufd_errors),
		cmocka_unit_test(test_both_agree),
		cmocka_unit_test(test_off_is_the_last_word),
		cmocka_unit_test(test_both_know_one_pasid),
		cmocka_unit_test(test_attach_refused),
		cmocka_unit_test(test_bound_stock_vfio_pci),
		cmocka_unit_test(test_bound_old_kernel),
		cmocka_unit_test(test_bound_errors),
		cmocka_unit_test(test_without_iommufd),
		cmocka_unit_test(test_registers),
		cmocka_unit_test(test_registers_disagree),
		cmocka_unit_test(test_registers_off),
		cmocka_unit_test(test_registers_not_needed),
		cmocka_unit_test(test_registers_nonsense),
		cmocka_unit_test(test_registers_old_kernel),
		cmocka_unit_test(test_registers_without_iommufd),
		cmocka_unit_test(test_real_descriptors),
	};

	return cmocka_run_group_tests_name("query", tests, NULL, NULL);
}
