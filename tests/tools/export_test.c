// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * export.h: what is known of functions becomes metrics and labels, and what isn't known
 * becomes none.
 */
#include <errno.h>
#include <linux/pci_regs.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "list/list.h"

#define NODE "feature.node.kubernetes.io/"

static const struct iommu narrow = { .name = "dmar0", .has_registers = true, .width = 9 };
static const struct iommu without = { .name = "dmar1", .has_registers = true };
static const struct iommu smmu = { .name = "smmu3.0" };

/* 20 bits, Execute and Privileged; the host has enabled Execute alone */
static const struct function enabled_pf = {
	.pci = {
		.bdf.text = "0000:00:05.0",
		.driver = "idxd",
		.kind = PCI_KIND_PF,
		.vendor = 0x8086,
		.device = 0x0b25,
	},
	.is_covered = FACT_YES,
	.iommu = &narrow,
	.pasid = { .there = FACT_YES, .capability = 0x1406, .control = 0x0003 },
};

static char *text;
static struct function *functions[8];
static struct list list;

static int setup(void **state)
{
	(void)state;
	list = (struct list){ .functions = functions };
	text = NULL;
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	for (size_t i = 0; i < list.count; i++)
		free(functions[i]);
	free(text);
	return 0;
}

/* One like enabled_pf, for changes. */
static struct function *add(void)
{
	struct function *function = malloc(sizeof(*function));

	assert_non_null(function);
	*function = enabled_pf;
	function->holder = function;
	functions[list.count++] = function;
	list.considered++;
	return function;
}

static void set_state(struct function *function, enum pasid_state state)
{
	function->is_asleep = state == PASID_ASLEEP;
	function->pasid = (struct capability){ FACT_UNKNOWN };
	function->pasid_error = state == PASID_UNKNOWN ? -EIO : 0;
	if (state != PASID_OFF)
		return;
	function->pasid = enabled_pf.pasid;
	function->pasid.control &= ~PCI_PASID_CTRL_ENABLE;
}

static void render(bool prometheus, time_t expiry)
{
	size_t size;
	FILE *stream;

	free(text);
	stream = open_memstream(&text, &size);
	assert_non_null(stream);
	if (prometheus)
		export_prometheus(&list, stream);
	else
		export_nfd(&list, expiry, stream);
	assert_int_equal(fclose(stream), 0);
	assert_int_equal(strlen(text), size);
}

static bool has_line(const char *line)
{
	size_t length = strlen(line);

	for (const char *at = text; (at = strstr(at, line)); at++)
		if ((at == text || at[-1] == '\n') && at[length] == '\n')
			return true;
	return false;
}

static void assert_line(const char *line)
{
	if (!has_line(line))
		fail_msg("no line %s in:\n%s", line, text);
}

static void assert_without(const char *part)
{
	if (strstr(text, part))
		fail_msg("%s in:\n%s", part, text);
}

/* Prometheus */

static void test_metrics(void **state)
{
	(void)state;
	add();
	list.considered = 7;
	render(true, 0);
	assert_line("# TYPE vpasid_function_info gauge");
	assert_line("vpasid_function_info{bdf=\"0000:00:05.0\",device_id=\"0x0b25\","
		    "driver=\"idxd\",iommu=\"dmar0\",kind=\"pf\",pf=\"\",vendor_id=\"0x8086\"} 1");
	assert_line("vpasid_function_state{bdf=\"0000:00:05.0\",state=\"enabled\"} 1");
	assert_line("vpasid_function_state{bdf=\"0000:00:05.0\",state=\"off\"} 0");
	assert_line("vpasid_function_max_pasid_width{bdf=\"0000:00:05.0\"} 20");
	assert_line("vpasid_function_usable_pasid_width{bdf=\"0000:00:05.0\"} 9");
	assert_line("vpasid_function_permission_supported{bdf=\"0000:00:05.0\","
		    "permission=\"priv\"} 1");
	assert_line("vpasid_function_permission_enabled{bdf=\"0000:00:05.0\","
		    "permission=\"exec\"} 1");
	assert_line("vpasid_function_permission_enabled{bdf=\"0000:00:05.0\","
		    "permission=\"priv\"} 0");
	assert_line("vpasid_iommu_max_pasid_width{iommu=\"dmar0\"} 9");
	assert_line("vpasid_functions{state=\"enabled\"} 1");
	assert_line("vpasid_functions{state=\"none\"} 6");
}

