// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <stdlib.h>

#include "check/check.h"

/* Findings come in the order of the questions, and within one in the order of their subjects. */
static int by_question(const void *left, const void *right)
{
	const struct finding *a = left, *b = right;

	if (a->what != b->what)
		return (int)a->what - (int)b->what;
	return (int)a->order - (int)b->order;
}

int check_host(struct host *host, enum purpose purpose, struct check *check, struct why *why)
{
	int ret;

	*check = (struct check){ .purpose = purpose };
	if (!host_kernel(host) || !host_iommu_presence(host) || host_find_iommus(host))
		return because(why, -ENOMEM, "out of memory");
	ret = check_functions(host, check, why);
	if (ret)
		return ret;
	check_iommus(host, check);
	if (purpose_has_guest(purpose)) {
		check_denylist(check);
		check_vfio(host, check);
		check_drivers(host, check);
		check_programs(host, check);
	}
	if (check->is_short)
		return because(why, -ENOMEM, "out of memory");
	qsort(check->findings, check->count, sizeof(*check->findings), by_question);
	return 0;
}

void check_free(struct check *check)
{
	free(check->findings);
	free(check->functions);
	*check = (struct check){ 0 };
}
