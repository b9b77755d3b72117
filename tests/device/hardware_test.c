// SPDX-License-Identifier: GPL-2.0-or-later
/* device/hardware.h: which bits of which register a write changes, and what resets. */
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
#define CAP	     0x50 /* a capability of the conventional space */
#define EXPRESS	     0x60

/* A dword of a register, or which of its bits can be written; @at is 0 behind the last one. */
struct dword {
	unsigned int at;
	uint32_t value;
};

static struct hardware hardware;
static uint8_t config[VPASID_CONFIG_SIZE];
static uint64_t sizes[PCI_STD_NUM_BARS];
static struct why why;

static int setup(void **state)
{
	(void)state;
	memset(config, 0, sizeof(config));
	memset(sizes, 0, sizeof(sizes));
	why.text[0] = '\0';
	put32(config, 0xfff01b36);
	put16(config + PCI_STATUS, PCI_STATUS_CAP_LIST);
	return 0;
}

static void put(const struct dword *dwords)
{
	for (; dwords->at; dwords++)
		put32(config + dwords->at, dwords->value);
}

/* A function with one capability, at @at */
static void make(unsigned int at, const struct dword *dwords)
{
	setup(NULL);
	config[PCI_CAPABILITY_LIST] = (uint8_t)at;
	put(dwords);
	assert_int_equal(hardware_init(&hardware, config, sizes, &why), 0);
}

static uint32_t read_dword(unsigned int at)
{
	return get32(hardware.now + at);
}

static bool write_dword(unsigned int at, uint32_t value)
{
	uint8_t data[4];

	put32(data, value);
	return hardware_write(&hardware, at, data, sizeof(data));
}

static uint32_t value_of(const struct dword *dwords, unsigned int at)
{
	while (dwords->at && dwords->at != at)
		dwords++;
	return dwords->at ? dwords->value : 0;
}

/* What every function has */
static const struct dword header[] = {
	{ PCI_COMMAND, 0x0547 }, { PCI_CACHE_LINE_SIZE, 0xff }, { PCI_INTERRUPT_LINE, 0xff }, { 0 }
};

/* Ones change these bits and those of the header, and no others; zeros change them back. */
static void check_writable(const struct dword *bits)
{
	for (unsigned int at = 0; at < VPASID_CONFIG_SIZE; at += 4) {
		uint32_t expected = value_of(header, at) | value_of(bits, at);
		uint32_t before = read_dword(at);

		assert_int_equal(before & expected, 0);
		assert_false(write_dword(at, UINT32_MAX));
		assert_int_equal(read_dword(at), before | expected);
		assert_false(write_dword(at, 0));
		assert_int_equal(read_dword(at), before);
	}
}

struct capability {
	unsigned int at;
	struct dword registers[4], writable[6];
};

static void test_conventional(void **state)
{
	static const struct capability rows[] = {
		{ 0 },
		{ CAP,
		  { { CAP, PCI_CAP_ID_MSI } },
		  { { CAP, 0x00710000 }, { CAP + 4, 0xfffffffc }, { CAP + 8, 0x0000ffff } } },
		{ CAP,
		  { { CAP, PCI_CAP_ID_MSI | PCI_MSI_FLAGS_64BIT << 16 } },
		  { { CAP, 0x00710000 },
		    { CAP + 4, 0xfffffffc },
		    { CAP + 8, 0xffffffff },
		    { CAP + 12, 0x0000ffff } } },
		{ CAP,
		  { { CAP, PCI_CAP_ID_MSI | PCI_MSI_FLAGS_MASKBIT << 16 } },
		  { { CAP, 0x00710000 },
		    { CAP + 4, 0xfffffffc },
		    { CAP + 8, 0x0000ffff },
		    { CAP + 12, 0xffffffff } } },
		{ CAP,
		  { { CAP, PCI_CAP_ID_MSI | (PCI_MSI_FLAGS_64BIT | PCI_MSI_FLAGS_MASKBIT) << 16 } },
		  { { CAP, 0x00710000 },
		    { CAP + 4, 0xfffffffc },
		    { CAP + 8, 0xffffffff },
		    { CAP + 12, 0x0000ffff },
		    { CAP + 16, 0xffffffff } } },
		{ CAP,
		  { { CAP, PCI_CAP_ID_PM }, { CAP + 4, PCI_PM_CTRL_NO_SOFT_RESET } },
		  { { CAP + 4, 0x0103 } } },
		{ CAP, { { CAP, PCI_CAP_ID_EXP | 1 << 16 } }, { { CAP + 8, 0x7fff } } },
		{ CAP,
		  { { CAP, PCI_CAP_ID_EXP | 2 << 16 } },
		  { { CAP + 8, 0x7fff }, { CAP + 0x28, 0x075f } } },
		/* table and pending bits are in BAR 0 */
		{ CAP,
		  { { CAP, PCI_CAP_ID_MSIX }, { CAP + 4, 0x1000 }, { CAP + 8, 0x2000 } },
		  { { CAP, 0xc0000000 }, { PCI_BASE_ADDRESS_0, 0xffffc000 } } },
		/* the last dword of the conventional space is written, and nothing beyond it */
		{ 0xfc, { { 0xfc, PCI_CAP_ID_PM } }, { { 0 } } },
		{ 0xf8,
		  { { 0xf8, PCI_CAP_ID_PM }, { 0xfc, PCI_PM_CTRL_NO_SOFT_RESET } },
		  { { 0xfc, 0x0103 } } },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		make(rows[i].at, rows[i].registers);
		check_writable(rows[i].writable);
	}
}

