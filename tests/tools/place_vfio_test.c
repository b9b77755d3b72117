// SPDX-License-Identifier: GPL-2.0-or-later
/* Places in what VFIO shows: place/placement.h, and place/vmm.h on made hosts. */
#include <errno.h>
#include <linux/pci_regs.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include <vpasid/vfio_view.h>

#include "facts/host.h"
#include "facts/reporter.h"
#include "made_space.h"
#include "place/placement.h"
#include "place/vmm.h"
#include "support/bytes.h"
#include "support/machine.h"
#include "support/tree.h"

#define AER   0x01
#define LTR   0x18
#define PASID 0x1b
#define PTM   0x1f
#define DVSEC 0x23

static struct config_space space;
static struct placement_report place;

static int setup(void **state)
{
	(void)state;
	fill_space(&space);
	put_header(space.config, 0x100, AER, 0x200);
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	place_free(&place);
	return 0;
}

static void find(uint32_t flags, unsigned int offset)
{
	place_free(&place);
	place_find_in_vfio(&space, flags, NULL, NULL, (uint16_t)offset, 0, &place);
}

static void expect_place(uint32_t flags, unsigned int asked, unsigned int offset)
{
	find(flags, asked);
	assert_int_equal(place.error, 0);
	assert_int_equal(place.placement.caps[0].offset, offset);
	assert_true(place_admits(&place, (uint16_t)offset));
}

static void expect_none(uint32_t flags, unsigned int asked, int error, const char *text)
{
	static const struct vpasid_placement nowhere;

	find(flags, asked);
	assert_int_equal(place.error, error);
	if (!strstr(place.why.text, text))
		fail_msg("at 0x%03x: %s", asked, place.why.text);
	assert_memory_equal(&place.placement, &nowhere, sizeof(nowhere));
	if (!asked)
		return;
	assert_false(place_admits(&place, (uint16_t)asked));
	/* another one isn't what was asked for */
	assert_null(strstr(place.why.text, "--offset"));
}

/* Its own registers can be written by a guest, unless the guard or a VMM prevents it. */
static void test_own(void **state)
{
	(void)state;
	put_header(space.config, 0x200, PASID, 0x300);
	put_dword(space.config, 0x204, 0x00071406);
	put_header(space.config, 0x300, LTR, 0);
	expect_place(0, 0, 0xff8);
	expect_none(0, 0x200, -EBUSY, "can't be placed at 0x200");
	expect_place(VPASID_VFIO_VIEW_GUARDED, 0x200, 0x200);
	/* the layouts are both known: the function's own, and what is seen of it */
	assert_int_equal(place.layout.span_count, 3);
	assert_int_equal(place.view_layout.span_count, 2);
	assert_true(place.placement.digest == vpasid_layout_digest(&place.view_layout));
}

/* Where they read as zeros, they look free. */
static void test_own_of_zeros(void **state)
{
	(void)state;
	put_header(space.config, 0x200, PASID, 0);
	expect_none(0, 0x204, -EBUSY,
		    "the function's own PASID capability is there, and VFIO passes a guest's "
		    "writes through to it");
	expect_place(VPASID_VFIO_VIEW_GUARDED, 0x204, 0x204);

	/* at the head of the chain */
	put_header(space.config, 0x100, PASID, 0);
	expect_none(0, 0x104, -EBUSY, "the function's own PASID capability is there");
	expect_place(0, 0x108, 0x108);

	put_header(space.config, 0x100, AER, 0xff0);
	put_header(space.config, 0xff0, PASID, 0);
	memset(space.config + 0x104, 0x55, 0xf00 - 0x104);
	expect_none(0, 0xff4, -EBUSY, "0xff4");
}

/* So do those of what else VFIO hides. */
static void test_hidden(void **state)
{
	(void)state;
	put_header(space.config, 0x100, AER, 0xff4);
	put_header(space.config, 0xff4, PTM, 0);
	memset(space.config + 0x104, 0x55, 0xfe0 - 0x104);
	memset(space.config + 0xfe4, 0x55, 0xff4 - 0xfe4);
	expect_none(0, 0, -EBUSY,
		    "PASID can't be placed at 0xff8: VFIO hides PTM at 0xff4, but passes a guest's "
		    "writes through to it");
	assert_null(strstr(place.why.text, "--offset"));

	memset(space.config + 0x400, 0, 0x10);
	expect_none(0, 0, -EBUSY, "; --offset 0x408 is free");
	expect_place(0, 0x408, 0x408);

	/* the lowest that there is: where the function's own is guarded */
	memset(space.config + 0x108, 0x55, 0xff4 - 0x108);
	put_header(space.config, 0x100, PASID, 0xff4);
	put_dword(space.config, 0x104, 0);
	expect_none(VPASID_VFIO_VIEW_GUARDED, 0, -EBUSY, "; --offset 0x100 is free");
}

