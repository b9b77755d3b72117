// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <stdlib.h>

#include "facts/function.h"
#include "list/list.h"
#include "support/output.h"

/* Bridges have no PASID, so one whose config space can't be read isn't worth a line. */
static bool may_have_pasid(const struct function *function)
{
	switch (pasid_state(function)) {
	case PASID_UNKNOWN:
	case PASID_ASLEEP:
		return !pci_has_bridge_class(&function->pci);
	case PASID_NONE:
		return false;
	default:
		return true;
	}
}

/* Only functions that are listed are asked for their IOMMU, and whether they are PFs. */
static int keep_chosen(bool all, struct list *list, struct why *why)
{
	for (size_t i = 0; i < list->considered; i++) {
		struct function *function = list->functions[i];
		int ret;

		if (!all && !may_have_pasid(function))
			continue;
		ret = function_read(function, FUNCTION_VFS | FUNCTION_IOMMU, why);
		if (ret)
			return ret;
		list->functions[list->count++] = function;
	}
	return 0;
}

int list_select(struct host *host, const struct list_choice *choice, struct list *list,
		struct why *why)
{
	int ret = host->kind == HOST_DUMP ? 0 : host_find_functions(host, why);

	*list = (struct list){ .total = host->function_count };
	if (ret)
		return ret;
	list->functions = calloc(list->total + 1, sizeof(struct function *));
	if (!list->functions)
		return because(why, -ENOMEM, "out of memory");
	ret = functions_match(host, &choice->these, list->functions, &list->considered, why);
	/* A function that can't be read is listed, too, as unknown. */
	for (size_t i = 0; i < list->considered; i++)
		function_read(list->functions[i], FUNCTION_PASID, NULL);
	if (!ret)
		ret = keep_chosen(choice->all, list, why);
	if (ret) {
		list_free(list);
		return ret;
	}
	/* If this fails, numbers do. */
	if (functions_name(list->functions, list->count, why))
		complain("%s", why->text);
	return 0;
}

void list_free(struct list *list)
{
	free(list->functions);
	*list = (struct list){ 0 };
}

size_t list_count(const struct list *list, enum pasid_state state, int error)
{
	size_t count = 0;

	for (size_t i = 0; i < list->count; i++)
		count += pasid_state(list->functions[i]) == state &&
			 pasid_error(list->functions[i]) == error;
	return count;
}

/* Whether config space was read but makes no sense, or isn't the one that counts. */
static bool is_read(const struct function *function)
{
	int error = pasid_error(function);

	return !function->holder || error == -EPROTO || error == -ENODATA || error == -ENXIO;
}

void list_complain(const struct list *list)
{
	for (size_t i = 0; i < list->count; i++) {
		const struct function *function = list->functions[i];
		int error = pasid_error(function);

		if (error && error != -EACCES)
			complain("%s: %s: %s", function->pci.bdf.text,
				 is_read(function) ? "PASID is unknown"
						   : "its config space can't be read",
				 pasid_error_text(function));
	}
}
