// SPDX-License-Identifier: MIT
/*
 * Sets of dwords, lib/dwords.h.
 */
#include "frontend.h"
#include "words.h"

#include "woven.c"

#include "sets.h"
