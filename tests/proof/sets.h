/* SPDX-License-Identifier: MIT */
/* Sets of dwords, lib/dwords.h: their contracts, for those who call them. */
#ifndef PROOF_SETS_H
#define PROOF_SETS_H

#include "words.h"

#include "dwords.h"

/*@
  predicate is_in{L}(struct dwords *dwords, integer dword) =
    has_bit(dwords->words[dword / DWORDS_WORD_BITS], dword % DWORDS_WORD_BITS);

  // Some of these bytes lie in it.
  predicate is_met(integer dword, integer offset, integer length) =
    offset / DWORD <= dword && dword * DWORD < offset + length;
*/

/*@
  requires set: \valid(dwords);
  requires bytes: offset + length <= UINT32_MAX - DWORD;
  assigns dwords->words[0 .. VPASID_CONFIG_SIZE / DWORDS_WORD_BYTES - 1];
  ensures added: \forall integer dword; 0 <= dword < VPASID_CONFIG_SIZE / DWORD ==>
    (is_in(dwords, dword) <==> \old(is_in(dwords, dword)) || is_met(dword, offset, length));
*/
static inline void dwords_add(struct dwords *dwords, unsigned int offset, unsigned int length);

/*@
  requires set: \valid(dwords);
  requires bytes: offset + length <= VPASID_CONFIG_SIZE;
  assigns dwords->words[0 .. VPASID_CONFIG_SIZE / DWORDS_WORD_BYTES - 1];
  ensures removed: \forall integer dword; 0 <= dword < VPASID_CONFIG_SIZE / DWORD ==>
    (is_in(dwords, dword) <==> \old(is_in(dwords, dword)) && !is_met(dword, offset, length));
  ensures bits: \forall integer word, bit;
    0 <= word < VPASID_CONFIG_SIZE / DWORDS_WORD_BYTES && 0 <= bit < DWORDS_WORD_BITS ==>
    (has_bit(dwords->words[word], bit) <==> \old(has_bit(dwords->words[word], bit)) &&
      !is_met(word * DWORDS_WORD_BITS + bit, offset, length));
*/
static inline void dwords_remove(struct dwords *dwords, unsigned int offset, unsigned int length);

#endif /* PROOF_SETS_H */
