// SPDX-License-Identifier: MIT
#include <endian.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include <vpasid/config.h>

#include "capability.h"

_Static_assert(sizeof(struct vpasid_span) == 10, "the size is ABI");
_Static_assert(sizeof(struct vpasid_finding) == 6, "the size is ABI");
_Static_assert(sizeof(struct vpasid_layout) == 9992, "the size is ABI");

#define HEADER 4

/* One bit for each dword of config space: does a header stand there? */
#define WORD_BITS    64
#define BYTES_A_WORD (WORD_BITS * HEADER)
#define MAP_WORDS    (VPASID_CONFIG_SIZE / BYTES_A_WORD)

struct walk {
	const uint8_t *config;
	unsigned int end; /* of what can be read: a multiple of 4 */
	struct vpasid_layout *layout;
	uint64_t headers[MAP_WORDS];
};

static uint32_t dword(const struct walk *walk, unsigned int offset)
{
	uint32_t value;

	memcpy(&value, walk->config + offset, sizeof(value));
	return le32toh(value);
}

static void find(struct vpasid_layout *layout, enum vpasid_finding_code code, unsigned int offset,
		 unsigned int value)
{
	if (layout->finding_count < VPASID_MAX_FINDINGS)
		layout->findings[layout->finding_count] = (struct vpasid_finding){
			.code = code,
			.offset = offset,
			.value = value,
		};
	layout->finding_count++;
}

static void find_break(struct vpasid_layout *layout, enum vpasid_finding_code code,
		       unsigned int offset, unsigned int value)
{
	find(layout, code, offset, value);
	layout->broken = true;
}

static bool is_header(const struct walk *walk, unsigned int offset)
{
	return walk->headers[offset / BYTES_A_WORD] >> (offset / HEADER % WORD_BITS) & 1;
}

static void mark_header(struct walk *walk, unsigned int offset)
{
	walk->headers[offset / BYTES_A_WORD] |= 1ull << (offset / HEADER % WORD_BITS);
}

/* The header that stands next above one, or the end of what can be read. */
static unsigned int next_above(const struct walk *walk, unsigned int offset)
{
	unsigned int from = offset + HEADER;
	unsigned int word = from / BYTES_A_WORD;
	uint64_t bits;

	if (from >= walk->end)
		return walk->end;

	bits = walk->headers[word] & ~0ull << (from / HEADER % WORD_BITS);
	while (!bits) {
		if (++word == MAP_WORDS)
			return walk->end;
		bits = walk->headers[word];
	}
	return word * BYTES_A_WORD + __builtin_ctzll(bits) * HEADER;
}

static struct vpasid_span *add_span(struct walk *walk, unsigned int offset)
{
	struct vpasid_span *span = &walk->layout->spans[walk->layout->span_count++];
	uint32_t header = dword(walk, offset);

	*span = (struct vpasid_span){
		.offset = offset,
		.next = header >> 20 & ~3u,
		.id = header & 0xffff,
		.version = header >> 16 & 0xf,
	};
	mark_header(walk, offset);
	return span;
}

/*
 * Where the chain goes on, 0 if it doesn't. To a header that is there and wasn't
 * seen before: the chain can't be longer than the space has headers.
 */
static unsigned int follow(struct walk *walk, const struct vpasid_span *span)
{
	struct vpasid_layout *layout = walk->layout;
	unsigned int pointer = dword(walk, span->offset) >> 20;
	unsigned int next = span->next;
	bool leads_on = false;

	if (pointer != next)
		find(layout, VPASID_FINDING_UNALIGNED, span->offset, pointer);
	if (!next)
		return 0;

	if (next < VPASID_CONFIG_CONVENTIONAL)
		find_break(layout, VPASID_FINDING_BELOW, span->offset, pointer);
	else if (next >= walk->end)
		find_break(layout, VPASID_FINDING_TRUNCATED, span->offset, pointer);
	else if (is_header(walk, next))
		find(layout, VPASID_FINDING_LOOP, span->offset, pointer);
	else if (!dword(walk, next))
		find(layout, VPASID_FINDING_EMPTY, span->offset, pointer);
	else if (dword(walk, next) == UINT32_MAX)
		find_break(layout, VPASID_FINDING_ALL_ONES, next, 0);
	else
		leads_on = true;

	if (leads_on && next < span->offset)
		find(layout, VPASID_FINDING_BACKWARD, span->offset, pointer);
	return leads_on ? next : 0;
}

/* About single headers; what is about a pointer is follow()'s. */
static void inspect(struct walk *walk, struct vpasid_span *span, unsigned int *pasid)
{
	/* What has an ID of 0 and a pointer stands for something that is hidden. */
	if (span->id == VPASID_EXT_CAP_NULL && span->next)
		span->flags |= VPASID_SPAN_HIDDEN;
	if (span->id == VPASID_EXT_CAP_NULL && span->offset == VPASID_CONFIG_CONVENTIONAL)
		find(walk->layout, VPASID_FINDING_HIDDEN_HEAD, span->offset, 0);

	if (span->id != VPASID_EXT_CAP_PASID)
		return;
	if (*pasid)
		find(walk->layout, VPASID_FINDING_DUPLICATE, span->offset, *pasid);
	else
		*pasid = span->offset;
}

static void walk_chain(struct walk *walk)
{
	unsigned int offset = VPASID_CONFIG_CONVENTIONAL;
	uint32_t head = dword(walk, offset);
	unsigned int pasid = 0;

	if (!head)
		return;
	if (head == UINT32_MAX) {
		find_break(walk->layout, VPASID_FINDING_ALL_ONES, offset, 0);
		return;
	}

	while (offset) {
		struct vpasid_span *span = add_span(walk, offset);

		inspect(walk, span, &pasid);
		offset = follow(walk, span);
	}
}

