// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Tests device/function.h and what it is made of: what a guest's accesses change, and what
 * they don't.
 */
#include <errno.h>
#include <linux/pci_regs.h>
#include <malloc.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "conceal.h"
#include "function.h"
#include "place/placement.h"
#include "profile.h"
#include "support/bytes.h"

#define DSA PROFILES "/dsa.conf"
#define VF  PROFILES "/vf.conf"

/* Offsets in the profile DSA */
#define EXPRESS	    0x40
#define PM	    0x90
#define ATS	    0x220
#define PASID	    0x230
#define CONTROL	    (PASID + PCI_PASID_CTRL)
#define ALL_ENABLED 0x0005 /* it has no execute permission */

static struct model model;
static struct function function;
static struct function_options options;
static struct log quiet;
static struct why why;

/* The quirks of this machine aren't read. */
static char no_quirks[] = "/tmp/device_function_test.XXXXXX";

static int make(const char *profile)
{
	why.text[0] = '\0';
	assert_int_equal(profile_read(&model, profile, &why), 0);
	assert_int_equal(model_complete(&model, &why), 0);
	return function_init(&function, &model, &options, &quiet, &why);
}

static int setup(void **state)
{
	(void)state;
	options = (struct function_options){ .quirks = no_quirks };
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	function_free(&function);
	return 0;
}

static uint32_t read_bytes(unsigned int offset, unsigned int length)
{
	uint8_t data[4] = { 0 };

	assert_int_equal(function_read(&function, offset, data, length), 0);
	return get32(data);
}

static void write_bytes(unsigned int offset, unsigned int length, uint32_t value)
{
	uint8_t data[4];

	put32(data, value);
	assert_int_equal(function_write(&function, offset, data, length), 0);
}

static void enable(void)
{
	write_bytes(CONTROL, 2, 0x0007);
	assert_int_equal(read_bytes(CONTROL, 2), ALL_ENABLED);
}

static void test_places(void **state)
{
	(void)state;
	assert_int_equal(make(DSA), 0);
	assert_int_equal(function.placement.caps[0].offset, PASID);
	assert_int_equal(read_bytes(PASID, 4), 0x2401001b);
	assert_int_equal(read_bytes(PASID + PCI_PASID_CAP, 2), 0x1404);
	function_free(&function);

	options.offset = 0xabc;
	options.width = 9;
	assert_int_equal(make(DSA), 0);
	assert_int_equal(read_bytes(0xabc, 4) & 0xfffff, 0x1001b);
	assert_int_equal(read_bytes(0xabc + PCI_PASID_CAP, 2), 0x0904);
	function_free(&function);

	options.offset = 0;
	options.width = 0;
	assert_int_equal(make(VF), 0);
	assert_int_equal(function.placement.caps[0].offset, 0xff8);
	assert_int_equal(read_bytes(0xff8 + PCI_PASID_CAP, 2), 0x1406);
}

static void test_refusals(void **state)
{
	(void)state;
	options.offset = 0x220;
	assert_int_equal(make(DSA), -EBUSY);
	assert_non_null(strstr(why.text, "PASID can't be placed at 0x220: 0x220-0x227: "));
	options.offset = 0;
	options.width = 20;
	model.info.width = 16;
	assert_int_equal(function_init(&function, &model, &options, &quiet, &why), -EINVAL);
	assert_string_equal(why.text, "--width 20: the function's PASIDs have 16 bits");
	model.info.width = 0;
	assert_int_equal(function_init(&function, &model, &options, &quiet, &why), -ENODEV);
	assert_non_null(strstr(why.text, "--pasid"));
	model.source.config[PCI_HEADER_TYPE] = PCI_HEADER_TYPE_BRIDGE;
	assert_int_equal(function_init(&function, &model, &options, &quiet, &why), -EINVAL);
	assert_non_null(strstr(why.text, "its header has type 1"));
}

/* A chain that breaks off may have PASID behind the break: that isn't "none". */
static void test_unknown_pasid(void **state)
{
	(void)state;
	assert_int_equal(profile_read(&model, DSA, &why), 0);
	put32(model.source.config + 0x100, PCI_EXT_CAP_ID_ERR | 1 << 16 | 0x0fcu << 20);
	assert_int_equal(model_complete(&model, &why), 0);
	assert_int_equal(model.info.source, VPASID_SOURCE_NONE);
	assert_int_equal(function_init(&function, &model, &options, &quiet, &why), -ENODEV);
	assert_non_null(strstr(why.text, "its capabilities don't show whether it has PASID"));

	put32(model.source.config + 0x100, PCI_EXT_CAP_ID_ERR | 1 << 16);
	assert_int_equal(model_complete(&model, &why), 0);
	assert_int_equal(model.info.source, VPASID_SOURCE_REGISTERS);
	assert_int_equal(function_init(&function, &model, &options, &quiet, &why), -ENODEV);
	assert_non_null(strstr(why.text, "it has no PASID capability"));
}

