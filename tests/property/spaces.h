/* SPDX-License-Identifier: MIT */
/*
 * A property of random config spaces: a program that tries one space after the other, and ends with
 * the first that the property doesn't hold for.
 */
#ifndef TESTS_SPACES_H
#define TESTS_SPACES_H

#include <stdint.h>

#include "random_config.h"

/* The numbers of the space that is being tried */
extern struct random rng;

/* Names the space, and exits: what is checked later would fail for the same reason. */
#define check(holds)                                   \
	do {                                           \
		if (!(holds))                          \
			spaces_fail(#holds, __LINE__); \
	} while (0)

__attribute__((noreturn)) void spaces_fail(const char *what, int line);

/**
 * spaces_try() - try as many spaces as the command line says
 * @argv: The program's arguments: COUNT and SEED, which may be missing.
 * @count: How many, if there is no COUNT.
 * @try_space: Tries one, with the numbers of rng. Each space has a seed of its own, so that it
 *	can be tried alone.
 *
 * Return: how many were tried.
 */
uint64_t spaces_try(char **argv, uint64_t count, void (*try_space)(void));

#endif /* TESTS_SPACES_H */
