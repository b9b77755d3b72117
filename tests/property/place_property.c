// SPDX-License-Identifier: MIT
/*
 * place_property [COUNT [SEED]]: compares places in random config spaces, with random
 * quirks, with a model that looks at every byte.
 */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <vpasid/place.h>

#include "place_model.h"
#include "spaces.h"

#define DEFAULT_COUNT 60000
#define EXPLICIT      8
#define LISTS	      2
#define MAX_QUIRKS    3

/* One space, what is known of its device, and where PASID must go. */
static struct trial {
	struct random_config space;
	struct vpasid_layout layout;
	const struct vpasid_quirk *matches[MAX_QUIRKS];
	struct vpasid_cap wanted;
	struct vpasid_place_request request;
	struct model model;
	struct vpasid_placement placement;
	/* the obstacles reported so far */
	unsigned int told;
	unsigned int below;
	bool covered[VPASID_CONFIG_SIZE];
} trial;

static uint64_t places[VPASID_PLACE_EXPLICIT + 1], contradicted, full, broken, looping, refused,
	obstacles, stale, extended, conventional, lists, list_errors, spoilt, overlaps;

/* Quirks, written as in a file */

static unsigned int random_extended(void)
{
	return VPASID_CONFIG_CONVENTIONAL +
	       random_below(&rng, VPASID_CONFIG_SIZE - VPASID_CONFIG_CONVENTIONAL);
}

/* Mostly where a capability begins: elsewhere an extent has no effect. */
static unsigned int random_dword(void)
{
	if (trial.layout.span_count && random_below(&rng, 4))
		return trial.layout.spans[random_below(&rng, trial.layout.span_count)].offset;
	return random_extended() & ~3u;
}

/* Mostly short: long ranges leave no place for anything. */
static unsigned int random_end(unsigned int start)
{
	unsigned int room = VPASID_CONFIG_SIZE - start;
	unsigned int length = 1 + random_below(&rng, random_below(&rng, 4) ? 0x40 : 0x800);

	return start + (length < room ? length : room) - 1;
}

static void write_quirk(FILE *text)
{
	unsigned int extents = random_below(&rng, 4);

	fprintf(text, "device 1234:5678\nsource \"made\"\n");
	for (unsigned int i = 0; i <= random_below(&rng, 4); i++) {
		unsigned int start = random_below(&rng, 16) ? random_extended() : 0x100;

		fprintf(text, "hidden 0x%x-0x%x\n", start, random_end(start));
	}
	for (unsigned int i = 0; i < extents; i++) {
		unsigned int start = random_dword();

		fprintf(text, "extent 0x%x-0x%x\n", start, random_end(start) | 3);
	}
	if (!random_below(&rng, 4)) {
		unsigned int offset = random_dword() + 4 * random_below(&rng, 3);

		fprintf(text, "offset 0x%x\n", offset <= 0xff8 ? offset : 0xff8);
	}
}

static struct vpasid_quirks *random_quirks(void)
{
	static const struct vpasid_device device = {
		.argsz = sizeof(device),
		.vendor = 0x1234,
		.device = 0x5678,
	};
	unsigned int count = random_below(&rng, 2) ? random_below(&rng, MAX_QUIRKS + 1) : 0;
	struct vpasid_quirks *quirks = vpasid_quirks_new();
	char text[4096];
	FILE *file = fmemopen(text, sizeof(text), "w");

	check(quirks && file);
	for (unsigned int i = 0; i < count; i++)
		write_quirk(file);
	fclose(file);
	if (count)
		check(!vpasid_quirks_parse(quirks, text, strlen(text), "made", NULL));
	trial.request.quirk_count =
		(size_t)vpasid_quirks_match(quirks, &device, trial.matches, MAX_QUIRKS);
	check(trial.request.quirk_count == count);
	return quirks;
}

/* What stands in the way */

static const struct vpasid_span *span_at(unsigned int offset)
{
	for (unsigned int i = 0; i < trial.layout.span_count; i++) {
		if (trial.layout.spans[i].offset == offset)
			return &trial.layout.spans[i];
	}
	return NULL;
}

