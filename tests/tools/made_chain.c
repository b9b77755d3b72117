// SPDX-License-Identifier: GPL-2.0-or-later
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

struct host host;
struct kernel kernel;
struct iommu iommu;
struct iommu_presence presence;
struct function function, port, vf;
struct function *hops[] = { &function, &port };

const struct function *judged;
struct chain chain;

/* What judge() and judge_for() have printed, if it is kept */
static FILE *judged_stream;
static char *judged_text;
static size_t judged_size;

void set_hop(struct function *hop, const char *bdf, uint8_t type)
{
	*hop = (struct function){
		.host = &host,
		.pci.vendor = 0x1b36,
		.name = "",
		.size = 4096,
		.why = "",
		.path_why = "",
		.is_pcie = FACT_YES,
		.type = type,
		.devcap2 = 0x78,
		.tlp_prefix = FACT_YES,
		.multifunction = FACT_NO,
		.acs = { .there = FACT_NO },
		.pasid = { .there = FACT_NO },
	};
	assert_int_equal(bdf_parse(bdf, &hop->pci.bdf), 0);
}

void set_iommu(enum iommu_kind kind, uint64_t registers, unsigned int width)
{
	iommu.kind = kind;
	iommu.has_registers = true;
	iommu.registers.argsz = sizeof(iommu.registers);
	iommu.registers.type = kind == IOMMU_AMD ? VPASID_IOMMU_AMD : VPASID_IOMMU_INTEL_VTD;
	iommu.registers.length = VPASID_IOMMU_DATA;
	memcpy(iommu.registers.data + (kind == IOMMU_AMD ? 0 : 16), &registers, sizeof(registers));
	iommu.width = width;
}

void set_iommu_cap(uint64_t cap)
{
	memcpy(iommu.registers.data + 8, &cap, sizeof(cap));
}

void set_no_iommu(void)
{
	function.is_covered = FACT_NO;
	function.iommu = NULL;
	function.presence = &presence;
	function.pci.iommu_group[0] = '\0';
	function.domain[0] = '\0';
}

void hide_iommu(void)
{
	iommu.has_registers = false;
	iommu.registers = (struct vpasid_iommu){ 0 };
	iommu.width = 0;
	iommu.has_cap = false;
}

void make_sound(void)
{
	host = (struct host){
		.kind = HOST_LIVE,
		.presence = &presence,
		.release = "6.12.0",
		.has_read_release = true,
	};
	kernel = (struct kernel){
		.release = "6.12.0",
		.config = "/proc/config.gz",
		.is_own_config = true,
		.pci_pasid = FACT_YES,
		.intel_on = FACT_YES,
		.intel_scalable = FACT_YES,
		.iommufd = FACT_NO,
		.command_line = { .is_known = true },
	};
	iommu = (struct iommu){ .name = "dmar0", .has_cap = true };
	set_iommu(IOMMU_INTEL, ECAP, 20);
	set_iommu_cap(CAP);
	presence = (struct iommu_presence){ 0 };
	set_hop(&function, FUNCTION, PCI_EXP_TYPE_ENDPOINT);
	function.holder = &function;
	function.hops = hops;
	function.hop_count = 2;
	function.pasid = (struct capability){ FACT_YES, 0x180, 20 << 8 | 6, PCI_PASID_CTRL_ENABLE };
	function.kernel = &kernel;
	function.is_covered = FACT_YES;
	function.iommu = &iommu;
	strcpy(function.pci.iommu_group, "5");
	strcpy(function.domain, "DMA-FQ");
	strcpy(function.pci.driver, "nvme");
	function.has_cdev = FACT_NO;
	function.has_iommufd = FACT_NO;
	set_hop(&port, PORT, PCI_EXP_TYPE_ROOT_PORT);
	port.acs = (struct capability){ FACT_YES, 0x148, 0x5f, 0x1d };
	judged = &function;
}

void make_sound_for_qemu(void)
{
	make_sound();
	strcpy(kernel.release, "7.3.4");
	strcpy(host.release, "7.3.4");
	kernel.iommufd = FACT_YES;
	function.has_iommufd = FACT_YES;
	function.has_cdev = FACT_YES;
	strcpy(function.cdev, "vfio0");
	set_driver("vfio-pci", true);
}

void make_sound_for_sva(void)
{
	make_sound();
	strcpy(kernel.release, "7.3.4");
	strcpy(host.release, "7.3.4");
	kernel.intel_svm = FACT_YES;
	kernel.cpu = (struct cpu){ FACT_YES, FACT_YES, FACT_YES };
	set_iommu(IOMMU_INTEL, SVA_ECAP, 20);
	set_iommu_cap(SVA_CAP);
	function.ats = (struct capability){ FACT_YES, 0x220, 0x20, PCI_ATS_CTRL_ENABLE };
	function.pri = (struct pri){ .there = FACT_YES,
				     .offset = 0x230,
				     .control = PCI_PRI_CTRL_ENABLE,
				     .status = PCI_PRI_STATUS_PASID };
	set_driver("idxd", false);
	function.idxd = (struct idxd){ FACT_YES, FACT_YES, 2, 1 };
}

