/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef TOOLS_SUPPORT_HEX_H
#define TOOLS_SUPPORT_HEX_H

/* The value of a hexadecimal digit, or -1 if it isn't one, whatever the locale. */
static inline int hex_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	if (c >= 'A' && c <= 'F')
		return c - 'A' + 10;
	return -1;
}

#endif /* TOOLS_SUPPORT_HEX_H */
