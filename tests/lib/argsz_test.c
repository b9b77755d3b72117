// SPDX-License-Identifier: MIT
/* lib/argsz.h: structs of callers that were built with other versions of the headers. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "argsz.h"

struct known {
	uint32_t argsz;
	uint16_t first, second;
	uint64_t third;
};

struct later {
	struct known known;
	uint8_t more[8];
};

static const struct later full = {
	.known = { .first = 1, .second = 2, .third = 3 },
};

static int take(struct known *taken, struct later given, size_t argsz)
{
	memset(taken, 0xa5, sizeof(*taken));
	given.known.argsz = (uint32_t)argsz;
	return take_struct(taken, sizeof(*taken), &given);
}

static void the_same_version(void **state)
{
	struct known taken;

	(void)state;
	assert_int_equal(take(&taken, full, sizeof(taken)), 0);
	assert_int_equal(taken.argsz, sizeof(taken));
	assert_int_equal(taken.first, 1);
	assert_int_equal(taken.second, 2);
	assert_int_equal(taken.third, 3);
}

/* Every length that an earlier version may have had, to the byte. */
static void an_earlier_version_lacks_the_end(void **state)
{
	struct known taken, expected;

	(void)state;
	for (size_t argsz = sizeof(uint32_t); argsz < sizeof(taken); argsz++) {
		memset(&expected, 0, sizeof(expected));
		memcpy(&expected, &full.known, argsz);
		expected.argsz = sizeof(taken);
		assert_int_equal(take(&taken, full, argsz), 0);
		assert_memory_equal(&taken, &expected, sizeof(taken));
	}
}

static void a_later_version_may_leave_its_own_at_zero(void **state)
{
	struct known taken;

	(void)state;
	for (size_t argsz = sizeof(taken); argsz <= sizeof(struct later); argsz++) {
		assert_int_equal(take(&taken, full, argsz), 0);
		assert_int_equal(taken.argsz, sizeof(taken));
		assert_int_equal(taken.third, 3);
	}
}

static void what_isnt_known_isnt_dropped(void **state)
{
	static const struct known zeros;
	struct later given = full;
	struct known taken;

	(void)state;
	for (size_t i = 0; i < sizeof(given.more); i++) {
		memset(given.more, 0, sizeof(given.more));
		given.more[i] = 0x80;
		assert_int_equal(take(&taken, given, sizeof(given)), -E2BIG);
		assert_memory_equal(&taken, &zeros, sizeof(taken));
		/* only as far as the caller says that its struct reaches */
		assert_int_equal(take(&taken, given, sizeof(taken) + i), 0);
	}
}

static void a_forgotten_size_is_an_error(void **state)
{
	static const struct known zeros;
	struct known taken;

	(void)state;
	for (size_t argsz = 0; argsz < sizeof(uint32_t); argsz++) {
		assert_int_equal(take(&taken, full, argsz), -EINVAL);
		assert_memory_equal(&taken, &zeros, sizeof(taken));
	}
	assert_int_equal(take_struct(&taken, sizeof(taken), NULL), -EINVAL);
	assert_int_equal(take(&taken, full, ARGSZ_MAX + 1), -E2BIG);
	assert_int_equal(take(&taken, full, UINT32_MAX), -E2BIG);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_same_version),
		cmocka_unit_test(an_earlier_version_lacks_the_end),
		cmocka_unit_test(a_later_version_may_leave_its_own_at_zero),
		cmocka_unit_test(what_isnt_known_isnt_dropped),
		cmocka_unit_test(a_forgotten_size_is_an_error),
	};

	return cmocka_run_group_tests_name("argsz", tests, NULL, NULL);
}
