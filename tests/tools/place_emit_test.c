// SPDX-License-Identifier: GPL-2.0-or-later
/* The config spaces that vpasid place prints: what a guest sees. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "facts/host.h"
#include "made_space.h"
#include "pci/config_space.h"
#include "pci/dump.h"
#include "place/place_report.h"
#include "place/placement.h"

static uint16_t word(const uint8_t *config, unsigned int offset)
{
	return (uint16_t)(config[offset] | config[offset + 1] << 8);
}

/* What the guest gets: the PASID capability's own registers, else what is asked for. */
static void test_emit(void **state)
{
	static const struct {
		int is_physical;
		unsigned int capability, control;
		unsigned int width;
		int ret;
		unsigned int emitted;
		const char *note;
	} rows[] = {
		{ false, 0, 0, 0, 0, 0x1400,
		  "no PASID capability is known; the output has 20 bits" },
		{ false, 0, 0, 16, 0, 0x1000,
		  "no PASID capability is known; the output has 16 bits" },
		{ true, 0x1006, 7, 0, 0, 0x1006, NULL },
		{ true, 0x1006, 3, 0, 0, 0x1002, NULL },
		{ true, 0x1006, 7, 9, 0, 0x0906, NULL },
		{ true, 0x1004, 0, 0, 0, 0x1004, "the output is as if it were" },
		{ true, 0x0006, 7, 0, 0, 0x1406, "has a width of 0 bits; the output has 20 bits" },
		{ true, 0x0006, 3, 0, 0, 0x1402, "has a width of 0 bits; the output has 20 bits" },
		{ true, 0x0006, 0, 16, 0, 0x1006, "has a width of 0 bits; the output has 16 bits" },
		{ true, 0x0006, 0, 16, 0, 0x1006, "the output is as if it were" },
		{ true, 0x1006, 7, 17, -EINVAL, 0,
		  "--width 17: the function's PASIDs have only 16 bits" },
		{ true, 0x1f00, 7, 0, -EPROTO, 0,
		  "the PASID capability at 0x200 has an invalid value" },
	};
	uint8_t config[VPASID_CONFIG_SIZE];
	struct config_space space;
	struct placement_report place;
	struct why note;

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		const struct capability pasid = {
			.there = FACT_YES,
			.offset = 0x200,
			.capability = (uint16_t)rows[i].capability,
			.control = (uint16_t)rows[i].control,
		};

		fill_space(&space);
		if (rows[i].is_physical) {
			put_header(space.config, 0x100, 0x0e, 0x200);
			put_header(space.config, 0x200, VPASID_EXT_CAP_PASID, 0);
			put_dword(space.config, 0x204, rows[i].capability | rows[i].control << 16);
		}
		place_find(&space, NULL, 0, 0, &place);
		assert_int_equal(place.placement.caps[0].offset,
				 rows[i].is_physical ? 0x200 : 0xff8);
		assert_int_equal(place_emit(&place, EMIT_LIBVPASID,
					    rows[i].is_physical ? &pasid : NULL, rows[i].width,
					    config, &note),
				 rows[i].ret);
		if (!rows[i].ret) {
			assert_int_equal(word(config, place.placement.caps[0].offset), 0x1b);
			assert_int_equal(word(config, place.placement.caps[0].offset + 4u),
					 rows[i].emitted);
			assert_int_equal(word(config, place.placement.caps[0].offset + 6u), 0);
		}
		if (rows[i].note)
			assert_non_null(strstr(note.text, rows[i].note));
		else
			assert_string_equal(note.text, "");
		place_free(&place);
	}
}

/* QEMU's guests get the same registers, in a chain of QEMU's; or no PASID, with the reason. */
static void test_qemu(void **state)
{
	const struct capability pasid = { .there = FACT_YES, .capability = 0x1006, .control = 3 };
	uint8_t config[VPASID_CONFIG_SIZE];
	struct config_space space;
	struct placement_report place;

	(void)state;
	fill_space(&space);
	place_find_in_vfio(&space, 0, NULL, NULL, 0, 0, &place);
	assert_int_equal(place_emit(&place, EMIT_QEMU, &pasid, 9, config, &why), 0);
	assert_int_equal(word(config, 0x100), 0); /* ARI, which QEMU takes away */
	assert_int_equal(word(config, 0x102) >> 4, 0xff8);
	assert_int_equal(word(config, 0xff8), 0x1b);
	assert_int_equal(word(config, 0xffc), 0x0902);
	assert_int_equal(word(config, 0xffe), 0);
	place_free(&place);

	put_dword(space.config, 0x100, 0);
	place_find_in_vfio(&space, 0, NULL, NULL, 0, 0, &place);
	assert_int_equal(place_emit(&place, EMIT_QEMU, &pasid, 0, config, &why), -ENOSPC);
	assert_non_null(strstr(why.text, ADDRESS ": the place is 0xff8, but QEMU 11.1 silently "
						 "gives"));
	place_free(&place);
}

/* A dump that was written is read back unchanged; in a guest's space, PASID is at its place. */
static void test_round_trip(void **state)
{
	uint8_t config[VPASID_CONFIG_SIZE];
	struct config_space space;
	struct placement_report place;
	struct host host;
	char *text;

	(void)state;
	fill_space(&space);
	place_find(&space, NULL, 0x400, 0, &place);
	assert_int_equal(place_emit(&place, EMIT_LIBVPASID, NULL, 0, config, &why), 0);
	place_free(&place);

	text = dump_of(config);
	assert_int_equal(open_text(&host, text, strlen(text)), 0);
	assert_read(read_config(&host, ADDRESS), config);
	place_find(read_config(&host, ADDRESS), NULL, 0, 0, &place);
	assert_int_equal(place.placement.caps[0].offset, 0x400);
	assert_int_equal(place.placement.caps[0].reason, VPASID_PLACE_PHYSICAL);
	place_free(&place);
	host_close(&host);
	free(text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_emit),
		cmocka_unit_test(test_qemu),
		cmocka_unit_test(test_round_trip),
	};

	return cmocka_run_group_tests_name("tool_place_emit", tests, NULL, NULL);
}
