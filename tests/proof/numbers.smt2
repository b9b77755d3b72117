; SPDX-License-Identifier: MIT
; The axioms of numbers.h as theorems on words of 64 bits: each negation has to be unsatisfiable.
(set-logic QF_BV)
(declare-const x (_ BitVec 64))
(declare-const y (_ BitVec 64))

(push)
(echo "left_8")
(assert (bvule x #x00000000000000ff))
(assert (distinct (bvshl x #x0000000000000008) (bvmul #x0000000000000100 x)))
(check-sat)
(pop)

(push)
(echo "left_16")
(assert (bvule x #x000000000000ffff))
(assert (distinct (bvshl x #x0000000000000010) (bvmul #x0000000000010000 x)))
(check-sat)
(pop)

(push)
(echo "or_8")
(assert (and (bvule x #x00000000000000ff) (bvule y #x000000000000ff00) (= (bvurem y #x0000000000000100) #x0000000000000000)))
(assert (distinct (bvor x y) (bvadd x y)))
(check-sat)
(pop)

(push)
(echo "or_16")
(assert (and (bvule x #x000000000000ffff) (bvule y #x00000000ffff0000) (= (bvurem y #x0000000000010000) #x0000000000000000)))
(assert (distinct (bvor x y) (bvadd x y)))
(check-sat)
(pop)
