/* SPDX-License-Identifier: MIT */
/*
 * What the fuzz targets share: libFuzzer's interface, and how a target fails.
 */
#ifndef FUZZ_H
#define FUZZ_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
size_t LLVMFuzzerMutate(uint8_t *data, size_t size, size_t max_size);
size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t max_size, unsigned int seed);

/* The stack that libFuzzer prints says which one. */
static inline void check(bool holds)
{
	if (!holds)
		__builtin_trap();
}

#endif /* FUZZ_H */
