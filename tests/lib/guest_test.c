// SPDX-License-Identifier: MIT
/*
 * vpasid/guest.h: a sound function below a switch, each thing that may be wrong with it alone,
 * and what isn't wrong though it may look so.
 */
#include <errno.h>
#include <linux/pci_regs.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include <vpasid/config.h>
#include <vpasid/guest.h>
#include <vpasid/iommu.h>

#include "bytes.h"

#define EXPRESS 0x40
#define PASID	0x100
#define ATS	0x110
#define PRI	0x120
#define ACS	0x140
#define ROOM	16

#define ALL (VPASID_GUEST_PASID | VPASID_GUEST_ATS | VPASID_GUEST_PRI)

static uint8_t spaces[4][VPASID_CONFIG_SIZE]; /* the function, then from the bottom up */
static const void *ports[] = { spaces[1], spaces[2], spaces[3] };
static struct vpasid_guest_request request;
static struct vpasid_guest_finding findings[ROOM];

static void make_express(uint8_t *config, unsigned int type)
{
	memset(config, 0, VPASID_CONFIG_SIZE);
	put_le16(config + PCI_VENDOR_ID, 0x1b36);
	put_le16(config + PCI_STATUS, PCI_STATUS_CAP_LIST);
	config[PCI_CAPABILITY_LIST] = EXPRESS;
	config[EXPRESS] = PCI_CAP_ID_EXP;
	put_le16(config + EXPRESS + PCI_EXP_FLAGS, (uint16_t)(type << 4 | 2));
	put_le32(config + EXPRESS + PCI_EXP_DEVCAP2, PCI_EXP_DEVCAP2_EE_PREFIX);
}

static void put_cap(uint8_t *config, unsigned int at, uint32_t id, uint32_t next)
{
	put_le32(config + at, next << 20 | 1u << 16 | id);
}

static void make_function(unsigned int type)
{
	uint8_t *config = spaces[0];

	make_express(config, type);
	put_cap(config, PASID, PCI_EXT_CAP_ID_PASID, ATS);
	put_cap(config, ATS, PCI_EXT_CAP_ID_ATS, PRI);
	put_cap(config, PRI, PCI_EXT_CAP_ID_PRI, 0);
	put_le16(config + PASID + PCI_PASID_CAP, 20 << 8);
	put_le16(config + ATS + PCI_ATS_CAP, PCI_ATS_CAP_PAGE_ALIGNED);
	put_le16(config + PRI + PCI_PRI_STATUS, PCI_PRI_STATUS_STOPPED | PCI_PRI_STATUS_PASID);
}

static void make_port(unsigned int number, unsigned int type)
{
	make_express(spaces[number], type);
	spaces[number][PCI_HEADER_TYPE] = PCI_HEADER_TYPE_BRIDGE;
	put_cap(spaces[number], VPASID_CONFIG_CONVENTIONAL, PCI_EXT_CAP_ID_ACS, 0);
}

/* An endpoint below a switch's two ports and a root port. */
static int setup(void **state)
{
	(void)state;
	make_function(PCI_EXP_TYPE_ENDPOINT);
	make_port(1, PCI_EXP_TYPE_DOWNSTREAM);
	make_port(2, PCI_EXP_TYPE_UPSTREAM);
	make_port(3, PCI_EXP_TYPE_ROOT_PORT);
	request = (struct vpasid_guest_request){
		.argsz = sizeof(request),
		.wants = ALL,
		.iommu = VPASID_IOMMU_INTEL_VTD,
		.config = spaces[0],
		.ports = ports,
		.port_count = 3,
	};
	return 0;
}

static int check(void)
{
	memset(findings, 0xa5, sizeof(findings));
	return vpasid_guest_check(&request, findings, ROOM);
}

static void expect_nothing(void)
{
	int count = check();
	char text[VPASID_GUEST_TEXT];

	if (!count)
		return;
	vpasid_guest_describe(&findings[0], text, sizeof(text));
	fail_msg("%d findings, the first is: %s", count, text);
}

