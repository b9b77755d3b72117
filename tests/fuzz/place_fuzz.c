// SPDX-License-Identifier: MIT
/*
 * vpasid/place.h in any config space, with any quirks, for PASID alone and for any list. The space
 * comes first, so that a dump is a good input; behind it stand flags in one byte, an explicit
 * offset in two, a list and ranges (struct wish), and what is said of the device in a file of
 * quirks.
 */
#include <errno.h>
#include <string.h>

#include <vpasid/place.h>

#include "../property/place_model.h"
#include "fuzz.h"
#include "place_input.h"

#define MAX_TEXT    1000
#define MAX_INPUT   (VPASID_CONFIG_SIZE + REQUEST + MAX_TEXT)
#define MAX_MATCHES 8
#define MAX_TOLD    4
#define SENTENCE    1024
#define UNTOUCHED   0x5a

#define FLAG_MUTE 1 /* the request has no callback for obstacles */
#define FLAG_READ 2 /* the layout was read before */

static const char about[] = "device 1234:5678\nsource \"made\"\n";
static const struct vpasid_device device = {
	.argsz = sizeof(device),
	.vendor = 0x1234,
	.device = 0x5678,
};

static struct {
	uint8_t bytes[1 + VPASID_CONFIG_SIZE];
	const uint8_t *config; /* in them, at an odd address */
	uint8_t flags;
	uint16_t offset;
	struct vpasid_layout layout;
	struct wish wish;
	struct vpasid_cap wanted[LIST];
	unsigned int wanted_count;
	struct vpasid_range ranges[RANGES];
	unsigned int range_count;
	bool allowed[VPASID_CONFIG_SIZE];
	struct vpasid_quirks *quirks;
	const struct vpasid_quirk *matches[MAX_MATCHES];
	size_t match_count;
	struct model model;
	unsigned int told;
} fuzz;

static unsigned int full_length(const struct vpasid_cap *cap)
{
	return cap->length ? cap->length : fixed_length(cap->id);
}

/* Obstacles */

/* In as many bytes as there are, and no more. */
static void check_cut(const struct vpasid_obstacle *obstacle, const char *whole, size_t length,
		      size_t size)
{
	char text[SENTENCE];
	size_t shown = length < size ? length : size - 1;

	memset(text, UNTOUCHED, sizeof(text));
	check(vpasid_obstacle_describe(obstacle, text, size) == (int)length);
	check(!memcmp(text, whole, shown) && !text[shown]);
	for (size_t i = size; i < size + 16; i++)
		check(text[i] == UNTOUCHED);
}

static void check_sentence(const struct vpasid_obstacle *obstacle)
{
	char text[SENTENCE];
	int length = vpasid_obstacle_describe(obstacle, text, sizeof(text));

	check(length > 0 && (size_t)length < sizeof(text) && strlen(text) == (size_t)length);
	check(length < VPASID_OBSTACLE_TEXT || obstacle->code == VPASID_OBSTACLE_HIDDEN);
	check(vpasid_obstacle_describe(obstacle, NULL, 0) == length);
	check_cut(obstacle, text, (size_t)length, 1 + fuzz.flags);
}

static bool is_match(const struct vpasid_quirk *quirk)
{
	for (size_t i = 0; i < fuzz.match_count; i++) {
		if (fuzz.matches[i] == quirk)
			return true;
	}
	return false;
}

/* Unclaimed dwords, all of them zero or none */
static void check_run(const struct vpasid_obstacle *obstacle)
{
	const struct model *model = &fuzz.model;

	for (unsigned int i = 0; i < obstacle->length; i++) {
		unsigned int at = obstacle->offset + i, dword = at & ~3u;
		bool zero = !model->nonzero[dword] && !model->nonzero[dword + 1] &&
			    !model->nonzero[dword + 2] && !model->nonzero[dword + 3];

		check(!model->known[at] && !model->may[at] && !model->hidden[at]);
		check(zero == (obstacle->code == VPASID_OBSTACLE_SMALL));
	}
}

