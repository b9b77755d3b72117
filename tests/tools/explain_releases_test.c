// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What depends on the kernel's release: each finding of functions that lack something, as it
 * changes from one release to the next.
 */
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
#include "made_chain.h"
#include "support/transcript.h"

/* Of each change that is known in Linux, the release before it and its own */
static const char *const releases[] = {
	"6.1.0",  "6.2.0",  "6.9.0",  "6.10.0", "6.11.0", "6.12.0", "6.13.0", "6.14.0",
	"6.15.0", "6.16.0", "6.17.0", "7.2.0",	"7.3.0",  "7.4.0",  "",
};

/* EPHSup, PASmax of 15, GTSup, PPRSup; with @more */
static void make_amd(uint64_t more)
{
	make_sound_for_sva();
	set_iommu(IOMMU_AMD, 1ull << 50 | 15ull << 32 | 1u << 4 | 1u << 1 | more, 15);
	strcpy(iommu.name, "ivhd0");
	strcpy(function.domain, "identity");
}

static void make_amd_without_giosup(void)
{
	make_amd(0);
}

static void make_amd_of_v1(void)
{
	make_amd(1ull << 48);
	switch_off();
	strcpy(function.domain, "DMA-FQ");
}

static void make_group_without_pri(void)
{
	make_sound_for_sva();
	add_sibling("0000:01:00.1");
	function.pri.there = FACT_NO;
}

static void make_pri_off(void)
{
	make_sound_for_sva();
	function.pri.control = 0;
}

static void make_vf_on_variant(void)
{
	make_sound_for_qemu();
	set_driver("mlx5_vfio_pci", true);
	function.pci.kind = PCI_KIND_VF;
	function.pci.pf_on_vfio = true;
	strcpy(function.pci.pf.text, "0000:01:00.0");
}

static void make_arm_without_acs(void)
{
	make_sound_for_qemu();
	switch_off();
	hide_iommu();
	iommu.kind = IOMMU_SMMUV3;
	presence = (struct iommu_presence){ .driven = FACT_YES, .is_device_tree = true };
	port.acs.control = 0;
}

static const struct {
	const char *title;
	void (*make)(void);
	enum purpose purpose;
} rows[] = {
	{ "AMD without GIoSup, for a process", make_amd_without_giosup, PURPOSE_SVA },
	{ "AMD without GIoSup, for a guest", make_amd_without_giosup, PURPOSE_VMM },
	{ "AMD with v1 page tables, for a process", make_amd_of_v1, PURPOSE_SVA },
	{ "AMD with v1 page tables, for a guest", make_amd_of_v1, PURPOSE_VMM },
	{ "no PRI, and not alone in its group", make_group_without_pri, PURPOSE_SVA },
	{ "PRI is off", make_pri_off, PURPOSE_SVA },
	{ "VF on a variant driver, PF on VFIO", make_vf_on_variant, PURPOSE_VMM },
	{ "SMMUv3 with a device tree, port without ACS", make_arm_without_acs, PURPOSE_VMM },
};

static void put_link(FILE *stream, const struct link *link)
{
	fprintf(stream, "  %s %s: %s%s%s%s%s\n", explain_verdict_name(link->verdict),
		explain_what_name(link->what), link->found, *link->doubt ? " (" : "", link->doubt,
		*link->doubt ? ")" : "", link->decides ? ", decides" : "");
	if (*link->todo)
		fprintf(stream, "    to do: %s\n", link->todo);
}

/* All findings, a line each, except the one that names the release: the caller's */
static char *list_findings(void)
{
	char *text = NULL;
	size_t size = 0;
	FILE *stream = open_memstream(&text, &size);

	assert_non_null(stream);
	for (size_t i = 0; i < chain.link_count; i++)
		if (chain.links[i].what != LINK_KERNEL)
			put_link(stream, &chain.links[i]);
	for (size_t i = 0; i < chain.need_count; i++)
		put_link(stream, &chain.needs[i]);
	fprintf(stream, "  = %s\n", chain.summary);
	assert_int_equal(fclose(stream), 0);
	return text;
}

/* Those lines of @text that @before doesn't have */
static void put_new(FILE *stream, const char *text, const char *before)
{
	for (size_t length; *text; text += length) {
		char *line;

		length = strcspn(text, "\n") + 1;
		line = strndup(text, length);
		assert_non_null(line);
		if (!strstr(before, line))
			fputs(line, stream);
		free(line);
	}
}

static void put_row(FILE *stream, size_t row)
{
	char *before = strdup(""), *text;

	fprintf(stream, "\n%s\n", rows[row].title);
	for (size_t i = 0; i < sizeof(releases) / sizeof(releases[0]); i++) {
		rows[row].make();
		snprintf(kernel.release, sizeof(kernel.release), "%s", releases[i]);
		snprintf(host.release, sizeof(host.release), "%s", releases[i]);
		judge_for(rows[row].purpose);
		text = list_findings();
		fprintf(stream, " %s\n", *releases[i] ? releases[i] : "unknown release");
		put_new(stream, text, before);
		free(before);
		before = text;
	}
	free(before);
}

static void test_releases(void **state)
{
	char *text = NULL;
	size_t size = 0;
	FILE *stream = open_memstream(&text, &size);

	(void)state;
	assert_non_null(stream);
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		put_row(stream, i);
	assert_int_equal(fclose(stream), 0);
	transcript_assert(TRANSCRIPTS "judged/releases.txt", text);
	free(text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_releases),
	};

	return cmocka_run_group_tests_name("tool_explain_releases", tests, NULL, NULL);
}
