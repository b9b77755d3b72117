// SPDX-License-Identifier: MIT
/*
 * feature_test stable|both BDF WIDTH [VF_TOKEN]: every rule of VFIO_DEVICE_FEATURE_PASID that
 * is about sizes, flags and pointers, by the stable number or by both, of a function with that
 * width, which is 0 if the kernel has its PASID disabled. Where 11 is the core's, for DMA_BUF,
 * PASID isn't answered there.
 */
#include <errno.h>
#include <linux/vfio.h>
#include <linux/vfio_pasid.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <unistd.h>

#include "device.h"
#include "tap.h"

#define HEADER sizeof(struct vfio_device_feature)
#define SHORT  sizeof(struct vfio_device_feature_pasid)
#define LONG   sizeof(struct vfio_device_feature_pasid_ext)
#define ROOM   256
#define FILL   0xa5

#define GET   VFIO_DEVICE_FEATURE_GET
#define SET   VFIO_DEVICE_FEATURE_SET
#define PROBE VFIO_DEVICE_FEATURE_PROBE

static const uint32_t numbers[] = { VFIO_DEVICE_FEATURE_PASID_STABLE, VFIO_DEVICE_FEATURE_PASID };

static int device;
static uint8_t answer[LONG]; /* what a sound call reports */

/* 0, or the errno of the call */
static int call(void *arg)
{
	return ioctl(device, VFIO_DEVICE_FEATURE, arg) ? errno : 0;
}

static void put_header(void *arg, uint32_t argsz, uint32_t flags)
{
	struct vfio_device_feature header = { .argsz = argsz, .flags = flags };

	memcpy(arg, &header, HEADER);
}

/* Were exactly the first @written bytes behind the header written, and rightly? */
static bool wrote(const uint8_t *buffer, size_t written)
{
	if (memcmp(buffer + HEADER, answer, written) != 0)
		return false;

	for (size_t i = HEADER + written; i < ROOM; i++)
		if (buffer[i] != FILL)
			return false;
	return true;
}

static bool call_of_size(uint32_t number, uint32_t argsz, int error, size_t written)
{
	uint8_t buffer[ROOM];

	memset(buffer, FILL, sizeof(buffer));
	put_header(buffer, argsz, GET | number);
	return call(buffer) == error && wrote(buffer, written);
}

static void test_sizes(uint32_t number)
{
	static const struct {
		const char *name;
		uint32_t argsz;
		int error;
		size_t written;
	} rows[] = {
		{ "argsz zero: EINVAL", 0, EINVAL, 0 },
		{ "argsz one less than the header: EINVAL", HEADER - 1, EINVAL, 0 },
		{ "argsz header only: EINVAL", HEADER, EINVAL, 0 },
		{ "payload one less than 4: EINVAL", HEADER + SHORT - 1, EINVAL, 0 },
		{ "payload exactly 4: 4 bytes", HEADER + SHORT, 0, SHORT },
		{ "payload 5: 4 bytes, the rest as it was", HEADER + SHORT + 1, 0, SHORT },
		{ "payload one less than 8: 4 bytes", HEADER + LONG - 1, 0, SHORT },
		{ "payload exactly 8: 8 bytes", HEADER + LONG, 0, LONG },
		{ "payload 9: 8 bytes, the rest as it was", HEADER + LONG + 1, 0, LONG },
		{ "payload of 128: 8 bytes, the rest as it was", HEADER + 128, 0, LONG },
		{ "argsz huge: 8 bytes, the rest as it was", UINT32_MAX, 0, LONG },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		tap(call_of_size(number, rows[i].argsz, rows[i].error, rows[i].written),
		    "feature %#x: %s", number, rows[i].name);
}

static void test_flags(uint32_t number)
{
	static const struct {
		const char *name;
		uint32_t flags;
		int error;
	} rows[] = {
		{ "PROBE: success", PROBE, 0 },
		{ "PROBE|GET: success", PROBE | GET, 0 },
		{ "SET: EINVAL", SET, EINVAL },
		{ "PROBE|SET: EINVAL", PROBE | SET, EINVAL },
		{ "PROBE|GET|SET: EINVAL", PROBE | GET | SET, EINVAL },
		{ "no operation: EINVAL", 0, EINVAL },
		{ "GET|SET: EINVAL", GET | SET, EINVAL },
		{ "an unknown flag: EINVAL", GET | 1 << 19, EINVAL },
	};
	uint8_t buffer[ROOM];

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		memset(buffer, FILL, sizeof(buffer));
		put_header(buffer, HEADER + LONG, rows[i].flags | number);
		tap(call(buffer) == rows[i].error && wrote(buffer, 0),
		    "feature %#x: %s, nothing written", number, rows[i].name);
	}

	put_header(buffer, HEADER, PROBE | GET | number);
	tap(!call(buffer), "feature %#x: PROBE|GET without a payload: success", number);
}

