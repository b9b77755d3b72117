// SPDX-License-Identifier: GPL-2.0-or-later
/* Colours: each pair of text and paper has the contrast that WCAG 2 requires (4.5). */
#include <stdbool.h>
#include <stdio.h>

#include "explain/draw.h"
#include "support/svg.h"

static const char plain[] =
	".vpasid-path{max-width:100%;height:auto}\n"
	".vpasid-path text{" SVG_FONT ";font-size:13px;fill:#1f2328}\n"
	".vpasid-path .title{font-size:19px;font-weight:bold}\n"
	".vpasid-path .head{font-size:14px;font-weight:bold}\n"
	".vpasid-path .name,.vpasid-path .verdict{font-weight:bold}\n"
	".vpasid-path .where{fill:#59636e}\n"
	".vpasid-path .todo{font-style:italic}\n"
	".vpasid-path .state{text-anchor:end;font-weight:bold}\n"
	".vpasid-path .paper{fill:#fff}\n"
	".vpasid-path .box{fill:#f6f8fa;stroke:#9aa4ae}\n"
	".vpasid-path .cause{fill:#ffebe9;stroke:#c0202b}\n"
	".vpasid-path .mark{fill:none;stroke:#fff;stroke-width:2;"
	"stroke-linecap:round;stroke-linejoin:round}\n"
	".vpasid-path .n-a .sign{fill:#fff;stroke-width:2;stroke-dasharray:3 2}\n"
	".vpasid-path .way{fill:none;stroke-width:2}\n"
	".vpasid-path .way.unknown{stroke-dasharray:3 3}\n";

static const char dark[] = ".vpasid-path text{fill:#e6edf3}\n"
			   ".vpasid-path .where{fill:#9aa4ae}\n"
			   ".vpasid-path .paper{fill:#0d1117}\n"
			   ".vpasid-path .box{fill:#161b22;stroke:#59636e}\n"
			   ".vpasid-path .cause{fill:#3b1517;stroke:#ff7b72}\n"
			   ".vpasid-path .mark{stroke:#0d1117}\n"
			   ".vpasid-path .n-a .sign{fill:#0d1117}\n";

/* The colours of a verdict: of its word, of its sign, and of the line that leads up. */
static void put_colours(bool is_dark, FILE *stream)
{
	static const char *const colours[][2] = {
		[EXPLAIN_UNKNOWN] = { "#8a5a00", "#e3b341" },
		[EXPLAIN_OK] = { "#1a7f37", "#56d364" },
		[EXPLAIN_BROKEN] = { "#c0202b", "#ff7b72" },
		[EXPLAIN_NA] = { "#59636e", "#9aa4ae" },
	};

	for (enum explain_verdict verdict = 0; verdict <= EXPLAIN_NA; verdict++) {
		const char *name = explain_verdict_name(verdict);
		const char *colour = colours[verdict][is_dark];

		if (verdict == EXPLAIN_NA)
			fprintf(stream,
				".vpasid-path .n-a .mark,.vpasid-path .n-a .sign{stroke:%s}\n",
				colour);
		else
			fprintf(stream, ".vpasid-path .%s .sign{fill:%s}\n", name, colour);
		fprintf(stream,
			".vpasid-path .%s .state{fill:%s}\n"
			".vpasid-path .way.%s{stroke:%s}\n",
			name, colour, name, colour);
	}
}

/* Printed pages use the light colours. */
void explain_draw_style(FILE *stream)
{
	fputs(plain, stream);
	put_colours(false, stream);
	fputs("@media screen and (prefers-color-scheme:dark){\n", stream);
	fputs(dark, stream);
	put_colours(true, stream);
	fputs("}\n", stream);
}
