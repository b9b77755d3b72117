// SPDX-License-Identifier: MIT
/*
 * How long VFIO takes each capability to be, as vfio_cap_len() and vfio_ext_cap_len() of Linux's
 * drivers/vfio/pci/vfio_pci_config.c do. What a view shows depends on it only where capabilities
 * overlap.
 */
#include <errno.h>
#include <linux/pci_regs.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "vfio_view_internal.h"

#define AT     0x80  /* a conventional capability */
#define EXT_AT 0x200 /* an extended one */

static uint8_t config[VPASID_CONFIG_SIZE];
static struct vfio_view view = { .config = config };

struct row {
	uint16_t id;
	struct {
		uint8_t offset, value;
	} bytes[4];
	int length;
};

/* What isn't set by a row is all ones if @others is 0xff: it must not count. */
static void put(const struct row *row, unsigned int at, uint8_t others)
{
	memset(config + at, others, 0x40);
	config[at] = (uint8_t)row->id;
	for (size_t i = 0; i < sizeof(row->bytes) / sizeof(row->bytes[0]); i++)
		if (row->bytes[i].offset)
			config[at + row->bytes[i].offset] = row->bytes[i].value;
}

static void test_conventional(void **state)
{
	static const struct row rows[] = {
		{ PCI_CAP_ID_PM, { { 0 } }, 8 },
		{ PCI_CAP_ID_AGP, { { 0 } }, 12 },
		{ PCI_CAP_ID_VPD, { { 0 } }, 8 },
		{ PCI_CAP_ID_MSIX, { { 0 } }, 12 },
		{ PCI_CAP_ID_AF, { { 0 } }, 6 },
		{ PCI_CAP_ID_MSI, { { 2, 0 }, { 3, 0 } }, 10 },
		{ PCI_CAP_ID_MSI, { { 2, 0x80 }, { 3, 0 } }, 14 },
		{ PCI_CAP_ID_MSI, { { 2, 0 }, { 3, 1 } }, 20 },
		{ PCI_CAP_ID_MSI, { { 2, 0x80 }, { 3, 1 } }, 24 },
		{ PCI_CAP_ID_MSI, { { 2, 0x7f }, { 3, 0xfe } }, 10 },
		{ PCI_CAP_ID_PCIX, { { 3, 0x0f } }, 8 },
		{ PCI_CAP_ID_PCIX, { { 3, 0x10 } }, 24 },
		{ PCI_CAP_ID_PCIX, { { 3, 0x20 } }, 24 },
		{ PCI_CAP_ID_VNDR, { { 2, 0 } }, 0 },
		{ PCI_CAP_ID_VNDR, { { 2, 0x14 } }, 0x14 },
		{ PCI_CAP_ID_VNDR, { { 2, 0xff } }, 0xff },
		/* the types of HyperTransport of 3 bits, and of 5 */
		{ PCI_CAP_ID_HT, { { 3, 0x00 } }, 28 },
		{ PCI_CAP_ID_HT, { { 3, 0x1f } }, 28 },
		{ PCI_CAP_ID_HT, { { 3, 0x20 } }, 24 },
		{ PCI_CAP_ID_HT, { { 3, 0x80 } }, 24 },
		{ PCI_CAP_ID_SATA, { { 4, 0x0f } }, 16 },
		{ PCI_CAP_ID_SATA, { { 4, 0x0e } }, 8 },
		{ PCI_CAP_ID_SATA, { { 4, 0xff } }, 16 },
		/* what VFIO hides */
		{ 0, { { 0 } }, 0 },
		{ PCI_CAP_ID_SLOTID, { { 0 } }, 0 },
		{ PCI_CAP_ID_CHSWP, { { 0 } }, 0 },
		{ PCI_CAP_ID_SSVID, { { 0 } }, 0 },
		{ PCI_CAP_ID_EA, { { 0 } }, 0 },
		{ 0xff, { { 0 } }, 0 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]) * 2; i++) {
		const struct row *row = &rows[i / 2];
		int length;

		put(row, AT, i & 1 ? 0xff : 0);
		length = vpasid_vfio_length(&view, (uint8_t)row->id, AT);
		if (length != row->length)
			fail_msg("row %zu: %d", i / 2, length);
	}
}

