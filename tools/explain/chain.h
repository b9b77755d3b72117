/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The links that a function's PASID depends on, in the order in which Linux checks them. They are
 * judged only from facts; each judgement names the kernel code that it follows.
 */
#ifndef TOOLS_EXPLAIN_CHAIN_H
#define TOOLS_EXPLAIN_CHAIN_H

#include <stdbool.h>
#include <stdio.h>

#include "explain/purpose.h"
#include "facts/function.h"

#define EXPLAIN_TEXT	  384
#define EXPLAIN_MAX_LINKS (9 + 2 * (1 + FUNCTION_MAX_PORTS))
#define EXPLAIN_MAX_NEEDS 20
#define EXPLAIN_MAX_NOTES 8

/* The parts of a function's record that explain_judge() needs. */
#define EXPLAIN_PARTS                                                                        \
	(FUNCTION_PATH | FUNCTION_IOMMU | FUNCTION_SYSFS | FUNCTION_VFIO | FUNCTION_KERNEL | \
	 FUNCTION_VFIO_PASID)

enum explain_what {
	/* links */
	LINK_KERNEL,
	LINK_IOMMU,
	LINK_IOMMU_MODE,
	LINK_IOMMU_PASID,
	LINK_CAPABILITY,
	LINK_TLP_PREFIX,
	LINK_ACS,
	LINK_ATTACH,
	LINK_ENABLED,
	/* what a VMM needs */
	NEED_DENYLIST,
	NEED_VFIO,
	NEED_REPORT,
	NEED_VFIO_ATTACH,
	NEED_GROUP,
	NEED_QEMU_IOMMUFD,
	NEED_QEMU_KERNEL,
	NEED_QEMU_NESTING,
	NEED_QEMU_PASID_BITS,
	NEED_QEMU_AW_BITS,
	NEED_QEMU_FS1GP,
	NEED_QEMU_BUS,
	NEED_QEMU_VF_TOKEN,
	NEED_VIOMMU,
	/* what SVA needs */
	NEED_SVA_KERNEL,
	NEED_SVA_IOMMU,
	NEED_ATS,
	NEED_PRI,
	NEED_GROUP_PASID,
	NEED_DRIVER,
	NEED_WORK_QUEUES,
	NEED_ENQCMD,
	/* and in a guest */
	NEED_VIOMMU_SVA,
	NEED_SHARED_QUEUES,
};

enum explain_verdict {
	EXPLAIN_UNKNOWN,
	EXPLAIN_OK,
	EXPLAIN_BROKEN,
	EXPLAIN_NA, /* not applicable */
};

enum explain_certainty {
	EXPLAIN_NOT_SURE,
	EXPLAIN_LIKELY,
	EXPLAIN_SURE,
};

/* A link, or something that a VMM needs besides. A text is "" if there is nothing to say. */
struct link {
	enum explain_what what;
	struct bdf bdf; /* the function it belongs to; its text is "" if there is none */
	char where[96]; /* the register or file */
	enum explain_verdict verdict;
	enum explain_certainty certainty;
	bool decides; /* if broken or unknown, it counts even when PASID is enabled */
	char found[EXPLAIN_TEXT];
	char doubt[EXPLAIN_TEXT]; /* why it isn't certain */
	char todo[EXPLAIN_TEXT];
};

struct chain {
	enum purpose purpose; /* PURPOSES: PASID itself, and what a VMM needs besides */
	struct link links[EXPLAIN_MAX_LINKS];
	size_t link_count;
	struct link needs[EXPLAIN_MAX_NEEDS];
	size_t need_count;
	/* of all links and of the purpose's needs: OK if PASID is usable for it */
	enum explain_verdict verdict;
	enum explain_certainty certainty;
	const struct link *broken; /* the first broken one, or NULL */
	char summary[EXPLAIN_TEXT + 128];
	char doubt[EXPLAIN_TEXT];
	char notes[EXPLAIN_MAX_NOTES][EXPLAIN_TEXT + 128];
	size_t note_count;
};

void explain_judge(const struct function *function, struct chain *chain);

/*
 * The same for a purpose; PURPOSES is what explain_judge() does. SVA also requires FUNCTION_IDXD.
 */
void explain_judge_for(const struct function *function, enum purpose purpose, struct chain *chain);

/* Whether nothing on the host can make PASID usable; and the text for that. */
bool explain_is_hopeless(const struct chain *chain);
#define EXPLAIN_HOPELESS "this can't be fixed on the host"

/*
 * Whether a need counts in the verdict. It doesn't if not everybody needs it: a report of PASID to
 * VMMs other than QEMU, work queues, ENQCMD; nor if it is unknown and depends on the VMM's virtual
 * IOMMU or the device's driver.
 */
bool explain_is_needed(const struct link *need);

/* The name of a link, or of a need: "iommu-mode" */
const char *explain_what_name(enum explain_what what);

/* The first link or need of that kind; NULL if there is none. */
const struct link *explain_find_link(const struct chain *chain, enum explain_what what);

const char *explain_verdict_name(enum explain_verdict verdict);
const char *explain_certainty_name(enum explain_certainty certainty);

/* The schema of the JSON. It is documented in vpasid(1). */
#define EXPLAIN_SCHEMA "vpasid-explain/1"

/* "usable", "unusable", "unknown" */
const char *explain_usable_name(enum explain_verdict verdict);

/* The heading above the needs of that purpose. */
const char *explain_needs_heading(enum purpose purpose);

/* The terminal's escape sequence for a verdict's colour. */
const char *explain_colour(enum explain_verdict verdict);

/* The first line is the verdict. */
void explain_print(const struct function *function, const struct chain *chain, FILE *stream,
		   bool colours);

/*
 * A device of the report. With @error, only the function's address is known. The caller owns the
 * returned object.
 */
struct json_object *explain_to_json(const struct function *function, const struct chain *chain,
				    const char *error);

#endif /* TOOLS_EXPLAIN_CHAIN_H */
