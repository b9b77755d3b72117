/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A client, and the server's connection with it. GET_INFO and RESET are answered with as many bytes
 * as there can be, GET_INFO also with descriptors; REGION_READ is echoed.
 */
#ifndef TESTS_MADE_CONNECTION_H
#define TESTS_MADE_CONNECTION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "connection.h"

#define GIFTS	    3 /* the descriptors of a reply, of a file at this offset */
#define GIFT_OFFSET 7

extern int gift;
extern int begun, ended;     /* how many sessions */
extern int64_t milliseconds; /* of the connection's clock */
extern const struct service service;
extern struct connection connection;
extern struct log log_;
extern int client;
extern struct message message, reply;

int setup_all(void **state);

/* Connects the client, which agrees on the version. @send_buffer: of the server; 0: as it is */
void join(int send_buffer);
void leave(void);

/* Sends a command without a body, which must not end the connection. */
void ask(unsigned int command);

/* Sends some bytes of @message, from @first on. Returns whether the client may stay. */
bool send_bytes(size_t first, size_t count);

void make_echo(void);
void check_echo(void);

/* Nothing has arrived at the client. */
bool has_nothing(void);

/* What was logged since the last call */
const char *logged(void);

/* The client has got an error, after which it is dropped. */
void check_dropped(int error);

#endif /* TESTS_MADE_CONNECTION_H */
