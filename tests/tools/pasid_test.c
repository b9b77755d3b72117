// SPDX-License-Identifier: GPL-2.0-or-later
/* facts/pasid.h: what the record of a function says about its PASID. */
#include <errno.h>
#include <linux/pci_regs.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "facts/pasid.h"

#define WIDTH(bits) ((bits) << 8)

/* A function that has PASID, and the IOMMU that covers it; setup() makes them so again. */
static struct host host;
static struct iommu iommu;
static struct function function;

static int setup(void **state)
{
	(void)state;
	host = (struct host){ .has_read_release = true, .release = "7.3.0" };
	iommu = (struct iommu){ .kind = IOMMU_INTEL, .has_registers = true, .width = 19 };
	function = (struct function){
		.host = &host,
		.holder = &function,
		.iommu = &iommu,
		.pasid = { .there = FACT_YES,
			   .offset = 0x180,
			   .capability = WIDTH(20) | 6,
			   .control = PCI_PASID_CTRL_ENABLE },
	};
	return 0;
}

static void test_names(void **state)
{
	static const char *const names[] = { "none", "off", "enabled", "asleep", "unknown" };

	(void)state;
	for (enum pasid_state at = 0; at < PASID_STATES; at++)
		assert_string_equal(pasid_state_name(at), names[at]);
}

static void test_state(void **state)
{
	(void)state;
	assert_int_equal(pasid_state(&function), PASID_ENABLED);
	assert_ptr_equal(pasid_registers(&function), &function.pasid);
	assert_int_equal(pasid_error(&function), 0);
	/* the other bits of Control don't enable it */
	function.pasid.control = (uint16_t)~PCI_PASID_CTRL_ENABLE;
	assert_int_equal(pasid_state(&function), PASID_OFF);
	function.pasid.there = FACT_NO;
	assert_int_equal(pasid_state(&function), PASID_NONE);
	assert_null(pasid_registers(&function));
	function.pasid.there = FACT_UNKNOWN;
	assert_int_equal(pasid_state(&function), PASID_UNKNOWN);
	assert_null(pasid_registers(&function));
	function.is_asleep = true;
	assert_int_equal(pasid_state(&function), PASID_ASLEEP);
	function.pasid_error = -EAGAIN;
	assert_int_equal(pasid_error(&function), 0);
	function.holder = NULL;
	assert_int_equal(pasid_state(&function), PASID_UNKNOWN);
	assert_null(pasid_registers(&function));
}

static void test_errors(void **state)
{
	static const struct {
		int error;
		const char *text;
	} rows[] = {
		{ -EIO, "it doesn't respond" },
		{ -EPROTO, "the chain of its extended capabilities is broken" },
		{ -ENODATA, "its PASID capability is cut off by the end of config space" },
		{ -ENXIO, "the dump has fewer than 4096 bytes of it: recreate it by `lspci "
			  "-xxxx` as root" },
		{ -EPERM, "Operation not permitted" },
	};

	(void)state;
	assert_string_equal(pasid_error_text(&function), "");
	function.pasid.there = FACT_UNKNOWN;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		function.pasid_error = rows[i].error;
		assert_int_equal(pasid_error(&function), rows[i].error);
		assert_string_equal(pasid_error_text(&function), rows[i].text);
	}
	function.pasid_error = 0;
	assert_int_equal(pasid_error(&function), -ENOENT);
	function.holder = NULL;
	assert_int_equal(pasid_error(&function), -ENOENT);
	assert_string_equal(pasid_error_text(&function), "its PF is unknown");
}

/* Max PASID Width has 5 bits; the greatest width that the specification allows is 20. */
static void test_width(void **state)
{
	static const struct {
		unsigned int capability, width;
		bool is_known;
	} rows[] = {
		{ WIDTH(1), 1, true },	  { WIDTH(0), 0, true },
		{ WIDTH(20), 20, true },  { WIDTH(21), 21, false },
		{ WIDTH(31), 31, false }, { 0xe0ff | WIDTH(16), 16, true },
	};
	unsigned int width;

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		function.pasid.capability = (uint16_t)rows[i].capability;
		assert_int_equal(pasid_raw_width(&function.pasid), rows[i].width);
		assert_int_equal(pasid_width(&function, &width), rows[i].is_known);
		assert_int_equal(width, rows[i].width);
	}
	function.pasid.there = FACT_NO;
	assert_false(pasid_width(&function, &width));
	assert_int_equal(width, 0);
}