/* A length that reaches too far: into a header, or out of the space. */
static void cut(struct walk *walk, struct vpasid_span *span, unsigned int limit)
{
	struct vpasid_layout *layout = walk->layout;

	span->flags |= VPASID_SPAN_CUT;
	if (limit == walk->end && layout->size < VPASID_CONFIG_SIZE) {
		find_break(layout, VPASID_FINDING_TRUNCATED, span->offset, 0);
		return;
	}
	find(layout, VPASID_FINDING_CUT, span->offset, 0);
	if (limit < walk->end)
		find(layout, VPASID_FINDING_INSIDE, limit, span->offset);
}

static void measure(struct walk *walk, struct vpasid_span *span, const struct express *express)
{
	unsigned int limit = next_above(walk, span->offset);
	unsigned int room = limit - span->offset;
	unsigned int length = vpasid_capability_length(&(struct capability){
		.registers = walk->config + span->offset,
		.room = room,
		.express = express,
	});

	span->length = room;
	if (!length) {
		find(walk->layout, VPASID_FINDING_INEXACT, span->offset, 0);
	} else if (length > room) {
		cut(walk, span, limit);
	} else {
		span->length = length;
		span->flags |= VPASID_SPAN_EXACT;
	}
}

/* All of the header: of a VF, the vendor ID alone reads as all ones, too. */
static bool nobody_answers(const uint8_t *config)
{
	for (size_t i = 0; i < VPASID_CONFIG_MIN; i++) {
		if (config[i] != 0xff)
			return false;
	}
	return true;
}

int vpasid_layout_read(const void *config, size_t size, struct vpasid_layout *layout)
{
	struct walk walk = { .config = config, .end = size & ~3u, .layout = layout };
	struct express express;

	if (size < VPASID_CONFIG_MIN || size > VPASID_CONFIG_SIZE)
		return -EINVAL;
	if (nobody_answers(config))
		return -EIO;

	/* Not all of its 10 KiB: most of the spans are never used. */
	layout->size = size;
	layout->broken = false;
	layout->span_count = 0;
	layout->finding_count = 0;
	if (walk.end <= VPASID_CONFIG_CONVENTIONAL)
		return 0;

	walk_chain(&walk);
	express = vpasid_express_read(config);
	for (unsigned int i = 0; i < layout->span_count; i++)
		measure(&walk, &layout->spans[i], &express);

	return layout->span_count;
}

const struct vpasid_span *vpasid_layout_find(const struct vpasid_layout *layout, uint16_t id)
{
	for (unsigned int i = 0; i < layout->span_count; i++) {
		if (layout->spans[i].id == id)
			return &layout->spans[i];
	}
	return NULL;
}

#define FNV1A_BASIS 0xcbf29ce484222325ull
#define FNV1A_PRIME 0x100000001b3ull

static uint64_t digest_number(uint64_t digest, uint16_t number)
{
	digest = (digest ^ (number & 0xff)) * FNV1A_PRIME;
	return (digest ^ number >> 8) * FNV1A_PRIME;
}

uint64_t vpasid_layout_digest(const struct vpasid_layout *layout)
{
	uint64_t digest = digest_number(FNV1A_BASIS, layout->size);

	for (unsigned int i = 0; i < layout->span_count; i++) {
		const struct vpasid_span *span = &layout->spans[i];

		digest = digest_number(digest, span->id);
		digest = digest_number(digest, span->version);
		digest = digest_number(digest, span->offset);
		digest = digest_number(digest, span->length);
		digest = digest_number(digest, span->flags);
	}
	return digest;
}

/* Of each code, with the finding's offset and value to be filled in. */
static const char *sentence(const struct vpasid_finding *finding)
{
	switch (finding->code) {
	case VPASID_FINDING_ALL_ONES:
		return "the header at 0x%03x reads as all ones: nobody answers there";
	case VPASID_FINDING_BELOW:
		return "the capability at 0x%03x points to 0x%03x, which is below 0x100";
	case VPASID_FINDING_TRUNCATED:
		if (!finding->value)
			return "the capability at 0x%03x reaches beyond what could be read";
		return "the capability at 0x%03x points to 0x%03x, which couldn't be read";
	case VPASID_FINDING_LOOP:
		return "the capability at 0x%03x points back to 0x%03x: the chain is a loop";
	case VPASID_FINDING_EMPTY:
		return "the capability at 0x%03x points to 0x%03x, where there is none";
	case VPASID_FINDING_INSIDE:
		return "the capability at 0x%03x stands inside the registers of that at 0x%03x";
	case VPASID_FINDING_UNALIGNED:
		return "the capability at 0x%03x points to 0x%03x, which isn't a multiple of 4";
	case VPASID_FINDING_BACKWARD:
		return "the capability at 0x%03x points backward to 0x%03x";
	case VPASID_FINDING_DUPLICATE:
		return "the PASID capability at 0x%03x is a second one after that at 0x%03x";
	case VPASID_FINDING_HIDDEN_HEAD:
		return "the capability at 0x%03x, the chain's head, is hidden";
	case VPASID_FINDING_INEXACT:
		return "the length of the capability at 0x%03x isn't known";
	case VPASID_FINDING_CUT:
		return "the capability at 0x%03x has no room for all of its registers";
	default:
		return "something unknown is odd at 0x%03x";
	}
}

int vpasid_finding_describe(const struct vpasid_finding *finding, char *text, size_t size)
{
	/* What the sentence doesn't mention is left over, as C allows. */
	return snprintf(text, size, sentence(finding), finding->offset, finding->value);
}
