// SPDX-License-Identifier: MIT
/*
 * vectors_test [--write] DIRECTORY: libvpasid answers the questions of data/vectors as the files
 * say, a row for each vector. With --write, its answers are written to the files, in place of those
 * that are there, unless a model (tests/property/) answers otherwise.
 */
#include <glob.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "answer.h"
#include "model_check.h"
#include "print_json.h"

#define LEAST_VECTORS 100

static unsigned int tests, failures, vectors;
static bool is_quiet; /* differences aren't printed */

static void row(bool passed, const char *file, const char *name)
{
	printf("%sok %u - %s: %s\n", passed ? "" : "not ", ++tests, file, name);
	failures += !passed;
}

/* Comparing: @path is where in the answer these are */

static bool same(json_object *expected, json_object *actual, const char *path);

static bool differ(const char *path, json_object *expected, json_object *actual)
{
	if (!is_quiet)
		printf("# %s: %s, the answer has %s\n", path, json_object_to_json_string(expected),
		       json_object_to_json_string(actual));
	return false;
}

static bool same_members(json_object *expected, json_object *actual, const char *path)
{
	char inner[256];

	json_object_object_foreach(expected, key, member)
	{
		json_object *other;

		snprintf(inner, sizeof(inner), "%s.%s", path, key);
		if (!json_object_object_get_ex(actual, key, &other))
			return differ(path, expected, actual);
		if (!same(member, other, inner))
			return false;
	}
	return json_object_object_length(expected) == json_object_object_length(actual) ||
	       differ(path, expected, actual);
}

static bool same_elements(json_object *expected, json_object *actual, const char *path)
{
	size_t count = json_object_array_length(expected);
	char inner[256];

	for (size_t i = 0; i < count && i < json_object_array_length(actual); i++) {
		snprintf(inner, sizeof(inner), "%s[%zu]", path, i);
		if (!same(json_object_array_get_idx(expected, i),
			  json_object_array_get_idx(actual, i), inner))
			return false;
	}
	return json_object_array_length(actual) == count || differ(path, expected, actual);
}

static bool same(json_object *expected, json_object *actual, const char *path)
{
	if (json_object_get_type(expected) == json_object_get_type(actual)) {
		if (json_object_is_type(expected, json_type_object))
			return same_members(expected, actual, path);
		if (json_object_is_type(expected, json_type_array))
			return same_elements(expected, actual, path);
	}
	return json_object_equal(expected, actual) || differ(path, expected, actual);
}

/* Returns what the library answers, or NULL if a model contradicts it. */
static json_object *ask(json_object *file, json_object *vector)
{
	static struct question question;
	json_object *out;

	question_read(&question, file, json_at(vector, "in"));
	out = answer(&question);
	if (!place_model_agrees(&question, json_at(out, "place")) ||
	    !view_model_agrees(&question, out)) {
		printf("# a model contradicts: %s\n", json_object_to_json_string(out));
		json_object_put(out);
		out = NULL;
	}
	question_end(&question);
	return out;
}

static json_object *layout_of(json_object *file)
{
	static struct question question;
	json_object *first = json_object_array_get_idx(json_at(file, "vectors"), 0);
	json_object *layout;

	question_read(&question, file, json_at(first, "in"));
	layout = answer_layout(question.config);
	question_end(&question);
	return layout;
}

/* A file is as it was read, or has other answers. */

static bool check_vector(json_object *file, json_object *vector)
{
	json_object *out = ask(file, vector);
	bool passed = out && same(json_at(vector, "out"), out, "out");

	json_object_put(out);
	return passed;
}

static bool check_layout(json_object *file)
{
	json_object *layout = layout_of(file);
	bool passed = same(json_at(file, "layout"), layout, "layout");

	json_object_put(layout);
	return passed;
}

static void check_file(json_object *file)
{
	json_object *list = json_at(file, "vectors");
	const char *name = json_text(file, "name");

	row(check_layout(file), name, "layout");
	for (size_t i = 0; i < json_object_array_length(list); i++, vectors++) {
		json_object *vector = json_object_array_get_idx(list, i);

		row(check_vector(file, vector), name, json_text(vector, "name"));
	}
}

/* Puts the layout before the vectors, and each answer behind its question. */
static bool fill_in(json_object *file)
{
	json_object *list = json_object_get(json_at(file, "vectors"));
	bool agrees = true;

	json_object_object_add(file, "layout", layout_of(file));
	json_object_object_del(file, "vectors");
	json_object_object_add(file, "vectors", list);
	for (size_t i = 0; i < json_object_array_length(list); i++) {
		json_object *vector = json_object_array_get_idx(list, i);
		json_object *out = ask(file, vector);

		agrees = agrees && out;
		json_object_object_add(vector, "out", out);
	}
	return agrees;
}

