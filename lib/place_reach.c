// SPDX-License-Identifier: MIT
#include <vpasid/place.h>

/* The longest extent that a quirk has for a capability; 0 if there is none. */
static unsigned int longest_extent(const struct vpasid_span *span,
				   const struct vpasid_quirk *const *quirks, size_t quirk_count)
{
	unsigned int longest = 0;

	for (size_t i = 0; i < quirk_count; i++) {
		for (unsigned int j = 0; j < quirks[i]->extent_count; j++) {
			const struct vpasid_range *range = &quirks[i]->extents[j];

			if (range->offset == span->offset && range->length <= span->length &&
			    range->length > longest)
				longest = range->length;
		}
	}
	return longest;
}

unsigned int vpasid_span_reach(const struct vpasid_span *span,
			       const struct vpasid_quirk *const *quirks, size_t quirk_count,
			       bool *known)
{
	unsigned int length = span->length;

	if (!(span->flags & VPASID_SPAN_EXACT))
		length = longest_extent(span, quirks, quirk_count);
	*known = length;
	return length ? length : span->length;
}
