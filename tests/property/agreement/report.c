// SPDX-License-Identifier: MIT
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "report.h"

#define MAX_PATTERNS 1024
#define SHOWN	     12

/* Disagreements in which the same commands differ in the same way. */
struct pattern {
	uint64_t count;
	uint64_t host; /* the simplest example */
	unsigned int oddities;
	enum fact fact;
	bool is_dump;
	char text[512];
	char about[768]; /* which function, and what is odd about it */
};

static struct pattern patterns[MAX_PATTERNS];
static size_t pattern_count;

static struct {
	uint64_t questions, answers, disagreements;
	bool has_source[SOURCES];
} facts[FACTS];

/* Patterns */

/* Values that are one of a few words are part of a pattern. Others become letters. */
static bool is_word(enum fact fact, const char *text)
{
	switch (fact) {
	case FACT_TOLD:
	case FACT_LISTED:
	case FACT_STATE:
	case FACT_KIND:
	case FACT_VERDICT:
	case FACT_EXEC:
	case FACT_PRIV:
	case FACT_EXEC_ENABLED:
	case FACT_PRIV_ENABLED:
	case FACT_IS_USABLE:
		return true;
	default:
		return !strcmp(text, "0");
	}
}

static const char *name_of(unsigned int can_be)
{
	switch (can_be) {
	case CAN_BE_NOTHING:
		return "nothing";
	case CAN_BE_UNKNOWN:
		return "unknown";
	default:
		return "null";
	}
}

static bool is_same(const struct answer *a, const struct answer *b)
{
	return a->can_be == b->can_be && (a->can_be != CAN_BE_VALUE || !strcmp(a->text, b->text));
}

static bool is_first(const struct answer answers[SOURCES], enum source source)
{
	for (enum source before = 0; before < source; before++)
		if (is_same(&answers[before], &answers[source]))
			return false;
	return true;
}

/* Writes "none (list, export); unknown (show)". */
static void describe(enum fact fact, const struct answer answers[SOURCES], bool in_full, char *text,
		     size_t size)
{
	FILE *stream = fmemopen(text, size, "w");
	const char *before = "";
	char letter = 'A';

	for (enum source source = 0; source < SOURCES; source++) {
		const struct answer *answer = &answers[source];
		const char *separator = "";

		if (!answer->can_be || !is_first(answers, source))
			continue;
		fputs(before, stream);
		before = "; ";
		if (answer->can_be != CAN_BE_VALUE)
			fputs(name_of(answer->can_be), stream);
		else if (in_full || is_word(fact, answer->text))
			fputs(answer->text, stream);
		else
			fputc(letter++, stream);
		for (enum source same = source; same < SOURCES; same++) {
			if (!is_same(answer, &answers[same]))
				continue;
			fprintf(stream, "%s%s", *separator ? separator : " (", source_name(same));
			separator = ", ";
		}
		fputc(')', stream);
	}
	fclose(stream);
}

static const struct made_function *function_of(const struct made_host *host, const char *bdf)
{
	for (int i = 0; i < host->count; i++)
		if (!strcmp(host->functions[i].bdf, bdf))
			return &host->functions[i];
	return NULL;
}

/* Names a function with what is odd about it and its PF. Returns how complicated it is. */
static unsigned int describe_function(const struct made_host *host, const char *name, char *text,
				      size_t size)
{
	const struct made_function *function = function_of(host, name);
	unsigned int oddities = 0;
	int length = snprintf(text, size, "%s", name);

	if (!function)
		return (unsigned int)host->count;
	if (function->pf >= 0) {
		const struct made_function *pf = &host->functions[function->pf];

		length += snprintf(text + length, size - (size_t)length, ", VF of %s%s%.150s%s",
				   pf->bdf, *pf->odd ? " [" : "", pf->odd, *pf->odd ? "]" : "");
		oddities += pf->oddities;
	}
	if (*function->odd)
		snprintf(text + length, size - (size_t)length, ": %.400s", function->odd);
	return 8 * (oddities + function->oddities) + (unsigned int)host->count;
}

static struct pattern *find_pattern(enum fact fact, const char *text)
{
	for (size_t i = 0; i < pattern_count; i++)
		if (patterns[i].fact == fact && !strcmp(patterns[i].text, text))
			return &patterns[i];
	if (pattern_count == MAX_PATTERNS)
		return &patterns[MAX_PATTERNS - 1];
	patterns[pattern_count].fact = fact;
	snprintf(patterns[pattern_count].text, sizeof(patterns[0].text), "%s", text);
	return &patterns[pattern_count++];
}

static void note_disagreement(const struct made_host *host, uint64_t number,
			      const struct subject *subject, enum fact fact, bool is_dump)
{
	char text[512], about[768];
	unsigned int oddities = describe_function(host, subject->name, about, sizeof(about));
	struct pattern *pattern;

	describe(fact, subject->answers[fact], false, text, sizeof(text));
	pattern = find_pattern(fact, text);
	if (pattern->count++ && pattern->oddities <= oddities)
		return;
	pattern->oddities = oddities;
	pattern->host = number;
	pattern->is_dump = is_dump;
	memcpy(pattern->about, about, sizeof(about));
}

