/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A server whose poll(2) runs the steps of a test: one step each time. */
#ifndef TESTS_MADE_SERVER_H
#define TESTS_MADE_SERVER_H

#include <poll.h>
#include <stdbool.h>
#include <stdint.h>

#include "server.h"

#define EVENTS 3	      /* signals, the listener, the client */
#define WAIT   INT64_C(10000) /* CONNECTION_PATIENCE_S, in ms */

extern struct listener listener;
extern struct server server;
extern struct why why;

typedef void step(void);

/* What the server waited for before a step, and for how long */
extern struct pollfd waited[EVENTS];
extern int timeout_;

/* The errno of the next poll(2), and of each accept4(2), or 0 */
extern int poll_error, accept_error;

/* The time, and how much of it a failing accept4(2) needs */
extern int64_t milliseconds, accept_time;

int setup(void **state);
int teardown(void **state);

/* Serves until the steps, up to NULL, have ended the server. Returns what it returns. */
int serve(step *const *some);

/* What was logged since the last call */
const char *logged(void);

/* Whether the server has closed a client's connection */
bool is_dropped(int fd);

/* Steps with two clients */
extern int first, second;
void end(void);
void first_joins(void);
void first_is_there(void);
void second_joins(void);

#define TEST(function) cmocka_unit_test_setup_teardown(function, setup, teardown)

#endif /* TESTS_MADE_SERVER_H */
