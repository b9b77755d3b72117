// SPDX-License-Identifier: GPL-2.0-or-later
/* bind_lock.h: between processes. */
#include <errno.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "bind/bind_lock.h"
#include "support/sysfs.h"
#include "support/tree.h"

static int setup(void **state)
{
	if (tree_setup(state))
		return -1;
	tree_directory(*state, "run");
	return 0;
}

/* A process that has the lock until it is killed */
static pid_t hold(const char *root)
{
	int ready[2];
	char byte = 0;
	pid_t pid;

	assert_int_equal(pipe(ready), 0);
	pid = fork();
	assert_true(pid >= 0);
	if (!pid) {
		byte = bind_lock(root, 0, NULL) ? 'n' : 'y';
		if (write(ready[1], &byte, 1) != 1)
			_exit(1);
		pause();
		_exit(0);
	}
	assert_int_equal(read(ready[0], &byte, 1), 1);
	assert_int_equal(byte, 'y');
	close(ready[0]);
	close(ready[1]);
	return pid;
}

static void end(pid_t pid)
{
	assert_int_equal(kill(pid, SIGKILL), 0);
	assert_int_equal(waitpid(pid, NULL, 0), pid);
}

static void test_who_has_it(void **state)
{
	pid_t pid = hold(*state);
	struct why why;

	assert_int_equal(bind_lock(*state, 0, &why), -EBUSY);
	assert_non_null(strstr(why.text, path_of("process %d (", (int)pid).text));
	assert_non_null(strstr(why.text, "bind_lock_test"));
	assert_int_equal(bind_lock(*state, 1, &why), -EBUSY);
	assert_non_null(strstr(why.text, "hasn't finished within 1 seconds"));
	end(pid);
}

/* A process that is killed no longer has it. */
static void test_killed(void **state)
{
	end(hold(*state));
	end(hold(*state));
	assert_int_equal(bind_lock(*state, 0, NULL), 0);
}

static void test_waits(void **state)
{
	pid_t pid = hold(*state), killer = fork();

	assert_true(killer >= 0);
	if (!killer) {
		usleep(300000);
		_exit(kill(pid, SIGKILL));
	}
	assert_int_equal(bind_lock(*state, 50, NULL), 0);
	assert_int_equal(waitpid(killer, NULL, 0), killer);
	assert_int_equal(waitpid(pid, NULL, 0), pid);
}

static void test_no_place(void **state)
{
	struct why why;

	tree_file(*state, "run/vpasid", "a file where the directory should be\n");
	assert_int_equal(bind_lock(*state, 0, &why), -ENOTDIR);
	assert_non_null(strstr(why.text, "run/vpasid/lock: Not a directory"));
	unlink(path_of("%s/run/vpasid", (char *)*state).text);
	/* and neither is a link's target */
	tree_link(*state, "run/vpasid/lock", path_of("%s/elsewhere", (char *)*state).text);
	assert_int_equal(bind_lock(*state, 0, &why), -ELOOP);
	assert_int_not_equal(access(path_of("%s/elsewhere", (char *)*state).text, F_OK), 0);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, tree_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_who_has_it),
		TEST(test_killed),
		TEST(test_waits),
		TEST(test_no_place),
	};

	return cmocka_run_group_tests_name("tool_bind_lock", tests, NULL, NULL);
}
