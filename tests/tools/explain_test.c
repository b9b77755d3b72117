// SPDX-License-Identifier: GPL-2.0-or-later
/* explain/chain.h: what follows from all links of a function together. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "explain/chain.h"
#include "explain/link.h"
#include "facts/pasid.h"
#include "made_chain.h"

static void test_sound(void **state)
{
	static const enum explain_what order[] = {
		LINK_KERNEL,	 LINK_IOMMU,	  LINK_IOMMU_MODE, LINK_IOMMU_PASID,
		LINK_CAPABILITY, LINK_TLP_PREFIX, LINK_TLP_PREFIX, LINK_ACS,
		LINK_ACS,	 LINK_ENABLED,
	};

	(void)state;
	make_sound();
	judge();
	assert_int_equal(chain.verdict, EXPLAIN_OK);
	assert_int_equal(chain.certainty, EXPLAIN_SURE);
	assert_null(chain.broken);
	assert_int_equal(chain.note_count, 0);
	assert_width(pasid_width, 20);
	assert_width(pasid_iommu_width, 20);
	assert_string_equal(chain.summary, "PASID is usable: enabled, 20 bits wide");
	assert_int_equal(chain.link_count, sizeof(order) / sizeof(order[0]));
	for (size_t i = 0; i < chain.link_count; i++) {
		assert_int_equal(chain.links[i].what, order[i]);
		assert_int_equal(chain.links[i].verdict, EXPLAIN_OK);
		assert_int_equal(chain.links[i].certainty, EXPLAIN_SURE);
	}
	set_iommu(IOMMU_INTEL, 1ull << 43 | 1ull << 40, 1);
	judge();
	assert_string_equal(chain.summary,
			    "PASID is usable: enabled, 20 bits wide, of which the IOMMU supports "
			    "1");
}

/* The register's value overrides what was derived, and is printed. */
static void test_enabled_although(void **state)
{
	(void)state;
	make_sound();
	port.acs.there = FACT_NO;
	port.tlp_prefix = FACT_NO;
	kernel.pci_pasid = FACT_UNKNOWN;
	hide_iommu();
	judge();
	assert_int_equal(chain.verdict, EXPLAIN_OK);
	assert_int_equal(chain.certainty, EXPLAIN_SURE);
	assert_null(chain.broken);
	assert_int_equal(chain.note_count, 2);
	assert_non_null(strstr(chain.notes[0], "although tlp-prefix of " PORT " looks broken"));
	assert_non_null(strstr(chain.notes[1], "although acs of " PORT " looks broken"));
	assert_link(LINK_ACS, PORT, EXPLAIN_BROKEN, EXPLAIN_LIKELY);
	assert_link(LINK_IOMMU_PASID, NULL, EXPLAIN_OK, EXPLAIN_LIKELY);
	for (size_t i = 0; i < chain.link_count; i++)
		assert_string_equal(chain.links[i].todo, "");

	make_sound();
	kernel.command_line.intel_scalable = SAID_OFF;
	judge();
	assert_int_equal(chain.verdict, EXPLAIN_OK);
	assert_int_equal(chain.note_count, 1);
}

/* Register bits that are still set don't count without what decides. */
static void test_leftover(void **state)
{
	(void)state;
	for (int i = 0; i < 4; i++) {
		make_sound();
		if (i == 0)
			set_no_iommu();
		else if (i == 1)
			kernel.pci_pasid = FACT_NO;
		else if (i == 2)
			set_iommu(IOMMU_INTEL, ECAP & ~(1ull << 40), 0);
		else
			set_iommu(IOMMU_INTEL, ECAP & ~(1ull << 43), 0);
		judge();
		assert_int_equal(chain.verdict, EXPLAIN_BROKEN);
		assert_int_equal(chain.certainty, EXPLAIN_SURE);
		assert_true(chain.broken->decides);
		assert_int_equal(chain.note_count, 1);
		assert_non_null(strstr(chain.notes[0], "is still enabled"));
	}
}

/* Without root, or asleep: only a fault elsewhere gives a verdict. */
static void test_unseen(void **state)
{
	(void)state;
	make_sound();
	hide_hop(&function, "only root may");
	hide_hop(&port, "only root may");
	judge();
	assert_int_equal(chain.verdict, EXPLAIN_UNKNOWN);
	assert_int_equal(chain.certainty, EXPLAIN_NOT_SURE);
	assert_null(chain.broken);
	assert_string_equal(chain.doubt,
			    "these links can't be judged: capability, tlp-prefix, acs, enabled");
	assert_string_equal(find_link(LINK_CAPABILITY, NULL)->doubt, "only root may");
	assert_link(LINK_IOMMU_PASID, NULL, EXPLAIN_OK, EXPLAIN_SURE);

	set_iommu(IOMMU_INTEL, 0, 0);
	judge();
	assert_int_equal(chain.verdict, EXPLAIN_BROKEN);
	assert_int_equal(chain.certainty, EXPLAIN_SURE);

	/* a port that sleeps, and has no ACS as far as is known */
	make_sound();
	switch_off();
	hide_hop(&port, "asleep");
	judge();
	assert_int_equal(chain.broken->what, LINK_ENABLED);
	assert_non_null(strstr(chain.doubt, "tlp-prefix, acs"));
}

/* Each link holds, but PASID is off. */
static void test_off_for_no_reason(void **state)
{
	(void)state;
	make_sound();
	switch_off();
	assert_broken(LINK_ENABLED, FUNCTION, EXPLAIN_SURE);
	assert_non_null(strstr(chain.doubt, "no other link is broken"));
}

/* More notes than there is room for: the first ones stay. */
static void test_notes(void **state)
{
	(void)state;
	chain = (struct chain){ .purpose = PURPOSES };
	for (int i = 0; i <= EXPLAIN_MAX_NOTES; i++)
		explain_note(&chain, "note %d", i);
	assert_int_equal(chain.note_count, EXPLAIN_MAX_NOTES);
	assert_string_equal(chain.notes[0], "note 0");
	assert_string_equal(chain.notes[EXPLAIN_MAX_NOTES - 1], "note 7");
}

/* Each link and need is found by what it is; in a chain without any, nothing is. */
static void test_find(void **state)
{
	static const struct chain none;

	(void)state;
	make_sound_for_qemu();
	judge();
	for (size_t i = 0; i < chain.link_count; i++)
		assert_int_equal(explain_find_link(&chain, chain.links[i].what)->what,
				 chain.links[i].what);
	for (size_t i = 0; i < chain.need_count; i++)
		assert_ptr_equal(explain_find_link(&chain, chain.needs[i].what), &chain.needs[i]);
	assert_ptr_equal(explain_find_link(&chain, LINK_KERNEL), &chain.links[0]);
	assert_null(explain_find_link(&chain, LINK_ATTACH));
	assert_null(explain_find_link(&none, LINK_KERNEL));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_sound),
		cmocka_unit_test(test_enabled_although),
		cmocka_unit_test(test_leftover),
		cmocka_unit_test(test_unseen),
		cmocka_unit_test(test_off_for_no_reason),
		cmocka_unit_test(test_notes),
		cmocka_unit_test(test_find),
		ALL_JUDGED("chain"),
	};

	return cmocka_run_group_tests_name("tool_explain", tests, keep_judged, NULL);
}
