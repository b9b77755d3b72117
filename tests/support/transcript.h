/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Texts that tests expect, each in a file below tests/corpus/transcripts/.
 */
#ifndef TESTS_TRANSCRIPT_H
#define TESTS_TRANSCRIPT_H

#define TRANSCRIPTS "tests/corpus/transcripts/"

/* The text of a file: the caller's. Ends the test if the file can't be read. */
char *transcript_read(const char *path);

/*
 * Ends the test if the file has another text, and shows the first line that differs, because all
 * of a transcript is too long. With RENEW=1, writes the file instead: check what has changed.
 */
void transcript_assert(const char *path, const char *text);

#endif /* TESTS_TRANSCRIPT_H */
