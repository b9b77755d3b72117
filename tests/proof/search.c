// SPDX-License-Identifier: MIT
/*
 * The search for the highest gap in config space, lib/place_search.c.
 */
#include "copy.h"
#include "frontend.h"
#include "numbers.h"
#include "sets.h"

#include "place_search.h"

#define ALL_WORDS   (VPASID_CONFIG_SIZE / DWORDS_WORD_BYTES)
#define ALL_DWORDS  (VPASID_CONFIG_SIZE / DWORD)
#define FIRST_DWORD (VPASID_CONFIG_CONVENTIONAL / DWORD)

/*@
  // It is zero, nothing claims it, and the request allows it.
  predicate is_free{L}(struct vpasid_search *search, integer dword) =
    is_zero_dword(search->config + dword * DWORD) &&
    !is_in(&search->claimed, dword) && !is_in(&search->outside, dword);

  // Dwords are numbered by the bits of a set's words.
  predicate is_free_at{L}(struct vpasid_search *search, integer word, integer bit) =
    is_free(search, word * DWORDS_WORD_BITS + bit);

  // What is free doesn't change while the search looks.
  predicate is_kept{Before, After}(struct vpasid_search *search) =
    \forall integer dword; 0 <= dword < ALL_DWORDS ==>
      (is_free{After}(search, dword) <==> is_free{Before}(search, dword));

  predicate is_memory{L}(struct vpasid_search *search) =
    \valid(search) && \valid_read(search->config + (0 .. VPASID_CONFIG_SIZE - 1));

  // What vpasid_search_begin() makes: the words from @scanned on tell what is free.
  predicate is_search{L}(struct vpasid_search *search) =
    is_memory(search) && search->scanned <= ALL_WORDS &&
    \forall integer word, bit; search->scanned <= word < ALL_WORDS && 0 <= bit < DWORDS_WORD_BITS
  ==> (has_bit(search->free.words[word], bit) <==> is_free_at(search, word, bit));

  // a run of dwords
  predicate is_all_free{L}(struct vpasid_search *search, integer first, integer count) =
    \forall integer dword; first <= dword < first + count ==> is_free(search, dword);

  // No run of that length that ends above @end is free.
  predicate is_none_above{L}(struct vpasid_search *search, integer end, integer count) =
    \forall integer first; end - count < first <= ALL_DWORDS - count && FIRST_DWORD <= first ==>
      !is_all_free(search, first, count);

  predicate is_offset(integer offset) = 0 <= offset <= VPASID_CONFIG_SIZE && offset % DWORD == 0;
*/

#include "woven.c"
