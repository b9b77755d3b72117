// SPDX-License-Identifier: MIT
#include <errno.h>
#include <linux/pci_regs.h>
#include <stdio.h>

#include <vpasid/config.h>

#include "bytes.h"
#include "capability.h"
#include "chain_walk.h"
#include "fnv.h"
#include "header.h"
#include "place_search.h"

_Static_assert(sizeof(struct vpasid_span) == 12, "the size is ABI");
_Static_assert(sizeof(struct vpasid_finding) == 8, "the size is ABI");
_Static_assert(sizeof(struct vpasid_layout) == 12056, "the size is ABI");
_Static_assert(offsetof(struct vpasid_layout, span_count) == 4, "the flags fit before it");

struct walk {
	const uint8_t *config;
	unsigned int end; /* of the dwords that can be read */
	struct vpasid_layout *layout;
	struct vpasid_chain chain;
};

/* Reads the snapshot for the walk. */
static int read_dword(void *opaque, uint16_t offset, uint32_t *value)
{
	const struct walk *walk = opaque;

	if (offset >= walk->end)
		return -ENODATA;
	*value = get_le32(walk->config + offset);
	return 0;
}

static bool is_break(int code)
{
	return vpasid_chain_is_broken_by(code) || code == VPASID_FINDING_LOOP;
}

const struct vpasid_finding *vpasid_layout_find_break(const struct vpasid_layout *layout)
{
	for (unsigned int i = 0; i < layout->finding_count && i < VPASID_MAX_FINDINGS; i++) {
		if (is_break(layout->findings[i].code))
			return &layout->findings[i];
	}
	return NULL;
}

/* The first break is kept even if there is no room for it. */
static void add_finding(struct vpasid_layout *layout, enum vpasid_finding_code code,
			unsigned int offset, unsigned int value)
{
	unsigned int at = layout->finding_count;

	if (at >= VPASID_MAX_FINDINGS && is_break(code) && !vpasid_layout_find_break(layout))
		at = VPASID_MAX_FINDINGS - 1;
	layout->finding_count++;
	if (at < VPASID_MAX_FINDINGS)
		layout->findings[at] = (struct vpasid_finding){
			.code = code,
			.offset = (uint16_t)offset,
			.value = (uint16_t)value,
		};
	layout->broken |= vpasid_chain_is_broken_by(code);
	layout->loops |= code == VPASID_FINDING_LOOP;
}

static struct vpasid_span *add_span(struct walk *walk)
{
	struct vpasid_span *span = &walk->layout->spans[walk->layout->span_count++];
	uint32_t header = walk->chain.header;

	*span = (struct vpasid_span){
		.offset = (uint16_t)walk->chain.offset,
		.next = PCI_EXT_CAP_NEXT(header),
		.id = PCI_EXT_CAP_ID(header),
		.version = PCI_EXT_CAP_VER(header),
	};
	return span;
}

/* Adds what is odd about a header's pointer; @code is what the walk has found there. */
static void inspect_pointer(struct walk *walk, unsigned int offset, uint32_t header, int code)
{
	unsigned int pointer = header >> 20, next = PCI_EXT_CAP_NEXT(header);
	struct vpasid_layout *layout = walk->layout;

	if (pointer != next)
		add_finding(layout, VPASID_FINDING_UNALIGNED, offset, pointer);
	if (code == VPASID_FINDING_ALL_ONES)
		add_finding(layout, code, next, 0);
	else if (code)
		add_finding(layout, code, offset, pointer);
	else if (next && next < offset)
		add_finding(layout, VPASID_FINDING_BACKWARD, offset, pointer);
}

/* Adds what is odd about a header, except its pointer. */
static void inspect_header(struct walk *walk, struct vpasid_span *span, unsigned int *pasid)
{
	/* A header with ID 0 and a pointer stands for something that is hidden. */
	if (span->id == VPASID_EXT_CAP_NULL && span->next)
		span->flags |= VPASID_SPAN_HIDDEN;
	if (span->id == VPASID_EXT_CAP_NULL && span->offset == VPASID_CONFIG_CONVENTIONAL)
		add_finding(walk->layout, VPASID_FINDING_HIDDEN_HEAD, span->offset, 0);

	if (span->id != VPASID_EXT_CAP_PASID)
		return;
	if (*pasid)
		add_finding(walk->layout, VPASID_FINDING_DUPLICATE, span->offset, *pasid);
	else
		*pasid = span->offset;
}

static void walk_chain(struct walk *walk)
{
	struct vpasid_chain *chain = &walk->chain;
	unsigned int pasid = 0;

	if (vpasid_chain_step(chain) == VPASID_FINDING_ALL_ONES)
		add_finding(walk->layout, VPASID_FINDING_ALL_ONES, VPASID_CONFIG_CONVENTIONAL, 0);

	while (chain->offset) {
		unsigned int offset = chain->offset;
		uint32_t header = chain->header;

		inspect_header(walk, add_span(walk), &pasid);
		inspect_pointer(walk, offset, header, vpasid_chain_step(chain));
	}
}