/* Of what VFIO hides, as much counts as is known: the length of PTM, and only a header. */
static void test_limits(void **state)
{
	static const struct {
		unsigned int id, length;
	} rows[] = { { PTM, 12 }, { 0x7777, 4 } };

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		const unsigned int end = 0x200 + rows[i].length;

		put_header(space.config, 0x200, rows[i].id, 0x280);
		put_header(space.config, 0x280, LTR, 0);
		expect_place(0, 0x200 - 8, 0x200 - 8);
		expect_none(0, 0x200 - 4, -EBUSY, "can't be placed at 0x1fc");
		expect_none(0, 0x200, -EBUSY, "can't be placed at 0x200");
		expect_none(0, end - 4, -EBUSY, "can't be placed at 0x20");
		expect_place(0, end, end);
	}
}

/* PASID has a place, but what is to stand behind it has none: another for PASID is no help. */
static void test_behind(void **state)
{
	(void)state;
	put_header(space.config, 0x100, AER, 0x800);
	memset(space.config + 0x104, 0x55, 0xff8 - 0x104);
	put_header(space.config, 0x800, PTM, 0);
	memset(space.config + 0x804, 0, 0x10);
	place_find_in_vfio(&space, 0, NULL, NULL, 0, PLACE_WITH_PRI, &place);
	assert_int_equal(place.error, -EBUSY);
	assert_string_equal(place.why.text,
			    "PRI can't be placed at 0x804: VFIO hides PTM at 0x800, "
			    "but passes a guest's writes through to it");
}

/* VFIO hides where the chain breaks off, or becomes a loop: what is behind it is unknown anyway. */
static void test_hidden_break(void **state)
{
	static const char quirk[] = "device 8086:0b25\noffset 0x600\nsource \"x\"\n";
	struct vpasid_quirks *quirks = vpasid_quirks_new();

	(void)state;
	assert_int_equal(vpasid_quirks_parse(quirks, quirk, strlen(quirk), "a.conf", NULL), 0);
	put_header(space.config, 0x200, PTM, 0x40);
	expect_none(0, 0, -EPROTO, "the chain of extended capabilities is broken: ");
	expect_none(0, 0x400, -EPROTO, "; the capabilities behind it are unknown");
	place_free(&place);
	place_find_in_vfio(&space, 0, NULL, quirks, 0, 0, &place);
	assert_int_equal(place.error, 0);
	assert_int_equal(place.placement.caps[0].offset, 0x600);

	put_header(space.config, 0x200, PTM, 0x200);
	expect_none(0, 0, -ELOOP, "the chain of extended capabilities is broken: ");
	assert_null(strstr(place.why.text, "behind it"));
	expect_place(0, 0x400, 0x400);
	vpasid_quirks_free(quirks);
}

/* One that has no name, alone: VFIO shows nothing of it. */
static void test_unnamed(void **state)
{
	(void)state;
	put_header(space.config, 0x100, 0x7777, 0);
	expect_none(0, 0x100, -EBUSY,
		    "PASID can't be placed at 0x100: VFIO hides capability 0x7777 at 0x100, but "
		    "passes a guest's writes through to it");
	expect_place(0, 0x104, 0x104);
}

/* Of a VF, VFIO shows the IDs that sysfs has, if they are known, Memory Space and no interrupt. */
static void test_header(void **state)
{
	static const struct {
		enum vpasid_function_kind kind;
		uint16_t vendor;
		uint32_t ids, command, pin;
	} rows[] = {
		{ VPASID_FUNCTION_PF, 0x8086, 0xffffffff, 0x00100000, 1 },
		{ VPASID_FUNCTION_VF, 0x8086, 0x0b258086, 0x00100002, 0 },
		{ VPASID_FUNCTION_VF, 0, 0xffffffff, 0x00100002, 0 },
	};

	(void)state;
	put_header(space.config, 0x200, LTR, 0);
	put_dword(space.config, PCI_VENDOR_ID, 0xffffffff);
	space.config[PCI_INTERRUPT_PIN] = 1;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		space.device.kind = rows[i].kind;
		space.device.vendor = rows[i].vendor;
		expect_place(0, 0, 0xff8);
		assert_int_equal(get32(place.view + PCI_VENDOR_ID), rows[i].ids);
		assert_int_equal(get32(place.view + PCI_COMMAND), rows[i].command);
		assert_int_equal(place.view[PCI_INTERRUPT_PIN], rows[i].pin);
	}
}

static void test_dvsec(void **state)
{
	uint64_t digest;

	(void)state;
	put_header(space.config, 0x200, DVSEC, 0);
	put_dword(space.config, 0x204, 0x10u << 20);
	expect_place(0, 0, 0xff8);
	digest = place.placement.digest;
	expect_none(0, 0x208, -EBUSY, "can't be placed at 0x208");
	expect_place(VPASID_VFIO_VIEW_NO_DVSEC, 0, 0xff8);
	assert_true(place.placement.digest != digest);
	expect_none(VPASID_VFIO_VIEW_NO_DVSEC, 0x208, -EBUSY, "VFIO hides DVSEC at 0x200");
}

/* The kernel shows all of a chain whose head has no ID: it is safe behind the guard alone. */
static void test_leak(void **state)
{
	(void)state;
	put_header(space.config, 0x100, 0, 0x200);
	put_header(space.config, 0x200, PASID, 0);
	put_dword(space.config, 0x204, 0x00071406);
	expect_none(0, 0, -EBUSY, "use --emulated if the VMM does; --offset 0xff8 is free");
	expect_place(0, 0xff8, 0xff8);
}