static void check_span(const struct vpasid_obstacle *obstacle, bool must_be_known)
{
	const struct vpasid_span *span = span_at(obstacle->span);
	bool known;

	check(span && span->id == obstacle->id && span->offset == obstacle->offset);
	check(obstacle->length ==
	      model_reach(span, trial.matches, trial.request.quirk_count, &known));
	check(known == must_be_known);
}

static void check_hidden(const struct vpasid_obstacle *obstacle)
{
	bool found = false;

	check(obstacle->quirk);
	for (unsigned int i = 0; i < obstacle->quirk->hidden_count; i++)
		found |= obstacle->quirk->hidden[i].offset == obstacle->offset &&
			 obstacle->quirk->hidden[i].length == obstacle->length;
	check(found);
}

/* The dwords must be unclaimed, and all be zero or all be non-zero. */
static void check_run(const struct vpasid_obstacle *obstacle, bool zero)
{
	const struct model *model = &trial.model;

	check(obstacle->offset % 4 == 0 && obstacle->length && obstacle->length % 4 == 0);
	for (unsigned int at = obstacle->offset; at < obstacle->offset + obstacle->length;
	     at += 4) {
		bool nonzero = false;

		for (unsigned int i = at; i < at + 4; i++) {
			check(!model->known[i] && !model->may[i] && !model->hidden[i]);
			nonzero |= model->nonzero[i];
		}
		check(nonzero == !zero);
	}
}

static void check_head(const struct vpasid_obstacle *obstacle)
{
	const struct vpasid_span *head = span_at(VPASID_CONFIG_CONVENTIONAL);

	check(obstacle->offset == VPASID_CONFIG_CONVENTIONAL);
	check(head ? !head->id : trial.model.headless);
}

static void check_obstacle(const struct vpasid_obstacle *obstacle)
{
	switch (obstacle->code) {
	case VPASID_OBSTACLE_SPAN:
	case VPASID_OBSTACLE_INEXACT_SPAN:
		check_span(obstacle, obstacle->code == VPASID_OBSTACLE_SPAN);
		break;
	case VPASID_OBSTACLE_HIDDEN:
		check_hidden(obstacle);
		break;
	case VPASID_OBSTACLE_NONZERO:
	case VPASID_OBSTACLE_SMALL:
		check_run(obstacle, obstacle->code == VPASID_OBSTACLE_SMALL);
		check(obstacle->code == VPASID_OBSTACLE_NONZERO || obstacle->length < 8);
		break;
	case VPASID_OBSTACLE_HEAD:
		check_head(obstacle);
		break;
	default:
		check(!"an obstacle that a search can meet");
	}
}

/* A search that finds nothing reports true obstacles, from the highest to the lowest. */
static void all_obstacles(void *opaque, const struct vpasid_obstacle *obstacle)
{
	char text[VPASID_OBSTACLE_TEXT];

	check(opaque == &trial);
	check(trial.below > obstacle->offset || obstacle->code == VPASID_OBSTACLE_HEAD);
	check_obstacle(obstacle);
	check(vpasid_obstacle_describe(obstacle, text, sizeof(text)) < (int)sizeof(text));
	trial.below = obstacle->offset;
	for (unsigned int i = 0; i < obstacle->length; i++)
		trial.covered[obstacle->offset + i] = true;
	trial.told++;
	obstacles++;
}

/* An explicit offset has one obstacle, which touches the eight bytes or is the head. */
static void one_obstacle(void *opaque, const struct vpasid_obstacle *obstacle)
{
	unsigned int offset = *(unsigned int *)opaque;

	trial.told++;
	obstacles++;
	if (obstacle->code == VPASID_OBSTACLE_OUTSIDE)
		check(offset < 0x100 || offset > 0xff8);
	else if (obstacle->code == VPASID_OBSTACLE_UNALIGNED)
		check(offset % 4 && offset > 0x100 && offset < 0xff8);
	else
		check_obstacle(obstacle);
	if (obstacle->code != VPASID_OBSTACLE_HEAD)
		check(obstacle->offset < offset + 8 &&
		      obstacle->offset + obstacle->length > offset);
}