/* Can a guest write to it: PASID Control, ATS Control, or a register of PRI but for its Capacity?
 */
static bool is_register(unsigned int at)
{
	for (unsigned int i = 0; i < function.placement.cap_count; i++) {
		const struct vpasid_cap *cap = &function.placement.caps[i];
		unsigned int byte = at - cap->offset;

		if (at < cap->offset || byte >= cap->length)
			continue;
		if (cap->id == VPASID_EXT_CAP_PASID)
			return byte == 6;
		if (cap->id == VPASID_EXT_CAP_ATS)
			return byte >= 6;
		return (byte >= 4 && byte < 8) || byte >= 12;
	}
	return false;
}

/* Each bit of the extended space is written: only the Control register changes. */
static void test_garbage(void **state)
{
	static uint8_t before[VPASID_CONFIG_SIZE], after[VPASID_CONFIG_SIZE];
	static const char *const profiles[] = { DSA, VF };

	(void)state;
	for (unsigned int i = 0; i < 2; i++) {
		assert_int_equal(make(profiles[i]), 0);
		function_read(&function, 0, before, sizeof(before));
		for (unsigned int at = 0x100; at < VPASID_CONFIG_SIZE; at += 4) {
			write_bytes(at, 4, 0xffffffff);
			write_bytes(at, 4, 0);
			write_bytes(at, 4, 0x5aa5c33c);
			write_bytes(at + 3, at + 3 < 0xfff ? 2 : 1, 0xffff);
		}
		function_read(&function, 0, after, sizeof(after));
		for (unsigned int at = 0; at < VPASID_CONFIG_SIZE; at++)
			assert_true(before[at] == after[at] || is_register(at));
		assert_true(hardware_is_untouched(&function.hardware));
		function_free(&function);
	}
}

/* The test above could fail: the hardware's own Control register can be written. */
static void test_unprotected(void **state)
{
	static const uint8_t all[2] = { 0x07, 0 };

	(void)state;
	assert_int_equal(make(DSA), 0);
	hardware_write(&function.hardware, CONTROL, all, sizeof(all));
	assert_false(hardware_is_untouched(&function.hardware));
}

static void test_resets(void **state)
{
	(void)state;
	assert_int_equal(make(DSA), 0);
	enable();
	write_bytes(PCI_COMMAND, 2, PCI_COMMAND_MEMORY);
	function_reset(&function);
	assert_int_equal(read_bytes(CONTROL, 2), 0);
	assert_int_equal(read_bytes(PCI_COMMAND, 2), 0);

	/* FLR by a write of a word with other bits, of a byte, and of a dword */
	enable();
	write_bytes(EXPRESS + PCI_EXP_DEVCTL, 2, PCI_EXP_DEVCTL_BCR_FLR | PCI_EXP_DEVCTL_CERE);
	assert_int_equal(read_bytes(CONTROL, 2), 0);
	assert_int_equal(read_bytes(EXPRESS + PCI_EXP_DEVCTL, 2), 0);
	enable();
	write_bytes(EXPRESS + PCI_EXP_DEVCTL + 1, 1, 0x80);
	assert_int_equal(read_bytes(CONTROL, 2), 0);
	enable();
	write_bytes(EXPRESS + PCI_EXP_DEVCTL, 4, 0x00008000);
	assert_int_equal(read_bytes(CONTROL, 2), 0);

	/* no reset: other bits only, and D3hot if the function keeps its state */
	enable();
	write_bytes(EXPRESS + PCI_EXP_DEVCTL, 2, PCI_EXP_DEVCTL_CERE);
	assert_int_equal(read_bytes(EXPRESS + PCI_EXP_DEVCTL, 2), PCI_EXP_DEVCTL_CERE);
	write_bytes(PM + PCI_PM_CTRL, 2, 3);
	write_bytes(PM + PCI_PM_CTRL, 2, 0);
	assert_int_equal(read_bytes(CONTROL, 2), ALL_ENABLED);
}

static void test_wake_up(void **state)
{
	(void)state;
	assert_int_equal(profile_read(&model, DSA, &why), 0);
	model.source.config[PM + PCI_PM_CTRL] = 0; /* without No_Soft_Reset */
	assert_int_equal(model_complete(&model, &why), 0);
	assert_int_equal(function_init(&function, &model, &options, &quiet, &why), 0);
	enable();
	write_bytes(PM + PCI_PM_CTRL, 2, 3);
	assert_int_equal(read_bytes(CONTROL, 2), ALL_ENABLED);
	write_bytes(PM + PCI_PM_CTRL, 2, 0);
	assert_int_equal(read_bytes(CONTROL, 2), 0);
}

