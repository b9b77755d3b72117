// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "statement.h"

int statement_split(struct statement *statement, char *line)
{
	size_t count = 0;
	char *word;

	while ((word = strsep(&line, " \t\r"))) {
		if (*word == '#')
			break;
		if (!*word)
			continue;
		if (count == STATEMENT_WORDS)
			return statement_fault(statement, "more than %d words: write two lines",
					       STATEMENT_WORDS);
		statement->words[count++] = word;
	}

	statement->words[count] = NULL;
	statement->next = statement->words;
	return 0;
}

char *statement_word(struct statement *statement)
{
	return *statement->next ? *statement->next++ : NULL;
}

int statement_path(struct statement *statement, struct pci_path *path)
{
	const char *word = statement_word(statement);

	if (!word || !path_parse(path, word))
		return statement_fault(statement,
				       "'%s': write a function, such as 00:05.0, or 00:1c.0/00.0 "
				       "if it is behind a port",
				       word ? word : "");
	return 0;
}

static int parse_number(struct statement *statement, const struct option *option, const char *text)
{
	unsigned long value;
	char *end;

	errno = 0;
	value = strtoul(text, &end, 0);
	if (*text < '0' || *text > '9' || *end || errno || value > option->max)
		return statement_fault(statement, "%s=%s: write a number from 0 to %#" PRIx64,
				       option->name, text, option->max);

	if (option->wide)
		*option->wide = value;
	else
		*option->number = value;
	return 0;
}

static int parse_list(struct statement *statement, const struct option *option, const char *text)
{
	struct list *list = option->list;
	bool hex = list->item_size == 1;
	uint64_t limit = 1ULL << (8 * list->item_size);
	char *end;
	size_t i;

	list->length = 0;
	do {
		unsigned long value = strtoul(text, &end, hex ? 16 : 0);

		if (end == text || (*end && *end != ',') || value >= limit)
			return statement_fault(
				statement, "%s=%s: write %s, separated by commas", option->name,
				text, hex ? "bytes of two hex digits" : "numbers of 32 bits");
		if (list->length + list->item_size > list->room)
			return statement_fault(statement, "%s= is longer than config space",
					       option->name);
		for (i = 0; i < list->item_size; i++)
			list->bytes[list->length++] = value >> (8 * i);
		text = end + 1;
	} while (*end);

	return 0;
}

/* 1 if the word was this option, 0 if it wasn't. */
static int parse_option(struct statement *statement, const struct option *option, const char *word)
{
	size_t length = strlen(option->name);
	const char *value = word + length + 1;
	int ret;

	if (strncmp(word, option->name, length) != 0)
		return 0;

	if (option->flag) {
		*option->flag = !word[length];
		return *option->flag;
	}

	if (word[length] != '=')
		return 0;
	ret = option->list ? parse_list(statement, option, value)
			   : parse_number(statement, option, value);
	return ret ? ret : 1;
}

static int unknown_option(struct statement *statement, const char *what,
			  const struct option *options, const char *word)
{
	char known[128] = "";
	size_t length = 0;

	for (; options->name; options++)
		length += snprintf(known + length, sizeof(known) - length, " %s%s", options->name,
				   options->flag ? "" : "=");

	return statement_fault(statement, "'%s': %s takes%s", word, what, known);
}

static bool is_there(const struct statement *statement, char *const *first,
		     const struct option *option)
{
	size_t length = strlen(option->name);

	for (; first < statement->next; first++)
		if (strncmp(*first, option->name, length) == 0 && (*first)[length] == '=')
			return true;
	return false;
}

int statement_options(struct statement *statement, const char *what, const struct option *options)
{
	char **first = statement->next;
	const struct option *option;
	const char *word;
	int ret;

	while ((word = statement_word(statement))) {
		ret = 0;
		for (option = options; !ret && option->name; option++)
			ret = parse_option(statement, option, word);
		if (ret < 0)
			return ret;
		if (!ret)
			return unknown_option(statement, what, options, word);
	}

	for (option = options; option->name; option++)
		if (option->required && !is_there(statement, first, option))
			return statement_fault(statement, "%s needs %s=", what, option->name);
	return 0;
}
