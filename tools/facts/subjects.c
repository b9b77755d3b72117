// SPDX-License-Identifier: GPL-2.0-or-later
#include <stdlib.h>
#include <string.h>

#include "facts/function.h"
#include "facts/subjects.h"
#include "pci/arguments.h"
#include "pci/filter.h"
#include "support/output.h"
#include "support/plural.h"

/* No complaint names more functions. */
#define MAX_NAMED ((size_t)8)

int functions_match(struct host *host, const struct choice *choice, struct function **functions,
		    size_t *count, struct why *why)
{
	const size_t found = host->function_count; /* reading a VF may add its PF */
	struct filter filter;
	int ret = filter_parse(choice->slot, choice->id, &filter, why);

	*count = 0;
	for (size_t i = 0; i < found && !ret; i++) {
		const struct pci_function *pci = &host->functions[i]->pci;

		function_read(host->functions[i], FUNCTION_IDENTITY, NULL);
		if (filter_matches(&filter, &pci->bdf, pci->vendor, pci->device, pci->class))
			functions[(*count)++] = host->functions[i];
	}
	return ret;
}

static int choose(const struct choice *choice, struct subjects *subjects)
{
	struct host *host = &subjects->host;
	struct why why;

	if (functions_match(host, choice, subjects->functions, &subjects->count, &why))
		return usage_error("%s", why.text);
	if (subjects->count)
		return EXIT_OK;
	return complain("none of %zu function%s matches %s%s%s%s%s", host->function_count,
			plural(host->function_count), choice->slot ? "-s " : "",
			choice->slot ? choice->slot : "", choice->slot && choice->id ? " and " : "",
			choice->id ? "-d " : "", choice->id ? choice->id : "");
}

static int find_named(char *const *bdfs, struct subjects *subjects)
{
	for (; *bdfs; bdfs++) {
		struct function *function;
		struct bdf bdf;

		if (parse_bdf(*bdfs, &bdf))
			return EXIT_USAGE;
		function = host_function(&subjects->host, &bdf);
		if (!function)
			return complain("out of memory");
		subjects->functions[subjects->count++] = function;
	}
	return EXIT_OK;
}

/* In the dump's order, each once. */
static int take_dumped(bool takes_all, struct subjects *subjects)
{
	const struct dump *dump = &subjects->host.dump;
	size_t total = subjects->host.function_count;

	if (!takes_all && total > 1)
		return usage_error("%s has %zu functions: select functions by BDF, or by -s or -d",
				   subjects->host.name, total);
	for (size_t i = 0; i < dump->count; i++) {
		struct function *function = host_function(&subjects->host, &dump->functions[i].bdf);

		if (function && function->dumped == &dump->functions[i] &&
		    (!takes_all || dump->functions[i].size == VPASID_CONFIG_SIZE))
			subjects->functions[subjects->count++] = function;
	}
	if (subjects->count)
		return EXIT_OK;
	return complain("%s: no function in it has the %d bytes of an extended config space: "
			"recreate it by `lspci -xxxx` as root",
			subjects->host.name, VPASID_CONFIG_SIZE);
}

static int find(const struct choice *choice, char *const *bdfs, bool takes_all,
		struct subjects *subjects)
{
	bool is_choice = choice->slot || choice->id;
	struct host *host = &subjects->host;
	size_t room = 0;
	struct why why;

	if (is_choice && host->kind != HOST_DUMP && host_find_functions(host, &why))
		return complain("%s", why.text);
	while (bdfs[room])
		room++;
	room += host->function_count + host->dump.count;
	subjects->functions = calloc(room + 1, sizeof(struct function *));
	if (!subjects->functions)
		return complain("out of memory");
	if (is_choice)
		return choose(choice, subjects);
	return *bdfs ? find_named(bdfs, subjects) : take_dumped(takes_all, subjects);
}

int subjects_open(const struct host_options *options, const struct choice *choice,
		  char *const *bdfs, bool takes_all, struct subjects *subjects)
{
	bool is_choice = choice->slot || choice->id;
	int status = host_options_check(options);
	struct why why;

	*subjects = (struct subjects){ 0 };
	if (status)
		return status;
	if (is_choice && *bdfs)
		return usage_error("%s: BDFs can't be combined with -s and -d", *bdfs);
	if (!is_choice && !*bdfs && !options->file)
		return usage_error("no function is given: name one by its BDF, such as "
				   "0000:00:05.0, or use -s or -d");
	if (host_options_open(options, &subjects->host, &why))
		return complain("%s", why.text);
	status = find(choice, bdfs, takes_all, subjects);
	if (status)
		subjects_close(subjects);
	return status;
}

int subjects_expect_one(const struct subjects *subjects, const char *what)
{
	char names[MAX_NAMED * (sizeof(((struct bdf *)0)->text) + sizeof(", "))] = "", *at = names;

	if (subjects->count == 1)
		return EXIT_OK;
	for (size_t i = 0; i < subjects->count && i < MAX_NAMED; i++) {
		at = stpcpy(at, i ? ", " : "");
		at = stpcpy(at, subjects->functions[i]->pci.bdf.text);
	}
	return usage_error("%s requires exactly one function, but %zu are selected: %s%s", what,
			   subjects->count, names, subjects->count > MAX_NAMED ? ", ..." : "");
}

void subjects_close(struct subjects *subjects)
{
	free(subjects->functions);
	host_close(&subjects->host);
	*subjects = (struct subjects){ 0 };
}
