/* SPDX-License-Identifier: GPL-2.0-only */
/* A line of a topology file as words, and the kinds of words that there are. */
#ifndef LAB_STATEMENT_H
#define LAB_STATEMENT_H

#include <string.h>

#include "topology.h"

#define STATEMENT_WORDS 64

/**
 * struct statement - a line, being parsed
 * @topology: what it becomes part of
 * @line: its number
 * @words: its words, with NULL after the last
 * @next: the first of them that isn't parsed yet
 */
struct statement {
	struct topology *topology;
	unsigned int line;
	char *words[STATEMENT_WORDS + 1];
	char **next;
};

/**
 * struct list - the numbers of an option, such as "25,0b", as bytes
 * @bytes: they go here, each number with its little end first
 * @room: how many there can be
 * @item_size: how many a number makes: 1, then it is written in hex; or 4
 * @length: how many there were
 */
struct list {
	uint8_t *bytes;
	size_t room;
	size_t item_size;
	size_t length;
};

/**
 * struct option - a word such as "exec", or "at=0x180"
 * @name: "exec", "at"
 * @flag: set to true if the word is there; it has no value
 * @number: set to its value
 * @wide: set to it, where it may have 64 bits
 * @list: the values of a word that may have several
 * @max: the greatest number
 * @required: the statement is wrong without it
 *
 * One of @flag, @number, @wide and @list says which kind of option it is.
 */
struct option {
	const char *name;
	bool *flag;
	unsigned int *number;
	uint64_t *wide;
	struct list *list;
	uint64_t max;
	bool required;
};

/* Returns -EINVAL, with the rest of the message in the topology. */
#define statement_fault(statement, ...) \
	topology_fault((statement)->topology, (statement)->line, __VA_ARGS__)

/* Cuts the line into words. Like the rest, returns 0 or a negative errno. */
int statement_split(struct statement *statement, char *line);

/* The next word, NULL if there is none. */
char *statement_word(struct statement *statement);

int statement_path(struct statement *statement, struct pci_path *path);

/* All words that are left, in any order, which belong to WHAT: an array, ended by a NULL name. */
int statement_options(struct statement *statement, const char *what, const struct option *options);

static inline bool same(const char *a, const char *b)
{
	return strcmp(a, b) == 0;
}

#endif /* LAB_STATEMENT_H */