/* The flags of the first PCI Express Capability count, wherever it is that VFIO looks. */
static void test_express(void **state)
{
	static const struct {
		uint8_t version, type;
		int length;
	} rows[] = {
		{ 1, PCI_EXP_TYPE_ENDPOINT, 0x14 }, { 1, PCI_EXP_TYPE_RC_END, 0x0c },
		{ 2, PCI_EXP_TYPE_ENDPOINT, 0x32 }, { 2, PCI_EXP_TYPE_RC_END, 0x2c },
		{ 0, PCI_EXP_TYPE_LEG_END, 0x32 },  { 3, PCI_EXP_TYPE_RC_EC, 0x32 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		memset(config, 0, sizeof(config));
		config[PCI_STATUS] = PCI_STATUS_CAP_LIST;
		config[PCI_CAPABILITY_LIST] = 0x60;
		config[0x60] = PCI_CAP_ID_EXP;
		config[0x60 + PCI_EXP_FLAGS] = (uint8_t)(rows[i].type << 4 | rows[i].version);
		config[AT] = PCI_CAP_ID_EXP;
		config[AT + PCI_EXP_FLAGS] = 0xff;
		assert_int_equal(vpasid_vfio_length(&view, PCI_CAP_ID_EXP, AT), rows[i].length);
	}
	config[PCI_STATUS] = 0;
	assert_int_equal(vpasid_vfio_length(&view, PCI_CAP_ID_EXP, AT), 0x32);
}

/* PCI Express, and PCI-X mode 2, have VFIO look at the extended space if there is a header. */
static void test_extended_space(void **state)
{
	(void)state;
	memset(config, 0, sizeof(config));
	for (unsigned int id = 0; id <= UINT8_MAX; id++) {
		for (unsigned int header = 0; header < 2; header++) {
			config[VPASID_CONFIG_CONVENTIONAL + 1] = (uint8_t)header;
			config[AT + PCI_X_CMD + 1] = 0x20;
			view.is_extended = false;
			vpasid_vfio_length(&view, (uint8_t)id, AT);
			assert_int_equal(view.is_extended,
					 header && (id == PCI_CAP_ID_EXP || id == PCI_CAP_ID_PCIX));
		}
	}
	config[AT + PCI_X_CMD + 1] = 0;
	view.is_extended = false;
	vpasid_vfio_length(&view, PCI_CAP_ID_PCIX, AT);
	assert_false(view.is_extended);
}

static void test_extended(void **state)
{
	static const struct row rows[] = {
		{ PCI_EXT_CAP_ID_ERR, { { 0 } }, 0x2c },
		{ PCI_EXT_CAP_ID_DSN, { { 0 } }, 12 },
		{ PCI_EXT_CAP_ID_PWR, { { 0 } }, 16 },
		{ PCI_EXT_CAP_ID_ARI, { { 0 } }, 8 },
		{ PCI_EXT_CAP_ID_ATS, { { 0 } }, 8 },
		{ PCI_EXT_CAP_ID_SRIOV, { { 0 } }, 0x40 },
		{ PCI_EXT_CAP_ID_MCAST, { { 0 } }, 40 },
		{ PCI_EXT_CAP_ID_PRI, { { 0 } }, 16 },
		{ PCI_EXT_CAP_ID_LTR, { { 0 } }, 8 },
		/* virtual channels: extended ones, then the arbitration's phases */
		{ PCI_EXT_CAP_ID_VC, { { 4, 0xf8 }, { 8, 0xf1 } }, 0x1c },
		{ PCI_EXT_CAP_ID_VC9, { { 4, 7 }, { 8, 0 } }, 0x70 },
		{ PCI_EXT_CAP_ID_MFVC, { { 4, 1 }, { 8, 2 } }, 0x40 },
		{ PCI_EXT_CAP_ID_VC, { { 4, 1 }, { 8, 6 } }, 0x50 },
		{ PCI_EXT_CAP_ID_VC, { { 4, 1 }, { 8, 0xe } }, 0x70 },
		{ PCI_EXT_CAP_ID_VC, { { 4, 2 }, { 8, 8 } }, 0x80 },
		{ PCI_EXT_CAP_ID_ACS, { { 4, 0xdf } }, 8 },
		{ PCI_EXT_CAP_ID_ACS, { { 4, 0x20 }, { 5, 1 } }, 12 },
		{ PCI_EXT_CAP_ID_ACS, { { 4, 0x20 }, { 5, 32 } }, 12 },
		{ PCI_EXT_CAP_ID_ACS, { { 4, 0x20 }, { 5, 33 } }, 16 },
		{ PCI_EXT_CAP_ID_ACS, { { 4, 0x20 }, { 5, 0 } }, 40 },
		{ PCI_EXT_CAP_ID_REBAR, { { 8, 0x3f } }, 12 },
		{ PCI_EXT_CAP_ID_REBAR, { { 8, 0xc0 } }, 52 },
		{ PCI_EXT_CAP_ID_DPA, { { 4, 0xe0 } }, 17 },
		{ PCI_EXT_CAP_ID_DPA, { { 4, 0x1f } }, 48 },
		{ PCI_EXT_CAP_ID_TPH, { { 5, 0x00 }, { 6, 9 }, { 7, 0 } }, 12 },
		{ PCI_EXT_CAP_ID_TPH, { { 5, 0x04 }, { 6, 9 }, { 7, 0 } }, 12 },
		{ PCI_EXT_CAP_ID_TPH, { { 5, 0x02 }, { 6, 0 }, { 7, 0xf8 } }, 14 },
		{ PCI_EXT_CAP_ID_TPH, { { 5, 0x02 }, { 6, 63 }, { 7, 0 } }, 140 },
		{ PCI_EXT_CAP_ID_TPH, { { 5, 0x02 }, { 6, 0xff }, { 7, 7 } }, 4108 },
		{ PCI_EXT_CAP_ID_VNDR, { { 6, 0x4f }, { 7, 0x02 } }, 0x24 },
		{ PCI_EXT_CAP_ID_VNDR, { { 6, 0x0f }, { 7, 0 } }, 0 },
		{ PCI_EXT_CAP_ID_DVSEC, { { 6, 0xc0 }, { 7, 0xff } }, 0xffc },
		/* what VFIO hides */
		{ 0, { { 0 } }, 0 },
		{ PCI_EXT_CAP_ID_PASID, { { 0 } }, 0 },
		{ PCI_EXT_CAP_ID_SECPCI, { { 0 } }, 0 },
		{ PCI_EXT_CAP_ID_RCLD, { { 0 } }, 0 },
		{ 0x100 | PCI_EXT_CAP_ID_ERR, { { 0 } }, 0 },
	};

	(void)state;
	view.has_dvsec = true;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]) * 2; i++) {
		const struct row *row = &rows[i / 2];
		int length;

		put(row, EXT_AT, i & 1 ? 0xff : 0);
		length = vpasid_vfio_ext_length(&view, row->id, EXT_AT);
		if (length != row->length)
			fail_msg("row %zu: %d", i / 2, length);
	}
	view.has_dvsec = false;
	assert_int_equal(vpasid_vfio_ext_length(&view, PCI_EXT_CAP_ID_DVSEC, EXT_AT), 0);
}