/* By specification the capability would reach into a header or beyond the space. */
static void cut(struct walk *walk, struct vpasid_span *span, unsigned int limit)
{
	struct vpasid_layout *layout = walk->layout;

	span->flags |= VPASID_SPAN_CUT;
	if (limit == walk->end && layout->size < VPASID_CONFIG_SIZE) {
		add_finding(layout, VPASID_FINDING_TRUNCATED, span->offset, 0);
		return;
	}
	add_finding(layout, VPASID_FINDING_CUT, span->offset, 0);
	if (limit < walk->end)
		add_finding(layout, VPASID_FINDING_INSIDE, limit, span->offset);
}

/* Where the next header above this one stands, or where the readable part ends. */
static unsigned int next_above(const struct walk *walk, unsigned int offset)
{
	unsigned int next = dwords_next(&walk->chain.seen, offset + DWORD);

	return next < walk->end ? next : walk->end;
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

	span->length = (uint16_t)room;
	if (!length) {
		add_finding(walk->layout, VPASID_FINDING_INEXACT, span->offset, 0);
	} else if (length > room) {
		cut(walk, span, limit);
	} else {
		span->length = (uint16_t)length;
		span->flags |= VPASID_SPAN_EXACT;
	}
}

int vpasid_layout_read(const void *config, size_t size, struct vpasid_layout *layout)
{
	struct walk walk = {
		.config = config,
		.end = size & ~3u,
		.layout = layout,
		.chain = { .read = read_dword, .opaque = &walk },
	};
	struct express express;

	if (size < VPASID_CONFIG_MIN || size > VPASID_CONFIG_SIZE)
		return -EINVAL;
	if (header_is_all_ones(config))
		return -EIO;

	/* Clearing all 10 KiB would take too long: most of the spans are never used. */
	layout->size = (uint16_t)size;
	layout->broken = false;
	layout->loops = false;
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

static uint64_t digest_number(uint64_t digest, uint16_t number)
{
	uint8_t bytes[2];

	put_le16(bytes, number);
	return fnv1a(digest, bytes, sizeof(bytes));
}

uint64_t vpasid_layout_digest(const struct vpasid_layout *layout)
{
	uint64_t digest = FNV1A_BASIS;

	for (unsigned int i = 0; i < layout->span_count; i++) {
		const struct vpasid_span *span = &layout->spans[i];

		digest = digest_number(digest, span->id);
		digest = digest_number(digest, span->version);
		digest = digest_number(digest, span->offset);
	}
	return digest;
}

uint64_t vpasid_layout_digest_lengths(const struct vpasid_layout *layout)
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

/* A format for the finding's offset and its value. */
static const char *sentence(const struct vpasid_finding *finding)
{
	switch (finding->code) {
	case VPASID_FINDING_ALL_ONES:
		return "the header at 0x%03x reads as all ones: the device doesn't respond";
	case VPASID_FINDING_BELOW:
		return "the capability at 0x%03x points to 0x%03x, which is below 0x100";
	case VPASID_FINDING_TRUNCATED:
		if (!finding->value)
			return "the capability at 0x%03x extends beyond the readable part";
		return "the capability at 0x%03x points to 0x%03x, beyond the readable part";
	case VPASID_FINDING_LOOP:
		return "the capability at 0x%03x points back to 0x%03x: the chain is a loop";
	case VPASID_FINDING_EMPTY:
		return "the capability at 0x%03x points to 0x%03x, where there is no capability";
	case VPASID_FINDING_INSIDE:
		return "the capability at 0x%03x is inside the registers of the one at 0x%03x";
	case VPASID_FINDING_UNALIGNED:
		return "the capability at 0x%03x points to 0x%03x, which isn't a multiple of 4";
	case VPASID_FINDING_BACKWARD:
		return "the capability at 0x%03x points backward to 0x%03x";
	case VPASID_FINDING_DUPLICATE:
		return "the PASID capability at 0x%03x is a duplicate of the one at 0x%03x";
	case VPASID_FINDING_HIDDEN_HEAD:
		return "the capability at 0x%03x, the chain's head, is hidden";
	case VPASID_FINDING_INEXACT:
		return "the length of the capability at 0x%03x is unknown";
	case VPASID_FINDING_CUT:
		return "the capability at 0x%03x has no room for all of its registers";
	default:
		return "unknown finding at 0x%03x";
	}
}

int vpasid_finding_describe(const struct vpasid_finding *finding, char *text, size_t size)
{
	/* Not all sentences mention the value: C allows for a surplus argument. */
	return snprintf(text, size, sentence(finding), finding->offset, finding->value);
}
