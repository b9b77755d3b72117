/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A session of a client with a model, and what it answers to messages. */
#ifndef TESTS_MADE_SESSION_H
#define TESTS_MADE_SESSION_H

#include <linux/pci_regs.h>

#include "client.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))
#define PASID	     0x230 /* of the profile */
#define CONTROL	     (PASID + PCI_PASID_CTRL)
#define CONFIG	     VFIO_PCI_CONFIG_REGION_INDEX

extern struct function function;
extern struct client client;
extern struct session session;
extern struct log quiet;
extern struct message message, reply;

/* After each message: why the client is to be dropped, 0 if it isn't. */
extern int drop;

/* Returns the errno of the reply, 0 if it isn't an error. */
int handle(void);
int call(unsigned int command, const void *body, size_t length);
int agree(uint16_t major, uint16_t minor, const char *data, size_t length);

/* A new client */
void begin(void);

int setup(void **state);
int teardown(void **state);
int read_region(unsigned int region, uint64_t offset, size_t length);
int write_region(unsigned int region, uint64_t offset, const void *data, size_t length);
const uint8_t *data_read(void);
int ask(uint32_t argsz, uint32_t flags);

#define TEST(function) cmocka_unit_test_setup_teardown(function, setup, teardown)

#endif /* TESTS_MADE_SESSION_H */