/* The guest gets no PASID, wherever the function has it. */
static void test_withheld(void **state)
{
	static uint8_t config[VPASID_CONFIG_SIZE];
	static struct vpasid_layout layout;

	(void)state;
	options.withhold = true;
	assert_int_equal(make(DSA), 0);
	assert_null(function.view);
	function_read(&function, 0, config, sizeof(config));
	assert_int_equal(vpasid_layout_read(config, sizeof(config), &layout), 4);
	assert_null(vpasid_layout_find(&layout, VPASID_EXT_CAP_PASID));
	assert_int_equal(get32(config + 0x220) >> 20, 0x240);
	assert_int_equal(get32(config + PASID) | get32(config + PASID + 4), 0);
	for (unsigned int at = 0x100; at < VPASID_CONFIG_SIZE; at += 4)
		write_bytes(at, 4, 0xffffffff);
	assert_int_equal(read_bytes(CONTROL, 2), 0);
	assert_true(hardware_is_untouched(&function.hardware));
	/* the host's answer stays the same */
	assert_int_equal(function.info.width, 20);
}

static void test_conceal(void **state)
{
	static uint8_t config[VPASID_CONFIG_SIZE];

	(void)state;
	/* at the head: the rest of the chain can still be reached */
	put32(config + 0x100, 0x1401001b);
	put32(config + 0x104, 0x1406);
	put32(config + 0x140, 0x0001000f);
	conceal_pasid(config);
	assert_int_equal(get32(config + 0x100), 0x14000000);
	assert_int_equal(get32(config + 0x104), 0);
	/* as the only capability, and twice */
	put32(config + 0x100, 0x2001001b);
	put32(config + 0x200, 0x0001001b);
	conceal_pasid(config);
	assert_int_equal(get32(config + 0x100), 0);
	assert_int_equal(get32(config + 0x200), 0);
}

/* A guest, or its VMM, follows the chain to its end: it has to have one. */
static void test_ended(void **state)
{
	static const uint32_t heads[] = {
		0x1000000f, /* back to itself */
		0x2000000f, /* to one that leads back to it */
		0x3000000f, /* to nobody */
		0x0fc0000f, /* into the conventional space */
		0xffffffff, /* nobody answers */
		0xfc000000, /* a placeholder that leads to nothing */
	};
	static uint8_t config[VPASID_CONFIG_SIZE];
	static struct vpasid_layout layout;

	(void)state;
	options.withhold = true;
	for (size_t i = 0; i < sizeof(heads) / sizeof(heads[0]); i++) {
		assert_int_equal(profile_read(&model, DSA, &why), 0);
		memset(model.source.config + 0x100, 0, 0xf00);
		put32(model.source.config + 0x100, heads[i]);
		put32(model.source.config + 0x200, 0x1000001b);
		put32(model.source.config + 0x300, 0xffffffff);
		assert_int_equal(model_complete(&model, &why), 0);
		assert_int_equal(function_init(&function, &model, &options, &quiet, &why), 0);
		function_read(&function, 0, config, sizeof(config));
		assert_true(vpasid_layout_read(config, sizeof(config), &layout) >= 0);
		assert_null(vpasid_layout_find_break(&layout));
		assert_true(!layout.span_count || !layout.spans[layout.span_count - 1].next);
		function_free(&function);
	}
}

/* Without --vpasid none a loop is refused, and the option is this program's own. */
static void test_loop(void **state)
{
	(void)state;
	assert_int_equal(profile_read(&model, DSA, &why), 0);
	put32(model.source.config + 0x240, 0x10010013);
	assert_int_equal(model_complete(&model, &why), 0);
	assert_int_equal(function_init(&function, &model, &options, &quiet, &why), -ELOOP);
	assert_non_null(strstr(why.text, "the chain is a loop; --vpasid OFFSET"));
	assert_null(strstr(why.text, "--offset"));
	options.offset = 0xff8;
	assert_int_equal(function_init(&function, &model, &options, &quiet, &why), 0);
}

static void test_irqs(void **state)
{
	unsigned int counts[VFIO_PCI_NUM_IRQS];

	(void)state;
	assert_int_equal(make(DSA), 0);
	function_count_irqs(&function, counts);
	assert_int_equal(counts[VFIO_PCI_INTX_IRQ_INDEX], 0);
	assert_int_equal(counts[VFIO_PCI_MSI_IRQ_INDEX], 0);
	assert_int_equal(counts[VFIO_PCI_MSIX_IRQ_INDEX], 9);
	assert_int_equal(counts[VFIO_PCI_ERR_IRQ_INDEX], 1);
	assert_int_equal(counts[VFIO_PCI_REQ_IRQ_INDEX], 1);

	/* any of the four pins is one INTx; MSI with 8 vectors replaces MSI-X */
	function_free(&function);
	model.source.config[PCI_INTERRUPT_PIN] = 4;
	model.source.config[0x80] = PCI_CAP_ID_MSI;
	put16(model.source.config + 0x82, 3 << 1);
	assert_int_equal(function_init(&function, &model, &options, &quiet, &why), 0);
	function_count_irqs(&function, counts);
	assert_int_equal(counts[VFIO_PCI_INTX_IRQ_INDEX], 1);
	assert_int_equal(counts[VFIO_PCI_MSI_IRQ_INDEX], 8);
	assert_int_equal(counts[VFIO_PCI_MSIX_IRQ_INDEX], 0);
}

