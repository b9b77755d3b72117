// SPDX-License-Identifier: GPL-2.0-or-later
#include <ctype.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "report/pool.h"

#define FIRST_TABLE 64

/* The length of an address as 0000:00:1c.0 at @text, 0 if there is none. */
static size_t address_length(const char *text)
{
	size_t domain = strspn(text, "0123456789abcdef");
	const char *at = text + domain;

	if (domain < 4 || at[0] != ':' || !isxdigit((unsigned char)at[1]) ||
	    !isxdigit((unsigned char)at[2]) || at[3] != ':' || !isxdigit((unsigned char)at[4]) ||
	    !isxdigit((unsigned char)at[5]) || at[6] != '.' || !isdigit((unsigned char)at[7]))
		return 0;
	return domain + 8;
}

/* A copy without addresses and numbers of groups. */
static char *mask(const char *key)
{
	static const char group[] = "group ";
	char *masked = malloc(strlen(key) + 1), *to = masked;
	size_t length;

	while (masked && *key) {
		if (isxdigit((unsigned char)*key)) {
			length = address_length(key);
			key += length;
			if (length)
				continue;
		}
		if (*key == 'g' && !strncmp(key, group, sizeof(group) - 1)) {
			key += sizeof(group) - 1;
			key += strspn(key, "0123456789");
			continue;
		}
		*to++ = *key++;
	}
	if (masked)
		*to = '\0';
	return masked;
}

/* FNV-1a */
static uint64_t hash_of(const char *key)
{
	uint64_t hash = 0xcbf29ce484222325ull;

	for (; *key; key++)
		hash = (hash ^ (unsigned char)*key) * 0x100000001b3ull;
	return hash;
}

/* The slot that has the number of the block, and 1 more than that; or the empty one for it. */
static size_t *slot_of(const struct pool *pool, const char *key)
{
	size_t slot = hash_of(key) & (pool->table_size - 1);

	while (pool->table[slot] && strcmp(pool->blocks[pool->table[slot] - 1].key, key) != 0)
		slot = (slot + 1) & (pool->table_size - 1);
	return &pool->table[slot];
}

/* At least half of the table stays empty. */
static bool make_room(struct pool *pool)
{
	size_t size = pool->table_size ? 2 * pool->table_size : FIRST_TABLE;
	struct block *blocks;
	size_t *table;

	if (2 * (pool->count + 1) <= pool->table_size)
		return true;
	blocks = reallocarray(pool->blocks, size / 2, sizeof(*blocks));
	if (blocks)
		pool->blocks = blocks;
	table = blocks ? calloc(size, sizeof(*table)) : NULL;
	if (!table)
		return false;
	free(pool->table);
	pool->table = table;
	pool->table_size = size;
	for (size_t i = 0; i < pool->count; i++)
		*slot_of(pool, pool->blocks[i].key) = i + 1;
	return true;
}

/* Room for users grows at each power of 2. */
static void add_user(struct pool *pool, struct block *block, size_t user)
{
	size_t count = block->user_count;
	size_t *users = block->users;

	if (count && users[count - 1] == user)
		return;
	if (!(count & (count - 1)))
		users = reallocarray(users, count ? 2 * count : 1, sizeof(*users));
	if (!users) {
		pool->is_short = true;
		return;
	}
	block->users = users;
	users[block->user_count++] = user;
}

size_t pool_use(struct pool *pool, const char *key, size_t user, bool *is_new)
{
	char *masked = mask(key);
	size_t *slot;

	*is_new = false;
	if (!masked || !make_room(pool)) {
		free(masked);
		pool->is_short = true;
		return 0;
	}
	slot = slot_of(pool, masked);
	if (*slot) {
		free(masked);
	} else {
		pool->blocks[pool->count++] = (struct block){ .key = masked };
		*slot = pool->count;
		*is_new = true;
	}
	add_user(pool, &pool->blocks[*slot - 1], user);
	return *slot - 1;
}

bool pool_begin(struct pool *pool, struct text *text)
{
	if (text_open(text))
		return true;
	pool->is_short = true;
	return false;
}

size_t pool_end(struct pool *pool, struct text *text, size_t user, bool *is_new)
{
	size_t number = 0;

	*is_new = false;
	if (text_close(text))
		number = pool_use(pool, text->content, user, is_new);
	else
		pool->is_short = true;
	if (*is_new)
		pool->blocks[number].html = text->content;
	else
		free(text->content);
	return number;
}

void pool_free(struct pool *pool)
{
	for (size_t i = 0; i < pool->count; i++) {
		free(pool->blocks[i].key);
		free(pool->blocks[i].html);
		free(pool->blocks[i].users);
	}
	free(pool->blocks);
	free(pool->table);
	*pool = (struct pool){ 0 };
}
