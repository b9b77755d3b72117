// SPDX-License-Identifier: GPL-2.0-or-later
#include <stdarg.h>
#include <stdio.h>

#include "explain/link.h"

struct link *explain_add(struct chain *chain, enum explain_what what, const struct function *hop)
{
	struct link *link = &chain->links[chain->link_count++];

	*link = (struct link){ .what = what };
	if (hop)
		link->bdf = hop->pci.bdf;
	return link;
}

struct link *explain_add_need(struct chain *chain, enum explain_what what)
{
	struct link *need = &chain->needs[chain->need_count++];

	*need = (struct link){ .what = what };
	return need;
}

#define FORMAT(text, format)                                      \
	do {                                                      \
		va_list arguments;                                \
                                                                  \
		va_start(arguments, format);                      \
		vsnprintf(text, sizeof(text), format, arguments); \
		va_end(arguments);                                \
	} while (0)

void explain_ok(struct link *link, const char *format, ...)
{
	link->verdict = EXPLAIN_OK;
	link->certainty = EXPLAIN_SURE;
	FORMAT(link->found, format);
}

void explain_broken(struct link *link, const char *format, ...)
{
	link->verdict = EXPLAIN_BROKEN;
	link->certainty = EXPLAIN_SURE;
	FORMAT(link->found, format);
}

void explain_na(struct link *link, const char *format, ...)
{
	link->verdict = EXPLAIN_NA;
	link->certainty = EXPLAIN_SURE;
	FORMAT(link->found, format);
}

void explain_unknown(struct link *link, const char *format, ...)
{
	link->verdict = EXPLAIN_UNKNOWN;
	link->certainty = EXPLAIN_NOT_SURE;
	FORMAT(link->doubt, format);
}

void explain_where(struct link *link, const char *format, ...)
{
	FORMAT(link->where, format);
}

void explain_todo(struct link *link, const char *format, ...)
{
	FORMAT(link->todo, format);
}

void explain_doubt(struct link *link, const char *format, ...)
{
	link->certainty = EXPLAIN_LIKELY;
	FORMAT(link->doubt, format);
}

void explain_note(struct chain *chain, const char *format, ...)
{
	if (chain->note_count < EXPLAIN_MAX_NOTES)
		FORMAT(chain->notes[chain->note_count++], format);
}
