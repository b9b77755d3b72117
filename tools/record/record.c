// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <vpasid/quirks.h>

#include "check/check.h"
#include "explain/chain.h"
#include "facts/recording_filter.h"
#include "list/list.h"
#include "place/vmm.h"
#include "record/record.h"
#include "support/sysfs.h"

/* What all judging and printing of a function asks for. */
struct judges {
	struct vpasid_quirks *quirks; /* none: they have no influence on what is read */
	struct chain *chain;	      /* too large for a stack */
};

static int make_judges(struct judges *judges)
{
	*judges = (struct judges){
		.quirks = vpasid_quirks_new(),
		.chain = calloc(1, sizeof(*judges->chain)),
	};
	return judges->quirks && judges->chain ? 0 : -ENOMEM;
}

static void free_judges(struct judges *judges)
{
	vpasid_quirks_free(judges->quirks);
	free(judges->chain);
}

/* A function that is gone by now isn't an error. */
static void judge(const struct judges *judges, struct function *function, struct record_gaps *gaps)
{
	struct placement_report place;

	if (function_read(function, EXPLAIN_PARTS | FUNCTION_IDXD, NULL))
		return;
	for (enum purpose purpose = 0; purpose <= PURPOSES; purpose++)
		explain_judge_for(function, purpose, judges->chain);
	place_for_vmm(function, &(struct place_options){ 0 }, judges->quirks, &place);
	place_free(&place);
	gaps->asleep += function->is_asleep;
	gaps->cut += function->config->error == -EACCES;
}

/* As `list` and `export` do: finds all functions, and reads little of each. */
static int read_list(const char *root, bool wakes, struct bdf **bdfs, size_t *count,
		     struct why *why)
{
	struct path sysfs = path_of("%s" HOST_SYSFS, root);
	struct host host;
	struct list list;
	int ret;

	host_open(&host, sysfs.text, root, wakes);
	ret = list_select(&host, &(struct list_choice){ .all = true }, &list, why);
	if (!ret) {
		*count = list.count;
		*bdfs = calloc(list.count + 1, sizeof(**bdfs));
		for (size_t i = 0; *bdfs && i < list.count; i++)
			(*bdfs)[i] = list.functions[i]->pci.bdf;
		if (!*bdfs)
			ret = because(why, -ENOMEM, "out of memory");
		list_free(&list);
	}
	host_close(&host);
	return ret;
}

/* As all other commands do, which are given addresses. */
static int read_functions(const char *root, bool wakes, const struct bdf *bdfs, size_t count,
			  struct record_gaps *gaps)
{
	struct path sysfs = path_of("%s" HOST_SYSFS, root);
	struct judges judges;
	struct host host;
	int ret = make_judges(&judges);

	host_open(&host, sysfs.text, root, wakes);
	for (size_t i = 0; i < count && !ret; i++) {
		struct function *function = host_function(&host, &bdfs[i]);

		if (function)
			judge(&judges, function, gaps);
		else
			ret = -ENOMEM;
	}
	/* What there is to say of a function that isn't there; none has that address. */
	pci_function_check(sysfs.text, &(struct bdf){ .text = "ffffffff:ff:1f.7" }, NULL);
	host_close(&host);
	free_judges(&judges);
	return ret;
}

/* As `check` does, for each purpose. */
static int read_host(const char *root, bool wakes, struct why *why)
{
	struct path sysfs = path_of("%s" HOST_SYSFS, root);
	int ret = 0;

	for (enum purpose purpose = 0; purpose < PURPOSES && !ret; purpose++) {
		struct check check;
		struct host host;

		host_open(&host, sysfs.text, root, wakes);
		ret = check_host(&host, purpose, &check, why);
		check_free(&check);
		host_close(&host);
	}
	return ret;
}

bool record_is_gap(const struct recorded *recorded)
{
	switch (recorded->error) {
	case 0:
	case -ENOENT:
	case -ENOTDIR:
		return false;
	case -EINVAL: /* it isn't a link */
		return recorded->kind != RECORDED_TARGET;
	default:
		return true;
	}
}

int record_host(struct recording *recording, bool wakes, struct record_gaps *gaps, struct why *why)
{
	struct bdf *bdfs = NULL;
	size_t count = 0;
	int ret;

	*gaps = (struct record_gaps){ 0 };
	recording->is_made = true;
	recording->filter_of_long = recording_filter_of_long;
	recording_use(recording);
	ret = read_list(recording->root, wakes, &bdfs, &count, why);
	if (!ret && read_functions(recording->root, wakes, bdfs, count, gaps))
		ret = because(why, -ENOMEM, "out of memory");
	if (!ret)
		ret = read_host(recording->root, wakes, why);
	/* No command reads it: it is for people. */
	recording_ask(recording, RECORDED_CONTENT, path_of("%s/dev/kmsg", recording->root).text);
	recording_use(NULL);
	recording->is_made = false;
	free(bdfs);
	for (size_t i = 0; i < recording->count; i++)
		gaps->errors += record_is_gap(recording->items[i]);
	return ret;
}
