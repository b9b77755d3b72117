/* SPDX-License-Identifier: MIT */
/*
 * The bits of a word as a predicate, and the axioms of words.smt2 about it, which Z3 derives there
 * in a theory that has bits.
 */
#ifndef PROOF_WORDS_H
#define PROOF_WORDS_H

#include <stdint.h>

/*@
  predicate is_word(integer x) = 0 <= x <= UINT64_MAX;

  axiomatic Words {
    // Is bit @i of the word 1?
    predicate has_bit(integer x, integer i);

    axiom bit_zero: \forall integer i; 0 <= i < 64 ==> !has_bit(0, i);
    axiom bit_and: \forall integer x, y, i; is_word(x) && is_word(y) && 0 <= i < 64 ==>
      (has_bit(x & y, i) <==> has_bit(x, i) && has_bit(y, i));
    axiom bit_or: \forall integer x, y, i; is_word(x) && is_word(y) && 0 <= i < 64 ==>
      (has_bit(x | y, i) <==> has_bit(x, i) || has_bit(y, i));
    axiom bit_not: \forall integer x, i; is_word(x) && 0 <= i < 64 ==>
      (has_bit((uint64_t)~x, i) <==> !has_bit(x, i));
    axiom bit_one: \forall integer x, n, i; 0 <= x <= 1 && 0 <= n < 64 && 0 <= i < 64 ==>
      (has_bit((uint64_t)(x << n), i) <==> x == 1 && i == n);
    axiom bit_but_one: \forall integer n, i; 0 <= n < 64 && 0 <= i < 64 ==>
      (has_bit((uint64_t)~(1 << n), i) <==> i != n);
    axiom bit_below: \forall integer n, i; 0 <= n < 64 && 0 <= i < 64 ==>
      (has_bit((uint64_t)((uint64_t)(1 << n) - 1), i) <==> i < n);
    axiom word_or: \forall integer x, y; is_word(x) && is_word(y) ==> is_word(x | y);
    axiom word_and: \forall integer x, y; is_word(x) && is_word(y) ==> is_word(x & y);
  }
*/

/* As described in GCC's manual */
/*@
  requires some: bits != 0;
  assigns \nothing;
  ensures range: 0 <= \result < 64;
  ensures highest: has_bit(bits, 63 - \result);
  ensures none_above: \forall integer i; 63 - \result < i < 64 ==> !has_bit(bits, i);
*/
int leading_zeros(unsigned long long bits);

#define __builtin_clzll(bits) leading_zeros(bits)

#endif /* PROOF_WORDS_H */