/* A capability that reaches beyond the conventional space, and a list that loops. */
static void test_odd_capabilities(void **state)
{
	(void)state;
	assert_int_equal(profile_read(&model, DSA, &why), 0);
	model.source.config[PCI_CAPABILITY_LIST] = 0xfc;
	model.source.config[0xfc] = PCI_CAP_ID_EXP;
	model.source.config[0xfd] = 0xfc;
	assert_int_equal(model_complete(&model, &why), 0);
	assert_int_equal(function_init(&function, &model, &options, &quiet, &why), 0);
	for (unsigned int at = 0; at < VPASID_CONFIG_SIZE; at += 4)
		write_bytes(at, 4, 0xffffffff);
	assert_true(hardware_is_untouched(&function.hardware));
}

/* The guest has no ATS if the next capability begins within the function's own. */
static void test_cut_capability(void **state)
{
	(void)state;
	assert_int_equal(make(DSA), 0);
	assert_int_equal(function.with, PLACE_WITH_ATS | PLACE_WITH_PRI);
	function_free(&function);
	put32(model.source.config + ATS, PCI_EXT_CAP_ID_ATS | 1 << 16 | (ATS + 4) << 20);
	put32(model.source.config + ATS + 4, PCI_EXT_CAP_ID_LTR | 1 << 16 | PASID << 20);
	assert_int_equal(function_init(&function, &model, &options, &quiet, &why), 0);
	assert_int_equal(function.with, PLACE_WITH_PRI);
	for (unsigned int i = 0; i < function.placement.cap_count; i++)
		assert_int_not_equal(function.placement.caps[i].id, VPASID_EXT_CAP_ATS);
}

/* A list that leads into the header has no capabilities. */
static void test_broken_list(void **state)
{
	unsigned int counts[VFIO_PCI_NUM_IRQS];

	(void)state;
	assert_int_equal(profile_read(&model, DSA, &why), 0);
	model.source.config[PCI_CAPABILITY_LIST] = PCI_COMMAND;
	assert_int_equal(model_complete(&model, &why), 0);
	assert_int_equal(function_init(&function, &model, &options, &quiet, &why), -ENXIO);
	assert_non_null(strstr(why.text, "its list of capabilities breaks off"));
	options.withhold = true;
	assert_int_equal(function_init(&function, &model, &options, &quiet, &why), 0);
	function_count_irqs(&function, counts);
	assert_int_equal(counts[VFIO_PCI_MSI_IRQ_INDEX], 0);
	assert_int_equal(counts[VFIO_PCI_MSIX_IRQ_INDEX], 0);
	assert_int_equal(counts[VFIO_PCI_ERR_IRQ_INDEX], 0);
}

/* All memory of a function is freed, also if there is no place for its PASID. */
static void test_memory(void **state)
{
	size_t before = 0;

	(void)state;
	for (int i = 0; i < 12; i++) {
		/* by then, malloc()'s own lists of freed memory don't grow any more */
		if (i == 10)
			before = mallinfo2().uordblks;
		options.offset = 0;
		assert_int_equal(make(DSA), 0);
		function_free(&function);
		options.offset = 0x220;
		assert_int_equal(make(DSA), -EBUSY);
	}
	assert_int_equal(mallinfo2().uordblks, before);
}

static int make_directory(void **state)
{
	(void)state;
	log_init(&quiet, -1);
	return mkdtemp(no_quirks) ? 0 : -1;
}

static int remove_directory(void **state)
{
	(void)state;
	return rmdir(no_quirks);
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_places),
		TEST(test_refusals),
		TEST(test_unknown_pasid),
		TEST(test_garbage),
		TEST(test_unprotected),
		TEST(test_resets),
		TEST(test_wake_up),
		TEST(test_withheld),
		TEST(test_conceal),
		TEST(test_ended),
		TEST(test_loop),
		TEST(test_irqs),
		TEST(test_odd_capabilities),
		TEST(test_cut_capability),
		TEST(test_broken_list),
		TEST(test_memory),
	};

	return cmocka_run_group_tests(tests, make_directory, remove_directory);
}
