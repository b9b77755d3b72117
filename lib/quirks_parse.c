// SPDX-License-Identifier: MIT
/*
 * Parses the text of a file of quirks, which data/quirks/README describes.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <vpasid/config.h>

#include "quirks_internal.h"

/* Some bytes of the text, without a null byte at their end. */
struct word {
	const char *text;
	size_t length;
};

struct parser {
	struct vpasid_quirks *quirks;
	const char *name;
	struct vpasid_quirks_error *error;
	unsigned int line;
	struct word rest; /* of the line */
	struct quirk_entry *entry;
};

/* As much of a word as an error shows, for "%.*s". */
#define SHOWN(word) (int)((word).length < 40 ? (word).length : 40), (word).text

/* Fails with "FILE:LINE: what is wrong", and returns from the calling function. */
#define REFUSE(parser, format, ...)                                                       \
	do {                                                                              \
		vpasid_quirks_fail((parser)->error, "%.200s:%u: " format, (parser)->name, \
				   (parser)->line __VA_OPT__(, ) __VA_ARGS__);            \
		return -EINVAL;                                                           \
	} while (0)

/* Words */

static bool is_space(char c)
{
	return c == ' ' || c == '\t' || c == '\r';
}

static void skip(struct word *rest, size_t length)
{
	rest->text += length;
	rest->length -= length;
}

static void skip_space(struct word *rest)
{
	while (rest->length && is_space(*rest->text))
		skip(rest, 1);
}

/* The next word of the line; an empty one at the line's end or before a comment. */
static struct word next_word(struct parser *parser)
{
	struct word word;

	skip_space(&parser->rest);
	word = (struct word){ .text = parser->rest.text };
	if (parser->rest.length && *parser->rest.text == '#')
		skip(&parser->rest, parser->rest.length);
	while (parser->rest.length && !is_space(*parser->rest.text)) {
		skip(&parser->rest, 1);
		word.length++;
	}
	return word;
}

static bool is(const struct word *word, const char *text)
{
	return word->length == strlen(text) && !memcmp(word->text, text, word->length);
}

static bool take_prefix(struct word *word, const char *prefix)
{
	size_t length = strlen(prefix);

	if (word->length < length || memcmp(word->text, prefix, length) != 0)
		return false;
	skip(word, length);
	return true;
}

/* Moves what stands before @mark to @before. The word keeps what stands behind @mark. */
static bool split(struct word *word, char mark, struct word *before)
{
	const char *at = word->length ? memchr(word->text, mark, word->length) : NULL;

	if (!at)
		return false;
	*before = (struct word){ word->text, (size_t)(at - word->text) };
	skip(word, before->length + 1);
	return true;
}

static int digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	if (c >= 'A' && c <= 'F')
		return c - 'A' + 10;
	return -1;
}

/* All of the word is a hexadecimal number of at most @digits digits. */
static bool take_hex(const struct word *word, size_t digits, unsigned int *value)
{
	*value = 0;
	if (!word->length || word->length > digits)
		return false;
	for (size_t i = 0; i < word->length; i++) {
		if (digit(word->text[i]) < 0)
			return false;
		*value = *value << 4 | (unsigned int)digit(word->text[i]);
	}
	return true;
}

static bool take_offset(struct word word, unsigned int *offset)
{
	return take_prefix(&word, "0x") && take_hex(&word, 3, offset);
}

/* device VENDOR:DEVICE [subsystem=VENDOR:DEVICE] [revision=RR[-RR]] [function=pf|vf] */

static bool take_id(const struct word *word, struct quirk_id *id)
{
	unsigned int value = 0;

	id->any = is(word, "*");
	if (!id->any && (word->length != 4 || !take_hex(word, 4, &value)))
		return false;
	id->value = (uint16_t)value;
	return true;
}

static bool take_id_pair(struct word word, struct quirk_id *vendor, struct quirk_id *device)
{
	struct word before;

	return split(&word, ':', &before) && take_id(&before, vendor) && take_id(&word, device);
}

static bool take_revisions(struct word word, struct quirk_entry *entry)
{
	struct word before = word;
	unsigned int first, last;

	if (!split(&word, '-', &before))
		word = before;
	if (!take_hex(&before, 2, &first) || !take_hex(&word, 2, &last) || first > last)
		return false;
	entry->first_revision = (uint8_t)first;
	entry->last_revision = (uint8_t)last;
	return true;
}

