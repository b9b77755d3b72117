// SPDX-License-Identifier: GPL-2.0-or-later
#include "list/list.h"

static const char *label_of(enum check_verdict verdict)
{
	static const char *const labels[CHECK_VERDICTS] = {
		[CHECK_PASS] = "pass",
		[CHECK_WARN] = "warn",
		[CHECK_UNKNOWN] = "unknown",
		[CHECK_FAIL] = "fail",
	};

	return labels[verdict];
}

static bool is_asked(const struct check *check, enum check_what what)
{
	for (enum check_verdict verdict = CHECK_PASS; verdict < CHECK_VERDICTS; verdict++)
		if (check_count(check, what, verdict))
			return true;
	return false;
}

/* One series for each verdict, so that another one neither ends nor begins a series. */
void export_check(const struct check *check, FILE *stream)
{
	fputs("# HELP vpasid_check Findings of vpasid check, by question and verdict.\n"
	      "# TYPE vpasid_check gauge\n",
	      stream);
	for (enum check_what what = 0; what < CHECKS; what++) {
		for (enum check_verdict verdict = CHECK_PASS;
		     is_asked(check, what) && verdict < CHECK_VERDICTS; verdict++)
			fprintf(stream,
				"vpasid_check{for=\"%s\",question=\"%s\",verdict=\"%s\"} %zu\n",
				purpose_name(check->purpose), check_name(what), label_of(verdict),
				check_count(check, what, verdict));
	}
}