/* It is one of the list that has no place; another one may be what stands there. */
static void check_asker(const struct vpasid_obstacle *obstacle)
{
	bool is_asker = false, is_other = false;

	for (unsigned int i = 0; i < fuzz.wanted_count; i++) {
		const struct vpasid_cap *cap = &fuzz.wanted[i];

		is_asker |= cap->id == obstacle->cap_id && full_length(cap) == obstacle->cap_length;
		is_other |= cap->id == obstacle->id && full_length(cap) == obstacle->length;
	}
	check(is_asker);
	check(obstacle->code != VPASID_OBSTACLE_VIRTUAL ||
	      (is_other && fuzz.wanted_count > 1 && obstacle->span == obstacle->offset));
	check(obstacle->code != VPASID_OBSTACLE_RANGE || fuzz.range_count);
}

static void obstacle_met(void *opaque, const struct vpasid_obstacle *obstacle)
{
	check(opaque == &fuzz);
	check(obstacle->code >= VPASID_OBSTACLE_UNALIGNED &&
	      obstacle->code <= VPASID_OBSTACLE_RANGE);
	check(obstacle->length);
	check_asker(obstacle);
	check(obstacle->offset + obstacle->length <= VPASID_CONFIG_SIZE ||
	      obstacle->code == VPASID_OBSTACLE_UNALIGNED ||
	      obstacle->code == VPASID_OBSTACLE_OUTSIDE);
	if (obstacle->code == VPASID_OBSTACLE_HIDDEN)
		check(is_match(obstacle->quirk));
	else
		check(!obstacle->quirk);
	if (obstacle->code == VPASID_OBSTACLE_NONZERO || obstacle->code == VPASID_OBSTACLE_SMALL)
		check_run(obstacle);
	/* a sentence takes longer than a search, and they are much alike */
	if (fuzz.told++ < MAX_TOLD)
		check_sentence(obstacle);
}

/* Obstacles that no search meets: to describe them does no harm. */
static void check_strange_obstacle(void)
{
	const struct vpasid_obstacle strange = {
		.offset = fuzz.offset,
		.length = fuzz.flags,
		.span = fuzz.offset,
		.id = fuzz.offset,
		.code = fuzz.flags,
	};

	if (strange.code != VPASID_OBSTACLE_HIDDEN)
		check_sentence(&strange);
}

/* Placements */

static bool overlap(unsigned int offset, unsigned int start, unsigned int length)
{
	return offset < start + length && start < offset + VPASID_CAP_LENGTH;
}

/* Eight bytes without a meaning */
static void check_gap(unsigned int offset)
{
	for (unsigned int i = 0; i < VPASID_CAP_LENGTH; i++)
		check(!fuzz.config[offset + i]);
	for (unsigned int i = 0; i < fuzz.layout.span_count; i++) {
		const struct vpasid_span *span = &fuzz.layout.spans[i];
		bool exact = span->flags & VPASID_SPAN_EXACT;

		check(!overlap(offset, span->offset, exact ? span->length : 4));
	}
	for (size_t i = 0; i < fuzz.match_count; i++) {
		const struct vpasid_quirk *quirk = fuzz.matches[i];

		for (unsigned int j = 0; j < quirk->hidden_count; j++)
			check(!overlap(offset, quirk->hidden[j].offset, quirk->hidden[j].length));
	}
}

static unsigned int last_prescribed(void)
{
	unsigned int offset = 0;

	for (size_t i = 0; i < fuzz.match_count; i++)
		offset = fuzz.matches[i]->offset ? fuzz.matches[i]->offset : offset;
	return offset;
}

