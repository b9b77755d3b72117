// SPDX-License-Identifier: GPL-2.0-or-later
/* device/identity.h: finding users and groups by their names, and becoming another user. */
#include <errno.h>
#include <grp.h>
#include <pwd.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/prctl.h>
#include <unistd.h>

#include <cmocka.h>

#include "identity.h"

/* The calls so far, a letter for each; which of them fails; and the answers of other calls */
static char calls[8];
static int failing;
static uid_t effective;
static pid_t parents[2];
static struct why why;

static int call(char letter)
{
	size_t count = strlen(calls);

	calls[count] = letter;
	errno = EPERM;
	return (int)count == failing ? -1 : 0;
}

int setgroups(size_t size, const gid_t *list)
{
	(void)list;
	assert_int_equal(size, 0);
	return call('G');
}

int setresgid(gid_t real, gid_t of_effect, gid_t saved)
{
	assert_true(real == 22 && of_effect == 22 && saved == 22);
	return call('g');
}

int setresuid(uid_t real, uid_t of_effect, uid_t saved)
{
	assert_true(real == 11 && of_effect == 11 && saved == 11);
	return call('u');
}

int prctl(int option, ...)
{
	va_list arguments;
	unsigned long signal;

	va_start(arguments, option);
	signal = va_arg(arguments, unsigned long);
	va_end(arguments);
	assert_int_equal(option, PR_SET_PDEATHSIG);
	assert_int_equal((int)signal, SIGKILL);
	return call('p');
}

pid_t getppid(void)
{
	return parents[strlen(calls) > 0];
}

uid_t geteuid(void)
{
	return effective;
}

struct passwd *getpwnam(const char *name)
{
	static struct passwd entry = { .pw_uid = 11, .pw_gid = 22 };

	return strcmp(name, "user") ? NULL : &entry;
}

struct group *getgrnam(const char *name)
{
	static struct group entry = { .gr_gid = 33 };

	return strcmp(name, "group") ? NULL : &entry;
}

static int setup(void **state)
{
	(void)state;
	memset(calls, 0, sizeof(calls));
	failing = -1;
	effective = 0;
	parents[0] = parents[1] = 77;
	why.text[0] = '\0';
	return 0;
}

static void test_names(void **state)
{
	struct identity identity;
	gid_t group;

	(void)state;
	assert_int_equal(identity_find(&identity, NULL, &why), 0);
	assert_int_equal(identity.user, (uid_t)-1);
	assert_int_equal(identity.group, (gid_t)-1);
	assert_int_equal(identity_find(&identity, "none", &why), -ENOENT);
	assert_non_null(strstr(why.text, "none"));
	assert_int_equal(identity_find(&identity, "user", &why), 0);
	assert_int_equal(identity.user, 11);
	assert_int_equal(identity.group, 22);
	effective = 1000;
	assert_int_equal(identity_find(&identity, "user", &why), -EPERM);
	assert_non_null(strstr(why.text, "user"));
	assert_int_equal(identity.user, (uid_t)-1);
	/* without a name, root isn't required */
	assert_int_equal(identity_find(&identity, NULL, &why), 0);

	assert_int_equal(identity_find_group("group", &group, &why), 0);
	assert_int_equal(group, 33);
	assert_int_equal(identity_find_group("none", &group, &why), -ENOENT);
	assert_non_null(strstr(why.text, "none"));
}

static void test_become(void **state)
{
	const struct identity other = { 11, 22 }, same = { (uid_t)-1, (gid_t)-1 };

	(void)state;
	assert_int_equal(identity_become(&same, &why), 0);
	assert_string_equal(calls, "");
	/* the groups first: the new user couldn't change them */
	assert_int_equal(identity_become(&other, &why), 0);
	assert_string_equal(calls, "Ggup");
}

static void test_failures(void **state)
{
	static const char *const made[] = { "G", "Gg", "Ggu", "Ggup" };
	const struct identity other = { 11, 22 };

	(void)state;
	for (int i = 0; i < 4; i++) {
		setup(NULL);
		failing = i;
		assert_int_equal(identity_become(&other, &why), -EPERM);
		assert_string_equal(calls, made[i]);
		assert_non_null(strstr(why.text, strerror(EPERM)));
	}
	/* the parent ended before the kernel was told to end this process with it */
	setup(NULL);
	parents[1] = 1;
	assert_int_equal(identity_become(&other, &why), -ESRCH);
	assert_true(why.text[0]);
}

int main(void)
{
#define TEST(function) cmocka_unit_test_setup(function, setup)
	const struct CMUnitTest tests[] = {
		TEST(test_names),
		TEST(test_become),
		TEST(test_failures),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
