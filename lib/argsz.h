/* SPDX-License-Identifier: MIT */
/*
 * Takes structs whose first member, a uint32_t argsz, says how many bytes the caller has of them.
 * A library and a program that know different sizes of a struct understand each other so. None
 * of this is exported.
 */
#ifndef ARGSZ_H
#define ARGSZ_H

#include <errno.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

/* No version has a longer struct: the caller has never set argsz. */
#define ARGSZ_MAX 4096

/* Returns how many bytes the caller has, -EINVAL if argsz isn't set, or -E2BIG. */
static inline int read_argsz(const void *given)
{
	uint32_t argsz = 0;

	if (given)
		memcpy(&argsz, given, sizeof(argsz));
	if (argsz < sizeof(argsz))
		return -EINVAL;
	return argsz > ARGSZ_MAX ? -E2BIG : (int)argsz;
}

/**
 * take_struct() - copy what a caller hands in into the struct that the library knows
 * @taken: The library's struct, which begins with argsz. It is @size then.
 * @size: How many bytes @taken has.
 * @given: The caller's struct, with its argsz set. NULL is an error.
 *
 * It is what copy_struct_from_user() of the kernel does. A caller that was built with the
 * headers of an earlier version has a shorter struct: what it lacks is zeros in @taken, and
 * zeros mean what that version did. One that was built with later headers has a longer struct,
 * which is accepted as long as it doesn't use what this version doesn't know.
 *
 * Return: 0, or
 *	-EINVAL	@given is NULL, or its argsz isn't set,
 *	-E2BIG	a byte of @given beyond @size isn't zero, or its argsz is above ARGSZ_MAX.
 *	On error @taken is all zeros.
 */
static inline int take_struct(void *taken, size_t size, const void *given)
{
	const uint8_t *bytes = given;
	const uint32_t known = (uint32_t)size;
	int argsz = read_argsz(given);

	memset(taken, 0, size);
	if (argsz < 0)
		return argsz;
	for (size_t i = size; i < (size_t)argsz; i++) {
		if (bytes[i])
			return -E2BIG;
	}
	memcpy(taken, given, (size_t)argsz < size ? (size_t)argsz : size);
	memcpy(taken, &known, sizeof(known));
	return 0;
}

/**
 * give_struct() - fill in a struct of a caller's
 * @given: The caller's struct, with its argsz set, which stays as it is. What this library
 *	doesn't know of the struct becomes zeros.
 * @from: The struct as this library knows it.
 * @size: How many bytes @from has.
 *
 * Return: 0, or -EINVAL or -E2BIG as take_struct() has them.
 */
static inline int give_struct(void *given, const void *from, size_t size)
{
	uint8_t *bytes = given;
	int argsz = read_argsz(given);

	if (argsz < 0)
		return argsz;
	memset(bytes + sizeof(uint32_t), 0, (size_t)argsz - sizeof(uint32_t));
	memcpy(bytes + sizeof(uint32_t), (const uint8_t *)from + sizeof(uint32_t),
	       ((size_t)argsz < size ? (size_t)argsz : size) - sizeof(uint32_t));
	return 0;
}

#endif /* ARGSZ_H */