static void test_unopened(void **state)
{
	(void)state;
	put_header(space.config, 0x200, DVSEC, 0);
	put_dword(space.config, 0x204, 0xfffu << 20);
	expect_none(0, 0, -EPROTO, "VFIO can't open it");
	assert_true(place.has_layout);
	assert_false(place.has_view);
}

/* What VFIO has shown counts, whatever would be made of the function's own. */
static void test_opened(void **state)
{
	uint8_t opened[VPASID_CONFIG_SIZE];

	(void)state;
	put_header(space.config, 0x200, LTR, 0);
	memcpy(opened, space.config, sizeof(opened));
	opened[0xffc] = 1;
	place_find_in_vfio(&space, 0, opened, NULL, 0, 0, &place);
	assert_int_equal(place.error, 0);
	assert_int_equal(place.placement.caps[0].offset, 0xff4);
}

/* On a host: the kernel, and the driver that the function has now. */

#define PATH DEVICES PORT "/" FUNCTION

static void make_host(const char *root, const char *driver, const char *release)
{
	tree_file(root, "proc/sys/kernel/osrelease", release);
	tree_file(root, PATH "/uevent",
		  path_of("DRIVER=%s\nPCI_CLASS=88000\nPCI_ID=8086:0B25\n", driver).text);
	tree_file(root, "sys/module/pasid_vfio_pci/parameters/guard", "Y\n");
	tree_file(root, "sys/module/vfio_pasid/parameters/guard", "N\n");
	put_header(space.config, 0x200, PASID, 0x300);
	put_dword(space.config, 0x204, 0x00071406);
	put_header(space.config, 0x300, DVSEC, 0);
	put_dword(space.config, 0x304, 0x10u << 20);
	machine_write_config(root, PATH, space.config, VPASID_CONFIG_SIZE);
}

static void expect_on_host(const char *root, const struct place_options *options,
			   enum fact is_guarded, int error, unsigned int view_spans)
{
	struct path sysfs = path_of("%s/sys", root);
	struct bdf bdf = machine_bdf(FUNCTION);
	struct function *function;
	struct host host;

	host_open(&host, sysfs.text, root, false);
	function = host_function(&host, &bdf);
	assert_non_null(function);
	place_free(&place);
	place_for_vmm(function, options, NULL, &place);
	assert_int_equal(function_is_guarded(function), is_guarded);
	assert_int_equal(place.error, error);
	assert_int_equal(place.view_layout.span_count, view_spans);
	host_close(&host);
}

static void test_host(void **state)
{
	const struct place_options wanted = { .offset = 0x200 };
	const struct place_options emulated = { .offset = 0x200, .is_emulated = true };

	setup(state);
	make_host(*state, "nvme", "6.3.0-test");
	expect_on_host(*state, &(struct place_options){ 0 }, FACT_NO, 0, 1);
	expect_on_host(*state, &wanted, FACT_NO, -EBUSY, 1);
	expect_on_host(*state, &emulated, FACT_NO, 0, 1);
	make_host(*state, "nvme", "6.4.0-test");
	expect_on_host(*state, &(struct place_options){ 0 }, FACT_NO, 0, 2);
	make_host(*state, "pasid_vfio_pci", "6.4.0-test");
	expect_on_host(*state, &wanted, FACT_YES, 0, 2);
	tree_file(*state, "sys/module/pasid_vfio_pci/parameters/guard", "N\n");
	expect_on_host(*state, &wanted, FACT_NO, -EBUSY, 2);
	/* the other module answers for the function */
	make_host(*state, "vfio-pci", "6.4.0-test");
	expect_on_host(*state, &wanted, FACT_NO, -EBUSY, 2);
	tree_directory(*state, "sys/module/vfio_pasid/devices/" FUNCTION);
	expect_on_host(*state, &wanted, FACT_NO, -EBUSY, 2);
	tree_file(*state, "sys/module/vfio_pasid/parameters/guard", "Y\n");
	expect_on_host(*state, &wanted, FACT_YES, 0, 2);
	place_free(&place);
}

int main(void)
{
#define PLACE_TEST(test) cmocka_unit_test_setup_teardown(test, setup, teardown)
	const struct CMUnitTest tests[] = {
		PLACE_TEST(test_own),
		PLACE_TEST(test_own_of_zeros),
		PLACE_TEST(test_hidden),
		PLACE_TEST(test_limits),
		PLACE_TEST(test_behind),
		PLACE_TEST(test_hidden_break),
		PLACE_TEST(test_unnamed),
		PLACE_TEST(test_header),
		PLACE_TEST(test_dvsec),
		PLACE_TEST(test_leak),
		PLACE_TEST(test_unopened),
		PLACE_TEST(test_opened),
		cmocka_unit_test_setup_teardown(test_host, machine_setup, tree_teardown),
	};

	return cmocka_run_group_tests_name("tool_place_vfio", tests, NULL, NULL);
}