/* What the host writes below the view */
static void test_extended(void **state)
{
	static const struct dword registers[] = {
		{ 0x100, VPASID_EXT_CAP_PASID | 1 << 16 | 0x200u << 20 },
		{ 0x104, 0x1406 },
		{ 0x200, VPASID_EXT_CAP_ATS | 1 << 16 | 0x300u << 20 },
		{ 0x204, 0x0020 },
		{ 0x300, VPASID_EXT_CAP_PRI | 1 << 16 },
		{ 0x308, 0x0200 },
		{ 0 },
	};
	static const struct dword writable[] = {
		{ 0x104, 0x00070000 },
		{ 0x204, 0x801f0000 },
		{ 0x304, 0x0001 },
		{ 0x30c, 0xffffffff },
		{ 0 },
	};
	static const struct dword cut[] = {
		{ 0x100, VPASID_EXT_CAP_PASID | 1 << 16 | 0x104u << 20 },
		{ 0x104, 0x0001 | 1 << 16 },
		{ 0 },
	};

	(void)state;
	make(0, registers);
	check_writable(writable);
	assert_true(hardware_is_untouched(&hardware));
	make(0, cut);
	check_writable(&(struct dword){ 0 });
}

/* An operating system's settings in a dump are cleared; those of the host stay. */
static void test_power_on(void **state)
{
	static const struct dword dump[] = {
		{ PCI_COMMAND, 0x00100547 },	 { PCI_INTERRUPT_LINE, 0x010b },
		{ PCI_ROM_ADDRESS, 0xfebf0001 }, { 0x100, VPASID_EXT_CAP_PASID | 1 << 16 },
		{ 0x104, 0x00051406 },		 { 0 },
	};

	(void)state;
	make(0, dump);
	assert_int_equal(read_dword(PCI_COMMAND), 0x00100000);
	assert_int_equal(read_dword(PCI_INTERRUPT_LINE), 0x0100);
	assert_int_equal(read_dword(PCI_ROM_ADDRESS), 0);
	assert_int_equal(read_dword(0x104), 0x00051406);
}

static void test_untouched(void **state)
{
	(void)state;
	make(0, &(struct dword){ 0 });
	hardware.now[0xff] ^= 1;
	assert_true(hardware_is_untouched(&hardware));
	hardware.now[0x100] ^= 1;
	assert_false(hardware_is_untouched(&hardware));
	hardware.now[0x100] ^= 1;
	hardware.now[0xfff] ^= 1;
	assert_false(hardware_is_untouched(&hardware));
	/* a reset of the function leaves what the host has set */
	hardware_reset(&hardware);
	assert_false(hardware_is_untouched(&hardware));
}

static void test_bridge(void **state)
{
	(void)state;
	config[PCI_HEADER_TYPE] = 0x80; /* of a multifunction device */
	assert_int_equal(hardware_init(&hardware, config, sizes, &why), 0);
	config[PCI_HEADER_TYPE] = 0x81;
	assert_int_equal(hardware_init(&hardware, config, sizes, &why), -EINVAL);
	assert_non_null(strstr(why.text, "type 1"));
}