static void expect_one(unsigned int code, unsigned int hop, unsigned int stops, unsigned int offset,
		       unsigned int value)
{
	const struct vpasid_guest_finding expected = {
		.code = (uint16_t)code,
		.hop = (uint8_t)hop,
		.stops = (uint8_t)stops,
		.offset = (uint16_t)offset,
		.value = (uint16_t)value,
	};

	assert_int_equal(check(), 1);
	assert_memory_equal(&findings[0], &expected, sizeof(expected));
	setup(NULL);
}

static void nothing_is_wrong(void **state)
{
	(void)state;
	expect_nothing();
	request.iommu = VPASID_IOMMU_AMD;
	expect_nothing();
	request.iommu = VPASID_IOMMU_NONE;
	expect_nothing();
	request.iommu = VPASID_IOMMU_ARM_SMMUV3;
	request.wants = VPASID_GUEST_PASID | VPASID_GUEST_ATS;
	expect_nothing();
}

static void on_the_root_bus(void **state)
{
	(void)state;
	request.port_count = 0;
	request.ports = NULL;
	expect_one(VPASID_GUEST_NO_ROOT_PORT, 0, VPASID_GUEST_PASID, 0, PCI_EXP_TYPE_ENDPOINT);

	/* a root complex integrated endpoint is its own root */
	make_function(PCI_EXP_TYPE_RC_END);
	request.port_count = 0;
	expect_nothing();
	setup(NULL);

	/* a switch on the root bus leads nowhere */
	request.port_count = 2;
	expect_one(VPASID_GUEST_NO_ROOT_PORT, 2, VPASID_GUEST_PASID, 0, PCI_EXP_TYPE_UPSTREAM);
}

static void prefixes(void **state)
{
	(void)state;
	for (unsigned int hop = 0; hop < 4; hop++) {
		put_le32(spaces[hop] + EXPRESS + PCI_EXP_DEVCAP2, ~PCI_EXP_DEVCAP2_EE_PREFIX);
		expect_one(VPASID_GUEST_NO_PREFIX, hop, VPASID_GUEST_PASID, 0, 0);
		/* version 1 has no such register, whatever stands there */
		put_le16(spaces[hop] + EXPRESS + PCI_EXP_FLAGS,
			 (uint16_t)(get_le16(spaces[hop] + EXPRESS + PCI_EXP_FLAGS) & ~3u));
		put_le16(spaces[hop] + EXPRESS + PCI_EXP_FLAGS,
			 (uint16_t)(get_le16(spaces[hop] + EXPRESS + PCI_EXP_FLAGS) | 1));
		expect_one(VPASID_GUEST_NO_PREFIX, hop, VPASID_GUEST_PASID, 0, 0);
	}
	/* ATS and PRI take none */
	memset(spaces[3] + EXPRESS + PCI_EXP_DEVCAP2, 0, 4);
	request.wants = VPASID_GUEST_ATS | VPASID_GUEST_PRI;
	expect_nothing();
	setup(NULL);

	/* the kernel knows a device that needs none, in two revisions */
	put_le16(spaces[0] + PCI_VENDOR_ID, 0x19e5);
	put_le16(spaces[0] + PCI_DEVICE_ID, 0xa256);
	spaces[0][PCI_REVISION_ID] = 0x30;
	memset(spaces[0] + EXPRESS + PCI_EXP_DEVCAP2, 0, 4);
	memset(spaces[3] + EXPRESS + PCI_EXP_DEVCAP2, 0, 4);
	expect_nothing();
	spaces[0][PCI_REVISION_ID] = 0x31;
	assert_int_equal(check(), 2);
}

