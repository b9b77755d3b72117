// SPDX-License-Identifier: MIT
/*
 * The search for the highest gap in config space, lib/place_search.c.
 */
#include "bits.h"
#include "copy.h"
#include "frontend.h"

#include "place_search.h"

#define WORDS_ALL (VPASID_CONFIG_SIZE / DWORDS_WORD_BYTES)

/* What is free doesn't change in a search: see free_word(). */
/*@
  axiomatic Free {
    // whether a dword is free: bit @dword % 64 of the word that look_at() makes of the space
    predicate is_free(integer dword);
  }

  // all dwords of these bytes
  predicate is_all_free(integer offset, integer end) =
    \forall integer dword; offset / DWORD <= dword < (end + DWORD - 1) / DWORD ==> is_free(dword);

  predicate is_offset(integer offset) = 0 <= offset <= VPASID_CONFIG_SIZE && offset % DWORD == 0;
*/

#include "woven.c"
