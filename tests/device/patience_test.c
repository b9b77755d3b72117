// SPDX-License-Identifier: GPL-2.0-or-later
/* device/patience.h: calls that block are interrupted, and another process can see them. */
#include <errno.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/time.h>
#include <unistd.h>

#include <cmocka.h>

#include "patience.h"

/* Leaves ones on the stack: a set that the next function doesn't clear has all signals. */
__attribute__((noinline)) static void dirty_stack(void)
{
	unsigned char bytes[4096];

	memset(bytes, 0xff, sizeof(bytes));
	__asm__ volatile("" ::"r"(bytes) : "memory"); /* the bytes are written, even if unused */
}

static void test_interrupts(void **state)
{
	int event = eventfd(0, EFD_CLOEXEC);
	const uint64_t most = UINT64_MAX - 1;
	struct patience patience;
	struct itimerval timer;
	sigset_t all;

	(void)state;
	sigfillset(&all);
	sigprocmask(SIG_BLOCK, &all, NULL);
	dirty_stack();
	patience_init(&patience);
	/* the others stay blocked */
	sigprocmask(SIG_BLOCK, NULL, &all);
	for (int number = 1; number < SIGSYS; number++)
		if (number != SIGKILL && number != SIGSTOP)
			assert_int_equal(sigismember(&all, number), number != SIGALRM);
	assert_int_equal(write(event, &most, sizeof(most)), sizeof(most));

	/* each of them */
	patience_begin(&patience);
	for (int i = 0; i < 3; i++) {
		errno = 0;
		assert_int_equal(write(event, &most, sizeof(most)), -1);
		assert_int_equal(errno, EINTR);
	}
	patience_end(&patience);
	getitimer(ITIMER_REAL, &timer);
	assert_int_equal(timer.it_value.tv_usec, 0);
	assert_int_equal(timer.it_interval.tv_usec, 0);
	close(event);
}

static void test_look(void **state)
{
	struct patience_watch watch = { 0 };
	struct patience patience;

	(void)state;
	patience_init(&patience);
	assert_int_equal(patience_look(&watch, &patience), 0);
	assert_int_equal(patience_look(&watch, &patience), 0);
	patience_begin(&patience);
	assert_int_equal(patience_look(&watch, &patience), 1);
	assert_int_equal(patience_look(&watch, &patience), 2);

	/* it went on between the looks, and is another one */
	patience_end(&patience);
	patience_begin(&patience);
	assert_int_equal(patience_look(&watch, &patience), 1);
	patience_end(&patience);
	assert_int_equal(patience_look(&watch, &patience), 0);
	patience_begin(&patience);
	patience_end(&patience);
	assert_int_equal(patience_look(&watch, &patience), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_interrupts),
		cmocka_unit_test(test_look),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