static void test_msi_vectors(void **state)
{
	(void)state;
	make(0, &(struct dword){ 0 });
	assert_int_equal(hardware_msi_vectors(&hardware), 0);
	for (unsigned int log2 = 0; log2 < 6; log2++) {
		/* enabled by a driver, with another number of vectors in Multiple Message Enable */
		const struct dword msi[] = { { CAP, PCI_CAP_ID_MSI | (0x0031 | log2 << 1) << 16 },
					     { 0 } };

		make(CAP, msi);
		assert_int_equal(hardware_msi_vectors(&hardware), 1 << log2);
	}
}

/* Resets */

static void set_command(void)
{
	assert_false(write_dword(PCI_COMMAND, PCI_COMMAND_MASTER));
	assert_int_equal(read_dword(PCI_COMMAND) & PCI_COMMAND_MASTER, PCI_COMMAND_MASTER);
}

/* Whether a write of these bytes resets the function, in which a register was set before */
static bool resets(unsigned int at, const void *data, unsigned int length)
{
	bool was_reset;

	set_command();
	was_reset = hardware_write(&hardware, at, data, length);
	assert_int_equal(read_dword(PCI_COMMAND) & PCI_COMMAND_MASTER,
			 was_reset ? 0 : PCI_COMMAND_MASTER);
	return was_reset;
}

static void test_flr(void **state)
{
	static const uint8_t bytes[] = { 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x80, 0, 0 };
	static const uint8_t others[] = { 0xff, 0x7f, 0xff, 0xff };
	struct dword express[] = { { CAP, PCI_CAP_ID_EXP | 2 << 16 },
				   { CAP + PCI_EXP_DEVCAP, PCI_EXP_DEVCAP_FLR },
				   { 0 } };

	(void)state;
	make(CAP, express);
	for (unsigned int first = 0; first < sizeof(bytes); first++)
		for (unsigned int end = first; end <= sizeof(bytes); end++)
			assert_int_equal(resets(CAP + first, bytes + first, end - first),
					 first <= 9 && end > 9);
	assert_false(resets(CAP + PCI_EXP_DEVCTL, others, sizeof(others)));
	/* only if the function has FLR */
	express[1].value = ~PCI_EXP_DEVCAP_FLR;
	make(CAP, express);
	assert_false(resets(CAP, bytes, sizeof(bytes)));
}

/* Advanced Features, which a conventional function may have */
static void test_af(void **state)
{
	static const uint8_t flr = PCI_AF_CTRL_FLR, others = 0xfe;
	struct dword af[] = { { CAP, PCI_CAP_ID_AF | PCI_AF_CAP_FLR << 24 }, { 0 } };

	(void)state;
	make(CAP, af);
	assert_true(resets(CAP + PCI_AF_CTRL, &flr, 1));
	assert_false(resets(CAP + PCI_AF_CTRL, &others, 1));
	assert_false(resets(CAP + PCI_AF_CTRL - 1, &flr, 1));
	assert_false(resets(CAP + PCI_AF_CTRL + 1, &flr, 1));
	af[0].value = PCI_CAP_ID_AF | PCI_AF_CAP_TP << 24;
	make(CAP, af);
	assert_false(resets(CAP + PCI_AF_CTRL, &flr, 1));
	/* without the capability, the bytes at its registers' offsets mean nothing */
	make(0, &(struct dword){ 0 });
	config[PCI_AF_CAP] = PCI_AF_CAP_FLR;
	assert_int_equal(hardware_init(&hardware, config, sizes, &why), 0);
	assert_false(hardware_write(&hardware, PCI_AF_CTRL, &flr, 1));
}

/* Without No_Soft_Reset, a change from D3hot to D0 resets the function; no other change does. */
static void test_power_states(void **state)
{
	static const struct dword pm[] = { { CAP, PCI_CAP_ID_PM }, { 0 } };

	(void)state;
	make(CAP, pm);
	for (unsigned int from = 0; from < 4; from++) {
		for (uint8_t to = 0; to < 4; to++) {
			write_dword(CAP + PCI_PM_CTRL, from);
			assert_int_equal(resets(CAP + PCI_PM_CTRL, &to, 1), from == 3 && !to);
		}
	}
}

int main(void)
{
#define TEST(function) cmocka_unit_test_setup(function, setup)
	const struct CMUnitTest tests[] = {
		TEST(test_conventional), TEST(test_extended), TEST(test_power_on),
		TEST(test_untouched),	 TEST(test_bridge),   TEST(test_msi_vectors),
		TEST(test_flr),		 TEST(test_af),	      TEST(test_power_states),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
