/* SPDX-License-Identifier: MIT */
/*
 * What is taken for granted of bits. WP's integers have no bits, so its provers can't derive these
 * axioms; lemmas.smt2 has a prover derive them from a theory that has.
 */
#ifndef PROOF_BITS_H
#define PROOF_BITS_H

/*@
  axiomatic Bits {
    axiom low_40: \forall integer x; 0 <= x <= 0x7fffffffffffffff ==>
      (x & 0xffffffffff) == x % 0x10000000000;
    axiom above_40: \forall integer x; 0 <= x <= 0x7fffffffffffffff ==>
      (x & -0x10000000000) == x - x % 0x10000000000;
    axiom and_once: \forall integer x, y; 0 <= x <= 0xffffffffffffffff &&
      0 <= y <= 0xffffffffffffffff ==> ((x & y) & y) == (x & y);
    axiom and_bounds: \forall integer x, y; 0 <= x <= 0xffffffffffffffff &&
      0 <= y <= 0xffffffffffffffff ==> 0 <= (x & y) <= y;
  }
*/

#endif /* PROOF_BITS_H */
