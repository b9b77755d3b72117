/* SPDX-License-Identifier: MIT */
/*
 * What the fuzz targets share: libFuzzer's interface, and how a target fails.
 */
#ifndef FUZZ_H
#define FUZZ_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
size_t LLVMFuzzerMutate(uint8_t *data, size_t size, size_t max_size);
size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t max_size, unsigned int seed);

/* The compiler makes one of several traps, so a stack alone doesn't say which check it was. */
__attribute__((noreturn)) static inline void fail(const char *what, const char *file, int line)
{
	fprintf(stderr, "%s:%d: %s\n", file, line, what);
	abort();
}

#define check(holds) ((holds) ? (void)0 : fail(#holds, __FILE__, __LINE__))

#endif /* FUZZ_H */
