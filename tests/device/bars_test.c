// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * device/bars.h: the sizes of BARs, by what a guest reads of their registers. bars_narrow_test is
 * the same on a machine whose longs have 32 bits.
 */
#include <errno.h>
#include <linux/pci_regs.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "hardware.h"
#include "support/bytes.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))
#define CAP	     0x50 /* MSI-X */
#define KIB	     (UINT64_C(1) << 10)
#define GIB	     (UINT64_C(1) << 30)
#define TIB	     (UINT64_C(1) << 40)

static struct hardware hardware;
static uint8_t config[VPASID_CONFIG_SIZE];
static uint64_t sizes[PCI_STD_NUM_BARS];
static struct why why;

#define MEMORY64 (PCI_BASE_ADDRESS_MEM_TYPE_64 | PCI_BASE_ADDRESS_MEM_PREFETCH)

/* A guest writes ones, and reads the size. */
static void check_bars(const uint32_t expected[PCI_STD_NUM_BARS])
{
	for (unsigned int bar = 0; bar < PCI_STD_NUM_BARS; bar++) {
		static const uint8_t ones[4] = { 0xff, 0xff, 0xff, 0xff };
		unsigned int at = PCI_BASE_ADDRESS_0 + 4 * bar;

		hardware_write(&hardware, at, ones, sizeof(ones));
		assert_int_equal(get32(hardware.now + at), expected[bar]);
	}
}

struct bar_row {
	uint32_t registers[PCI_STD_NUM_BARS];
	uint64_t sizes[PCI_STD_NUM_BARS];
	uint32_t reads[PCI_STD_NUM_BARS];
};

static void make_bars(const struct bar_row *row)
{
	memset(config, 0, sizeof(config));
	for (size_t bar = 0; bar < PCI_STD_NUM_BARS; bar++)
		put32(config + PCI_BASE_ADDRESS_0 + 4 * bar, row->registers[bar]);
	memcpy(sizes, row->sizes, sizeof(sizes));
}

static void test_bars(void **state)
{
	static const struct bar_row rows[] = {
		/* with 64 bits, below 4 GiB and above; the upper half isn't a BAR */
		{ { MEMORY64 }, { 64 * KIB }, { 0xffff000c, 0xffffffff } },
		{ { MEMORY64 }, { 2 * GIB }, { 0x8000000c, 0xffffffff } },
		{ { MEMORY64 }, { 4 * GIB }, { 0x0000000c, 0xffffffff } },
		{ { MEMORY64 }, { 8 * GIB }, { 0x0000000c, 0xfffffffe } },
		{ { MEMORY64 }, { TIB }, { 0x0000000c, 0xffffff00 } },
		/* an upper half whose address looks like a 64-bit BAR */
		{ { MEMORY64, MEMORY64, 0 },
		  { 4 * KIB, 0, 4 * KIB },
		  { 0xfffff00c, 0xffffffff, 0xfffff000 } },
		/* or like an I/O BAR */
		{ { MEMORY64, 1, MEMORY64 },
		  { 4 * KIB, 0, 4 * KIB },
		  { 0xfffff00c, 0xffffffff, 0xfffff00c, 0xffffffff } },
		/* addresses of smaller BARs are cleared */
		{ { 0xfebf1000, 0, MEMORY64, 0x38 },
		  { 64 * KIB, 0, TIB },
		  { 0xffff0000, 0, 0x0000000c, 0xffffff00 } },
		/* an I/O BAR isn't a 64-bit one, even if its address has that bit */
		{ { 0xe005, 0, 1 }, { 32, 4 * KIB, 256 }, { 0xffffffe1, 0xfffff000, 0xffffff01 } },
		/* the last BAR has no upper half */
		{ { 0, 0, 0, 0, 0, MEMORY64 },
		  { 0, 0, 0, 0, 0, 2 * GIB },
		  { 0, 0, 0, 0, 0, 0x8000000c } },
		/* a last BAR of 32 bits, and the first one */
		{ { 0xfe000000, 0, 0, 0, 0, 0xfe100000 },
		  { 64 * KIB, 0, 0, 0, 0, 128 * KIB },
		  { 0xffff0000, 0, 0, 0, 0, 0xfffe0000 } },
		/* without sizes: the smallest for each BAR that exists */
		{ { 0, 0xfe000000, 0, 0x1001, MEMORY64 },
		  { 0 },
		  { 0, 0xfffff000, 0, 0xffffffe1, 0xfffff00c, 0xffffffff } },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		make_bars(&rows[i]);
		assert_int_equal(hardware_init(&hardware, config, sizes, &why), 0);
		check_bars(rows[i].reads);
	}
}