struct function *add_sibling(const char *bdf)
{
	static struct function *siblings[SIBLINGS];
	struct function **sibling = &siblings[function.sibling_count];

	assert_true(function.sibling_count < SIBLINGS);
	if (!*sibling)
		*sibling = malloc(sizeof(**sibling));
	assert_non_null(*sibling);
	set_hop(*sibling, bdf, PCI_EXP_TYPE_ENDPOINT);
	(*sibling)->holder = *sibling;
	function.siblings = siblings;
	function.sibling_count++;
	return *sibling;
}

void switch_off(void)
{
	function.pasid.control = 0;
}

int keep_judged(void **state)
{
	(void)state;
	unsetenv("COLUMNS");
	judged_stream = open_memstream(&judged_text, &judged_size);
	return judged_stream ? 0 : -1;
}

static void keep(void)
{
	if (judged_stream)
		explain_print(judged, &chain, judged_stream, false);
}

void judge(void)
{
	explain_judge(judged, &chain);
	keep();
}

void judge_for(enum purpose purpose)
{
	explain_judge_for(judged, purpose, &chain);
	keep();
}

void assert_all_judged(void **name)
{
	char path[128];

	assert_non_null(judged_stream);
	assert_int_equal(fclose(judged_stream), 0);
	judged_stream = NULL;
	snprintf(path, sizeof(path), TRANSCRIPTS "judged/%s.txt", (const char *)*name);
	transcript_assert(path, judged_text);
	free(judged_text);
}

const struct link *find_link(enum explain_what what, const char *bdf)
{
	for (size_t i = 0; i < chain.link_count; i++)
		if (chain.links[i].what == what && (!bdf || !strcmp(chain.links[i].bdf.text, bdf)))
			return &chain.links[i];
	fail_msg("there is no link %s of %s", explain_what_name(what), bdf ? bdf : "any");
	return NULL;
}

void assert_link(enum explain_what what, const char *bdf, enum explain_verdict verdict,
		 enum explain_certainty certainty)
{
	const struct link *link = find_link(what, bdf);

	if (link->verdict != verdict || link->certainty != certainty)
		fail_msg("%s is %s, %s: %s, %s", explain_what_name(what),
			 explain_verdict_name(link->verdict),
			 explain_certainty_name(link->certainty), link->found, link->doubt);
}

void assert_says(enum explain_what what, const char *bdf, const char *where, const char *found,
		 const char *todo)
{
	const struct link *link = find_link(what, bdf);

	assert_string_equal(link->where, where);
	assert_string_equal(link->found, found);
	assert_string_equal(link->todo, todo);
}

void assert_doubt(enum explain_what what, const char *bdf, const char *doubt)
{
	assert_link(what, bdf, EXPLAIN_UNKNOWN, EXPLAIN_NOT_SURE);
	assert_string_equal(find_link(what, bdf)->doubt, doubt);
}

void assert_width(bool (*get)(const struct function *function, unsigned int *width),
		  unsigned int expected)
{
	unsigned int width;

	assert_true(get(judged, &width));
	assert_int_equal(width, expected);
}

void assert_broken(enum explain_what what, const char *bdf, enum explain_certainty certainty)
{
	judge();
	assert_int_equal(chain.verdict, EXPLAIN_BROKEN);
	assert_int_equal(chain.certainty, certainty);
	assert_non_null(chain.broken);
	if (chain.broken->what != what || strcmp(chain.broken->bdf.text, bdf) != 0 ||
	    chain.broken->certainty != certainty)
		fail_msg("named is %s of %s (%s): %s", explain_what_name(chain.broken->what),
			 chain.broken->bdf.text, explain_certainty_name(chain.broken->certainty),
			 chain.broken->found);
	assert_true(*chain.broken->found);
	assert_true(strstr(chain.summary, chain.broken->found) != NULL);
}

const struct link *find_need(enum explain_what what)
{
	for (size_t i = 0; i < chain.need_count; i++)
		if (chain.needs[i].what == what)
			return &chain.needs[i];
	fail_msg("there is no need of %s", explain_what_name(what));
	return NULL;
}

char *print_chain(bool colours)
{
	char *text = NULL;
	size_t size = 0;
	FILE *stream = open_memstream(&text, &size);

	judge();
	explain_print(judged, &chain, stream, colours);
	fclose(stream);
	return text;
}

void assert_begins(const char *text, const char *beginning)
{
	if (strncmp(text, beginning, strlen(beginning)) != 0)
		fail_msg("%s", text);
}

void hide_hop(struct function *hop, const char *why)
{
	hop->pci.vendor = 0x8086;
	hop->pci.device = 0x1234;
	hop->size = 0;
	hop->why = why;
	hop->is_pcie = hop->tlp_prefix = hop->multifunction = FACT_UNKNOWN;
	hop->devcap2 = 0;
	hop->acs = hop->pasid = (struct capability){ FACT_UNKNOWN };
}

void set_driver(const char *driver, bool on_vfio)
{
	snprintf(function.pci.driver, sizeof(function.pci.driver), "%s", driver);
	function.pci.on_vfio = on_vfio;
}