/* Two pages, the second one with @protection; or without, for PROT_NONE. */
static uint8_t *two_pages(int protection)
{
	size_t page = (size_t)sysconf(_SC_PAGESIZE);
	uint8_t *pages =
		mmap(NULL, 2 * page, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	if (pages == MAP_FAILED || mprotect(pages + page, page, protection)) {
		perror("two_pages");
		exit(2);
	}
	return pages + page;
}

/* The header before the border of two pages, @inside bytes of the payload too. */
static bool faults_at(uint8_t *border, size_t inside, uint32_t number)
{
	uint8_t *arg = border - HEADER - inside;

	put_header(arg, HEADER + LONG, GET | number);
	return call(arg) == EFAULT;
}

static void test_pointers(uint32_t number)
{
	uint8_t *border = two_pages(PROT_NONE);
	uint8_t *read_only = two_pages(PROT_READ);

	tap(call(NULL) == EFAULT, "feature %#x: NULL: EFAULT", number);
	tap(call(border) == EFAULT, "feature %#x: an unmapped page: EFAULT", number);
	tap(call((void *)UINTPTR_MAX) == EFAULT, "feature %#x: a kernel address: EFAULT", number);
	put_header(border - HEADER, HEADER + LONG, GET | number);
	tap(call(border - HEADER + 1) == EFAULT, "feature %#x: the page ends in the header: EFAULT",
	    number);
	tap(faults_at(border, 0, number), "feature %#x: the page ends before the payload: EFAULT",
	    number);
	tap(faults_at(border, 2, number), "feature %#x: the page ends midway: EFAULT", number);
	tap(faults_at(border, LONG - 1, number),
	    "feature %#x: the page ends one byte too early: EFAULT", number);
	tap(faults_at(read_only, 0, number), "feature %#x: a read-only page: EFAULT", number);
	tap(faults_at(read_only, 4, number), "feature %#x: read-only from the middle: EFAULT",
	    number);

	put_header(border - HEADER - SHORT, HEADER + SHORT, GET | number);
	tap(!call(border - HEADER - SHORT),
	    "feature %#x: the page ends right behind 4 bytes: success", number);
	/* a PROBE has no payload to fault on */
	put_header(border - HEADER, HEADER + LONG, PROBE | GET | number);
	tap(!call(border - HEADER), "feature %#x: PROBE with an unmapped payload: success", number);
}

/* DMA_BUF refuses a payload of 4 bytes, so its answer can't be mistaken for PASID's. */
static void test_not_pasid(void)
{
	uint8_t buffer[ROOM];

	memset(buffer, FILL, sizeof(buffer));
	put_header(buffer, HEADER + SHORT, GET | VFIO_DEVICE_FEATURE_PASID);
	tap(call(buffer) == EINVAL && wrote(buffer, 0),
	    "feature 11, which is DMA_BUF: payload exactly 4: EINVAL, nothing written");
}

static void test_same_answer(void)
{
	uint8_t buffer[ROOM] = { 0 };

	put_header(buffer, HEADER + LONG, GET | VFIO_DEVICE_FEATURE_PASID);
	tap(!call(buffer) && !memcmp(buffer + HEADER, answer, LONG),
	    "features 0xf01b and 11 answer the same 8 bytes");
}

int main(int argc, char **argv)
{
	struct vfio_device_feature_pasid_ext ext;
	uint8_t buffer[ROOM] = { 0 };
	unsigned long width;
	bool both;

	if (argc < 4)
		return 2;
	both = !strcmp(argv[1], "both");
	width = strtoul(argv[3], NULL, 0);
	device = open_device(argv[2], argc > 4 ? argv[4] : NULL);

	put_header(buffer, HEADER + LONG, GET | VFIO_DEVICE_FEATURE_PASID_STABLE);
	if (!tap(!call(buffer), "the device answers"))
		return tap_plan();
	memcpy(answer, buffer + HEADER, LONG);
	memcpy(&ext, answer, LONG);
	tap(ext.pasid.width == width && !ext.pasid.__reserved,
	    "the width is %lu, the reserved byte is zero", width);
	tap(!(ext.flags & ~VFIO_DEVICE_PASID_IOMMU_WIDTH), "other flags are zero");

	if (both)
		test_same_answer();
	else
		test_not_pasid();
	for (size_t i = 0; i < (both ? 2 : 1); i++) {
		test_sizes(numbers[i]);
		test_flags(numbers[i]);
		test_pointers(numbers[i]);
	}
	return tap_plan();
}
