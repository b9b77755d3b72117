// SPDX-License-Identifier: MIT
#include <json-c/json.h>
#include <stdio.h>

#include "ask.h"
#include "cmd.h"
#include "readers.h"
#include "support/command.h"

#define MAX_ARGUMENTS 16

/* What is asked about, and how. */
struct question {
	struct answers *answers;
	size_t functions;	    /* how many of the subjects; they come first */
	const char *option, *value; /* where the commands look */
	bool wakes;
};

const char *volatile ask_running = "";
FILE *ask_checker;

static struct ran ran;

/* Runs `vpasid NAME OPTIONS`, followed by the names of @bdfs functions from @first on. */
static void run(const struct question *question, const char *name,
		int (*command)(int argc, char **argv), const char *const *options, size_t first,
		size_t bdfs)
{
	const char *arguments[MAX_ARGUMENTS + MAX_FUNCTIONS] = { NULL };
	int count = 0;

	while (*options)
		arguments[count++] = *options++;
	arguments[count++] = question->option;
	arguments[count++] = question->value;
	if (question->wakes)
		arguments[count++] = "--wake";
	for (size_t i = 0; i < bdfs; i++)
		arguments[count++] = question->answers->subjects[first + i].name;
	ask_running = name;
	command_run_array(&ran, command, arguments);
	ask_running = "";
}

#define OPTIONS(...) ((const char *const[]){ __VA_ARGS__ __VA_OPT__(, ) NULL })

/* For the host as a whole, for all functions by name, and for one function */
#define RUN(question, name, ...) run(question, #name, cmd_##name, OPTIONS(__VA_ARGS__), 0, 0)
#define RUN_FOR_ALL(question, name, ...) \
	run(question, #name, cmd_##name, OPTIONS(__VA_ARGS__), 0, (question)->functions)
#define RUN_FOR(question, which, name, ...) \
	run(question, #name, cmd_##name, OPTIONS(__VA_ARGS__), which, 1)

static void read_json(const struct question *question,
		      void (*read)(struct answers *answers, struct json_object *report))
{
	struct json_object *report = json_tokener_parse(ran.out);

	read(question->answers, report);
	json_object_put(report);
	if (ask_checker)
		fputs(ran.out, ask_checker);
}

static void ask_list(const struct question *question)
{
	RUN(question, list, "-a", "-p");
	read_list(question->answers, FROM_LIST, ran.out);
	RUN(question, list, "-a", "--json");
	read_json(question, read_list_json);
	RUN(question, list, "-p");
	read_list(question->answers, FROM_SHORT_LIST, ran.out);
}

static void ask_show(const struct question *question)
{
	RUN_FOR_ALL(question, show, "-D");
	read_show(question->answers, ran.out);
	RUN_FOR_ALL(question, show, "--json");
	read_json(question, read_show_json);
}

static void ask_explain_of(const struct question *question, size_t which, bool in_text)
{
	struct subject *subject = &question->answers->subjects[which];
	RUN_FOR(question, which, explain, "--json");
	read_json(question, read_explain_json);
	read_explain_status(question->answers, subject, ran.status);
	tell_bool(question->answers, subject, FACT_TOLD, FROM_EXPLAIN_JSON, false);
	if (!in_text)
		return;
	RUN_FOR(question, which, explain, "-D");
	read_explain(question->answers, subject, ran.out);
}

/*
 * explain is run for each function by itself, and reads the whole path above it. To save time,
 * this asks about two functions of a host only, and about one of them in text, too.
 */
static void ask_explain(const struct question *question, struct random *random)
{
	unsigned int count = (unsigned int)question->functions;
	unsigned int which = random_below(random, count);

	ask_explain_of(question, which, true);
	if (count > 1)
		ask_explain_of(question, (which + 1 + random_below(random, count - 1)) % count,
			       false);
}

/* It is of a host alone. Its machine is QEMU's, and of one function. */
static void ask_vm(const struct question *question, struct random *random)
{
	unsigned int which = random_below(random, (unsigned int)question->functions);

	RUN_FOR(question, which, vm, "--for", "qemu", "--json");
	read_json(question, read_vm_json);
}

static void ask_place(const struct question *question)
{
	RUN_FOR_ALL(question, map, "-D");
	read_map(question->answers, ran.out);
	RUN_FOR_ALL(question, map, "--json");
	read_json(question, read_map_json);
	RUN_FOR_ALL(question, place, "-D");
	read_place(question->answers, ran.out);
	RUN_FOR_ALL(question, place, "--format", "json");
	read_json(question, read_place_json);
}

static void ask_export(const struct question *question)
{
	RUN(question, export, "--format", "prometheus");
	read_prometheus(question->answers, ran.out);
	RUN(question, export, "--format", "nfd");
	read_nfd(question->answers, ran.out);
}

/* A function that a command has left out is one that it says nothing about. */
static void tell_left_out(const struct question *question)
{
	static const enum source sources[] = { FROM_LIST, FROM_LIST_JSON, FROM_SHOW,
					       FROM_SHOW_JSON };

	for (size_t i = 0; i < question->functions; i++)
		for (size_t s = 0; s < sizeof(sources) / sizeof(sources[0]); s++)
			tell_bool(question->answers, &question->answers->subjects[i], FACT_TOLD,
				  sources[s], false);
}

void ask_sysfs(struct answers *answers, const struct made_host *host, struct random *random)
{
	const struct question question = {
		.answers = answers,
		.functions = (size_t)host->count,
		.option = "--sysfs",
		.value = ".",
		.wakes = host->wakes,
	};

	ask_list(&question);
	ask_show(&question);
	ask_explain(&question, random);
	ask_vm(&question, random);
	ask_place(&question);
	ask_export(&question);
	tell_left_out(&question);
}

void ask_dump(struct answers *answers, const char *path, struct random *random)
{
	const struct question question = {
		.answers = answers,
		.functions = answers->count,
		.option = "--file",
		.value = path,
	};
	ask_list(&question);
	ask_show(&question);
	ask_explain(&question, random);
	ask_place(&question);
	tell_left_out(&question);
}
