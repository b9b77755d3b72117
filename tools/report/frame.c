// SPDX-License-Identifier: GPL-2.0-or-later
#include <time.h>

#include <vpasid/version.h>

#include "explain/draw.h"
#include "place/map.h"
#include "report/frame.h"
#include "report/html.h"

void frame_begin(FILE *stream, const char *title)
{
	html_put(stream,
		 "<!DOCTYPE html>\n"
		 "<html lang=\"en\" xmlns=\"http://www.w3.org/1999/xhtml\">\n"
		 "<head>\n"
		 "<meta charset=\"utf-8\"/>\n"
		 "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; "
		 "style-src 'unsafe-inline'; script-src '%s'; base-uri 'none'; "
		 "form-action 'none'\"/>\n"
		 "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"/>\n"
		 "<meta name=\"color-scheme\" content=\"light dark\"/>\n"
		 "<meta name=\"generator\" content=\"vpasid %s\"/>\n"
		 "<title>%s</title>\n",
		 report_script_hash, vpasid_version(), title);
	fprintf(stream, "<style>\n%s%s", report_style, map_svg_style);
	explain_draw_style(stream);
	fputs("</style>\n</head>\n<body>\n<a class=\"skip\" href=\"#summary\">Skip to the summary</a>\n",
	      stream);
	/* A pattern isn't painted if it is in what is closed. */
	fprintf(stream,
		"<svg xmlns=\"http://www.w3.org/2000/svg\" class=\"defs\" aria-hidden=\"true\">"
		"%s</svg>\n",
		map_svg_patterns);
}

void frame_end(FILE *stream)
{
	time_t now = time(NULL);
	struct tm utc;
	char date[32];

	strftime(date, sizeof(date), "%Y-%m-%d %H:%M UTC", gmtime_r(&now, &utc));
	html_put(stream,
		 "<footer><p class=\"faint\">Made by <code>vpasid report</code> %s, %s. The page "
		 "needs no network.</p></footer>\n",
		 vpasid_version(), date);
	fprintf(stream, "<script>%s</script>\n</body>\n</html>\n", report_script);
}

void frame_begin_wide(FILE *stream, const char *label)
{
	html_put(stream, "<div class=\"wide\" role=\"region\" tabindex=\"0\" aria-label=\"%s\">\n",
		 label);
}

void frame_end_wide(FILE *stream)
{
	fputs("</div>\n", stream);
}

void frame_put_check(FILE *stream, enum check_verdict verdict, const char *word)
{
	static const char *const classes[CHECK_VERDICTS] = {
		[CHECK_PASS] = "ok",
		[CHECK_WARN] = "warn",
		[CHECK_UNKNOWN] = "unknown",
		[CHECK_FAIL] = "fail",
	};

	html_put(stream, "<b class=\"state %s\">%s</b>", classes[verdict], word);
}

void frame_put_link(FILE *stream, enum explain_verdict verdict, const char *word)
{
	static const char *const classes[] = {
		[EXPLAIN_UNKNOWN] = "unknown",
		[EXPLAIN_OK] = "ok",
		[EXPLAIN_BROKEN] = "fail",
		[EXPLAIN_NA] = "na",
	};

	html_put(stream, "<b class=\"state %s\">%s</b>", classes[verdict], word);
}
