/* SPDX-License-Identifier: MIT */
/*
 * Takes the structs that callers hand in. Each begins with its size, so that a library and a
 * program that know different sizes of it understand each other.
 */
#ifndef ARGSZ_H
#define ARGSZ_H

#include <errno.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

/* A size above this one is a mistake: it isn't read. */
#define ARGSZ_MAX 4096

/**
 * take_struct() - copy a struct that a caller hands in, as copy_struct_from_user() of Linux does
 * @to: The struct as this library knows it. What the caller's is too short for becomes zeros.
 * @size: How many bytes @to has.
 * @from: The caller's struct, which begins with its own size, a uint32_t.
 *
 * Return: 0, or
 *	-EINVAL	@from is NULL, or its size doesn't even cover the size itself,
 *	-E2BIG	@from is longer than @to, and what this library doesn't know of it isn't zero.
 */
static inline int take_struct(void *to, size_t size, const void *from)
{
	const uint8_t *bytes = from;
	uint32_t argsz;

	if (!from)
		return -EINVAL;
	memcpy(&argsz, from, sizeof(argsz));
	if (argsz < sizeof(argsz))
		return -EINVAL;
	if (argsz > ARGSZ_MAX)
		return -E2BIG;
	for (size_t i = size; i < argsz; i++) {
		if (bytes[i])
			return -E2BIG;
	}
	memset(to, 0, size);
	memcpy(to, from, argsz < size ? argsz : size);
	return 0;
}

/**
 * give_struct() - fill in a struct of a caller's
 * @to: The caller's struct, which begins with its own size, a uint32_t. That stays as it is. What
 *	this library doesn't know of the struct becomes zeros.
 * @from: The struct as this library knows it.
 * @size: How many bytes @from has.
 *
 * Return: 0, or -EINVAL and -E2BIG if the size can't be one.
 */
static inline int give_struct(void *to, const void *from, size_t size)
{
	uint32_t argsz;

	if (!to)
		return -EINVAL;
	memcpy(&argsz, to, sizeof(argsz));
	if (argsz < sizeof(argsz))
		return -EINVAL;
	if (argsz > ARGSZ_MAX)
		return -E2BIG;
	memset((uint8_t *)to + sizeof(argsz), 0, argsz - sizeof(argsz));
	memcpy((uint8_t *)to + sizeof(argsz), (const uint8_t *)from + sizeof(argsz),
	       (argsz < size ? argsz : size) - sizeof(argsz));
	return 0;
}

#endif /* ARGSZ_H */