static void test_iommu_width(void **state)
{
	unsigned int width;

	(void)state;
	assert_true(pasid_iommu_width(&function, &width));
	assert_int_equal(width, 19);
	iommu.has_registers = false;
	assert_false(pasid_iommu_width(&function, &width));
	function.iommu = NULL;
	assert_false(pasid_iommu_width(&function, &width));
	assert_int_equal(width, 0);
}

/* AMD's driver attaches address spaces for SVA alone, in all kernels that are known. */
static void test_attaches(void **state)
{
	static const struct {
		const char *release;
		enum iommu_kind kind;
		enum fact attaches;
	} rows[] = {
		{ "6.1.0", IOMMU_INTEL, FACT_YES },   { "", IOMMU_SMMUV3, FACT_YES },
		{ "6.12.0", IOMMU_AMD, FACT_NO },     { "7.3.9", IOMMU_AMD, FACT_NO },
		{ "7.4.0", IOMMU_AMD, FACT_UNKNOWN }, { "8.0.0", IOMMU_AMD, FACT_UNKNOWN },
		{ "", IOMMU_AMD, FACT_UNKNOWN },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		iommu.kind = rows[i].kind;
		snprintf(host.release, sizeof(host.release), "%s", rows[i].release);
		assert_int_equal(pasid_iommu_attaches(&iommu, rows[i].release), rows[i].attaches);
		assert_int_equal(pasid_attaches(&function), rows[i].attaches);
	}
	function.iommu = NULL;
	assert_int_equal(pasid_attaches(&function), FACT_YES);
}

static void assert_usable(bool is_known, unsigned int expected)
{
	unsigned int width = 99;

	assert_int_equal(pasid_usable_width(&function, &width), is_known);
	assert_int_equal(width, expected);
}

/* The lesser of both widths */
static void test_usable(void **state)
{
	(void)state;
	assert_usable(true, 19);
	iommu.width = 20;
	assert_usable(true, 20);
	function.pasid.capability = WIDTH(16);
	assert_usable(true, 16);
	function.pasid.control = 0;
	assert_usable(true, 0);
	function.pasid.there = FACT_NO;
	assert_usable(false, 0);
	function.pasid.there = FACT_UNKNOWN;
	assert_usable(false, 0);
}

/* A width that isn't known hides the result, except if the other one is 0. */
static void test_usable_unknown(void **state)
{
	(void)state;
	function.pasid.capability = WIDTH(21);
	assert_usable(false, 0);
	iommu.width = 0;
	assert_usable(true, 0);
	function.pasid.capability = WIDTH(20);
	assert_usable(true, 0);
	iommu.has_registers = false;
	assert_usable(false, 0);
	function.pasid.capability = WIDTH(0);
	assert_usable(true, 0);
	iommu.has_registers = true;
	iommu.width = 20;
	assert_usable(true, 0);
	function.pasid.capability = WIDTH(1);
	iommu.width = 1;
	assert_usable(true, 1);
}

/* What the IOMMU's driver can't attach isn't usable, whatever the widths are. */
static void test_usable_attached(void **state)
{
	(void)state;
	iommu.kind = IOMMU_AMD;
	assert_usable(true, 0);
	iommu.has_registers = false;
	assert_usable(true, 0);
	*host.release = '\0';
	assert_usable(false, 0);
	iommu.has_registers = true;
	assert_usable(false, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_names),
		cmocka_unit_test_setup(test_state, setup),
		cmocka_unit_test_setup(test_errors, setup),
		cmocka_unit_test_setup(test_width, setup),
		cmocka_unit_test_setup(test_iommu_width, setup),
		cmocka_unit_test_setup(test_attaches, setup),
		cmocka_unit_test_setup(test_usable, setup),
		cmocka_unit_test_setup(test_usable_unknown, setup),
		cmocka_unit_test_setup(test_usable_attached, setup),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
