/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Whether a host is fit for PASID, without a function being named: a finding for each question.
 * What explain/ judges of a function's host is asked there.
 */
#ifndef TOOLS_CHECK_CHECK_H
#define TOOLS_CHECK_CHECK_H

#include <stddef.h>
#include <stdio.h>

#include "explain/link.h"
#include "explain/purpose.h"
#include "facts/function.h"
#include "facts/host.h"
#include "support/why.h"

/* In the order in which they are asked. */
enum check_what {
	CHECK_FIRMWARE,
	CHECK_IOMMU,
	CHECK_KERNEL,
	CHECK_IOMMU_MODE,
	CHECK_IOMMU_PASID,
	CHECK_ATTACH,
	CHECK_NESTING,
	CHECK_ADDRESS_BITS,
	CHECK_SVA_KERNEL,
	CHECK_SVA_IOMMU,
	CHECK_ENQCMD,
	CHECK_FUNCTIONS,
	CHECK_TLP_PREFIX,
	CHECK_ACS,
	CHECK_DENYLIST,
	CHECK_INTERRUPTS,
	CHECK_VFIO_PASID,
	CHECK_IOMMUFD,
	CHECK_VFIO,
	CHECK_DRIVER,
	CHECK_SIGNATURE,
	CHECK_QEMU,
	CHECK_LIBVIRT,
	CHECK_VIOMMU_SVA,
	CHECK_SHARED_QUEUES,
	CHECKS
};

/* "firmware", "iommu", ... */
const char *check_name(enum check_what what);

enum check_verdict {
	CHECK_PASS,
	CHECK_WARN,    /* it may be in the way of some */
	CHECK_UNKNOWN, /* it can't be known, and it is needed */
	CHECK_FAIL,
	CHECK_VERDICTS
};

/* "PASS", ... */
const char *check_verdict_name(enum check_verdict verdict);

#define CHECK_SUBJECT (IOMMU_NAME_SIZE + 40)

struct finding {
	enum check_what what;
	enum check_verdict verdict;
	size_t order;		       /* among those of its question */
	char subject[80];	       /* an IOMMU, or a function; "" for the host */
	char found[EXPLAIN_TEXT + 96]; /* or why it isn't known */
	char todo[EXPLAIN_TEXT];
};

struct check {
	enum purpose purpose;
	struct finding *findings;
	size_t count;
	bool is_short; /* of memory: findings are missing */

	/* The functions that have PASID, or may. They are the host's. */
	struct function **functions;
	size_t function_count;
};

/*
 * Asks all questions that @purpose has. Returns 0 or a negative errno with @why. The caller frees
 * @check, also after an error.
 */
int check_host(struct host *host, enum purpose purpose, struct check *check, struct why *why);
void check_free(struct check *check);

/* How many findings have that verdict; of one question, or of all (CHECKS). */
size_t check_count(const struct check *check, enum check_what what, enum check_verdict verdict);

/* The worst of all; what failed counts more than what isn't known. */
enum check_verdict check_verdict(const struct check *check);

/* What was found, for people. Many texts name what they are about by themselves. */
#define CHECK_TEXT \
	(sizeof(((struct finding *)0)->subject) + sizeof(((struct finding *)0)->found) + 2)
void check_format_found(const struct finding *finding, char *text, size_t size);

/* The schema of the JSON. It is documented in vpasid(1). */
#define CHECK_SCHEMA "vpasid-check/1"

/* Each line is as wide as @width at most, if that isn't 0. */
void check_print(const struct check *check, FILE *stream, bool colours, size_t width);

/* The caller owns the returned object, and prints it. */
struct json_object *check_to_json(const struct check *check);

/* The parts of check_host(): each adds its findings. */

/* The next finding, of the host or of @subject. It passes until one of those below says else. */
struct finding *check_add(struct check *check, enum check_what what, const char *subject);

void finding_say(struct finding *finding, enum check_verdict verdict, const char *format, ...)
	__attribute__((format(printf, 3, 4)));
void finding_todo(struct finding *finding, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/* Adds what explain/ judges, unless it doesn't matter here. NULL: nothing was added. */
struct finding *check_take(struct check *check, enum check_what what, const char *subject,
			   const struct link *link);

/* Whether there is one already. */
bool check_has(const struct check *check, enum check_what what, const char *subject);

int check_functions(struct host *host, struct check *check, struct why *why);
void check_path(const struct chain *chain, struct check *check);
void check_path_passes(struct check *check);
void check_denylist(struct check *check);
void check_iommus(struct host *host, struct check *check);
void check_sva(struct host *host, const struct iommu *iommu, const char *subject,
	       struct check *check);
void check_vfio(struct host *host, struct check *check);
void check_drivers(struct host *host, struct check *check);
void check_programs(struct host *host, struct check *check);

#endif /* TOOLS_CHECK_CHECK_H */
