// SPDX-License-Identifier: MIT
/*
 * vpasid/config.h on any bytes: whatever a device answers, what is said of it must
 * hold together.
 */
#include <errno.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <vpasid/config.h>

#include "chain.h"
#include "fuzz.h"

static uint32_t read32(const uint8_t *data, unsigned int offset)
{
	return data[offset] | data[offset + 1] << 8 | data[offset + 2] << 16 |
	       (uint32_t)data[offset + 3] << 24;
}

static void check_span(const uint8_t *config, size_t size, const struct vpasid_span *span)
{
	uint32_t header = read32(config, span->offset);

	check(span->offset >= VPASID_CONFIG_CONVENTIONAL && span->offset % 4 == 0);
	check(span->length >= 4 && span->length % 4 == 0);
	check((size_t)span->offset + span->length <= size);
	check(header && header != UINT32_MAX);
	check(span->id == (header & 0xffff) && span->version == (header >> 16 & 0xf));
	check(span->next == (header >> 20 & 0xffc));
	check(!(span->flags & VPASID_SPAN_EXACT) || !(span->flags & VPASID_SPAN_CUT));
	check(!(span->flags & VPASID_SPAN_EXACT) || vpasid_ext_cap_name(span->id));
	check(!(span->flags & VPASID_SPAN_HIDDEN) || (!span->id && span->length == 4));
}

/* No dword belongs to two spans, and what isn't exact leaves none between. */
static void check_overlaps(const struct vpasid_layout *layout)
{
	uint16_t owner[VPASID_CONFIG_SIZE / 4 + 1] = { 0 };

	owner[layout->size / 4] = UINT16_MAX;
	for (unsigned int i = 0; i < layout->span_count; i++) {
		const struct vpasid_span *span = &layout->spans[i];

		for (unsigned int j = 0; j < span->length / 4u; j++) {
			check(!owner[span->offset / 4 + j]);
			owner[span->offset / 4 + j] = span->offset;
		}
	}
	for (unsigned int i = 0; i < layout->span_count; i++) {
		const struct vpasid_span *span = &layout->spans[i];

		if (!(span->flags & VPASID_SPAN_EXACT))
			check(owner[(span->offset + span->length) / 4]);
	}
}

static bool breaks(unsigned int code)
{
	return code == VPASID_FINDING_ALL_ONES || code == VPASID_FINDING_BELOW ||
	       code == VPASID_FINDING_TRUNCATED;
}

static void check_findings(const struct vpasid_layout *layout)
{
	char text[VPASID_FINDING_TEXT];
	bool broken = false, loops = false;

	for (unsigned int i = 0; i < layout->finding_count && i < VPASID_MAX_FINDINGS; i++) {
		const struct vpasid_finding *finding = &layout->findings[i];
		int length = vpasid_finding_describe(finding, text, sizeof(text));

		check(length > 0 && (size_t)length < sizeof(text) &&
		      strlen(text) == (size_t)length);
		check(finding->code >= VPASID_FINDING_ALL_ONES &&
		      finding->code <= VPASID_FINDING_CUT);
		check(finding->offset >= VPASID_CONFIG_CONVENTIONAL &&
		      finding->offset < layout->size);
		broken |= breaks(finding->code);
		loops |= finding->code == VPASID_FINDING_LOOP;
	}
	/* A break behind too many others takes the last place; one that loops, too, may not. */
	check(!broken || layout->broken);
	check(!loops || layout->loops);
	check((broken || loops) == (layout->broken || layout->loops));
	check((broken || loops) == !!vpasid_layout_find_break(layout));
}

static void check_find(const struct vpasid_layout *layout, uint16_t id)
{
	const struct vpasid_span *found = vpasid_layout_find(layout, id);

	for (unsigned int i = 0; i < layout->span_count; i++) {
		if (layout->spans[i].id == id) {
			check(found == &layout->spans[i]);
			return;
		}
	}
	check(!found);
}

static void check_conventional(const uint8_t *data, size_t size, uint8_t id)
{
	int offset = vpasid_conventional_find(data, size, id);

	check(offset == 0 || offset == -EPROTO || offset >= VPASID_CONFIG_MIN);
	check(offset <= 0 || (offset % 4 == 0 && offset + 4u <= size && data[offset] == id));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct vpasid_layout layout;
	struct vpasid_layout again;
	int count = vpasid_layout_read(data, size, &layout);

	if (size < VPASID_CONFIG_MIN || size > VPASID_CONFIG_SIZE) {
		check(count == -EINVAL);
		return 0;
	}
	if (count < 0) {
		check(count == -EIO && data[0] == 0xff && data[VPASID_CONFIG_MIN - 1] == 0xff);
		return 0;
	}

	check(count == layout.span_count && count <= VPASID_MAX_SPANS && layout.size == size);
	for (int i = 0; i < count; i++)
		check_span(data, size, &layout.spans[i]);
	check_overlaps(&layout);
	check_findings(&layout);
	check_find(&layout, VPASID_EXT_CAP_PASID);
	check_conventional(data, size, 0x10); /* PCI Express */
	check_conventional(data, size, data[0]);

	check(vpasid_layout_read(data, size, &again) == count);
	check(vpasid_layout_digest(&again) == vpasid_layout_digest(&layout));
	return 0;
}

/* Half of the time a header is put somewhere, too. */
size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t max_size, unsigned int seed)
{
	srand(seed);
	size = LLVMFuzzerMutate(data, size, max_size);
	if (!(rand() & 1) && size >= VPASID_CONFIG_CONVENTIONAL + 8)
		chain_put_header(data, size);
	return size;
}
