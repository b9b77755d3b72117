// SPDX-License-Identifier: MIT
/*
 * Programs of the long run: what one does follows from its number, all of which counts; each
 * call that is described is made; and nothing stays open.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "vm/long.h"

#define PROGRAMS 2000

struct program {
	unsigned int count;
	struct action actions[MAX_ACTIONS];
};

static struct program make(struct program_id id, bool has_iommufd)
{
	struct program program = { 0 };

	program.count = program_make(&id, has_iommufd, program.actions);
	assert_in_range(program.count, 1, MAX_ACTIONS);
	return program;
}

static bool is_same(const struct program *one, const struct program *other)
{
	if (one->count != other->count)
		return false;
	for (unsigned int i = 0; i < one->count; i++) {
		const struct action *mine = &one->actions[i], *theirs = &other->actions[i];

		if (mine->call != theirs->call || mine->function != theirs->function ||
		    memcmp(mine->values, theirs->values, sizeof(mine->values)) != 0)
			return false;
	}
	return true;
}

static void test_number(void **state)
{
	const struct program_id id = { .seed = 1, .generation = 2, .process = 1, .number = 3 };
	const struct program first = make(id, true), again = make(id, true);
	struct program_id others[] = { id, id, id, id, id };

	(void)state;
	assert_true(is_same(&first, &again));
	others[0].seed++;
	others[1].generation++;
	others[2].process--;
	others[3].thread++;
	others[4].number++;
	for (size_t i = 0; i < sizeof(others) / sizeof(*others); i++) {
		struct program other = make(others[i], true);

		assert_false(is_same(&first, &other));
	}
}

static void test_description(void **state)
{
	unsigned int made[128] = { 0 };

	(void)state;
	assert_in_range(calls_count, 1, sizeof(made) / sizeof(*made));
	for (unsigned int number = 0; number < PROGRAMS; number++) {
		struct program program = make((struct program_id){ .number = number }, true);

		for (unsigned int i = 0; i < program.count; i++) {
			ptrdiff_t call = program.actions[i].call - calls;

			if (call >= 0 && call < calls_count)
				made[call]++;
		}
	}
	for (unsigned int i = 0; i < calls_count; i++)
		if (!made[i])
			fail_msg("%s is never called", calls[i].name);
}

/* Without iommufd there is little sense in calls of it. */
static void test_without_iommufd(void **state)
{
	unsigned int of_iommufd = 0, all = 0;

	(void)state;
	for (unsigned int number = 0; number < PROGRAMS; number++) {
		struct program program = make((struct program_id){ .number = number }, false);

		assert_string_equal(program.actions[0].call->name, by_group[0]);
		for (unsigned int i = 0; i < program.count; i++, all++)
			of_iommufd += program.actions[i].call->how == DO_OPEN_IOMMUFD;
	}
	assert_in_range(of_iommufd, 1, all / 100);
}

static void test_end(void **state)
{
	struct program program = make((struct program_id){ .number = 9 }, true);
	bool closed[SLOT_KINDS][SLOTS] = { { false } };

	(void)state;
	for (unsigned int i = program.count - LAST_FD * SLOTS; i < program.count; i++) {
		const struct action *action = &program.actions[i];

		assert_int_equal(action->call->how, DO_CLOSE);
		closed[action->call->on][action->on] = true;
	}
	for (unsigned int kind = GROUP_FD; kind <= LAST_FD; kind++)
		for (unsigned int slot = 0; slot < SLOTS; slot++)
			assert_true(closed[kind][slot]);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_number),
		cmocka_unit_test(test_description),
		cmocka_unit_test(test_without_iommufd),
		cmocka_unit_test(test_end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
