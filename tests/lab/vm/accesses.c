// SPDX-License-Identifier: MIT
/*
 * accesses record|compare FILE COUNT SEED BDF PF OFFSET [VF_TOKEN]: reads and writes of
 * all sizes and alignments, everywhere in a VFIO device's config space, the same ones for
 * the same SEED. `record` writes each result to FILE; `compare` compares the results of
 * each against it: all must be the same, except the eight bytes of the PASID capability
 * at OFFSET (0: there is none), which must read as zeros; and those of the "hardware" of
 * PF must stay as they are.
 */
#include <errno.h>
#include <inttypes.h>
#include <linux/pci_regs.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "device.h"
#include "random_config.h"

#define CONFIG_SIZE PCI_CFG_SPACE_EXP_SIZE
#define MAX_LENGTH  (CONFIG_SIZE + 64)
#define SHOWN	    5
#define LOOK_EVERY  64

static struct random rng;
static FILE *file;
static bool compares;
static int device;
static const char *pf;
static unsigned int guard_start;
static uint8_t planted[CONFIG_SIZE];
static uint64_t reads, writes, refused, touched, wrong;

/* One access, and what came of it. */
struct access {
	bool is_write;
	unsigned int offset;
	unsigned int length;
	int32_t result;
	uint8_t data[MAX_LENGTH];
};

static void die(const char *what)
{
	fprintf(stderr, "accesses: %s\n", what);
	exit(2);
}

static bool is_guarded(unsigned int at)
{
	return guard_start && at >= guard_start && at < guard_start + PCI_EXT_CAP_PASID_SIZEOF;
}

/* Anywhere, a bit beyond the end, and a quarter of them near the capability. */
static unsigned int random_offset(void)
{
	if (guard_start && !random_below(&rng, 4))
		return guard_start - 16 + random_below(&rng, 40);
	return random_below(&rng, CONFIG_SIZE + 8);
}

static unsigned int random_length(void)
{
	switch (random_below(&rng, 16)) {
	case 0:
		return random_below(&rng, 64);
	case 1:
		return 8;
	case 2:
		return random_below(&rng, 32) ? 3 : random_below(&rng, MAX_LENGTH);
	default:
		return 1u << random_below(&rng, 3);
	}
}

static void make_access(struct access *access)
{
	access->is_write = random_below(&rng, 2);
	access->offset = random_offset();
	access->length = random_length();
	for (unsigned int i = 0; access->is_write && i < access->length; i++)
		access->data[i] = random_below(&rng, 256);
}

static void do_access(struct access *access)
{
	if (access->is_write) {
		access->result =
			(int32_t)write_config(device, access->offset, access->data, access->length);
		writes++;
	} else {
		memset(access->data, 0, access->length);
		access->result =
			(int32_t)read_config(device, access->offset, access->data, access->length);
		reads++;
	}
	refused += access->result < 0;
}

/* What the run before has left in registers that no reset clears. */
static void clear_all(struct access *access)
{
	*access = (struct access){ .is_write = true, .length = CONFIG_SIZE };
	do_access(access);
	if (access->result != CONFIG_SIZE)
		die("config space can't be cleared");
}

static void record(const struct access *access)
{
	size_t length = access->is_write ? 0 : access->length;

	if (fwrite(&access->result, sizeof(access->result), 1, file) != 1 ||
	    fwrite(access->data, 1, length, file) != length)
		die("the record can't be written");
}

/* What the other driver gave, with the guarded bytes as they must be here. */
static void read_record(const struct access *access, struct access *expected)
{
	size_t length = access->is_write ? 0 : access->length;
	bool touches = false;

	if (fread(&expected->result, sizeof(expected->result), 1, file) != 1 ||
	    fread(expected->data, 1, length, file) != length)
		die("the record ends early");
	for (unsigned int i = 0; i < access->length; i++) {
		if (!is_guarded(access->offset + i))
			continue;
		touches = true;
		if (!access->is_write)
			expected->data[i] = 0;
	}
	touched += touches;
}

static void complain(uint64_t number, const struct access *access, const char *what)
{
	if (++wrong <= SHOWN)
		printf("  access %" PRIu64 ", %s of %u at %#x: %d: %s\n", number,
		       access->is_write ? "write" : "read", access->length, access->offset,
		       access->result, what);
}

static void compare(uint64_t number, const struct access *access)
{
	static struct access expected;

	read_record(access, &expected);
	if (access->result != expected.result)
		complain(number, access, "not what the other driver returns");
	else if (!access->is_write && memcmp(access->data, expected.data, access->length) != 0)
		complain(number, access, "not what the other driver reads");
}

static void look(uint64_t number, const struct access *access)
{
	static uint8_t hardware[CONFIG_SIZE];

	read_hardware(pf, hardware);
	if (memcmp(hardware, planted, sizeof(hardware)) != 0)
		complain(number, access, "the planted registers have changed");
}

int main(int argc, char **argv)
{
	static struct access access;
	uint64_t count;

	if (argc < 8)
		die("usage: see the source");
	compares = !strcmp(argv[1], "compare");
	file = fopen(argv[2], compares ? "r" : "w");
	if (!file)
		die(argv[2]);
	count = strtoull(argv[3], NULL, 0);
	random_seed(&rng, strtoull(argv[4], NULL, 0));
	pf = argv[6];
	guard_start = strtoul(argv[7], NULL, 0);
	device = open_device(argv[5], argc > 8 ? argv[8] : NULL);
	read_hardware(pf, planted);
	clear_all(&access);

	for (uint64_t number = 0; number < count; number++) {
		make_access(&access);
		do_access(&access);
		if (!compares) {
			record(&access);
			continue;
		}
		compare(number, &access);
		if (number % LOOK_EVERY == 0 || number + 1 == count)
			look(number, &access);
	}
	if (fclose(file))
		die("the record can't be written");
	printf("%" PRIu64 " reads, %" PRIu64 " writes, %" PRIu64 " refused, %" PRIu64
	       " of PASID, %" PRIu64 " wrong\n",
	       reads, writes, refused, touched, wrong);
	return wrong != 0;
}
