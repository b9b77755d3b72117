// SPDX-License-Identifier: GPL-2.0-or-later
#include <stdlib.h>

#include "place/vmm.h"
#include "report/blocks.h"
#include "report/judged.h"
#include "report/problems.h"

static void judge_one(struct judge *judge, struct function *function, size_t number,
		      struct judged *judged)
{
	const struct place_options options = { 0 };
	size_t user = judge->is_of_several ? judge->host : number;
	const struct link *broken;
	struct why why;

	*judged = (struct judged){ .function = function };
	if (function_read(function, EXPLAIN_PARTS | FUNCTION_IDXD, &why)) {
		judged->error = host_text(function->host, "%s", why.text);
		return;
	}
	explain_judge_for(function, judge->purpose, &judge->chain);
	broken = judge->chain.broken;
	judged->verdict = judge->chain.verdict;
	judged->certainty = judge->chain.certainty;
	if (broken) {
		judged->is_broken = true;
		judged->what = broken->what;
		judged->where = broken->bdf;
	}
	if (!judge->is_of_several)
		judged->chain = chain_block(&judge->chains, function, &judge->chain, user);
	else if (broken)
		judged->chain = problem_of_link(&judge->problems, broken, user);
	place_for_vmm(function, &options, judge->quirks, &judge->place);
	judged->map = map_block(&judge->maps, &judge->place, &judge->map, user);
	place_free(&judge->place);
}

struct judged *judge_functions(struct judge *judge, const struct list *list)
{
	struct judged *judged = calloc(list->count + 1, sizeof(*judged));

	for (size_t i = 0; judged && i < list->count; i++)
		judge_one(judge, list->functions[i], i, &judged[i]);
	return judged;
}

bool judge_is_short(const struct judge *judge)
{
	return judge->chains.is_short || judge->problems.is_short || judge->maps.is_short;
}

void judge_free(struct judge *judge)
{
	pool_free(&judge->chains);
	pool_free(&judge->problems);
	pool_free(&judge->maps);
}

size_t judged_count(const struct judged *judged, size_t count, enum explain_verdict verdict)
{
	size_t found = 0;

	for (size_t i = 0; i < count; i++)
		found += !judged[i].error && judged[i].verdict == verdict;
	return found;
}
