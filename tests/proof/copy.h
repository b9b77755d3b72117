/* SPDX-License-Identifier: MIT */
/*
 * memcpy() and memset() of bytes that are uint8_t. The contracts of Frama-C's own library are about
 * char, which is another type to WP's memory model.
 */
#ifndef PROOF_COPY_H
#define PROOF_COPY_H

#include <stddef.h>
#include <stdint.h>
#include <string.h>

/*@
  requires memory: \valid(to + (0 .. length - 1)) && \valid_read(from + (0 .. length - 1));
  requires apart: \separated(to + (0 .. length - 1), from + (0 .. length - 1));
  assigns to[0 .. length - 1];
  ensures copied: \forall integer i; 0 <= i < length ==> to[i] == from[i];
*/
void copy_bytes(uint8_t *to, const uint8_t *from, size_t length);

/*@
  requires memory: \valid(to + (0 .. length - 1));
  assigns to[0 .. length - 1];
*/
void set_bytes(uint8_t *to, int value, size_t length);

#define memcpy(to, from, length)  copy_bytes(to, from, length)
#define memset(to, value, length) set_bytes(to, value, length)

#endif /* PROOF_COPY_H */
