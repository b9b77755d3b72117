/* SPDX-License-Identifier: MIT */
/*
 * FNV-1a of 64 bits. It tells things apart that differ by accident, but doesn't protect
 * against somebody who wants them to look alike.
 */
#ifndef FNV_H
#define FNV_H

#include <stddef.h>
#include <stdint.h>

#define FNV1A_BASIS 0xcbf29ce484222325ull

/**
 * fnv1a() - add bytes to a hash
 * @hash: The hash of the bytes before; FNV1A_BASIS at the beginning.
 * @bytes: The bytes to add.
 * @length: How many bytes there are.
 *
 * Return: the hash of all bytes.
 */
static inline uint64_t fnv1a(uint64_t hash, const uint8_t *bytes, size_t length)
{
	for (size_t i = 0; i < length; i++)
		hash = (hash ^ bytes[i]) * 0x100000001b3ull;
	return hash;
}

#endif /* FNV_H */