static void acs(void **state)
{
	(void)state;
	/* a root port and a downstream port have to have it, an upstream port doesn't */
	put_cap(spaces[1], 0x100, 0x1234, 0);
	expect_one(VPASID_GUEST_NO_ACS, 1, VPASID_GUEST_PASID, 0, 0);
	put_cap(spaces[3], 0x100, 0x1234, 0);
	expect_one(VPASID_GUEST_NO_ACS, 3, VPASID_GUEST_PASID, 0, 0);
	put_cap(spaces[2], 0x100, 0x1234, 0);
	expect_nothing();
	setup(NULL);

	/* but one of several functions does */
	put_cap(spaces[2], 0x100, 0x1234, 0);
	spaces[2][PCI_HEADER_TYPE] |= 0x80;
	expect_one(VPASID_GUEST_NO_ACS, 2, VPASID_GUEST_PASID, 0, 0);
	spaces[0][PCI_HEADER_TYPE] |= 0x80;
	expect_one(VPASID_GUEST_NO_ACS, 0, VPASID_GUEST_PASID, 0, 0);
	request.flags = VPASID_GUEST_NOT_FUNCTION_0;
	expect_one(VPASID_GUEST_NO_ACS, 0, VPASID_GUEST_PASID, 0, 0);
	request.flags = VPASID_GUEST_NOT_FUNCTION_0;
	put_cap(spaces[0], PRI, PCI_EXT_CAP_ID_PRI, ACS);
	put_cap(spaces[0], ACS, PCI_EXT_CAP_ID_ACS, 0);
	expect_nothing();
	setup(NULL);

	/* Intel's in the root complex are taken for isolated */
	make_function(PCI_EXP_TYPE_RC_END);
	request.port_count = 0;
	request.flags = VPASID_GUEST_NOT_FUNCTION_0;
	expect_one(VPASID_GUEST_NO_ACS, 0, VPASID_GUEST_PASID, 0, 0);
	make_function(PCI_EXP_TYPE_RC_END);
	put_le16(spaces[0] + PCI_VENDOR_ID, 0x8086);
	request.port_count = 0;
	request.flags = VPASID_GUEST_NOT_FUNCTION_0;
	expect_nothing();
}

static void bridges_never_have_acs(void **state)
{
	static const unsigned int types[] = { PCI_EXP_TYPE_PCI_BRIDGE, PCI_EXP_TYPE_PCIE_BRIDGE,
					      PCI_EXP_TYPE_RC_EC };

	(void)state;
	for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++) {
		make_port(2, types[i]);
		expect_one(VPASID_GUEST_NEVER_ACS, 2, VPASID_GUEST_PASID, 0, types[i]);
	}
}

static void pasid(void **state)
{
	(void)state;
	put_cap(spaces[0], PASID, 0x1234, ATS);
	expect_one(VPASID_GUEST_NO_PASID, 0, VPASID_GUEST_PASID, 0, 0);
	put_le16(spaces[0] + PASID + PCI_PASID_CAP, 6);
	expect_one(VPASID_GUEST_NO_WIDTH, 0, VPASID_GUEST_PASID, PASID, 0);
	put_le16(spaces[0] + PASID + PCI_PASID_CAP, 21 << 8);
	expect_one(VPASID_GUEST_NO_WIDTH, 0, VPASID_GUEST_PASID, PASID, 21);
	put_le16(spaces[0] + PASID + PCI_PASID_CAP, 1 << 8);
	expect_nothing();
}

static void ats(void **state)
{
	const unsigned int both = VPASID_GUEST_ATS | VPASID_GUEST_PRI;

	(void)state;
	put_cap(spaces[0], ATS, 0x1234, PRI);
	expect_one(VPASID_GUEST_NO_ATS, 0, both, 0, 0);
	put_le16(spaces[0] + ATS + PCI_ATS_CAP, 0xffdf);
	expect_one(VPASID_GUEST_ATS_UNALIGNED, 0, both, ATS, 0);
	put_le16(spaces[0] + ATS + PCI_ATS_CAP, 0);
	request.iommu = VPASID_IOMMU_AMD;
	expect_nothing();
	request.iommu = VPASID_IOMMU_NONE;
	expect_nothing();
	/* PRI without ATS is of no use, though ATS alone isn't asked for */
	request.iommu = VPASID_IOMMU_INTEL_VTD;
	request.wants = VPASID_GUEST_PRI;
	expect_one(VPASID_GUEST_ATS_UNALIGNED, 0, VPASID_GUEST_PRI, ATS, 0);
}

