/* SPDX-License-Identifier: MIT */
/*
 * Axioms about bits. WP's integers have no bits, so its provers can't derive these; in bits.smt2 Z3
 * derives them in a theory that has bits.
 */
#ifndef PROOF_BITS_H
#define PROOF_BITS_H

/*@
  axiomatic Bits {
    axiom low_40: \forall integer x; 0 <= x <= 0x7fffffffffffffff ==>
      (x & 0xffffffffff) == x % 0x10000000000;
    axiom above_40: \forall integer x; 0 <= x <= 0x7fffffffffffffff ==>
      (x & -0x10000000000) == x - x % 0x10000000000;
    axiom low_2_set: \forall integer x; 0 <= x <= 0x7fffffffffffffff ==>
      (x | 3) == x - x % 4 + 3;
  }
*/

#endif /* PROOF_BITS_H */