static void test_wrong_bars(void **state)
{
	static const struct {
		struct bar_row bars;
		const char *says;
	} rows[] = {
		{ { { 1 }, { 16 } }, "BAR 0: " },
		{ { { 1 }, { 512 } }, "BAR 0: " },
		{ { { 0 }, { 2 * KIB } }, "BAR 0: the size must be 4096 to" },
		{ { { 0 }, { 4 * GIB } }, "BAR 0: the size must be 4096 to 2147483648" },
		{ { { 0, 0, 0, 0, 0, MEMORY64 }, { 0, 0, 0, 0, 0, 4 * GIB } }, "BAR 5: " },
		{ { { MEMORY64 }, { 2 * TIB } }, "BAR 0: the size must be 4096 to" },
		{ { { MEMORY64 }, { 12 * KIB } }, "BAR 0: the size must be a power of two" },
		{ { { 0, 0, MEMORY64 }, { 0, 0, 0, 4 * KIB } },
		  "BAR 3 is the upper half of the 64-bit BAR 2" },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		make_bars(&rows[i].bars);
		assert_int_equal(hardware_init(&hardware, config, sizes, &why), -EINVAL);
		assert_ptr_equal(strstr(why.text, rows[i].says), why.text);
	}
}

/* A BAR has room for its part of MSI-X, of 1 to 2048 vectors. */
static void test_msix_bars(void **state)
{
	static const struct {
		unsigned int vectors;
		uint32_t table, pending; /* the lower 3 bits are the BAR */
		uint64_t sizes[PCI_STD_NUM_BARS];
	} rows[] = {
		{ 1, 0x0, 0x800, { 4 * KIB } },
		{ 64, 0x1c00, 0x0, { 8 * KIB } },
		{ 65, 0x1c00, 0x0, { 16 * KIB } },
		{ 64, 0x0, 0x1ff8, { 8 * KIB } },
		{ 65, 0x0, 0x1ff8, { 16 * KIB } },
		{ 128, 0x0, 0x1ff0, { 8 * KIB } },
		{ 129, 0x0, 0x1ff0, { 16 * KIB } },
		{ 2048, 0x0 | 4, 0x3f00 | 2, { 0, 0, 16 * KIB, 0, 32 * KIB } },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		static const struct bar_row no_bars;
		unsigned int bar = rows[i].pending & 7;

		make_bars(&no_bars);
		put16(config + PCI_STATUS, PCI_STATUS_CAP_LIST);
		config[PCI_CAPABILITY_LIST] = CAP;
		put32(config + CAP, PCI_CAP_ID_MSIX | (rows[i].vectors - 1) << 16);
		put32(config + CAP + PCI_MSIX_TABLE, rows[i].table);
		put32(config + CAP + PCI_MSIX_PBA, rows[i].pending);
		assert_int_equal(hardware_init(&hardware, config, sizes, &why), 0);
		assert_int_equal(bars_msix_vectors(hardware.now), rows[i].vectors);
		assert_memory_equal(hardware.bars.sizes, rows[i].sizes, sizeof(sizes));
		/* and must not be smaller */
		sizes[bar] = rows[i].sizes[bar];
		assert_int_equal(hardware_init(&hardware, config, sizes, &why), 0);
		if (sizes[bar] == 4 * KIB)
			continue;
		sizes[bar] /= 2;
		assert_int_equal(hardware_init(&hardware, config, sizes, &why), -EINVAL);
		assert_non_null(strstr(why.text, "the table or the pending bits of MSI-X reach"));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_bars),
		cmocka_unit_test(test_wrong_bars),
		cmocka_unit_test(test_msix_bars),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