static void pri(void **state)
{
	(void)state;
	put_cap(spaces[0], ATS, PCI_EXT_CAP_ID_ATS, 0);
	expect_one(VPASID_GUEST_NO_PRI, 0, VPASID_GUEST_PRI, 0, 0);
	put_le16(spaces[0] + PRI + PCI_PRI_STATUS, PCI_PRI_STATUS_PASID);
	expect_one(VPASID_GUEST_PRI_RUNNING, 0, VPASID_GUEST_PRI, PRI, 0);
	put_le16(spaces[0] + PRI + PCI_PRI_STATUS, PCI_PRI_STATUS_STOPPED);
	expect_one(VPASID_GUEST_PRI_NO_PASID, 0, VPASID_GUEST_PRI, PRI, 0);
	put_le16(spaces[0] + PRI + PCI_PRI_STATUS, PCI_PRI_STATUS_STOPPED);
	request.wants = VPASID_GUEST_ATS | VPASID_GUEST_PRI;
	expect_nothing();
	request.wants = ALL;
	request.iommu = VPASID_IOMMU_AMD;
	expect_nothing();
	setup(NULL);
	request.iommu = VPASID_IOMMU_ARM_SMMUV3;
	expect_one(VPASID_GUEST_PRI_UNUSED, 0, VPASID_GUEST_PRI, PRI, 0);
}

static void nobody_there(void **state)
{
	(void)state;
	memset(spaces[0], 0xff, sizeof(spaces[0]));
	expect_one(VPASID_GUEST_ABSENT, 0, ALL, 0, 0);
	memset(spaces[2], 0xff, sizeof(spaces[2]));
	expect_one(VPASID_GUEST_ABSENT, 2, VPASID_GUEST_PASID, 0, 0);
	spaces[0][PCI_CAPABILITY_LIST] = 0;
	expect_one(VPASID_GUEST_NO_EXPRESS, 0, ALL, 0, 0);
	spaces[1][EXPRESS] = 0x09;
	expect_one(VPASID_GUEST_NO_EXPRESS, 1, VPASID_GUEST_PASID, 0, 0);
}

static void a_broken_chain(void **state)
{
	(void)state;
	put_cap(spaces[0], ATS, PCI_EXT_CAP_ID_ATS, 0x0f0);
	expect_one(VPASID_GUEST_BROKEN_CHAIN, 0, VPASID_GUEST_PRI, 0, 0);
	put_cap(spaces[3], 0x100, 0x1234, 0x0f0);
	expect_one(VPASID_GUEST_BROKEN_CHAIN, 3, VPASID_GUEST_PASID, 0, 0);
}

/* A capability may begin at the very end, so that its registers would stand beyond it. */
static void a_capability_at_the_end(void **state)
{
	(void)state;
	put_cap(spaces[0], PASID, PCI_EXT_CAP_ID_PRI, 0xffc);
	put_le16(spaces[0] + PASID + PCI_PRI_STATUS, PCI_PRI_STATUS_STOPPED);
	put_cap(spaces[0], 0xffc, PCI_EXT_CAP_ID_PASID, ATS);
	request.iommu = VPASID_IOMMU_NONE;
	expect_one(VPASID_GUEST_NO_WIDTH, 0, VPASID_GUEST_PASID, 0xffc, 0);
	request.iommu = VPASID_IOMMU_NONE;
	put_cap(spaces[0], ATS, PCI_EXT_CAP_ID_ATS, 0xffc);
	put_cap(spaces[0], 0xffc, PCI_EXT_CAP_ID_PRI, 0);
	expect_one(VPASID_GUEST_PRI_RUNNING, 0, VPASID_GUEST_PRI, 0xffc, 0);
}