/* No value is exported for what isn't known, not even 0. */
static void test_unknown_has_no_sample(void **state)
{
	static const enum pasid_state states[] = { PASID_ASLEEP, PASID_UNKNOWN };
	struct function *function = add();

	(void)state;
	for (size_t i = 0; i < sizeof(states) / sizeof(*states); i++) {
		set_state(function, states[i]);
		render(true, 0);
		assert_without("width{bdf");
		assert_without("permission=");
		assert_line("vpasid_function_state{bdf=\"0000:00:05.0\",state=\"enabled\"} 0");
		assert_line("vpasid_functions{state=\"enabled\"} 0");
		assert_line("vpasid_functions{state=\"none\"} 0");
	}
	assert_line("vpasid_function_state{bdf=\"0000:00:05.0\",state=\"unknown\"} 1");
}

static void test_off_is_known(void **state)
{
	struct function *function = add();

	(void)state;
	set_state(function, PASID_OFF);
	function->pasid.control = 0;
	function->iommu = NULL;
	render(true, 0);
	assert_line("vpasid_function_max_pasid_width{bdf=\"0000:00:05.0\"} 20");
	assert_line("vpasid_function_usable_pasid_width{bdf=\"0000:00:05.0\"} 0");
	assert_without("vpasid_iommu_max_pasid_width{");
}

static void test_iommus(void **state)
{
	struct function *on_smmu, *on_without;
	const char *first;

	(void)state;
	add();
	add();
	on_smmu = add();
	strcpy(on_smmu->pci.bdf.text, "0000:00:06.0");
	on_smmu->iommu = &smmu;
	on_without = add();
	strcpy(on_without->pci.bdf.text, "0000:00:07.0");
	on_without->iommu = &without;
	render(true, 0);
	/* an IOMMU with unknown abilities has no width, so what is usable is unknown */
	assert_without("vpasid_iommu_max_pasid_width{iommu=\"smmu3.0\"");
	assert_without("vpasid_function_usable_pasid_width{bdf=\"0000:00:06.0\"");
	assert_line("vpasid_iommu_max_pasid_width{iommu=\"dmar1\"} 0");
	assert_line("vpasid_function_usable_pasid_width{bdf=\"0000:00:07.0\"} 0");
	/* a series is there once */
	first = strstr(text, "{iommu=\"dmar0\"}");
	assert_non_null(first);
	assert_null(strstr(first + 1, "{iommu=\"dmar0\"}"));
}

static void test_labels_are_escaped(void **state)
{
	struct function *function = add();

	(void)state;
	strcpy(function->pci.driver, "a\"b\\c\nd\x1b[m\xff");
	function->pci.vendor = 0;
	render(true, 0);
	assert_line("vpasid_function_info{bdf=\"0000:00:05.0\",device_id=\"\","
		    "driver=\"a\\\"b\\\\c\\\\x0ad\\\\x1b[m\\\\xff\",iommu=\"dmar0\",kind=\"pf\","
		    "pf=\"\",vendor_id=\"\"} 1");
}

/* The longest that can be, of which each byte becomes five. */
static void test_longest_label(void **state)
{
	struct function *function = add();

	(void)state;
	_Static_assert(sizeof(function->pci.driver) == 64, "63 bytes, and the end");
	memset(function->pci.driver, '\x01', 63);
	function->pci.driver[63] = '\0';
	render(true, 0);
	assert_non_null(strstr(text, "\\\\x01\",iommu="));
	assert_int_equal(strstr(text, "\",iommu=") - strstr(text, "driver=\"") -
				 strlen("driver=\""),
			 5 * 63);
}

/* Node Feature Discovery */

static void test_node(void **state)
{
	struct function *off;

	(void)state;
	add();
	off = add();
	set_state(off, PASID_OFF);
	off->pci.device = 0x0cfe;
	render(false, 0);
	assert_without("expiry");
	assert_line(NODE "vpasid.enabled=true");
	assert_line(NODE "vpasid.exec=true");
	assert_line(NODE "vpasid.priv=false");
	assert_line(NODE "vpasid.width=20");
	assert_line(NODE "vpasid.usable-width=9");
	assert_line(NODE "vpasid.functions.enabled=1");
	assert_line(NODE "vpasid.functions.off=1");
	assert_line(NODE "vpasid-8086_0b25.functions.enabled=1");
	assert_line(NODE "vpasid-8086_0b25.functions.off=0");
	/* what is off doesn't count as enabled, and neither do its width and permissions */
	assert_line(NODE "vpasid-8086_0cfe.enabled=false");
	assert_line(NODE "vpasid-8086_0cfe.exec=false");
	assert_without("vpasid-8086_0cfe.width");
	assert_without("vpasid-8086_0cfe.usable-width");
}

static void test_no_pasid(void **state)
{
	(void)state;
	list.considered = 3;
	render(false, 0);
	assert_line(NODE "vpasid.enabled=false");
	assert_line(NODE "vpasid.functions.enabled=0");
	assert_without("width");
	assert_without("vpasid-");
}