static void check_found(const struct vpasid_placement *placement)
{
	const struct vpasid_span *span = vpasid_layout_find(&fuzz.layout, VPASID_EXT_CAP_PASID);

	check(placement->caps[0].offset >= VPASID_CONFIG_CONVENTIONAL);
	check(placement->caps[0].offset <= VPASID_CONFIG_SIZE - VPASID_CAP_LENGTH);
	check(placement->caps[0].offset % 4 == 0);
	check(placement->digest == vpasid_layout_digest(&fuzz.layout));

	switch (placement->caps[0].reason) {
	case VPASID_PLACE_QUIRK:
		check(placement->caps[0].offset == last_prescribed());
		break;
	case VPASID_PLACE_PHYSICAL:
		check(!fuzz.layout.broken && !fuzz.layout.loops);
		check(span && placement->caps[0].offset == span->offset);
		break;
	case VPASID_PLACE_GAP:
		check(!fuzz.layout.broken && !fuzz.layout.loops);
		check_gap(placement->caps[0].offset);
		break;
	default:
		check(false);
	}
}

static struct vpasid_place_request request_for(unsigned int offset)
{
	fuzz.told = 0;
	fuzz.range_count = 0;
	fuzz.wanted_count = 1;
	fuzz.wanted[0] =
		(struct vpasid_cap){ .id = VPASID_EXT_CAP_PASID, .offset = (uint16_t)offset };
	return (struct vpasid_place_request){
		.argsz = sizeof(struct vpasid_place_request),
		.config = fuzz.config,
		.size = VPASID_CONFIG_SIZE,
		.layout = fuzz.flags & FLAG_READ ? &fuzz.layout : NULL,
		.quirks = fuzz.matches,
		.quirk_count = fuzz.match_count,
		.caps = fuzz.wanted,
		.cap_count = 1,
		.obstacle = fuzz.flags & FLAG_MUTE ? NULL : obstacle_met,
		.opaque = &fuzz,
	};
}

/* Who refuses a place says why: once if it is about one place. */
static int check_told(int ret)
{
	if (fuzz.flags & FLAG_MUTE)
		check(!fuzz.told);
	else if (ret == -ENOSPC)
		check(fuzz.told);
	else
		check(fuzz.told == (ret == -EBUSY));
	return ret;
}

static int place(unsigned int offset, struct vpasid_placement *placement)
{
	static const struct vpasid_placement none;
	const struct vpasid_place_request question = request_for(offset);
	int ret;

	memset(placement, UNTOUCHED, sizeof(*placement));
	ret = check_told(vpasid_place(&question, placement));
	check(!ret || !memcmp(placement, &none, sizeof(none)));
	return ret;
}

static int verify(uint64_t digest, unsigned int offset)
{
	const struct vpasid_placement placement = {
		.digest = digest,
		.cap_count = 1,
		.caps = { { .id = VPASID_EXT_CAP_PASID, .offset = (uint16_t)offset } },
	};
	const struct vpasid_place_request question = request_for(~offset); /* says nothing here */

	return check_told(vpasid_place_verify(&question, &placement));
}

/* Questions */

static void find(void)
{
	struct vpasid_placement found, explicit;
	unsigned int offset, reason;
	int expected = model_choose(&fuzz.model, &offset, &reason);

	check(place(0, &found) == expected);
	if (expected)
		return;

	check(found.caps[0].offset == offset && found.caps[0].reason == reason);
	check_found(&found);
	check(!verify(found.digest, found.caps[0].offset));
	check(!place(found.caps[0].offset, &explicit));
	check(explicit.caps[0].offset == found.caps[0].offset && explicit.digest == found.digest);
	check(explicit.caps[0].reason == VPASID_PLACE_EXPLICIT);
}

static void ask(uint64_t digest, unsigned int offset)
{
	int expected = model_admits(&fuzz.model, offset);
	struct vpasid_placement placement;

	check(verify(digest, offset) == expected);
	if (offset)
		check(place(offset, &placement) == expected);
}

static void ask_all(void)
{
	uint64_t digest = vpasid_layout_digest(&fuzz.layout);

	check(verify(~digest, fuzz.offset) == -ESTALE);
	ask(digest, fuzz.offset);
	ask(digest, fuzz.offset & (VPASID_CONFIG_SIZE - 4));
}

/* Lists */

static bool repeats(unsigned int id)
{
	return id == 0x0b || id == 0x23 || id == 0x2e;
}