/* If there is no place, an obstacle covers each dword. */
static void check_no_place(void)
{
	check(trial.told);
	for (unsigned int at = VPASID_CONFIG_CONVENTIONAL; at < VPASID_CONFIG_SIZE; at += 4) {
		const bool *dword = &trial.covered[at];

		check(dword[0] || dword[1] || dword[2] || dword[3] || trial.model.headless);
	}
	full++;
}

static void find(void)
{
	unsigned int offset, reason;
	int ret = model_choose(&trial.model, &offset, &reason);

	trial.told = 0;
	trial.below = VPASID_CONFIG_SIZE;
	memset(trial.covered, 0, sizeof(trial.covered));
	trial.wanted.offset = 0;
	trial.request.obstacle = random_below(&rng, 8) ? all_obstacles : NULL;
	trial.request.opaque = &trial;
	if (ret == -EBUSY)
		trial.request.obstacle = NULL; /* ask() checks these obstacles */
	check(vpasid_place(&trial.request, &trial.placement) == ret);

	if (ret) {
		static const struct vpasid_placement none;

		check(!memcmp(&trial.placement, &none, sizeof(none)));
		broken += ret == -EPROTO;
		looping += ret == -ELOOP;
		conventional += ret == -ENXIO;
		contradicted += ret == -EBUSY;
		if (ret == -ENOSPC && trial.request.obstacle)
			check_no_place();
		return;
	}
	check(!trial.told);
	check(trial.placement.caps[0].offset == offset && trial.placement.caps[0].reason == reason);
	check(trial.placement.digest == vpasid_layout_digest(&trial.layout));
	places[reason]++;
}

static void ask(unsigned int offset)
{
	struct vpasid_placement placement;
	int ret = model_admits(&trial.model, offset);

	trial.told = 0;
	trial.wanted.offset = offset;
	trial.request.obstacle = one_obstacle;
	trial.request.opaque = &offset;
	check(vpasid_place(&trial.request, &placement) == ret);
	check(trial.told == (ret == -EBUSY));
	check(placement.caps[0].offset == (ret ? 0 : offset));
	check(placement.caps[0].reason == (ret ? 0 : VPASID_PLACE_EXPLICIT));
	places[VPASID_PLACE_EXPLICIT] += !ret;
	refused += ret == -EBUSY;
}

static unsigned int random_question(void)
{
	switch (random_below(&rng, 4)) {
	case 0:
		return 1 + random_below(&rng, 0x1100);
	case 1:
		return trial.model.prescribed ? trial.model.prescribed : random_dword();
	default:
		return random_dword() + 4 * random_below(&rng, 24);
	}
}

/* Another host, whose function differs in some bytes */

static bool is_same_layout(const struct vpasid_layout *other)
{
	if (other->span_count != trial.layout.span_count)
		return false;
	for (unsigned int i = 0; i < other->span_count; i++) {
		const struct vpasid_span *a = &trial.layout.spans[i], *b = &other->spans[i];

		if (a->id != b->id || a->version != b->version || a->offset != b->offset)
			return false;
	}
	return true;
}

static void change_some(uint8_t *config)
{
	for (unsigned int i = 0; i <= random_below(&rng, 4); i++) {
		unsigned int at = random_below(&rng, 2) ? random_extended() : random_dword();

		config[at] ^= 1 << random_below(&rng, 8);
	}
}

static void verify_elsewhere(void)
{
	static struct vpasid_layout layout;
	static struct model model;
	static uint8_t config[VPASID_CONFIG_SIZE];
	struct vpasid_place_request request = trial.request;
	bool same;

	memcpy(config, trial.space.config, sizeof(config));
	change_some(config);
	check(vpasid_layout_read(config, sizeof(config), &layout) >= 0);
	same = is_same_layout(&layout);
	check(same == (vpasid_layout_digest(&layout) == trial.placement.digest));

	model_look(&model, config, &layout, trial.matches, request.quirk_count);
	request.config = config;
	request.layout = NULL;
	request.obstacle = NULL;
	check(vpasid_place_verify(&request, &trial.placement) ==
	      (same ? model_admits(&model, trial.placement.caps[0].offset) : -ESTALE));
	stale += !same;
}

/* Lists of capabilities, and ranges */

