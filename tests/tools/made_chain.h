/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The records of a function behind a root port, for tests to change, and what explain_judge()
 * makes of them.
 */
#ifndef TESTS_MADE_CHAIN_H
#define TESTS_MADE_CHAIN_H

#include "explain/chain.h"

#define FUNCTION "0000:01:00.0"
#define PORT	 "0000:00:1c.0"
/* scalable mode, PASIDs of 20 bits, nesting of both stages */
#define ECAP (1ull << 43 | 1ull << 40 | 19ull << 35 | 1ull << 26 | 1ull << 46 | 1ull << 47)
/* addresses of 48 bits by 4 levels, first-stage pages of 1 GiB */
#define CAP (47ull << 16 | 1ull << 10 | 1ull << 56)

/* also ATS, PRI and SMPWCS; first-stage page tables of 5 levels */
#define SVA_ECAP (ECAP | 1ull << 2 | 1ull << 29 | 1ull << 42 | 1ull << 48)
#define SVA_CAP	 (CAP | 1ull << 60)

#define OTHER_DEVICE \
	"this can't be fixed on the host: it requires another device, or other firmware for it"

extern struct host host;
extern struct kernel kernel;
extern struct iommu iommu;
extern struct iommu_presence presence;
extern struct function function, port, vf;
extern struct function *hops[];
extern const struct function *judged;
extern struct chain chain;

void set_hop(struct function *hop, const char *bdf, uint8_t type);

/* Registers, and the width in them. */
void set_iommu(enum iommu_kind kind, uint64_t registers, unsigned int width);

/* Intel's CAP, in addition. */
void set_iommu_cap(uint64_t cap);
void set_no_iommu(void);
void hide_iommu(void);

/* A function with PASID behind a root port, on a host that can. */
void make_sound(void);

/* That, bound to vfio-pci, on Linux 7.3 with an iommufd: all that QEMU asks for. */
void make_sound_for_qemu(void);

/* That, on Linux 7.3, with ATS and PRI, bound to idxd: all that SVA requires. */
void make_sound_for_sva(void);

/* Another one of its IOMMU group, without PASID or a driver; of at most SIBLINGS. */
#define SIBLINGS 64
struct function *add_sibling(const char *bdf);
void switch_off(void);

void judge(void);
void judge_for(enum purpose purpose);

/*
 * For cmocka: from this setup of a group on, what the judged chains print is kept. The group's last
 * test compares it with the transcript that has the name.
 */
int keep_judged(void **state);
void assert_all_judged(void **name);
#define ALL_JUDGED(name)                                                               \
	{                                                                              \
		"all judged", assert_all_judged, NULL, NULL, (void *)(uintptr_t)(name) \
	}

/* Each fails if there is no such link; @bdf may be NULL for any. */
const struct link *find_link(enum explain_what what, const char *bdf);
void assert_link(enum explain_what what, const char *bdf, enum explain_verdict verdict,
		 enum explain_certainty certainty);
void assert_says(enum explain_what what, const char *bdf, const char *where, const char *found,
		 const char *todo);
void assert_doubt(enum explain_what what, const char *bdf, const char *doubt);
void assert_width(bool (*get)(const struct function *function, unsigned int *width),
		  unsigned int expected);

/* Off, and that link is named as the first that is broken. */
void assert_broken(enum explain_what what, const char *bdf, enum explain_certainty certainty);
const struct link *find_need(enum explain_what what);

/* Judges, and prints; the text is the caller's. */
char *print_chain(bool colours);
void assert_begins(const char *text, const char *beginning);
void hide_hop(struct function *hop, const char *why);
void set_driver(const char *driver, bool on_vfio);

#endif /* TESTS_MADE_CHAIN_H */