/* Can it be in a list, behind @count others? */
static bool is_cap(const struct vpasid_cap *caps, unsigned int count)
{
	const struct vpasid_cap *cap = &caps[count];
	unsigned int fixed = fixed_length(cap->id), length = full_length(cap);

	for (unsigned int i = 0; i < count; i++) {
		if (caps[i].id == cap->id && !repeats(cap->id))
			return false;
	}
	return cap->id && cap->id != 0xffff && length >= 8 && length <= 0xf00 && length % 4 == 0 &&
	       cap->version <= 15 && (!fixed || (length == fixed && cap->version <= 1));
}

/* Fills in a list and ranges, and returns whether they make sense. */
static bool take_wish(void)
{
	const struct wish *wish = &fuzz.wish;
	bool valid = true;

	fuzz.wanted_count = wish->cap_count % (LIST + 1);
	for (unsigned int i = 0; i < fuzz.wanted_count; i++) {
		const uint8_t *cap = wish->caps[i];

		fuzz.wanted[i] = (struct vpasid_cap){
			.id = cap[0] | cap[1] << 8,
			.length = cap[2] | cap[3] << 8,
			.offset = cap[4] | cap[5] << 8,
			.version = cap[6],
		};
		valid &= is_cap(fuzz.wanted, i);
	}
	fuzz.range_count = wish->range_count % (RANGES + 1);
	memset(fuzz.allowed, !fuzz.range_count, sizeof(fuzz.allowed));
	for (unsigned int i = 0; i < fuzz.range_count; i++) {
		const uint8_t *bytes = wish->ranges[i];
		struct vpasid_range range = { bytes[0] | bytes[1] << 8, bytes[2] | bytes[3] << 8 };

		fuzz.ranges[i] = range;
		if (range.offset % 4 || range.length % 4 || range.offset + range.length > 0x1000)
			valid = false;
		else
			memset(fuzz.allowed + range.offset, true, range.length);
	}
	return valid;
}

static struct vpasid_place_request list_request(void)
{
	struct vpasid_place_request question = request_for(0);

	take_wish();
	question.caps = fuzz.wanted_count ? fuzz.wanted : NULL;
	question.cap_count = fuzz.wanted_count;
	question.ranges = fuzz.range_count ? fuzz.ranges : NULL;
	question.range_count = fuzz.range_count;
	/* an empty list is for PASID alone */
	if (!fuzz.wanted_count)
		fuzz.wanted[fuzz.wanted_count++] = (struct vpasid_cap){ .id = 0x1b };
	return question;
}

/* What is chosen holds on another host, is refused for another layout, and can be asked for. */
static void check_chosen(struct vpasid_placement placement)
{
	struct vpasid_place_request question = list_request();
	struct vpasid_placement again;

	check(!check_told(vpasid_place_verify(&question, &placement)));
	question.caps = placement.caps;
	question.cap_count = placement.cap_count;
	check(!check_told(vpasid_place(&question, &again)));
	for (unsigned int i = 0; i < placement.cap_count; i++) {
		check(again.caps[i].reason == VPASID_PLACE_EXPLICIT);
		again.caps[i].reason = placement.caps[i].reason;
	}
	check(!memcmp(&again, &placement, sizeof(again)));
	placement.digest++;
	check(check_told(vpasid_place_verify(&question, &placement)) == -ESTALE);
}

/* Any places, also those that a VMM wouldn't choose */
static void verify_list(int expected)
{
	struct vpasid_place_request question = list_request();
	struct vpasid_placement placement = {
		.digest = vpasid_layout_digest(&fuzz.layout),
		.cap_count = (uint16_t)fuzz.wanted_count,
	};
	bool has_all = true;

	memcpy(placement.caps, fuzz.wanted, fuzz.wanted_count * sizeof(fuzz.wanted[0]));
	for (unsigned int i = 0; i < fuzz.wanted_count; i++)
		has_all &= !!placement.caps[i].offset;
	if (has_all)
		check(check_told(vpasid_place_verify(&question, &placement)) == expected);
	else
		check(check_told(vpasid_place_verify(&question, &placement)) < 0);
}

