// SPDX-License-Identifier: MIT
#include <errno.h>
#include <linux/vfio.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include <vpasid/query.h>

#include "iommufd_abi.h"
#include "made_answers.h"

const struct exchange *next;
struct attaching attaching;

int __real_ioctl(int fd, unsigned long request, ...);
int __wrap_ioctl(int fd, unsigned long request, void *arg);

/* The lists have the two words of the payload little-endian; a kernel has its own order. */
static void put_word(uint8_t *payload, size_t at)
{
	const uint16_t word = (uint16_t)(next->payload[at] | next->payload[at + 1] << 8);

	if (at + sizeof(word) <= next->answered)
		memcpy(payload + at, &word, sizeof(word));
}

static void answer_feature(unsigned long request, struct vfio_device_feature *feature)
{
	assert_int_equal(request, VFIO_DEVICE_FEATURE);
	assert_int_equal(feature->flags, VFIO_DEVICE_FEATURE_GET | next->feature);
	assert_int_equal(feature->argsz, sizeof(*feature) + next->payload_size);
	memcpy(feature->data, next->payload, next->answered);
	put_word(feature->data, offsetof(struct vfio_device_feature_pasid_ext, pasid.capabilities));
	put_word(feature->data, offsetof(struct vfio_device_feature_pasid_ext, enabled));
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

int ask_device(struct vpasid_info *info)
{
	return vpasid_query_device(FD, info);
}

const struct vpasid_registers *registers;

int ask_both(struct vpasid_info *info)
{
	return vpasid_query_bound(FD, IOMMUFD, DEV_ID, registers, info);
}

struct vpasid_info asked(int (*ask)(struct vpasid_info *), const struct exchange *exchanges,
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
