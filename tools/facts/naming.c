// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "facts/function.h"
#include "pci/names.h"

static int compare(uint64_t a, uint64_t b)
{
	return (a > b) - (a < b);
}

static uint64_t ids_of(const struct pci_function *pci)
{
	return (uint64_t)pci->vendor << 48 | (uint64_t)pci->device << 32 |
	       (uint32_t)pci->subsystem_vendor << 16 | pci->subsystem_device;
}

/* Many functions have the same IDs; each set of IDs is looked up once. */
static int by_ids(const void *left, const void *right)
{
	const struct pci_function *a = &(*(struct function *const *)left)->pci;
	const struct pci_function *b = &(*(struct function *const *)right)->pci;
	int order = compare(ids_of(a), ids_of(b));

	if (!order)
		order = compare(a->has_class, b->has_class);
	return order ? order : compare(a->class, b->class);
}

/* Where the answers to a request go. */
struct names {
	char name[NAMES_SIZE], subsystem_name[NAMES_SIZE], class_name[NAMES_SIZE];
};

/* Returns how many requests there are. */
static size_t fill_requests(struct function *const *sorted, size_t count, struct names *names,
			    struct names_request *requests)
{
	size_t filled = 0;

	for (size_t i = 0; i < count; i++) {
		const struct pci_function *pci = &sorted[i]->pci;

		if (i && !by_ids(&sorted[i - 1], &sorted[i]))
			continue;
		requests[filled++] = (struct names_request){
			.vendor = function_has_ids(sorted[i]) ? pci->vendor : 0,
			.device = pci->device,
			.subsystem_vendor = pci->subsystem_vendor,
			.subsystem_device = pci->subsystem_device,
			.class = pci->class,
			.name = names->name,
			.subsystem_name = names->subsystem_name,
			.class_name = pci->has_class ? names->class_name : NULL,
		};
		names++;
	}
	return filled;
}

static void take_answers(struct function *const *sorted, size_t count, const struct names *names)
{
	for (size_t i = 0; i < count; i++) {
		struct function *function = sorted[i];

		if (i && !by_ids(&sorted[i - 1], &sorted[i])) {
			function->name = sorted[i - 1]->name;
			function->subsystem_name = sorted[i - 1]->subsystem_name;
			function->class_name = sorted[i - 1]->class_name;
			continue;
		}
		function->name = host_text(function->host, "%s", names->name);
		function->subsystem_name = host_text(function->host, "%s", names->subsystem_name);
		function->class_name = host_text(function->host, "%s", names->class_name);
		names++;
	}
}

int functions_name(struct function *const *functions, size_t count, struct why *why)
{
	struct function **sorted;
	struct names_request *requests;
	struct names *names;
	int ret = -ENOMEM;

	if (!count)
		return 0;
	sorted = calloc(count, sizeof(struct function *));
	requests = calloc(count, sizeof(*requests));
	names = calloc(count, sizeof(*names));
	if (sorted && requests && names) {
		memcpy(sorted, functions, count * sizeof(struct function *));
		qsort(sorted, count, sizeof(struct function *), by_ids);
		ret = names_look_up(requests, fill_requests(sorted, count, names, requests), why);
		take_answers(sorted, count, names);
	} else {
		because(why, ret, "out of memory");
	}
	free(sorted);
	free(requests);
	free(names);
	return ret;
}
