// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * device/client.h: what a client that means harm can make of the registers of ATS, PASID and PRI.
 * Section numbers are those of the PCI Express Base Specification, revision 6.0.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "made_session.h"
#include "profile.h"
#include "session.h"
#include "support/bytes.h"

#define EXTENDED 0xf00 /* bytes of the extended space */
#define FLR_AT	 (0x40 + PCI_EXP_DEVCTL + 1)
#define ATS	 0x220 /* of the profile dsa */
#define PRI	 0x240
#define STU	 (ATS + PCI_ATS_CTRL)
#define PRI_CTRL (PRI + PCI_PRI_CTRL)
#define ALLOC	 (PRI + PCI_PRI_ALLOC_REQ)

static void reset(void)
{
	static const uint8_t initiate = PCI_EXP_DEVCTL_BCR_FLR >> 8;

	assert_int_equal(write_region(CONFIG, FLR_AT, &initiate, 1), 0);
}

static void read_extended(uint8_t bytes[EXTENDED])
{
	assert_int_equal(read_region(CONFIG, 0x100, EXTENDED), 0);
	memcpy(bytes, data_read(), EXTENDED);
}

/* The session has another function: that of a VF, whose PASID and PRI are its PF's. */
static void serve(const char *profile)
{
	static struct model model;
	const struct function_options options = { 0 };
	struct why why;

	function_free(&function);
	assert_int_equal(profile_read(&model, profile, &why), 0);
	assert_int_equal(model_complete(&model, &why), 0);
	assert_int_equal(function_init(&function, &model, &options, &quiet, &why), 0);
}

/* The bits of byte @at of a capability that may be otherwise than at power-on */
static uint8_t variable_bits(uint16_t id, unsigned int at, const uint8_t *capability)
{
	switch (id) {
	case VPASID_EXT_CAP_PASID:
		return at == PCI_PASID_CTRL ? PCI_PASID_CTRL_ENABLE | capability[PCI_PASID_CAP] : 0;
	case VPASID_EXT_CAP_ATS:
		if (at == PCI_ATS_CTRL)
			return PCI_ATS_CTRL_STU(0xff);
		return at == PCI_ATS_CTRL + 1 ? PCI_ATS_CTRL_ENABLE >> 8 : 0;
	default:
		if (at == PCI_PRI_CTRL)
			return PCI_PRI_CTRL_ENABLE;
		if (at == PCI_PRI_STATUS + 1)
			return PCI_PRI_STATUS_STOPPED >> 8;
		return at >= PCI_PRI_ALLOC_REQ ? 0xff : 0;
	}
}

/* Writes ones to @length bytes at @at, and looks at the whole extended space, and again after an
 * FLR. */
static void write_ones(const uint8_t power_on[EXTENDED], unsigned int at, unsigned int length)
{
	static const uint8_t ones[16] = { [0 ... 15] = 0xff };
	static uint8_t after[EXTENDED];

	assert_int_equal(write_region(CONFIG, at, ones, length), 0);
	read_extended(after);
	for (unsigned int i = 0; i < function.placement.cap_count; i++) {
		const struct vpasid_cap *cap = &function.placement.caps[i];
		uint8_t *bytes = after + (cap->offset - 0x100);

		if (cap->id == VPASID_EXT_CAP_PRI)
			assert_true(get32(bytes + PCI_PRI_ALLOC_REQ) <=
				    get32(bytes + PCI_PRI_MAX_REQ));
		for (unsigned int byte = 0; byte < cap->length; byte++) {
			uint8_t bits = variable_bits(cap->id, byte, bytes);
			uint8_t before = power_on[cap->offset - 0x100 + byte];

			bytes[byte] = (uint8_t)((bytes[byte] & ~bits) | (before & bits));
		}
	}
	assert_memory_equal(after, power_on, EXTENDED);
	reset();
	read_extended(after);
	assert_memory_equal(after, power_on, EXTENDED);
}

