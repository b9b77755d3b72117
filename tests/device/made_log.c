// SPDX-License-Identifier: GPL-2.0-or-later
#include <unistd.h>

#include "made_log.h"

char *read_log(int pipe)
{
	static char text[1024];
	ssize_t count = read(pipe, text, sizeof(text) - 1);

	text[count > 0 ? count : 0] = '\0';
	return text;
}
