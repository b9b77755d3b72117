/* SPDX-License-Identifier: MIT */
/* What Frama-C's parser doesn't take. The compiler has checked these assertions. */
#ifndef PROOF_FRONTEND_H
#define PROOF_FRONTEND_H

#define _Static_assert(condition, text) struct checked_by_the_compiler

#endif /* PROOF_FRONTEND_H */
