// SPDX-License-Identifier: GPL-2.0-or-later
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "check/check.h"

const char *check_name(enum check_what what)
{
	static const char *const names[CHECKS] = {
		[CHECK_FIRMWARE] = "firmware",
		[CHECK_IOMMU] = "iommu",
		[CHECK_KERNEL] = "kernel",
		[CHECK_IOMMU_MODE] = "iommu-mode",
		[CHECK_IOMMU_PASID] = "iommu-pasid",
		[CHECK_ATTACH] = "attach",
		[CHECK_NESTING] = "nesting",
		[CHECK_ADDRESS_BITS] = "address-bits",
		[CHECK_SVA_KERNEL] = "sva-kernel",
		[CHECK_SVA_IOMMU] = "sva-iommu",
		[CHECK_ENQCMD] = "enqcmd",
		[CHECK_FUNCTIONS] = "functions",
		[CHECK_TLP_PREFIX] = "tlp-prefix",
		[CHECK_ACS] = "acs",
		[CHECK_DENYLIST] = "denylist",
		[CHECK_INTERRUPTS] = "interrupts",
		[CHECK_VFIO_PASID] = "vfio-pasid",
		[CHECK_IOMMUFD] = "iommufd",
		[CHECK_VFIO] = "vfio",
		[CHECK_DRIVER] = "driver",
		[CHECK_SIGNATURE] = "signature",
		[CHECK_QEMU] = "qemu",
		[CHECK_LIBVIRT] = "libvirt",
		[CHECK_VIOMMU_SVA] = "viommu-sva",
		[CHECK_SHARED_QUEUES] = "shared-queues",
	};

	return names[what];
}

const char *check_verdict_name(enum check_verdict verdict)
{
	static const char *const names[CHECK_VERDICTS] = {
		[CHECK_PASS] = "PASS",
		[CHECK_WARN] = "WARN",
		[CHECK_UNKNOWN] = "UNKNOWN",
		[CHECK_FAIL] = "FAIL",
	};

	return names[verdict];
}

struct finding *check_add(struct check *check, enum check_what what, const char *subject)
{
	static struct finding lost;
	struct finding *findings, *finding;

	findings = reallocarray(check->findings, check->count + 1, sizeof(*findings));
	if (!findings) {
		check->is_short = true;
		return &lost;
	}
	check->findings = findings;
	finding = &findings[check->count];
	*finding = (struct finding){ .what = what, .order = check->count++ };
	snprintf(finding->subject, sizeof(finding->subject), "%s", subject);
	return finding;
}

bool check_has(const struct check *check, enum check_what what, const char *subject)
{
	for (size_t i = 0; i < check->count; i++)
		if (check->findings[i].what == what && !strcmp(check->findings[i].subject, subject))
			return true;
	return false;
}

void finding_say(struct finding *finding, enum check_verdict verdict, const char *format, ...)
{
	va_list arguments;

	finding->verdict = verdict;
	va_start(arguments, format);
	vsnprintf(finding->found, sizeof(finding->found), format, arguments);
	va_end(arguments);
}

void finding_todo(struct finding *finding, const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(finding->todo, sizeof(finding->todo), format, arguments);
	va_end(arguments);
}

struct finding *check_take(struct check *check, enum check_what what, const char *subject,
			   const struct link *link)
{
	static const enum check_verdict verdicts[] = {
		[EXPLAIN_UNKNOWN] = CHECK_UNKNOWN,
		[EXPLAIN_OK] = CHECK_PASS,
		[EXPLAIN_BROKEN] = CHECK_FAIL,
	};
	struct finding *finding;

	if (link->verdict == EXPLAIN_NA)
		return NULL;
	finding = check_add(check, what, subject);
	if (link->verdict == EXPLAIN_UNKNOWN)
		finding_say(finding, CHECK_UNKNOWN, "%s", link->doubt);
	else
		finding_say(finding, verdicts[link->verdict], *link->doubt ? "%s (%s)" : "%s",
			    link->found, link->doubt);
	if (link->verdict != EXPLAIN_OK)
		finding_todo(finding, "%s", link->todo);
	return finding;
}

size_t check_count(const struct check *check, enum check_what what, enum check_verdict verdict)
{
	size_t count = 0;

	for (size_t i = 0; i < check->count; i++)
		count += check->findings[i].verdict == verdict &&
			 (what == CHECKS || check->findings[i].what == what);
	return count;
}

enum check_verdict check_verdict(const struct check *check)
{
	enum check_verdict worst = CHECK_PASS;

	for (size_t i = 0; i < check->count; i++)
		if (check->findings[i].verdict > worst)
			worst = check->findings[i].verdict;
	return worst;
}
