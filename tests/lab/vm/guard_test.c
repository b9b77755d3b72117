// SPDX-License-Identifier: MIT
/*
 * guard_test BDF OFFSET CONTROL BEFORE BEHIND [VF_TOKEN]: no access of a VFIO user reaches
 * the PASID capability at OFFSET, in which the kernel has put CONTROL, and each reaches all
 * else. BEFORE bytes below it and BEHIND above it are planted, and can be written.
 */
#include <errno.h>
#include <linux/pci_regs.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/uio.h>

#include "device.h"
#include "tap.h"

#define CONFIG_SIZE PCI_CFG_SPACE_EXP_SIZE
#define LONGEST	    24

static const unsigned int lengths[] = { 1, 2, 3, 4, 5, 8, 12, 16, LONGEST };
#define LENGTHS (sizeof(lengths) / sizeof(*lengths))

static const char *bdf;
static int device;
static unsigned int capability, guard_start, guard_end;
/* what a write changes outside the capability */
static unsigned int writable_start, writable_end;

/* A byte at a time, as the guard has no edge in one. */
static void read_bytes(uint8_t *config)
{
	for (unsigned int at = 0; at < CONFIG_SIZE; at++) {
		if (read_config(device, at, &config[at], 1) != 1) {
			fprintf(stderr, "%s: can't read config offset %#x\n", bdf, at);
			exit(2);
		}
	}
}

static bool reads_well(unsigned int at, unsigned int length, const uint8_t *expected)
{
	uint8_t buffer[LONGEST + 2];
	ssize_t count;

	memset(buffer, 0xa5, sizeof(buffer));
	count = read_config(device, at, buffer + 1, length);
	if (count == (ssize_t)length && !memcmp(buffer + 1, expected + at, length) &&
	    buffer[0] == 0xa5 && buffer[length + 1] == 0xa5)
		return true;
	printf("  read of %u at %#x: %zd\n", length, at, count);
	return false;
}

static bool writes_well(unsigned int at, unsigned int length, uint8_t *expected)
{
	static uint8_t seed, hardware[CONFIG_SIZE];
	uint8_t buffer[LONGEST];
	ssize_t count;

	for (unsigned int i = 0; i < length; i++) {
		buffer[i] = seed += 37;
		if ((at + i < capability || at + i >= guard_end) && at + i >= writable_start &&
		    at + i < writable_end)
			expected[at + i] = buffer[i];
	}
	count = write_config(device, at, buffer, length);
	read_hardware(bdf, hardware);
	if (count == (ssize_t)length && !memcmp(hardware, expected, CONFIG_SIZE))
		return true;
	printf("  write of %u at %#x: %zd\n", length, at, count);
	return false;
}

/* All accesses of a length that touch the guarded range or the bytes beside it. */
static bool try_all(unsigned int length, bool (*is_well)(unsigned int, unsigned int, uint8_t *),
		    uint8_t *expected)
{
	unsigned int first = writable_start > length ? writable_start - length : 0;
	bool well = true;

	for (unsigned int at = first; well && at < writable_end && at + length <= CONFIG_SIZE; at++)
		well = is_well(at, length, expected);
	return well;
}

static bool reads_well_too(unsigned int at, unsigned int length, uint8_t *expected)
{
	return reads_well(at, length, expected);
}

static bool guard_is(const uint8_t *config, const uint8_t *expected)
{
	return !memcmp(config + guard_start, expected, guard_end - guard_start);
}

static void test_reads(void)
{
	static const uint8_t zeros[PCI_EXT_CAP_PASID_SIZEOF];
	static uint8_t seen[CONFIG_SIZE];

	read_bytes(seen);
	tap(guard_is(seen, zeros), "the %u bytes at %#x read as zeros", guard_end - guard_start,
	    guard_start);
	for (size_t i = 0; i < LENGTHS; i++)
		tap(try_all(lengths[i], reads_well_too, seen),
		    "reads of %u: zeros in the guard, all else as it is", lengths[i]);
	tap(read_config(device, 0, seen, CONFIG_SIZE) == CONFIG_SIZE && guard_is(seen, zeros),
	    "a read of all config space, too");
}

static void test_writes(const uint8_t *before)
{
	static uint8_t hardware[CONFIG_SIZE];

	memcpy(hardware, before, sizeof(hardware));
	for (size_t i = 0; i < LENGTHS; i++)
		tap(try_all(lengths[i], writes_well, hardware),
		    "writes of %u: all are taken, none reaches the guard, all else is written",
		    lengths[i]);
	read_hardware(bdf, hardware);
	tap(!memcmp(hardware + guard_start, before + guard_start, guard_end - guard_start),
	    "the register is as it was");
}

/* The second part goes on where the first, cut by the guard, ended. */
static void test_position(void)
{
	uint8_t first[8], second[4], expected[4];
	struct iovec parts[] = { { first, sizeof(first) }, { second, sizeof(second) } };
	unsigned int offset = guard_start - 4;
	off_t at = config_region(device) + (off_t)offset;

	tap(preadv(device, parts, 2, at) == 12 &&
		    read_config(device, offset + 8, expected, 4) == 4 &&
		    !memcmp(second, expected, 4),
	    "a read in two parts moves on");
}

/* As the core has it for read-only bytes. */
static void test_bad_buffers(void)
{
	unsigned int last = guard_end - 1;
	uint8_t *page = mmap(NULL, 0x1000, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	tap(read_config(device, guard_start, page, 1) == -EFAULT, "a read to nowhere: EFAULT");
	tap(write_config(device, guard_start, page, 1) == -EFAULT, "a write from nowhere: EFAULT");
	tap(read_config(device, last, page, 2) == -EFAULT, "so of a part: EFAULT");
	munmap(page, 0x1000);
}

/* Nothing of an access that is refused is done, as in the core. */
static void test_overruns(void)
{
	static uint8_t before[CONFIG_SIZE], after[CONFIG_SIZE], buffer[2 * CONFIG_SIZE];
	size_t length = CONFIG_SIZE - guard_start + 1;
	ssize_t count;

	read_hardware(bdf, before);
	memset(buffer, 0xff, sizeof(buffer));
	tap(read_config(device, guard_start, buffer, length) == -EFAULT,
	    "a read that ends beyond config space: EFAULT");
	count = write_config(device, guard_start - 4, buffer, length + 4);
	read_hardware(bdf, after);
	tap(count == -EFAULT && !memcmp(before, after, sizeof(before)),
	    "a write that does: EFAULT, and nothing is written");
}

int main(int argc, char **argv)
{
	static uint8_t hardware[CONFIG_SIZE];
	unsigned long control;

	if (argc < 6)
		return 2;
	bdf = argv[1];
	capability = strtoul(argv[2], NULL, 0);
	/* at the head, the header is the core's */
	guard_start = capability == PCI_CFG_SPACE_SIZE ? capability + PCI_PASID_CAP : capability;
	guard_end = capability + PCI_EXT_CAP_PASID_SIZEOF;
	control = strtoul(argv[3], NULL, 16);
	writable_start = capability - strtoul(argv[4], NULL, 0);
	writable_end = guard_end + strtoul(argv[5], NULL, 0);
	device = open_device(bdf, argc > 6 ? argv[6] : NULL);

	read_hardware(bdf, hardware);
	tap(hardware[capability] == PCI_EXT_CAP_ID_PASID &&
		    hardware[capability + PCI_PASID_CTRL] == control,
	    "the hardware has PASID at %#x, and %#lx in its Control", capability, control);
	test_reads();
	test_writes(hardware);
	test_position();
	test_bad_buffers();
	test_overruns();
	return tap_plan();
}
