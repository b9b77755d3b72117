/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Exit statuses of the command.
 */
#ifndef TOOLS_SUPPORT_EXIT_H
#define TOOLS_SUPPORT_EXIT_H

enum {
	EXIT_OK = 0,
	EXIT_NO_PASID = 1,
	EXIT_USAGE = 2,
	EXIT_ERROR = 3,
};

#endif /* TOOLS_SUPPORT_EXIT_H */
