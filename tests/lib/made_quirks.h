/* SPDX-License-Identifier: MIT */
/* A set of quirks, new for each test, and a device that they may be about. */
#ifndef TESTS_MADE_QUIRKS_H
#define TESTS_MADE_QUIRKS_H

#include <stddef.h>

#include <vpasid/quirks.h>

#define MATCHES 8
#define DEVICE	"device 8086:0b25\n"
#define SOURCE	" source \"a book\"\n"

extern struct vpasid_quirks *quirks;
extern struct vpasid_quirks_error error;
extern const struct vpasid_quirk *matches[MATCHES];
extern const struct vpasid_device dsa;

int quirks_setup(void **state);
int quirks_teardown(void **state);

/* Looks for what is about @device. Returns how many there are; the first ones are in @matches. */
int match(const struct vpasid_device *device);

#endif /* TESTS_MADE_QUIRKS_H */
