// SPDX-License-Identifier: GPL-2.0-or-later
/* check_host() without memory, or on a host whose functions can't be listed: it says so. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "explain/chain.h"
#include "made_check.h"

/* What fails: the name of a function, or "" */
static const char *failing = "";
static size_t findings_left; /* for which there is memory */

static bool fails(const char *name)
{
	return !strcmp(failing, name);
}

const struct kernel *__real_host_kernel(struct host *host);
const struct kernel *__wrap_host_kernel(struct host *host);
const struct iommu_presence *__real_host_iommu_presence(struct host *host);
const struct iommu_presence *__wrap_host_iommu_presence(struct host *host);
int __real_host_find_iommus(struct host *host);
int __wrap_host_find_iommus(struct host *host);
int __real_host_find_functions(struct host *host, struct why *why);
int __wrap_host_find_functions(struct host *host, struct why *why);
void *__real_malloc(size_t size);
void *__wrap_malloc(size_t size);
void *__real_calloc(size_t count, size_t size);
void *__wrap_calloc(size_t count, size_t size);
void *__real_reallocarray(void *memory, size_t count, size_t size);
void *__wrap_reallocarray(void *memory, size_t count, size_t size);

const struct kernel *__wrap_host_kernel(struct host *host)
{
	return fails("host_kernel") ? NULL : __real_host_kernel(host);
}

const struct iommu_presence *__wrap_host_iommu_presence(struct host *host)
{
	return fails("host_iommu_presence") ? NULL : __real_host_iommu_presence(host);
}

int __wrap_host_find_iommus(struct host *host)
{
	return fails("host_find_iommus") ? -ENOMEM : __real_host_find_iommus(host);
}

int __wrap_host_find_functions(struct host *host, struct why *why)
{
	return fails("host_find_functions") ? because(why, -EIO, "there are none")
					    : __real_host_find_functions(host, why);
}

/* The chain of links of a function */
void *__wrap_malloc(size_t size)
{
	return fails("malloc") && size == sizeof(struct chain) ? NULL : __real_malloc(size);
}

/* The list of the two functions, and its end */
void *__wrap_calloc(size_t count, size_t size)
{
	return fails("calloc") && count == 3 && size == sizeof(struct function *)
		       ? NULL
		       : __real_calloc(count, size);
}

/* The findings: one more each time */
void *__wrap_reallocarray(void *memory, size_t count, size_t size)
{
	static size_t there;

	if (size != sizeof(struct finding))
		return __real_reallocarray(memory, count, size);
	if (!memory)
		there = 0;
	assert_int_equal(count, there + 1);
	if (fails("reallocarray") && count > findings_left)
		return NULL;
	there++;
	return __real_reallocarray(memory, count, size);
}

/* What check_host() returns, and why, for the purpose that asks most */
static int ask(const char *root, struct why *why)
{
	struct path sysfs = path_of("%s/sys", root);
	struct host host;
	int ret;

	*why = (struct why){ "nothing" };
	host_open(&host, sysfs.text, root, false);
	ret = check_host(&host, PURPOSE_GUEST_SVA, &check, why);
	failing = "";
	check_free(&check);
	host_close(&host);
	return ret;
}

static void test_memory(void **state)
{
	static const char *const all[] = { "host_kernel", "host_iommu_presence", "host_find_iommus",
					   "malloc", "calloc" };
	struct why why;

	assert_int_equal(ask(*state, &why), 0);
	assert_string_equal(why.text, "nothing");
	for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++) {
		failing = all[i];
		assert_int_equal(ask(*state, &why), -ENOMEM);
		assert_string_equal(why.text, "out of memory");
	}
}

/* A report without some of the findings would be a wrong one. */
static void test_findings(void **state)
{
	struct why why;

	for (findings_left = 0; findings_left < 21; findings_left++) {
		failing = "reallocarray";
		assert_int_equal(ask(*state, &why), -ENOMEM);
		assert_string_equal(why.text, "out of memory");
	}
	failing = "reallocarray";
	assert_int_equal(ask(*state, &why), 0);
}

static void test_functions(void **state)
{
	struct why why;

	failing = "host_find_functions";
	assert_int_equal(ask(*state, &why), -EIO);
	assert_string_equal(why.text, "there are none");
}

#define TEST(function) \
	cmocka_unit_test_setup_teardown(function, made_check_setup, made_check_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_memory),
		TEST(test_findings),
		TEST(test_functions),
	};

	return cmocka_run_group_tests_name("tool_check_memory", tests, NULL, NULL);
}