/* A register that isn't aligned can't be read; one behind the end isn't there. */
static void test_registers(void **state)
{
	static const struct {
		uint16_t id;
		unsigned int offset;
		int length;
	} rows[] = {
		{ PCI_EXT_CAP_ID_VNDR, 0xff8, 0 },	 { PCI_EXT_CAP_ID_VNDR, 0xffc, -EPROTO },
		{ PCI_EXT_CAP_ID_VNDR, 0x202, -EPROTO }, { PCI_EXT_CAP_ID_ACS, 0xffb, 8 },
		{ PCI_EXT_CAP_ID_ACS, 0xffc, -EPROTO },	 { PCI_EXT_CAP_ID_REBAR, 0xff8, -EPROTO },
		{ PCI_EXT_CAP_ID_DPA, 0xffc, -EPROTO },	 { PCI_EXT_CAP_ID_TPH, 0x201, -EPROTO },
		{ PCI_EXT_CAP_ID_VC, 0xff4, 0x1c },	 { PCI_EXT_CAP_ID_VC, 0xff8, -EPROTO },
		{ PCI_EXT_CAP_ID_VC, 0xffc, -EPROTO },
	};

	(void)state;
	memset(config, 0, sizeof(config));
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		int length = vpasid_vfio_ext_length(&view, rows[i].id, rows[i].offset);

		if (length != rows[i].length)
			fail_msg("row %zu: %d", i, length);
	}
	config[0xfff] = PCI_ACS_EC;
	assert_int_equal(vpasid_vfio_ext_length(&view, PCI_EXT_CAP_ID_ACS, 0xffb), -EPROTO);
	assert_int_equal(vpasid_vfio_length(&view, PCI_CAP_ID_MSI, 0x81), -EPROTO);
	assert_int_equal(vpasid_vfio_length(&view, PCI_CAP_ID_PCIX, 0x81), -EPROTO);
	assert_int_equal(vpasid_vfio_length(&view, PCI_CAP_ID_VNDR, 0x81), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_conventional),   cmocka_unit_test(test_express),
		cmocka_unit_test(test_extended_space), cmocka_unit_test(test_extended),
		cmocka_unit_test(test_registers),
	};

	return cmocka_run_group_tests_name("vfio_lengths", tests, NULL, NULL);
}
