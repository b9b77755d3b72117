// SPDX-License-Identifier: GPL-2.0-or-later
/* device/function.h: what a guest's accesses change, and what they don't. */
#include <errno.h>
#include <linux/pci_regs.h>
#include <malloc.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "made_function.h"
#include "profile.h"
#include "support/bytes.h"
#include "support/scratch.h"

#define EXPRESS	    0x40 /* of the profile DSA */
#define PM	    0x90
#define ALL_ENABLED 0x0005 /* it has no execute permission */

static void enable(void)
{
	write_bytes(CONTROL, 2, 0x0007);
	assert_int_equal(read_bytes(CONTROL, 2), ALL_ENABLED);
}

/* Can a guest write to it: PASID Control, ATS Control, or a register of PRI except its Capacity? */
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

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_garbage), TEST(test_unprotected), TEST(test_resets),
		TEST(test_wake_up), TEST(test_irqs),	    TEST(test_odd_capabilities),
		TEST(test_memory),
	};

	return cmocka_run_group_tests(tests, scratch_enter, scratch_leave);
}