static void room_and_order(void **state)
{
	(void)state;
	for (unsigned int hop = 0; hop < 4; hop++)
		memset(spaces[hop] + EXPRESS + PCI_EXP_DEVCAP2, 0, 4);
	put_cap(spaces[1], 0x100, 0x1234, 0);
	assert_int_equal(check(), 5);
	for (size_t i = 1; i < 5; i++)
		assert_true(findings[i].hop >= findings[i - 1].hop);
	memset(findings, 0, sizeof(findings));
	assert_int_equal(vpasid_guest_check(&request, findings, 2), 5);
	assert_int_equal(findings[1].hop, 1);
	assert_int_equal(findings[2].code, 0);
	assert_int_equal(vpasid_guest_check(&request, NULL, 0), 5);
	request.wants = 0;
	assert_int_equal(check(), 0);
}

static void what_cant_be_asked(void **state)
{
	const void *missing[] = { spaces[1], NULL, spaces[3] };

	(void)state;
	request.argsz = 0;
	assert_int_equal(check(), -EINVAL);
	request.argsz = 1u << 20;
	assert_int_equal(check(), -E2BIG);
	setup(NULL);
	request.wants = 8;
	assert_int_equal(check(), -EINVAL);
	setup(NULL);
	request.flags = 2;
	assert_int_equal(check(), -EINVAL);
	setup(NULL);
	request.config = NULL;
	assert_int_equal(check(), -EINVAL);
	setup(NULL);
	request.ports = NULL;
	assert_int_equal(check(), -EINVAL);
	request.ports = missing;
	assert_int_equal(check(), -EINVAL);
	setup(NULL);
	request.port_count = VPASID_GUEST_MAX_PORTS + 1;
	assert_int_equal(check(), -EINVAL);
	assert_int_equal(vpasid_guest_check(NULL, findings, ROOM), -EINVAL);
}

/* Each finding has words of its own, which fit, for the function and for any port. */
static void descriptions(void **state)
{
	static const char *const hops[] = { "the function ", "port 255 above the function " };
	char text[VPASID_GUEST_TEXT], other[VPASID_GUEST_TEXT];

	(void)state;
	for (unsigned int code = VPASID_GUEST_ABSENT; code <= VPASID_GUEST_PRI_UNUSED; code++) {
		for (size_t i = 0; i < 2; i++) {
			const struct vpasid_guest_finding finding = {
				.code = (uint16_t)code,
				.hop = i ? 255 : 0,
				.value = 0xffff,
			}, unknown = { .code = 99, .hop = finding.hop };
			int length = vpasid_guest_describe(&finding, text, sizeof(text));

			assert_in_range(length, 20, sizeof(text) - 1);
			assert_int_equal(length, strlen(text));
			assert_int_equal(strncmp(text, hops[i], strlen(hops[i])), 0);
			assert_int_not_equal(text[length - 1], '.');
			assert_int_equal(vpasid_guest_describe(&finding, NULL, 0), length);
			vpasid_guest_describe(&unknown, other, sizeof(other));
			assert_string_not_equal(text, other);
		}
	}
	put_cap(spaces[1], 0x100, 0x1234, 0);
	assert_int_equal(check(), 1);
	vpasid_guest_describe(&findings[0], text, sizeof(text));
	assert_string_equal(text, "port 1 above the function has no ACS capability: add one");
}

#define TEST(name) cmocka_unit_test_setup(name, setup)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(nothing_is_wrong),
		TEST(on_the_root_bus),
		TEST(prefixes),
		TEST(acs),
		TEST(bridges_never_have_acs),
		TEST(pasid),
		TEST(ats),
		TEST(pri),
		TEST(nobody_there),
		TEST(a_broken_chain),
		TEST(a_capability_at_the_end),
		TEST(room_and_order),
		TEST(what_cant_be_asked),
		TEST(descriptions),
	};

	return cmocka_run_group_tests_name("guest", tests, NULL, NULL);
}