static bool take_kind(const struct word *word, struct quirk_entry *entry)
{
	entry->any_kind = false;
	entry->kind = is(word, "vf") ? VPASID_FUNCTION_VF : VPASID_FUNCTION_PF;
	return is(word, "vf") || is(word, "pf");
}

static int parse_condition(struct parser *parser, const struct word word, unsigned int *seen)
{
	struct quirk_entry *entry = parser->entry;
	struct word value = word;
	unsigned int bit;

	if (take_prefix(&value, "subsystem=")) {
		bit = 1;
		if (!take_id_pair(value, &entry->subsystem_vendor, &entry->subsystem_device))
			REFUSE(parser, "%.*s: write subsystem=VVVV:DDDD, or * for either",
			       SHOWN(word));
	} else if (take_prefix(&value, "revision=")) {
		bit = 2;
		if (!take_revisions(value, entry))
			REFUSE(parser, "%.*s: write revision=RR or revision=RR-RR", SHOWN(word));
	} else if (take_prefix(&value, "function=")) {
		bit = 4;
		if (!take_kind(&value, entry))
			REFUSE(parser, "%.*s: write function=pf or function=vf", SHOWN(word));
	} else {
		REFUSE(parser, "'%.*s': a device line accepts subsystem=, revision=, function=",
		       SHOWN(word));
	}

	if (*seen & bit)
		REFUSE(parser, "%.*s: given twice", SHOWN(word));
	*seen |= bit;
	return 0;
}

/* Checks that an entry has all that it needs, once all its lines are read. */
static int end_entry(struct parser *parser)
{
	const struct quirk_entry *entry = parser->entry;

	if (!entry)
		return 0;

	parser->entry = NULL;
	parser->line = entry->quirk.line;
	if (!*entry->source)
		REFUSE(parser, "the device has no source; say where the information is from: "
			       "source \"...\"");
	if (!entry->quirk.offset && !entry->quirk.hidden_count && !entry->quirk.extent_count)
		REFUSE(parser, "the device has no quirk; write hidden, offset or extent");
	return 0;
}

static int parse_device(struct parser *parser)
{
	unsigned int line = parser->line, seen = 0;
	struct word word;
	int ret = end_entry(parser);

	if (ret)
		return ret;
	parser->line = line;
	parser->entry = vpasid_quirks_add(parser->quirks, parser->name);
	if (!parser->entry) {
		vpasid_quirks_fail(parser->error, "%.200s:%u: %s", parser->name, line,
				   strerror(ENOMEM));
		return -ENOMEM;
	}
	parser->entry->quirk.line = line;

	word = next_word(parser);
	if (!take_id_pair(word, &parser->entry->vendor, &parser->entry->device) ||
	    parser->entry->vendor.any)
		REFUSE(parser, "'%.*s': write device VVVV:DDDD, or VVVV:* for all of a vendor",
		       SHOWN(word));

	while ((word = next_word(parser)).length) {
		ret = parse_condition(parser, word, &seen);
		if (ret)
			return ret;
	}
	return 0;
}

/* hidden 0xNNN-0xNNN, extent 0xNNN-0xNNN, offset 0xNNN */

static bool take_range(struct word word, struct vpasid_range *range)
{
	struct word before;
	unsigned int first, last;

	if (!split(&word, '-', &before) || !take_offset(before, &first) ||
	    !take_offset(word, &last) || first < VPASID_CONFIG_CONVENTIONAL || first > last)
		return false;
	range->offset = (uint16_t)first;
	range->length = (uint16_t)(last - first + 1);
	return true;
}

static int parse_range(struct parser *parser, struct vpasid_range *ranges, uint16_t *count)
{
	struct word word = next_word(parser);

	if (*count == QUIRK_MAX_RANGES)
		REFUSE(parser, "a device can have at most %d ranges of one kind", QUIRK_MAX_RANGES);
	if (!take_range(word, &ranges[*count]))
		REFUSE(parser, "'%.*s': write a range within 0x100-0xfff, such as 0xe00-0xeff",
		       SHOWN(word));
	(*count)++;
	return 0;
}

