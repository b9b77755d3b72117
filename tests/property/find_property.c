// SPDX-License-Identifier: MIT
/*
 * find_property [COUNT [SEED]]: compares vpasid_ext_cap_find() with vpasid_layout_read() in
 * random config spaces, or in the first bytes of such spaces. It must read only the
 * headers of the chain, and each of them once.
 */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <vpasid/config.h>

#include "spaces.h"

#define DEFAULT_COUNT 60000

static struct trial {
	struct random_config space;
	size_t size;
	struct vpasid_layout layout;
	uint16_t fails_at; /* a read at this offset fails; 0: none does */
	uint16_t reads[VPASID_MAX_SPANS + 1];
	unsigned int read_count;
} trial;

static uint64_t found, absent, broken, looping, failed;

static int read_dword(void *opaque, uint16_t offset, uint32_t *value)
{
	const uint8_t *bytes = trial.space.config + offset;

	check(opaque == &trial);
	check(offset >= VPASID_CONFIG_CONVENTIONAL && offset < VPASID_CONFIG_SIZE);
	check(offset % 4 == 0);
	check(trial.read_count < VPASID_MAX_SPANS + 1);
	for (unsigned int i = 0; i < trial.read_count; i++)
		check(trial.reads[i] != offset);
	trial.reads[trial.read_count++] = offset;

	if (offset == trial.fails_at)
		return -EIO;
	if (offset + sizeof(*value) > trial.size)
		return -ENODATA;
	*value = bytes[0] | bytes[1] << 8 | bytes[2] << 16 | (uint32_t)bytes[3] << 24;
	return 0;
}

static int find(uint16_t id)
{
	trial.read_count = 0;
	return vpasid_ext_cap_find(read_dword, &trial, id);
}

/* Is the chain broken by the pointer of its last header, or by what is at 0x100? */
static bool breaks_off(void)
{
	const struct vpasid_layout *layout = &trial.layout;
	unsigned int count = layout->span_count;
	unsigned int next = count ? layout->spans[count - 1].next : VPASID_CONFIG_CONVENTIONAL;

	if (!next)
		return false;
	if (next < VPASID_CONFIG_CONVENTIONAL)
		return true;
	if (next + 4 > trial.size)
		return count;
	return !memcmp(trial.space.config + next, "\xff\xff\xff\xff", 4);
}

/* The headers are read in the order of the chain, and one dword more if that breaks it. */
static void check_reads(const struct vpasid_span *wanted)
{
	unsigned int count = wanted ? wanted - trial.layout.spans + 1 : trial.layout.span_count;

	check(trial.read_count >= count && trial.read_count <= count + !wanted);
	for (unsigned int i = 0; i < count; i++)
		check(trial.reads[i] == trial.layout.spans[i].offset);
	if (trial.read_count > count)
		check(trial.reads[count] ==
		      (count ? trial.layout.spans[count - 1].next : VPASID_CONFIG_CONVENTIONAL));
}

static void try_id(uint16_t id)
{
	const struct vpasid_span *wanted = vpasid_layout_find(&trial.layout, id);
	int ret = find(id);

	if (wanted)
		check(ret == wanted->offset);
	else
		check(ret == (breaks_off() ? -EPROTO : 0));
	/* In part of a space, a capability that isn't all there breaks the chain as well. */
	check(trial.layout.broken == breaks_off() ||
	      (trial.layout.broken && trial.size < VPASID_CONFIG_SIZE));
	check_reads(wanted);
	found += !!wanted;
	absent += !ret;
	broken += ret == -EPROTO;

	/* If a read on the way fails, its error is returned. */
	trial.fails_at = trial.reads[random_below(&rng, trial.read_count)];
	check(find(id) == -EIO);
	trial.fails_at = 0;
	failed++;
}

/* A chain loops if its last pointer leads to one of its headers. */
static void check_loop(void)
{
	const struct vpasid_layout *layout = &trial.layout;
	const struct vpasid_finding *finding = vpasid_layout_find_break(layout);
	unsigned int count = layout->span_count;
	bool loops = false;

	for (unsigned int i = 0; i < count; i++)
		loops |= layout->spans[i].offset == layout->spans[count - 1].next;
	check(layout->loops == loops);
	check(!!finding == (layout->broken || layout->loops));
	check(!finding || (finding->code == VPASID_FINDING_LOOP) == layout->loops);
	looping += loops;
}

static void try_space(void)
{
	random_config(&rng, &trial.space);
	trial.size = VPASID_CONFIG_SIZE;
	if (!random_below(&rng, 4))
		trial.size = VPASID_CONFIG_MIN +
			     random_below(&rng, VPASID_CONFIG_SIZE - VPASID_CONFIG_MIN + 1);
	check(vpasid_layout_read(trial.space.config, trial.size, &trial.layout) >= 0);
	check_loop();

	try_id(VPASID_EXT_CAP_PASID);
	try_id(VPASID_EXT_CAP_NULL);
	try_id(random_below(&rng, 0x40));
	if (trial.layout.span_count)
		try_id(trial.layout.spans[random_below(&rng, trial.layout.span_count)].id);
}

int main(int argc, char **argv)
{
	uint64_t count = spaces_try(argv, DEFAULT_COUNT, try_space);

	(void)argc;
	check(found && absent && broken && looping && failed);
	printf("ok 1 - %" PRIu64 " spaces: found %" PRIu64 ", none %" PRIu64
	       ", chain broken off before %" PRIu64 "; %" PRIu64 " loops, reads failed %" PRIu64
	       "\n1..1\n",
	       count, found, absent, broken, looping, failed);
	return 0;
}
