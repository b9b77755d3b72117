// SPDX-License-Identifier: GPL-2.0-or-later
/* explain/draw.c: chains that no host has, with any bytes in their texts. */
#include <fcntl.h>
#include <json-c/json.h>
#include <linux/pci_regs.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "explain/draw.h"
#include "hostile_text.h"
#include "made_chain.h"
#include "support/json.h"
#include "support/scratch.h"
#include "support/transcript.h"

static struct scratch scratch;
static unsigned int drawn;

static FILE *create(const char *ending)
{
	char name[32];
	FILE *stream;
	int fd;

	snprintf(name, sizeof(name), "%u.%s", drawn, ending);
	fd = openat(scratch.directory, name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0644);
	stream = fd < 0 ? NULL : fdopen(fd, "w");
	assert_non_null(stream);
	return stream;
}

static void draw(void)
{
	struct json_object *devices = json_object_new_array();
	struct json_object *report = json_report(EXPLAIN_SCHEMA, devices);
	FILE *stream = create("json");

	json_object_array_add(devices, explain_to_json(judged, &chain, NULL));
	fputs(json_object_to_json_string(report), stream);
	assert_int_equal(fclose(stream), 0);
	json_object_put(report);
	stream = create("svg");
	explain_draw_document(judged, &chain, stream);
	assert_int_equal(fclose(stream), 0);
	drawn++;
}

/* Another program's verdict, on the texts of the pictures. */
static void assert_drawn(void)
{
	char command[128];

	snprintf(command, sizeof(command), "python3 tests/tools/explain_svg.py %s >&2",
		 scratch.path);
	assert_int_equal(system(command), 0); /* NOLINT(cert-env33-c) */
}

static int make_scratch(void **state)
{
	(void)state;
	return scratch_make(&scratch);
}

static int remove_scratch(void **state)
{
	(void)state;
	return scratch_remove(&scratch);
}

static void fill_link(struct link *link, enum explain_what what, uint32_t *seed)
{
	*link = (struct link){ .what = what, .verdict = *seed % (EXPLAIN_NA + 1) };
	hostile_text(link->where, sizeof(link->where), seed);
	hostile_text(link->doubt, sizeof(link->doubt), seed);
	hostile_text(link->todo, sizeof(link->todo), seed);
	hostile_text(link->found, sizeof(link->found), seed);
	if (link->verdict == EXPLAIN_UNKNOWN)
		link->found[0] = '\0';
	else
		link->certainty = *seed & 8 ? EXPLAIN_LIKELY : EXPLAIN_SURE;
}

/* All texts are as long as they can be. */
static void test_hostile_texts(void **state)
{
	uint32_t seed = 1;

	(void)state;
	make_sound();
	for (unsigned int round = 0; round < 20; round++) {
		char name[300];

		chain = (struct chain){ .purpose = round % (PURPOSES + 1) };
		for (enum explain_what what = 0; what <= LINK_ENABLED; what++)
			fill_link(&chain.links[chain.link_count++], what, &seed);
		chain.links[LINK_ACS].bdf = function.pci.bdf;
		chain.links[LINK_TLP_PREFIX].bdf = port.pci.bdf;
		for (unsigned int i = 0; i < EXPLAIN_MAX_NEEDS; i++)
			fill_link(&chain.needs[chain.need_count++],
				  NEED_DENYLIST +
					  (round + i) % (NEED_SHARED_QUEUES + 1 - NEED_DENYLIST),
				  &seed);
		for (unsigned int i = 0; i < chain.need_count && !chain.broken; i++)
			if (chain.needs[i].verdict == EXPLAIN_BROKEN)
				chain.broken = &chain.needs[i];
		hostile_text(chain.summary, sizeof(chain.summary), &seed);
		hostile_text(chain.doubt, sizeof(chain.doubt), &seed);
		hostile_text(chain.notes[0], sizeof(chain.notes[0]), &seed);
		chain.note_count = 1;
		hostile_text(iommu.name, sizeof(iommu.name), &seed);
		hostile_text(name, sizeof(name), &seed);
		function.name = name;
		draw();
	}
	assert_drawn();
}

/* The deepest path that there can be, with a VF below. */
static void test_deep(void **state)
{
	struct function *deep[FUNCTION_MAX_PORTS + 1] = { &function };

	(void)state;
	make_sound();
	for (unsigned int i = 1; i <= FUNCTION_MAX_PORTS; i++) {
		char bdf[16];

		snprintf(bdf, sizeof(bdf), "0000:%02x:00.0", 0x80 - i);
		deep[i] = calloc(1, sizeof(*deep[i]));
		assert_non_null(deep[i]);
		set_hop(deep[i], bdf,
			i == FUNCTION_MAX_PORTS ? PCI_EXP_TYPE_ROOT_PORT
			: i % 2			? PCI_EXP_TYPE_DOWNSTREAM
						: PCI_EXP_TYPE_UPSTREAM);
		deep[i]->acs = port.acs;
	}
	function.hops = deep;
	function.hop_count = FUNCTION_MAX_PORTS + 1;
	judge();
	assert_int_equal(chain.verdict, EXPLAIN_OK);
	draw();

	set_hop(&vf, "0000:05:00.1", PCI_EXP_TYPE_ENDPOINT);
	vf.pci.kind = PCI_KIND_VF;
	vf.pci.pf = function.pci.bdf;
	vf.holder = &function;
	vf.kernel = &kernel;
	vf.is_covered = FACT_YES;
	vf.iommu = &iommu;
	judged = &vf;
	judge();
	draw();
	assert_drawn();
	judged = &function;
	function.hops = hops;
	function.hop_count = 2;
	for (unsigned int i = 1; i <= FUNCTION_MAX_PORTS; i++)
		free(deep[i]);
}