static unsigned int random_list(struct vpasid_cap *caps)
{
	static const uint16_t ids[] = { 0x1b, 0x13, 0x0f, 0x18, 0x0b, 0x23 };
	static const uint16_t lengths[] = { 8, 16, 8, 8, 0, 0 };
	unsigned int count = 0, used = 0;

	do {
		unsigned int i = random_below(&rng, 6);

		if (i < 4 && used >> i & 1)
			continue;
		used |= 1u << i;
		caps[count] =
			(struct vpasid_cap){ .id = ids[i], .length = lengths[i], .version = 1 };
		/* longer than the function's own, or not */
		if (caps[count].id == 0x18 && random_below(&rng, 2))
			caps[count].length = 12;
		if (!caps[count].length)
			caps[count].length =
				8 + 4 * random_below(&rng, random_below(&rng, 8) ? 8 : 200);
		if (!random_below(&rng, 8))
			caps[count].offset = (uint16_t)random_question();
		count++;
	} while (count < 5 && random_below(&rng, 4));
	return count;
}

static unsigned int random_ranges(struct vpasid_range *ranges, bool *allowed)
{
	unsigned int count = random_below(&rng, 3) ? 0 : 1 + random_below(&rng, 3);

	memset(allowed, !count, VPASID_CONFIG_SIZE);
	for (unsigned int i = 0; i < count; i++) {
		unsigned int start = random_extended() & ~3u;
		unsigned int end = random_end(start) | 3;

		ranges[i] = (struct vpasid_range){ start, end + 1 - start };
		memset(allowed + start, true, end + 1 - start);
	}
	return count;
}

/* A list or ranges with one thing wrong are refused, whatever the space is. */
static void check_spoilt(struct vpasid_place_request request, struct vpasid_cap *caps)
{
	struct vpasid_range range = { 0x400, 0x100 };
	struct vpasid_placement placement;

	switch (random_below(&rng, 6)) {
	case 0: /* of these a function has one at most */
		if (request.cap_count == VPASID_MAX_CAPS || caps[0].id == 0x0b ||
		    caps[0].id == 0x23)
			return;
		caps[request.cap_count++] = caps[0];
		break;
	case 1:
		caps[0].length += 1 + random_below(&rng, 3);
		break;
	case 2:
		caps[0].length = 4;
		break;
	case 3: /* this library has registers for eight bytes alone */
		caps[0] = (struct vpasid_cap){ .id = 0x0f, .length = 12 };
		break;
	case 4:
		range.offset += 1 + random_below(&rng, 3);
		break;
	default:
		range.offset = 0xf04;
	}
	if (range.offset != 0x400) {
		request.ranges = &range;
		request.range_count = 1;
	}
	check(vpasid_place(&request, &placement) == -EINVAL);
	spoilt++;
}

static void virtual_obstacle(void *opaque, const struct vpasid_obstacle *obstacle)
{
	const struct vpasid_cap *caps = opaque;

	check(obstacle->code == VPASID_OBSTACLE_VIRTUAL);
	check(obstacle->cap_id == caps[1].id && obstacle->cap_length == caps[1].length);
	check(obstacle->id == caps[0].id && obstacle->offset == caps[0].offset &&
	      obstacle->length == caps[0].length);
	overlaps++;
}

/* Two capabilities of a list at one place are refused, and the message names the first one. */
static void check_overlap(struct vpasid_place_request request, struct vpasid_placement placement)
{
	struct vpasid_cap *caps = placement.caps;

	if (placement.cap_count < 2 || caps[0].reason != VPASID_PLACE_GAP ||
	    caps[1].length > caps[0].length || trial.model.broken)
		return;
	caps[1].offset = caps[0].offset;
	request.obstacle = virtual_obstacle;
	request.opaque = caps;
	check(vpasid_place_verify(&request, &placement) == -EBUSY);
}