static int parse_hidden(struct parser *parser)
{
	return parse_range(parser, parser->entry->hidden, &parser->entry->quirk.hidden_count);
}

static int parse_extent(struct parser *parser)
{
	struct quirk_entry *entry = parser->entry;
	unsigned int count = entry->quirk.extent_count;
	int ret = parse_range(parser, entry->extents, &entry->quirk.extent_count);

	if (!ret && (entry->extents[count].offset % 4 || entry->extents[count].length % 4))
		REFUSE(parser, "an extent begins with a capability and consists of whole dwords, "
			       "such as 0x140-0x17f");
	return ret;
}

static int parse_offset(struct parser *parser)
{
	struct word word = next_word(parser);
	unsigned int offset;

	if (parser->entry->quirk.offset)
		REFUSE(parser, "offset: given twice");
	if (!take_offset(word, &offset) || offset % 4 || offset < VPASID_CONFIG_CONVENTIONAL ||
	    offset > VPASID_CONFIG_SIZE - VPASID_CAP_LENGTH)
		REFUSE(parser, "'%.*s': write a multiple of 4 within 0x100-0xff8, such as 0xe00",
		       SHOWN(word));
	parser->entry->quirk.offset = (uint16_t)offset;
	return 0;
}

/* source "..." */

static bool is_text(const struct word *word)
{
	for (size_t i = 0; i < word->length; i++) {
		if ((unsigned char)word->text[i] < ' ' || word->text[i] == 0x7f)
			return false;
	}
	return word->length && word->length <= QUIRK_MAX_SOURCE;
}

static int parse_source(struct parser *parser)
{
	struct word source;

	if (*parser->entry->source)
		REFUSE(parser, "source: given twice");
	skip_space(&parser->rest);
	if (!take_prefix(&parser->rest, "\"") || !split(&parser->rest, '"', &source) ||
	    !is_text(&source))
		REFUSE(parser,
		       "say where the information is from, in double quotes, in 1 to %d "
		       "characters: source \"...\"",
		       QUIRK_MAX_SOURCE);
	memcpy(parser->entry->source, source.text, source.length);
	return 0;
}

/* Lines */

static const struct statement {
	const char *keyword;
	int (*parse)(struct parser *parser);
} statements[] = {
	{ "hidden", parse_hidden },
	{ "extent", parse_extent },
	{ "offset", parse_offset },
	{ "source", parse_source },
};

static int parse_statement(struct parser *parser, const struct word *keyword)
{
	if (is(keyword, "device"))
		return parse_device(parser);

	for (size_t i = 0; i < sizeof(statements) / sizeof(statements[0]); i++) {
		if (!is(keyword, statements[i].keyword))
			continue;
		if (!parser->entry)
			REFUSE(parser, "%s: write a line `device VVVV:DDDD` before it",
			       statements[i].keyword);
		return statements[i].parse(parser);
	}
	REFUSE(parser, "'%.*s': a line begins with device, hidden, extent, offset, source",
	       SHOWN(*keyword));
}

static int parse_line(struct parser *parser)
{
	struct word word = next_word(parser);
	int ret;

	if (!word.length)
		return 0;
	ret = parse_statement(parser, &word);
	if (ret)
		return ret;
	word = next_word(parser);
	if (word.length)
		REFUSE(parser, "'%.*s' is one word too many", SHOWN(word));
	return 0;
}

static int parse_lines(struct parser *parser, struct word text)
{
	while (text.length) {
		int ret;

		parser->line++;
		if (!split(&text, '\n', &parser->rest)) {
			parser->rest = text;
			text.length = 0;
		}
		ret = parse_line(parser);
		if (ret)
			return ret;
	}
	return end_entry(parser);
}

int vpasid_quirks_parse(struct vpasid_quirks *quirks, const char *text, size_t length,
			const char *name, struct vpasid_quirks_error *error)
{
	struct parser parser = { .quirks = quirks, .name = name, .error = error };
	size_t count = quirks->count;
	int ret = parse_lines(&parser, (struct word){ text, length });

	if (ret)
		vpasid_quirks_cut(quirks, count);
	return ret;
}
