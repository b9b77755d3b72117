; SPDX-License-Identifier: MIT
; The axioms of bits.h as theorems on words of 64 bits: each negation has to be unsatisfiable.
(set-logic QF_BV)
(declare-const x (_ BitVec 64))

(push)
(echo "low_40")
(assert (bvsge x #x0000000000000000))
(assert (distinct (bvand x #x000000ffffffffff) (bvurem x #x0000010000000000)))
(check-sat)
(pop)

(push)
(echo "above_40")
(assert (bvsge x #x0000000000000000))
(assert (distinct (bvand x (bvneg #x0000010000000000)) (bvsub x (bvurem x #x0000010000000000))))
(check-sat)
(pop)

(push)
(echo "low_2_set")
(assert (bvsge x #x0000000000000000))
(assert (distinct (bvor x #x0000000000000003)
	(bvadd (bvsub x (bvurem x #x0000000000000004)) #x0000000000000003)))
(check-sat)
(pop)