/* A word without a space: it is cut where a line ends. */
static void fill(char *text, size_t length, char with)
{
	memset(text, with, length);
	text[length] = '\0';
}

static struct link *add_link(enum explain_what what, enum explain_verdict verdict,
			     enum explain_certainty certainty)
{
	struct link *link = &chain.links[chain.link_count++];

	*link = (struct link){ .what = what, .verdict = verdict, .certainty = certainty };
	fill(link->where, 80, 'w');
	fill(link->todo, 150, 't');
	if (verdict == EXPLAIN_UNKNOWN)
		fill(link->doubt, 150, 'd');
	else
		fill(link->found, 150, 'f');
	return link;
}

/* A link of each verdict; the one that is broken is the cause. */
static void make_wide(enum purpose purpose, enum explain_verdict verdict,
		      enum explain_certainty certainty)
{
	chain = (struct chain){ .purpose = purpose, .verdict = verdict, .certainty = certainty };
	strcpy(add_link(LINK_KERNEL, EXPLAIN_OK, EXPLAIN_LIKELY)->doubt, "a doubt");
	add_link(LINK_IOMMU, EXPLAIN_NA, EXPLAIN_SURE)->bdf = function.pci.bdf;
	add_link(LINK_CAPABILITY, EXPLAIN_UNKNOWN, EXPLAIN_NOT_SURE)->bdf = function.pci.bdf;
	add_link(LINK_ACS, EXPLAIN_BROKEN, EXPLAIN_SURE)->bdf = port.pci.bdf;
	chain.broken = &chain.links[3];
	fill(chain.summary, 150, 's');
	fill(chain.doubt, 150, 'u');
	for (size_t i = 0; i < 2; i++)
		fill(chain.notes[chain.note_count++], 150, (char)('1' + i));
}

/* All texts are longer than a line, and each line is as long as it can be. */
static void test_wide(void **state)
{
	static const enum explain_verdict verdicts[] = { EXPLAIN_UNKNOWN, EXPLAIN_OK,
							 EXPLAIN_BROKEN };
	char *text = NULL, name[151];
	size_t size;
	FILE *stream = open_memstream(&text, &size);

	(void)state;
	make_sound();
	fill(name, 150, 'n');
	function.name = name;
	for (enum purpose purpose = 0; purpose <= PURPOSES; purpose++) {
		make_wide(purpose, verdicts[purpose % 3], EXPLAIN_SURE - purpose % 3);
		if (purpose == PURPOSE_SVA)
			chain.links[3].todo[0] = '\0';
		chain.links[3].decides = true;
		explain_draw(judged, &chain, stream);
	}
	assert_int_equal(fclose(stream), 0);
	transcript_assert(TRANSCRIPTS "judged/picture.txt", text);
	free(text);
}

/* The height of a picture of one link, beside whose name @length characters say where it is */
static int height_of(enum explain_what what, enum explain_verdict verdict, size_t length)
{
	char *text = NULL, *at;
	size_t size;
	FILE *stream = open_memstream(&text, &size);
	int height;

	chain = (struct chain){ .purpose = PURPOSES, .link_count = 1 };
	chain.links[0] = (struct link){ .what = what, .verdict = verdict };
	memset(chain.links[0].where, 'w', length);
	explain_draw(judged, &chain, stream);
	assert_int_equal(fclose(stream), 0);
	at = strstr(text, " height=\"");
	assert_non_null(at);
	height = atoi(at + strlen(" height=\""));
	free(text);
	return height;
}

/* A line has 71 columns; between a name, where it is and its state are two of them each. */
static void test_line(void **state)
{
	static const struct {
		enum explain_what what;
		enum explain_verdict verdict;
		size_t fits;
	} rows[] = {
		{ LINK_KERNEL, EXPLAIN_OK, 71 - 6 - 2 - 2 - 2 },
		{ LINK_IOMMU_MODE, EXPLAIN_BROKEN, 71 - 10 - 2 - 2 - 6 },
		{ LINK_IOMMU, EXPLAIN_NA, 71 - 5 - 2 - 2 - 14 },
	};

	(void)state;
	make_sound();
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		int height = height_of(rows[i].what, rows[i].verdict, 0);

		assert_int_equal(height_of(rows[i].what, rows[i].verdict, rows[i].fits), height);
		assert_int_equal(height_of(rows[i].what, rows[i].verdict, rows[i].fits + 1),
				 height + 18);
	}
}

/* A page has the style once, and any number of pictures. */
static void test_in_page(void **state)
{
	char *text = NULL, *style = NULL;
	size_t size, style_size;
	FILE *stream = open_memstream(&text, &size);

	(void)state;
	make_sound();
	judge();
	explain_draw(judged, &chain, stream);
	assert_int_equal(fclose(stream), 0);
	assert_begins(text, "<svg ");
	assert_string_equal(text + size - strlen("</svg>\n"), "</svg>\n");
	assert_null(strstr(text, "<style"));
	assert_null(strstr(text, " id="));

	stream = open_memstream(&style, &style_size);
	explain_draw_style(stream);
	assert_int_equal(fclose(stream), 0);
	assert_begins(style, ".vpasid-path");
	assert_null(strchr(style, '<'));
	free(style);
	free(text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_hostile_texts, make_scratch, remove_scratch),
		cmocka_unit_test_setup_teardown(test_deep, make_scratch, remove_scratch),
		cmocka_unit_test(test_wide),
		cmocka_unit_test(test_line),
		cmocka_unit_test(test_in_page),
	};

	return cmocka_run_group_tests_name("tool_explain_draw", tests, NULL, NULL);
}