static int write_file(json_object *file, const char *path)
{
	FILE *stream;

	if (!fill_in(file)) {
		printf("# %s: not written\n", path);
		return 1;
	}
	stream = fopen(path, "w");
	if (!stream) {
		perror(path);
		return 1;
	}
	print_json(stream, file);
	return fclose(stream) ? 1 : 0;
}

/* Falsified answers are found */

/* Changes the last digit of a string, or another value. Returns what takes its place. */
static json_object *falsified(json_object *value)
{
	char text[2 * VPASID_CONFIG_SIZE + 1];
	size_t length;

	switch (json_object_get_type(value)) {
	case json_type_string:
		length = (size_t)snprintf(text, sizeof(text), "%s", json_object_get_string(value));
		text[length - 1] ^= 1;
		return json_object_new_string(text);
	case json_type_int:
		return json_object_new_int(json_object_get_int(value) ^ 1);
	default:
		return json_object_new_boolean(!json_object_get_boolean(value));
	}
}

static bool all_noticed(json_object *file, json_object *vector, json_object *inside);

static bool is_leaf(json_object *value)
{
	return !json_object_is_type(value, json_type_object) &&
	       !json_object_is_type(value, json_type_array);
}

static bool members_noticed(json_object *file, json_object *vector, json_object *object)
{
	json_object_object_foreach(object, key, member)
	{
		json_object *kept = json_object_get(member);
		bool noticed;

		if (!is_leaf(member)) {
			noticed = all_noticed(file, vector, member);
		} else {
			json_object_object_add(object, key, falsified(member));
			noticed = !check_vector(file, vector);
			json_object_object_add(object, key, json_object_get(kept));
		}
		json_object_put(kept);
		if (!noticed) {
			printf("# %s: not noticed\n", key);
			return false;
		}
	}
	return true;
}

static bool all_noticed(json_object *file, json_object *vector, json_object *inside)
{
	if (json_object_is_type(inside, json_type_object))
		return members_noticed(file, vector, inside);
	for (size_t i = 0; i < json_object_array_length(inside); i++) {
		if (!all_noticed(file, vector, json_object_array_get_idx(inside, i)))
			return false;
	}
	return true;
}

/* Each value of the first vector's answer, one at a time */
static bool falsehoods_noticed(json_object *file)
{
	json_object *vector = json_object_array_get_idx(json_at(file, "vectors"), 0);
	bool noticed;

	is_quiet = true;
	noticed = check_vector(file, vector) && all_noticed(file, vector, json_at(vector, "out"));
	is_quiet = false;
	return noticed;
}

static json_object *read_file(const char *path)
{
	json_object *file = json_object_from_file(path);

	if (file)
		return file;
	printf("Bail out! %s: %s\n", path, json_util_get_last_err());
	exit(1);
}

static int write_all(const glob_t *paths)
{
	int status = 0;

	for (size_t i = 0; i < paths->gl_pathc; i++) {
		json_object *file = read_file(paths->gl_pathv[i]);

		status |= write_file(file, paths->gl_pathv[i]);
		json_object_put(file);
	}
	return status;
}

static int check_all(const glob_t *paths)
{
	for (size_t i = 0; i < paths->gl_pathc; i++) {
		json_object *file = read_file(paths->gl_pathv[i]);

		check_file(file);
		if (!i)
			row(falsehoods_noticed(file), json_text(file, "name"),
			    "each value of an answer is noticed if it is false");
		json_object_put(file);
	}
	row(vectors >= LEAST_VECTORS, "data/vectors", "there are as many as there should be");
	printf("1..%u\n", tests);
	return failures ? 1 : 0;
}

int main(int argc, char **argv)
{
	bool writes = argc == 3 && !strcmp(argv[1], "--write");
	char pattern[4096];
	glob_t paths;
	int ret;

	if (argc != 2 && !writes) {
		fprintf(stderr, "usage: vectors_test [--write] DIRECTORY\n");
		return 2;
	}
	snprintf(pattern, sizeof(pattern), "%s/*.json", argv[argc - 1]);
	if (glob(pattern, 0, NULL, &paths)) {
		printf("Bail out! %s: there are none\n", pattern);
		return 1;
	}
	ret = writes ? write_all(&paths) : check_all(&paths);
	globfree(&paths);
	return ret;
}