static void test_ones(void **state)
{
	static const char *const profiles[] = { PROFILES "/dsa.conf", PROFILES "/vf.conf" };
	static uint8_t power_on[EXTENDED];

	(void)state;
	for (size_t profile = 0; profile < COUNT(profiles); profile++) {
		serve(profiles[profile]);
		assert_int_equal(function.placement.cap_count, 3);
		read_extended(power_on);
		for (unsigned int i = 0; i < 3; i++) {
			const struct vpasid_cap *cap = &function.placement.caps[i];
			unsigned int end = cap->offset + cap->length;

			for (unsigned int at = cap->offset; at < end; at++)
				for (unsigned int length = 1; length <= end - at; length++)
					write_ones(power_on, at, length);
		}
		assert_true(hardware_is_untouched(&function.hardware));
	}
}

struct step {
	unsigned int at, length;
	uint32_t value;
	uint16_t ats, control, status;
	uint32_t allocation;
};

static void run(const struct step *steps, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		const struct step *step = &steps[i];
		uint8_t value[4];

		put32(value, step->value);
		assert_int_equal(write_region(CONFIG, step->at, value, step->length), 0);
		assert_int_equal(read_region(CONFIG, ATS, PRI + VPASID_PRI_LENGTH - ATS), 0);
		assert_int_equal(get16(data_read() + STU - ATS), step->ats);
		assert_int_equal(get16(data_read() + PRI_CTRL - ATS), step->control);
		assert_int_equal(get16(data_read() + PRI_CTRL + 2 - ATS), step->status);
		assert_int_equal(get32(data_read() + ALLOC - ATS), step->allocation);
	}
}

/* 10.5.2: Reset reads as zero, and does nothing while Enable is set; the profile takes 512 requests
 */
static void test_pri(void **state)
{
	static const struct step steps[] = {
		{ ALLOC, 4, UINT32_MAX, 0, 0, 0x8100, 512 },
		{ ALLOC, 4, 513, 0, 0, 0x8100, 512 },
		{ ALLOC, 4, 511, 0, 0, 0x8100, 511 },
		{ ALLOC + 3, 1, 0x80, 0, 0, 0x8100, 512 },
		{ ALLOC, 4, 0, 0, 0, 0x8100, 0 },
		{ ALLOC, 2, 32, 0, 0, 0x8100, 32 },
		{ PRI_CTRL, 2, 2, 0, 0, 0x8100, 32 },
		{ PRI_CTRL, 2, 3, 0, 1, 0x8000, 32 },
		{ PRI_CTRL, 2, 3, 0, 1, 0x8000, 32 },
		{ ALLOC, 4, 64, 0, 1, 0x8000, 32 },
		{ PRI_CTRL, 4, 0xffff0001, 0, 1, 0x8000, 32 },
		{ PRI_CTRL, 2, 2, 0, 0, 0x8100, 32 },
		{ PRI_CTRL, 1, 1, 0, 1, 0x8000, 32 },
		{ PRI_CTRL + 1, 1, 0xff, 0, 1, 0x8000, 32 },
		{ PRI_CTRL, 2, 0xfffc, 0, 0, 0x8100, 32 },
		{ FLR_AT, 1, 0x80, 0, 0, 0x8100, 0 },
		{ PRI_CTRL, 2, 1, 0, 1, 0x8000, 0 },
		{ FLR_AT, 1, 0x80, 0, 0, 0x8100, 0 },
	};

	(void)state;
	run(steps, COUNT(steps));
}

/* 10.5.1.3: the unit is taken while Enable is clear, or is set by the same write */
static void test_ats(void **state)
{
	static const struct step steps[] = {
		{ STU, 2, 0x7fff, 0x001f, 0, 0x8100, 0 },
		{ STU, 1, 0xe0, 0x0000, 0, 0x8100, 0 },
		{ STU, 2, 0x8007, 0x8007, 0, 0x8100, 0 },
		{ STU, 2, 0x801f, 0x8007, 0, 0x8100, 0 },
		{ STU, 1, 0x00, 0x8007, 0, 0x8100, 0 },
		{ STU + 1, 1, 0xff, 0x8007, 0, 0x8100, 0 },
		{ STU + 1, 1, 0x7f, 0x0007, 0, 0x8100, 0 },
		{ STU, 1, 0x03, 0x0003, 0, 0x8100, 0 },
		{ STU + 1, 1, 0x80, 0x8003, 0, 0x8100, 0 },
		{ FLR_AT, 1, 0x80, 0, 0, 0x8100, 0 },
	};

	(void)state;
	run(steps, COUNT(steps));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_ones),
		TEST(test_pri),
		TEST(test_ats),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
