/* SPDX-License-Identifier: MIT */
/*
 * Takes structs whose first member, argsz, says how many bytes the caller has of them. None of
 * this is exported.
 */
#ifndef ARGSZ_H
#define ARGSZ_H

#include <errno.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#define ARGSZ_MAX 4096

/**
 * vpasid_take_struct() - copy what a caller hands in into the struct that the library knows
 * @taken: The library's struct, which begins with a uint32_t argsz.
 * @size: How many bytes @taken has.
 * @given: The caller's struct, with its argsz set; NULL is an error.
 *
 * It is what copy_struct_from_user() of the kernel does. A caller that was built with the
 * headers of an earlier version has a shorter struct: what it lacks is zeros in @taken, and
 * zeros mean what that version did. One that was built with later headers has a longer struct,
 * which is accepted as long as it doesn't use what this version doesn't know. @taken->argsz is
 * @size then.
 *
 * Return: 0, or
 *	-EINVAL	@given is NULL, or its argsz doesn't even cover argsz: the caller forgot to set it,
 *	-E2BIG	a byte of @given beyond @size isn't zero, or its argsz is above ARGSZ_MAX: no
 *		version has such a struct, so the caller has never set it.
 *	On error @taken is all zeros.
 */
static inline int vpasid_take_struct(void *taken, size_t size, const void *given)
{
	const uint8_t *bytes = given;
	const uint32_t known = (uint32_t)size;
	uint32_t argsz = 0;

	memset(taken, 0, size);
	if (given)
		memcpy(&argsz, given, sizeof(argsz));
	if (argsz < sizeof(argsz))
		return -EINVAL;
	if (argsz > ARGSZ_MAX)
		return -E2BIG;
	for (size_t i = size; i < argsz; i++)
		if (bytes[i])
			return -E2BIG;
	memcpy(taken, given, argsz < size ? argsz : size);
	memcpy(taken, &known, sizeof(known));
	return 0;
}

#endif /* ARGSZ_H */
