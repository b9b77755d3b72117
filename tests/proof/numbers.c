// SPDX-License-Identifier: MIT
/*
 * Numbers in bytes, lib/bytes.h.
 */
#include "numbers.h"

#include "woven.c"
