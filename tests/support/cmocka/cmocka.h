/* SPDX-License-Identifier: MIT */
/*
 * As much of cmocka as the library's own tests take, in a header alone: for compilers and
 * architectures for which no cmocka is installed. The first assertion that fails ends the program.
 */
#ifndef STAND_IN_CMOCKA_H
#define STAND_IN_CMOCKA_H

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct CMUnitTest {
	const char *name;
	void (*test)(void **state);
	int (*setup)(void **state);
	int (*teardown)(void **state);
	void *initial_state;
};

#define cmocka_unit_test(test)                \
	{                                     \
#test, test, NULL, NULL, NULL \
	}
#define cmocka_unit_test_setup(test, setup)    \
	{                                      \
#test, test, setup, NULL, NULL \
	}
#define cmocka_unit_test_setup_teardown(test, setup, after) \
	{                                                   \
#test, test, setup, after, NULL             \
	}

#define fail_msg(...)                                           \
	do {                                                    \
		printf("not ok - %s:%d: ", __FILE__, __LINE__); \
		printf(__VA_ARGS__);                            \
		printf("\n");                                   \
		exit(1);                                        \
	} while (0)
#define fail()		 fail_msg("failed")
#define print_error(...) printf(__VA_ARGS__)

#define assert_true(it)                      \
	do {                                 \
		if (!(it))                   \
			fail_msg("%s", #it); \
	} while (0)
#define assert_false(it)       assert_true(!(it))
#define assert_null(it)	       assert_true((it) == NULL)
#define assert_non_null(it)    assert_true((it) != NULL)
#define assert_ptr_equal(a, b) assert_true((const void *)(a) == (const void *)(b))
#define assert_int_equal(a, b) \
	stand_in_compare((uint64_t)(a), (uint64_t)(b), 1, #a, __FILE__, __LINE__)
#define assert_int_not_equal(a, b) \
	stand_in_compare((uint64_t)(a), (uint64_t)(b), 0, #a, __FILE__, __LINE__)
#define assert_string_equal(a, b)	stand_in_strings(a, b, 1, __FILE__, __LINE__)
#define assert_string_not_equal(a, b)	stand_in_strings(a, b, 0, __FILE__, __LINE__)
#define assert_memory_equal(a, b, size) assert_true(!memcmp(a, b, size))
#define assert_in_range(it, least, most)                                               \
	do {                                                                           \
		uint64_t stand_in_it = (uint64_t)(it);                                 \
		if (stand_in_it < (uint64_t)(least) || stand_in_it > (uint64_t)(most)) \
			fail_msg("%s isn't in its range", #it);                        \
	} while (0)

static inline void stand_in_compare(uint64_t a, uint64_t b, int equal, const char *what,
				    const char *file, int line)
{
	if ((a == b) == equal)
		return;
	printf("not ok - %s:%d: %s is 0x%llx, and 0x%llx is wanted\n", file, line, what,
	       (unsigned long long)a, (unsigned long long)b);
	exit(1);
}

static inline void stand_in_strings(const char *a, const char *b, int equal, const char *file,
				    int line)
{
	if ((strcmp(a, b) == 0) == equal)
		return;
	printf("not ok - %s:%d: \"%s\" and \"%s\"\n", file, line, a, b);
	exit(1);
}

static inline int stand_in_run(const struct CMUnitTest *tests, size_t count)
{
	printf("1..%zu\n", count);
	for (size_t i = 0; i < count; i++) {
		void *state = tests[i].initial_state;

		if ((tests[i].setup && tests[i].setup(&state)) ||
		    (tests[i].test(&state), tests[i].teardown && tests[i].teardown(&state))) {
			printf("not ok %zu - %s: its fixture\n", i + 1, tests[i].name);
			return 1;
		}
		printf("ok %zu - %s\n", i + 1, tests[i].name);
		fflush(stdout);
	}
	return 0;
}

/* No test has a fixture of its group. */
#define cmocka_run_group_tests(tests, setup, teardown) \
	stand_in_run(tests, sizeof(tests) / sizeof((tests)[0]))
#define cmocka_run_group_tests_name(name, tests, setup, teardown) \
	cmocka_run_group_tests(tests, setup, teardown)

#endif /* STAND_IN_CMOCKA_H */
