// SPDX-License-Identifier: GPL-2.0-or-later
/* device/function.h: the capabilities of the guest, and functions that are refused. */
#include <errno.h>
#include <linux/pci_regs.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "conceal.h"
#include "made_function.h"
#include "place/placement.h"
#include "profile.h"
#include "support/bytes.h"
#include "support/scratch.h"

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
	/* a write that begins below */
	memset(config, 0xff, sizeof(config));
	assert_int_equal(function_write(&function, 0xf8, config, sizeof(config) - 0xf8), 0);
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
	/* twice */
	put32(config + 0x100, 0x2001001b);
	put32(config + 0x200, 0x0001001b);
	conceal_pasid(config);
	assert_int_equal(get32(config + 0x100), 0);
	assert_int_equal(get32(config + 0x200), 0);
	/* as the only one, which is the head */
	put32(config + 0x100, 0x0001001b);
	put32(config + 0x104, 0x1406);
	conceal_pasid(config);
	assert_int_equal(get32(config + 0x100), 0);
	assert_int_equal(get32(config + 0x104), 0);
}

/* A guest, or its VMM, follows the chain to its end: it has to have one. */
static void test_ended(void **state)
{
	static const uint32_t heads[] = {
		0x1000000f, /* back to itself */
		0x2000000f, /* to one that leads back to it */
		0x3000000f, /* to a dword of ones */
		0x0fc0000f, /* into the conventional space */
		0xffffffff, /* the device does not answer */
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
	assert_int_equal(function.with, 0);
}

/* If a chain breaks off, PASID can only be where a quirk has it, and the guest has nothing else. */
static void test_broken_chain(void **state)
{
	FILE *quirks;

	(void)state;
	assert_int_equal(profile_read(&model, DSA, &why), 0);
	put32(model.source.config + 0x240, 0x0fc10013);
	assert_int_equal(model_complete(&model, &why), 0);
	options.offset = 0xff8;
	assert_int_equal(function_init(&function, &model, &options, &quiet, &why), -EPROTO);
	assert_non_null(strstr(why.text, "is broken"));

	quirks = fopen("made.conf", "we");
	assert_non_null(quirks);
	fputs("device 1b36:fff0\n\toffset 0xff8\n\tsource \"made up\"\n", quirks);
	fclose(quirks);
	options.offset = 0;
	assert_int_equal(function_init(&function, &model, &options, &quiet, &why), 0);
	unlink("made.conf");
	assert_int_equal(function.with, 0);
	assert_int_equal(function.placement.cap_count, 1);
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

/* A function that has no extended capabilities can have those that settings give it. */
static void test_settings_only(void **state)
{
	(void)state;
	assert_int_equal(profile_read(&model, VF, &why), 0);
	memset(model.source.config + 0x100, 0, VPASID_CONFIG_SIZE - 0x100);
	assert_int_equal(model_complete(&model, &why), 0);
	assert_int_equal(function_init(&function, &model, &options, &quiet, &why), 0);
	assert_int_equal(function.with, PLACE_WITH_PRI);
	assert_int_equal(function.placement.cap_count, 2);
}

/* If a setting gives the function PRI, Status has only Stopped and what the setting says. */
static void test_pri_settings(void **state)
{
	static const struct {
		const char *setting;
		uint32_t status, capacity;
	} rows[] = { { "7", 0x0100, 7 }, { "65535,pasid", 0x8100, 65535 } };

	(void)state;
	assert_int_equal(profile_read(&model, VF, &why), 0);
	assert_int_equal(model_complete(&model, &why), 0);
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		unsigned int pri;

		assert_int_equal(model_set(&model, "pri", rows[i].setting, &why), 0);
		assert_int_equal(function_init(&function, &model, &options, &quiet, &why), 0);
		pri = vpasid_vconfig_offset(function.view, VPASID_EXT_CAP_PRI);
		assert_int_equal(read_bytes(pri + PCI_PRI_STATUS, 2), rows[i].status);
		assert_int_equal(read_bytes(pri + PCI_PRI_MAX_REQ, 4), rows[i].capacity);
		function_free(&function);
	}
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

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_places),	  TEST(test_refusals),	   TEST(test_unknown_pasid),
		TEST(test_withheld),	  TEST(test_conceal),	   TEST(test_ended),
		TEST(test_loop),	  TEST(test_broken_chain), TEST(test_cut_capability),
		TEST(test_settings_only), TEST(test_pri_settings), TEST(test_broken_list),
	};

	return cmocka_run_group_tests(tests, scratch_enter, scratch_leave);
}
