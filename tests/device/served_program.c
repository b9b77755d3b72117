// SPDX-License-Identifier: GPL-2.0-or-later
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <unistd.h>

#include <cmocka.h>

#include "served_program.h"
#include "support/device_client.h"

const char dsa[] = PROFILES "/dsa.conf";
struct program program;
int client = -1;

void serve(const char *const *arguments)
{
	const char *all[32] = { "--socket", SOCKET };
	size_t count = 2;

	while (*arguments)
		all[count++] = *arguments++;
	program_start(&program, all);
	if (program.status >= 0)
		fail_msg("status %d: %s", program.status, program.error);
	client = client_connect(SOCKET);
	assert_true(client >= 0);
	assert_int_equal(client_agree(client), 0);
}

void end(void)
{
	close(client);
	client = -1;
	assert_int_equal(program_end(&program, SIGTERM), 0);
}

int end_anyway(void **state)
{
	(void)state;
	if (client >= 0)
		close(client);
	client = -1;
	if (program.pid && program.status < 0)
		program_end(&program, SIGTERM);
	return 0;
}

void write_file(const char *name, const char *text)
{
	FILE *file = fopen(name, "we");

	assert_non_null(file);
	fputs(text, file);
	fclose(file);
}
