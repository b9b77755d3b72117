/* SPDX-License-Identifier: MIT */
/*
 * A set of dwords of config space: one bit for each.
 */
#ifndef DWORDS_H
#define DWORDS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <vpasid/config.h>

#define DWORD		  4
#define DWORDS_WORD_BITS  64
#define DWORDS_WORD_BYTES (DWORDS_WORD_BITS * DWORD) /* of config space, for each word */

/**
 * struct dwords - a set of dwords of a config space; with all zeros it is empty
 * @words: One bit for each dword.
 */
struct dwords {
	uint64_t words[VPASID_CONFIG_SIZE / DWORDS_WORD_BYTES];
};

/**
 * dwords_add() - add each dword that some bytes lie in
 * @dwords: The set.
 * @offset: Where the first byte is.
 * @length: How many bytes there are; those beyond config space are left out.
 */
static inline void dwords_add(struct dwords *dwords, unsigned int offset, unsigned int length)
{
	unsigned int end = (offset + length + DWORD - 1) / DWORD;

	for (unsigned int i = offset / DWORD; i < end && i < VPASID_CONFIG_SIZE / DWORD; i++)
		dwords->words[i / DWORDS_WORD_BITS] |= 1ull << i % DWORDS_WORD_BITS;
}

/**
 * dwords_remove() - take each dword out that some bytes lie in
 * @dwords: The set.
 * @offset: Where the first byte is.
 * @length: How many bytes there are; they end within config space.
 */
static inline void dwords_remove(struct dwords *dwords, unsigned int offset, unsigned int length)
{
	for (unsigned int i = offset / DWORD; i < (offset + length + DWORD - 1) / DWORD; i++)
		dwords->words[i / DWORDS_WORD_BITS] &= ~(1ull << i % DWORDS_WORD_BITS);
}

/**
 * dwords_has() - is a dword in the set?
 * @dwords: The set.
 * @offset: Where any byte of the dword is, below VPASID_CONFIG_SIZE.
 *
 * Return: whether it is.
 */
static inline bool dwords_has(const struct dwords *dwords, size_t offset)
{
	size_t i = offset / DWORD;

	return dwords->words[i / DWORDS_WORD_BITS] >> i % DWORDS_WORD_BITS & 1;
}

/**
 * dwords_next() - find the first dword of the set from an offset on
 * @dwords: The set.
 * @from: The offset, a multiple of 4.
 *
 * Return: its offset; VPASID_CONFIG_SIZE if there is none.
 */
static inline unsigned int dwords_next(const struct dwords *dwords, unsigned int from)
{
	uint64_t mask = ~0ull << from / DWORD % DWORDS_WORD_BITS;

	for (unsigned int i = from / DWORDS_WORD_BYTES; i < VPASID_CONFIG_SIZE / DWORDS_WORD_BYTES;
	     i++) {
		uint64_t bits = dwords->words[i] & mask;

		if (bits)
			return i * DWORDS_WORD_BYTES + (unsigned int)__builtin_ctzll(bits) * DWORD;
		mask = ~0ull;
	}
	return VPASID_CONFIG_SIZE;
}

#endif /* DWORDS_H */