static void place_list(void)
{
	static bool allowed[VPASID_CONFIG_SIZE];
	struct vpasid_cap caps[VPASID_MAX_CAPS], expected[VPASID_MAX_CAPS];
	struct vpasid_place_request request = trial.request;
	struct vpasid_placement placement;
	struct vpasid_range ranges[3];
	unsigned int count = random_list(caps);
	int ret;

	memcpy(expected, caps, sizeof(caps));
	request.caps = caps;
	request.cap_count = count;
	request.range_count = random_ranges(ranges, allowed);
	request.ranges = ranges;
	request.obstacle = NULL;
	ret = model_place(&trial.model, &trial.layout, allowed, expected, count);
	check(vpasid_place(&request, &placement) == ret);
	if (!random_below(&rng, 4))
		check_spoilt(request, caps);
	if (ret) {
		list_errors++;
		return;
	}
	request.caps = expected;
	request.cap_count = count;
	check(placement.cap_count == count && !placement.flags);
	check(placement.digest == vpasid_layout_digest(&trial.layout));
	check(!memcmp(placement.caps, expected, count * sizeof(*caps)));
	check(!vpasid_place_verify(&request, &placement));
	check_overlap(request, placement);
	lists++;
}

/* The library and the model agree about each capability. */
static void check_reach(void)
{
	for (unsigned int i = 0; i < trial.layout.span_count; i++) {
		const struct vpasid_span *span = &trial.layout.spans[i];
		size_t count = trial.request.quirk_count;
		bool known, expected_known;
		unsigned int expected = model_reach(span, trial.matches, count, &expected_known);

		check(vpasid_span_reach(span, trial.matches, count, &known) == expected);
		check(known == expected_known);
		extended += known && !(span->flags & VPASID_SPAN_EXACT);
	}
}

static void try_space(void)
{
	struct vpasid_quirks *quirks;

	random_config(&rng, &trial.space);
	check(vpasid_layout_read(trial.space.config, VPASID_CONFIG_SIZE, &trial.layout) >= 0);
	trial.request = (struct vpasid_place_request){
		.argsz = sizeof(struct vpasid_place_request),
		.config = trial.space.config,
		.size = VPASID_CONFIG_SIZE,
		.layout = random_below(&rng, 2) ? &trial.layout : NULL,
		.quirks = trial.matches,
		.caps = &trial.wanted,
		.cap_count = 1,
	};
	trial.wanted = (struct vpasid_cap){ .id = VPASID_EXT_CAP_PASID };
	quirks = random_quirks();
	model_look(&trial.model, trial.space.config, &trial.layout, trial.matches,
		   trial.request.quirk_count);

	check_reach();
	find();
	for (unsigned int i = 0; i < EXPLICIT; i++)
		ask(random_question());
	for (int i = 0; i < LISTS; i++)
		place_list();
	if (trial.placement.caps[0].offset) {
		ask(trial.placement.caps[0].offset);
		trial.request.obstacle = NULL;
		check(!vpasid_place_verify(&trial.request, &trial.placement));
		verify_elsewhere();
	}
	vpasid_quirks_free(quirks);
}

int main(int argc, char **argv)
{
	uint64_t count = spaces_try(argv, DEFAULT_COUNT, try_space);

	(void)argc;
	check(places[VPASID_PLACE_QUIRK] && places[VPASID_PLACE_PHYSICAL] &&
	      places[VPASID_PLACE_GAP] && places[VPASID_PLACE_EXPLICIT]);
	check(contradicted && full && broken && looping && refused && obstacles && stale &&
	      extended && conventional && lists && list_errors && spoilt && overlaps);
	printf("ok 1 - %" PRIu64 " spaces: places by quirk %" PRIu64 " (and %" PRIu64
	       " contradicted), physical %" PRIu64 ", gap %" PRIu64 "; %" PRIu64
	       " without a gap, %" PRIu64 " broken, %" PRIu64 " loops, %" PRIu64
	       " without PCI Express; of explicit offsets %" PRIu64 " taken, %" PRIu64
	       " refused; %" PRIu64 " other layouts refused; %" PRIu64 " lists placed, %" PRIu64
	       " refused\n1..1\n",
	       count, places[VPASID_PLACE_QUIRK], contradicted, places[VPASID_PLACE_PHYSICAL],
	       places[VPASID_PLACE_GAP], full, broken, looping, conventional,
	       places[VPASID_PLACE_EXPLICIT], refused, stale, lists, list_errors);
	return 0;
}
