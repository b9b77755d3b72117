// SPDX-License-Identifier: GPL-2.0-or-later
/* explain/station.c: to which station each link and need belongs, and which is its worst. */
#include <linux/pci_regs.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "explain/chain.h"
#include "explain/station.h"
#include "made_chain.h"
#include "support/transcript.h"

static FILE *stream;
static char *text;
static size_t size;

static int open_text(void **state)
{
	(void)state;
	stream = open_memstream(&text, &size);
	return stream ? 0 : -1;
}

static void test_transcript(void **state)
{
	(void)state;
	assert_int_equal(fclose(stream), 0);
	transcript_assert(TRANSCRIPTS "judged/stations.txt", text);
	free(text);
}

static struct link *add(enum explain_what what, enum explain_verdict verdict)
{
	struct link *link = what < NEED_DENYLIST ? &chain.links[chain.link_count++]
						 : &chain.needs[chain.need_count++];

	*link = (struct link){ .what = what, .verdict = verdict };
	return link;
}

/* All stations, from the top down; those with links or needs have a verdict. */
static void put_stations(const char *title)
{
	struct station stations[STATIONS_MAX];
	size_t count = stations_find(judged, &chain, stations);

	fprintf(stream, "%s:", title);
	for (size_t i = 0; i < count; i++) {
		enum explain_verdict verdict = station_verdict(&stations[i], judged, &chain);
		char name[128];

		station_describe(&stations[i], judged, name, sizeof(name));
		fprintf(stream, " [%s", name);
		if (verdict != EXPLAIN_NA)
			fprintf(stream, ": %s", explain_verdict_name(verdict));
		fprintf(stream, "]");
	}
	fputs("\n", stream);
}

static void test_each(void **state)
{
	(void)state;
	make_sound();
	for (enum explain_what what = 0; what <= NEED_SHARED_QUEUES; what++) {
		chain = (struct chain){ .purpose = PURPOSES };
		add(what, EXPLAIN_BROKEN);
		put_stations(explain_what_name(what));
	}
	chain = (struct chain){ .purpose = PURPOSES };
	add(LINK_ACS, EXPLAIN_OK)->bdf = function.pci.bdf;
	add(LINK_ACS, EXPLAIN_UNKNOWN)->bdf = port.pci.bdf;
	put_stations("acs of function and port");
}

/* Each pair of verdicts, of two links of the kernel */
static void test_worst(void **state)
{
	(void)state;
	make_sound();
	for (unsigned int i = 0; i < 16; i++) {
		char title[32];

		chain = (struct chain){ .purpose = PURPOSES };
		add(LINK_KERNEL, i / 4);
		add(LINK_KERNEL, i % 4);
		snprintf(title, sizeof(title), "%s, %s", explain_verdict_name(i / 4),
			 explain_verdict_name(i % 4));
		put_stations(title);
	}
}

/* A VF is a station of its own; its PASID is its PF's. */
static void test_vf(void **state)
{
	(void)state;
	make_sound();
	vf = function;
	assert_int_equal(bdf_parse("0000:01:00.1", &vf.pci.bdf), 0);
	vf.pci.kind = PCI_KIND_VF;
	vf.pci.pf = function.pci.bdf;
	judged = &vf;
	judge();
	put_stations("VF");
	vf.holder = NULL;
	vf.path_why = "its PF is unknown";
	judge();
	put_stations("VF without a PF");
	judged = &function;
	function.pci.kind = PCI_KIND_PF;
	judge();
	put_stations("PF");
	function.hop_count = 1;
	set_no_iommu();
	judge();
	put_stations("without a port, or an IOMMU");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_each),
		cmocka_unit_test(test_worst),
		cmocka_unit_test(test_vf),
		cmocka_unit_test(test_transcript),
	};

	return cmocka_run_group_tests_name("tool_explain_station", tests, open_text, NULL);
}