/* If commands disagree on the state, they also disagree on what follows from it, which isn't
 * reported. */
static bool follows_from_state(enum fact fact)
{
	switch (fact) {
	case FACT_WIDTH:
	case FACT_USABLE_WIDTH:
	case FACT_EXEC:
	case FACT_PRIV:
	case FACT_EXEC_ENABLED:
	case FACT_PRIV_ENABLED:
	case FACT_PASID_AT:
	case FACT_VERDICT:
	case FACT_IS_USABLE:
		return true;
	default:
		return false;
	}
}

static bool disagree(const struct subject *subject, enum fact fact)
{
	if (answers_agree(subject->answers[fact]))
		return false;
	return !follows_from_state(fact) || answers_agree(subject->answers[FACT_STATE]);
}

void report_compare(const struct answers *answers, const struct made_host *host, uint64_t number,
		    bool is_dump)
{
	for (size_t i = 0; i < answers->count; i++) {
		const struct subject *subject = &answers->subjects[i];

		for (enum fact fact = 0; fact < FACTS; fact++) {
			unsigned int count = 0;

			for (enum source source = 0; source < SOURCES; source++) {
				bool has = subject->answers[fact][source].can_be;

				count += has;
				facts[fact].has_source[source] |= has;
			}
			facts[fact].questions += count > 0;
			facts[fact].answers += count;
			if (!disagree(subject, fact))
				continue;
			facts[fact].disagreements++;
			note_disagreement(host, number, subject, fact, is_dump);
		}
	}
}

bool report_is_clean(void)
{
	return !pattern_count;
}

/* Output */

static int by_count(const void *left, const void *right)
{
	const struct pattern *a = left, *b = right;

	return a->count < b->count ? 1 : -(a->count > b->count);
}

size_t report_examples(uint64_t *numbers, size_t max)
{
	size_t count = 0;

	qsort(patterns, pattern_count, sizeof(patterns[0]), by_count);
	for (size_t i = 0; i < pattern_count && count < max; i++) {
		bool is_new = true;

		for (size_t j = 0; j < count; j++)
			is_new &= numbers[j] != patterns[i].host;
		if (is_new)
			numbers[count++] = patterns[i].host;
	}
	return count;
}

static void print_patterns(enum fact fact, FILE *stream)
{
	unsigned int shown = 0, left = 0;

	for (size_t i = 0; i < pattern_count; i++) {
		if (patterns[i].fact != fact)
			continue;
		if (shown == SHOWN) {
			left++;
			continue;
		}
		shown++;
		fprintf(stream, "# %" PRIu64 " times: %s\n#     as in %shost %" PRIu64 ": %s\n",
			patterns[i].count, patterns[i].text,
			patterns[i].is_dump ? "the dump of " : "", patterns[i].host,
			patterns[i].about);
	}
	if (left)
		fprintf(stream, "# and in %u ways more\n", left);
}

/* "list -a -p, list -a --json, ..." */
static void print_sources(enum fact fact, FILE *stream)
{
	const char *separator = "";

	for (enum source source = 0; source < SOURCES; source++) {
		if (!facts[fact].has_source[source])
			continue;
		fprintf(stream, "%s%s", separator, source_name(source));
		separator = ", ";
	}
	fputc('\n', stream);
}

void report_print(uint64_t hosts, bool is_valid, FILE *stream)
{
	int row = 0;

	qsort(patterns, pattern_count, sizeof(patterns[0]), by_count);
	for (enum fact fact = 0; fact < FACTS; fact++) {
		if (!facts[fact].questions)
			continue;
		fprintf(stream,
			"%sok %d - %s: %" PRIu64 " hosts, %" PRIu64 " questions, %" PRIu64
			" answers, ",
			facts[fact].disagreements ? "not " : "", ++row, fact_name(fact), hosts,
			facts[fact].questions, facts[fact].answers);
		if (facts[fact].disagreements)
			fprintf(stream, "%" PRIu64 " disagree: ", facts[fact].disagreements);
		else
			fputs("the same in ", stream);
		print_sources(fact, stream);
		print_patterns(fact, stream);
	}
	fprintf(stream, "%sok %d - JSON is valid by its schema\n", is_valid ? "" : "not ", ++row);
	fprintf(stream, "1..%d\n", row);
}

void report_answers(const struct answers *answers, FILE *stream)
{
	char text[2048];

	for (size_t i = 0; i < answers->count; i++) {
		const struct subject *subject = &answers->subjects[i];

		for (enum fact fact = 0; fact < FACTS; fact++) {
			if (!disagree(subject, fact))
				continue;
			describe(fact, subject->answers[fact], true, text, sizeof(text));
			fprintf(stream, "#   %s, %s: %s\n", subject->name, fact_name(fact), text);
		}
	}
}

void report_host(const struct made_host *host, uint64_t number, FILE *stream)
{
	char text[2048];

	fprintf(stream, "# Host %" PRIu64 "%s:\n", number, host->wakes ? ", read with --wake" : "");
	for (int i = 0; i < host->count; i++) {
		describe_function(host, host->functions[i].bdf, text, sizeof(text));
		fprintf(stream, "#   %s\n", text);
	}
	made_tree_print(&host->tree, "#     ", stream);
}
