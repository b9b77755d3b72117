/* SPDX-License-Identifier: MIT */
/*
 * Numbers in bytes, lib/bytes.h: their contracts, for those who call them, and the axioms of
 * numbers.smt2, which Z3 derives there in a theory that has bits.
 */
#ifndef PROOF_NUMBERS_H
#define PROOF_NUMBERS_H

#include <stdint.h>

/*@
  axiomatic Numbers {
    axiom left_8: \forall integer x; 0 <= x <= 0xff ==> (x << 8) == 0x100 * x;
    axiom left_16: \forall integer x; 0 <= x <= 0xffff ==> (x << 16) == 0x10000 * x;
    axiom right_8: \forall integer x; 0 <= x <= 0xffff ==> (x >> 8) == x / 0x100;
    axiom right_16: \forall integer x; 0 <= x <= 0xffffffff ==> (x >> 16) == x / 0x10000;
    axiom low_8: \forall integer x; 0 <= x <= 0xffff ==> (uint8_t)x == x % 0x100;
    axiom low_16: \forall integer x; 0 <= x <= 0xffffffff ==> (uint16_t)x == x % 0x10000;
    axiom or_8: \forall integer x, y; 0 <= x <= 0xff && 0 <= y <= 0xff00 && y % 0x100 == 0 ==>
      (x | y) == x + y;
    axiom or_16: \forall integer x, y; 0 <= x <= 0xffff && 0 <= y <= 0xffff0000 &&
      y % 0x10000 == 0 ==> (x | y) == x + y;
  }

  logic integer le16{L}(uint8_t *bytes) = bytes[0] + 0x100 * bytes[1];
  logic integer le32{L}(uint8_t *bytes) = le16(bytes) + 0x10000 * le16(bytes + 2);

  predicate is_zero_dword{L}(uint8_t *bytes) =
    bytes[0] == 0 && bytes[1] == 0 && bytes[2] == 0 && bytes[3] == 0;
*/

/*@
  requires memory: \valid_read(bytes + (0 .. 1));
  assigns \nothing;
  ensures number: \result == le16(bytes);
*/
static inline uint16_t get_le16(const uint8_t *bytes);

/*@
  requires memory: \valid_read(bytes + (0 .. 3));
  assigns \nothing;
  ensures number: \result == le32(bytes);
*/
static inline uint32_t get_le32(const uint8_t *bytes);

/*@
  requires memory: \valid(bytes + (0 .. 1));
  assigns bytes[0 .. 1];
  ensures number: bytes[0] == value % 0x100 && bytes[1] == value / 0x100;
*/
static inline void put_le16(uint8_t *bytes, uint16_t value);

/*@
  requires memory: \valid(bytes + (0 .. 3));
  assigns bytes[0 .. 3];
  ensures number: bytes[0] == value % 0x100 && bytes[1] == value / 0x100 % 0x100 &&
    bytes[2] == value / 0x10000 % 0x100 && bytes[3] == value / 0x1000000;
*/
static inline void put_le32(uint8_t *bytes, uint32_t value);

#endif /* PROOF_NUMBERS_H */
