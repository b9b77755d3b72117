/* SPDX-License-Identifier: MIT */
/*
 * Lines of a file of quirks: most changes of a text's bytes make it none.
 */
#ifndef QUIRK_LINES_H
#define QUIRK_LINES_H

#include <stddef.h>

/**
 * QUIRK_LINES_SIZE - bytes that quirk_lines() needs at most
 */
#define QUIRK_LINES_SIZE 640

/**
 * quirk_lines() - a line or two that are mostly right, or those of an entry
 * @text: Where to put them; QUIRK_LINES_SIZE bytes.
 * @offset: Where that begins which they are about.
 *
 * Entries are mostly for 1234:5678. Goes by rand().
 *
 * Return: their length.
 */
size_t quirk_lines(char *text, unsigned int offset);

#endif /* QUIRK_LINES_H */
