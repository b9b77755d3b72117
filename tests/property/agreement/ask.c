// SPDX-License-Identifier: MIT
#include <json-c/json.h>
#include <stdio.h>

#include "ask.h"
#include "cmd.h"
#include "command.h"
#include "readers.h"

#define MAX_ARGUMENTS 16

/* What is asked about, and how. */
struct question {
	struct answers *answers;
	size_t functions;	    /* the first of the subjects */
	const char *option, *value; /* where the commands look */
	bool wakes;
};

/* Runs `vpasid NAME OPTIONS`, with @bdfs of the functions from @first on behind them. */
static void run(const struct question *question, int (*command)(int argc, char **argv),
		const char *const *options, size_t first, size_t bdfs, struct output *output)
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
	command_run(command, arguments, output);
}

#define OPTIONS(...) ((const char *const[]){ __VA_ARGS__, NULL })

/* About the host as a whole, about all functions by name, about one */
#define RUN(question, output, command, ...) \
	run(question, command, OPTIONS(__VA_ARGS__), 0, 0, output)
#define RUN_FOR_ALL(question, output, command, ...) \
	run(question, command, OPTIONS(__VA_ARGS__), 0, (question)->functions, output)
#define RUN_FOR(question, which, output, command, ...) \
	run(question, command, OPTIONS(__VA_ARGS__), which, 1, output)

static void read_json(const struct question *question, const char *text,
		      void (*read)(struct answers *answers, struct json_object *report))
{
	struct json_object *report = json_tokener_parse(text);

	read(question->answers, report);
	json_object_put(report);
}

static void ask_list(const struct question *question)
{
	struct output output;

	RUN(question, &output, cmd_list, "list", "-a", "-p");
	read_list(question->answers, FROM_LIST, output.out);
	RUN(question, &output, cmd_list, "list", "-a", "--json");
	read_json(question, output.out, read_list_json);
	RUN(question, &output, cmd_list, "list", "-p");
	read_list(question->answers, FROM_SHORT_LIST, output.out);
}

static void ask_show(const struct question *question)
{
	struct output output;

	RUN_FOR_ALL(question, &output, cmd_show, "show");
	read_show(question->answers, output.out);
	RUN_FOR_ALL(question, &output, cmd_show, "show", "--json");
	read_json(question, output.out, read_show_json);
}

static void ask_explain_of(const struct question *question, size_t which, bool in_text)
{
	struct subject *subject = &question->answers->subjects[which];
	struct output output;

	RUN_FOR(question, which, &output, cmd_explain, "explain", "--json");
	read_json(question, output.out, read_explain_json);
	read_explain_status(question->answers, subject, output.status);
	tell_bool(question->answers, subject, FACT_TOLD, FROM_EXPLAIN_JSON, false);
	if (!in_text)
		return;
	RUN_FOR(question, which, &output, cmd_explain, "explain");
	read_explain(question->answers, subject, output.out);
}

/*
 * explain takes one function, and reads all of the path up from it: two of a host's will do, and
 * one of them in text.
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

static void ask_place(const struct question *question)
{
	struct output output;

	RUN_FOR_ALL(question, &output, cmd_map, "map");
	read_map(question->answers, output.out);
	RUN_FOR_ALL(question, &output, cmd_map, "map", "--json");
	read_json(question, output.out, read_map_json);
	RUN_FOR_ALL(question, &output, cmd_place, "place");
	read_place(question->answers, output.out);
	RUN_FOR_ALL(question, &output, cmd_place, "place", "--format", "json");
	read_json(question, output.out, read_place_json);
}

static void ask_export(const struct question *question)
{
	struct output output;

	RUN(question, &output, cmd_export, "export", "--format", "prometheus");
	read_prometheus(question->answers, output.out);
	RUN(question, &output, cmd_export, "export", "--format", "nfd");
	read_nfd(question->answers, output.out);
}

/* What a command leaves out, it doesn't tell. */
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