/* Whether a node has none isn't known as long as one function isn't. */
static void test_one_is_not_known(void **state)
{
	struct function *asleep = add();

	(void)state;
	set_state(asleep, PASID_ASLEEP);
	render(false, 0);
	assert_without(".enabled=true");
	assert_without("vpasid.enabled=");
	assert_without("vpasid.exec=");
	assert_without("width");
	assert_line(NODE "vpasid.functions.asleep=1");
	set_state(asleep, PASID_UNKNOWN);
	render(false, 0);
	assert_without("vpasid.enabled=");
	assert_line(NODE "vpasid.functions.unknown=1");
	set_state(add(), PASID_ASLEEP);
	render(false, 0);
	assert_without("vpasid.enabled=");
	free(functions[--list.count]);

	/* but that another one has it is; so it is of what that one has */
	add();
	render(false, 0);
	assert_line(NODE "vpasid.enabled=true");
	assert_line(NODE "vpasid.exec=true");
	assert_without("vpasid.priv=");
}

/* The widest counts; with an IOMMU of unknown abilities, the usable width is unknown. */
static void test_widths(void **state)
{
	struct function *function = add();

	(void)state;
	function->iommu = &smmu;
	render(false, 0);
	assert_line(NODE "vpasid.width=20");
	assert_without("usable-width");

	function = add();
	function->pasid.capability = 0x0806;
	render(false, 0);
	assert_line(NODE "vpasid.width=20");
	assert_line(NODE "vpasid.usable-width=8");

	/* One that can't be isn't known, neither as it is nor as the most. */
	functions[0]->pasid.capability = 0x1506;
	functions[0]->iommu = &narrow;
	render(false, 0);
	assert_line(NODE "vpasid.width=8");
	assert_line(NODE "vpasid.usable-width=8");
	render(true, 0);
	assert_line("vpasid_function_max_pasid_width{bdf=\"0000:00:05.0\"} 8");
	assert_without("width{bdf=\"0000:00:05.0\"} 20");
	assert_without("width{bdf=\"0000:00:05.0\"} 21");
	assert_without("width{bdf=\"0000:00:05.0\"} 9");
}

static void test_no_ids(void **state)
{
	struct function *function = add();

	(void)state;
	function->pci.vendor = 0;
	render(false, 0);
	assert_line(NODE "vpasid.enabled=true");
	assert_without("vpasid-");
}

static void test_check(void **state)
{
	struct finding findings[] = {
		{ .what = CHECK_IOMMU_MODE, .verdict = CHECK_FAIL },
		{ .what = CHECK_IOMMU_MODE, .verdict = CHECK_FAIL },
		{ .what = CHECK_KERNEL },
	};
	const struct check check = { .purpose = PURPOSE_SVA, .findings = findings, .count = 3 };
	size_t size;
	FILE *stream = open_memstream(&text, &size);

	(void)state;
	export_check(&check, stream);
	fclose(stream);
	assert_line("vpasid_check{for=\"sva\",question=\"iommu-mode\",verdict=\"fail\"} 2");
	assert_line("vpasid_check{for=\"sva\",question=\"iommu-mode\",verdict=\"pass\"} 0");
	assert_line("vpasid_check{for=\"sva\",question=\"kernel\",verdict=\"pass\"} 1");
	assert_line("vpasid_check{for=\"sva\",question=\"kernel\",verdict=\"unknown\"} 0");
	assert_without("question=\"acs\"");
}

static void test_expiry(void **state)
{
	(void)state;
	render(false, 1700000000);
	assert_line("# +expiry-time=2023-11-14T22:13:20Z");
	/* it is for what stands behind it */
	assert_true(strstr(text, "expiry-time") < strstr(text, NODE));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_metrics, setup, teardown),
		cmocka_unit_test_setup_teardown(test_unknown_has_no_sample, setup, teardown),
		cmocka_unit_test_setup_teardown(test_off_is_known, setup, teardown),
		cmocka_unit_test_setup_teardown(test_iommus, setup, teardown),
		cmocka_unit_test_setup_teardown(test_labels_are_escaped, setup, teardown),
		cmocka_unit_test_setup_teardown(test_longest_label, setup, teardown),
		cmocka_unit_test_setup_teardown(test_node, setup, teardown),
		cmocka_unit_test_setup_teardown(test_no_pasid, setup, teardown),
		cmocka_unit_test_setup_teardown(test_one_is_not_known, setup, teardown),
		cmocka_unit_test_setup_teardown(test_widths, setup, teardown),
		cmocka_unit_test_setup_teardown(test_no_ids, setup, teardown),
		cmocka_unit_test_setup_teardown(test_check, setup, teardown),
		cmocka_unit_test_setup_teardown(test_expiry, setup, teardown),
	};

	return cmocka_run_group_tests_name("tool_export", tests, NULL, NULL);
}