static int expect_list(struct vpasid_placement *expected, bool is_valid)
{
	*expected = (struct vpasid_placement){ .cap_count = (uint16_t)fuzz.wanted_count };
	for (unsigned int i = 0; i < fuzz.wanted_count; i++) {
		expected->caps[i] = fuzz.wanted[i];
		expected->caps[i].length = (uint16_t)full_length(&fuzz.wanted[i]);
		expected->caps[i].version = fuzz.wanted[i].version ? fuzz.wanted[i].version : 1;
	}
	expected->digest = vpasid_layout_digest(&fuzz.layout);
	return is_valid ? model_place(&fuzz.model, &fuzz.layout, fuzz.allowed, expected->caps,
				      fuzz.wanted_count)
			: -EINVAL;
}

static void place_list(void)
{
	static const struct vpasid_placement none;
	struct vpasid_placement placement, expected;
	bool is_valid = take_wish();
	struct vpasid_place_request question = list_request();
	int ret = expect_list(&expected, is_valid);

	memset(&placement, UNTOUCHED, sizeof(placement));
	check(check_told(vpasid_place(&question, &placement)) == ret);
	check(!memcmp(&placement, ret ? &none : &expected, sizeof(placement)));
	if (!ret)
		check_chosen(placement);
	verify_list(ret);
}

/* All of a question is wrong, whatever else there is. */
static void check_refused(size_t size, int error)
{
	static const struct vpasid_placement none;
	struct vpasid_placement placement = { .digest = UNTOUCHED };
	const struct vpasid_place_request question = {
		.argsz = sizeof(question),
		.config = fuzz.config,
		.size = size,
	};

	check(vpasid_place_verify(&question, &placement) == error);
	check(vpasid_place(&question, &placement) == error);
	check(!memcmp(&placement, &none, sizeof(none)));
}

/* What is known of the device; nothing if it is no file of quirks. */
static void read_quirks(const uint8_t *said, size_t size)
{
	char text[sizeof(about) + MAX_TEXT];
	size_t length = sizeof(about) - 1;

	memcpy(text, about, length);
	memcpy(text + length, said, size);
	fuzz.quirks = vpasid_quirks_new();
	check(fuzz.quirks);
	vpasid_quirks_parse(fuzz.quirks, text, length + size, "made", NULL);
	fuzz.match_count =
		(size_t)vpasid_quirks_match(fuzz.quirks, &device, fuzz.matches, MAX_MATCHES);
	if (fuzz.match_count > MAX_MATCHES)
		fuzz.match_count = MAX_MATCHES;
}

static void split(const uint8_t *data, size_t size)
{
	size_t length = size < VPASID_CONFIG_SIZE ? size : VPASID_CONFIG_SIZE;

	memset(&fuzz, 0, sizeof(fuzz));
	memcpy(fuzz.bytes + 1, data, length);
	fuzz.config = fuzz.bytes + 1;
	data += length;
	size -= length;
	if (size < REQUEST)
		return;
	fuzz.flags = data[0];
	fuzz.offset = data[1] | data[2] << 8;
	memcpy(&fuzz.wish, data + 3, sizeof(fuzz.wish));
	if (size > REQUEST)
		read_quirks(data + REQUEST, size - REQUEST);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	if (size > MAX_INPUT)
		return 0;

	split(data, size);
	check_strange_obstacle();
	if (size < VPASID_CONFIG_SIZE)
		check_refused(size, -EINVAL);
	if (vpasid_layout_read(fuzz.config, VPASID_CONFIG_SIZE, &fuzz.layout) < 0) {
		check_refused(VPASID_CONFIG_SIZE, -EIO);
	} else {
		model_look(&fuzz.model, fuzz.config, &fuzz.layout, fuzz.matches, fuzz.match_count);
		find();
		ask_all();
		place_list();
	}
	vpasid_quirks_free(fuzz.quirks);
	return 0;
}
