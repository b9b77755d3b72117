// SPDX-License-Identifier: GPL-2.0-or-later
/* The firmware, the kernel, and each IOMMU that it drives. */
#include <stdio.h>
#include <string.h>

#include "check/check.h"
#include "explain/judge.h"
#include "facts/pasid.h"
#include "support/plural.h"

static void check_firmware(const struct iommu_presence *presence, struct check *check)
{
	struct finding *finding;

	if (presence->table) {
		finding = check_add(check, CHECK_FIRMWARE, "");
		finding_say(finding, CHECK_PASS, "the firmware describes an IOMMU (ACPI table %s)",
			    iommu_table_name(presence->table));
	} else if (presence->is_device_tree) {
		finding = check_add(check, CHECK_FIRMWARE, "");
		finding_say(finding, CHECK_PASS, "a device tree describes the host");
	}
}

static void list_iommus(const struct host *host, struct finding *finding)
{
	struct why names = { "" };

	for (size_t i = 0; i < host->iommu_count; i++)
		because_also(&names, "%s%s", i ? ", " : "", host->iommus[i]->name);
	finding_say(finding, CHECK_PASS, "the kernel uses %zu IOMMU%s: %s", host->iommu_count,
		    plural(host->iommu_count), names.text);
}

/* Without any, what the firmware says decides what there is to do. */
static void check_presence(struct host *host, struct check *check)
{
	const struct iommu_presence *presence = host_iommu_presence(host);
	struct link link = { .what = LINK_IOMMU };

	check_firmware(presence, check);
	if (host->iommu_count) {
		list_iommus(host, check_add(check, CHECK_IOMMU, ""));
	} else if (presence->driven == FACT_UNKNOWN) {
		finding_say(check_add(check, CHECK_IOMMU, ""), CHECK_UNKNOWN,
			    host->kind == HOST_LIVE
				    ? "/sys/class/iommu can't be read"
				    : "the recorded sysfs has no information about IOMMUs");
	} else {
		explain_judge_no_iommu(presence, host_kernel(host), &link);
		check_take(check,
			   presence->table || presence->is_device_tree ? CHECK_IOMMU
								       : CHECK_FIRMWARE,
			   "", &link);
	}
}

static bool are_alike(const struct iommu *left, const struct iommu *right)
{
	return left->kind == right->kind && left->is_ambiguous == right->is_ambiguous &&
	       left->has_registers == right->has_registers && left->has_cap == right->has_cap &&
	       !memcmp(&left->registers, &right->registers, sizeof(left->registers));
}

static bool is_first_of_its_kind(const struct host *host, size_t number)
{
	for (size_t i = 0; i < number; i++)
		if (are_alike(host->iommus[i], host->iommus[number]))
			return false;
	return true;
}

/* "dmar0", "dmar0 and 7 like it" */
static void name_kind(const struct host *host, const struct iommu *iommu, char *name, size_t size)
{
	size_t alike = 0;

	for (size_t i = 0; i < host->iommu_count; i++)
		alike += are_alike(host->iommus[i], iommu);
	if (alike > 1)
		snprintf(name, size, "%s and %zu like it", iommu->name, alike - 1);
	else
		snprintf(name, size, "%s", iommu->name);
}

/*
 * Whether functions that have PASID, or may, are behind IOMMUs of that kind. If no function has
 * any, each IOMMU counts: the device may be bought for this host.
 */
static bool counts(const struct check *check, const struct iommu *iommu)
{
	for (size_t i = 0; i < check->function_count; i++)
		if (check->functions[i]->iommu && are_alike(check->functions[i]->iommu, iommu))
			return true;
	return !check->function_count;
}

/* A function with PASID enabled behind an IOMMU of that kind, or any if that is NULL. */
static const struct function *find_enabled(const struct check *check, const struct iommu *iommu)
{
	for (size_t i = 0; i < check->function_count; i++) {
		const struct function *function = check->functions[i];

		if (function->iommu && (!iommu || are_alike(function->iommu, iommu)) &&
		    pasid_state(function) == PASID_ENABLED)
			return function;
	}
	return NULL;
}

/*
 * If PASID is enabled, what is unknown must be fine, because the kernel requires it; SMMUv3's
 * driver doesn't. See explain/chain.c.
 */
static void fill_in(const struct check *check, const struct iommu *iommu, struct link *link)
{
	const struct function *enabled = find_enabled(check, iommu);

	if (link->verdict == EXPLAIN_UNKNOWN && enabled && !(iommu && iommu_enables_unasked(iommu)))
		explain_ok(link, "must be fine, because %s has PASID enabled",
			   enabled->pci.bdf.text);
}

/* What is behind an IOMMU without PASID functions can't use it anyway. */
static void take(struct check *check, enum check_what what, const char *subject,
		 const struct link *link, bool is_needed)
{
	struct finding *finding = check_take(check, what, subject, link);
	char found[sizeof(finding->found)];

	if (!finding || is_needed || finding->verdict == CHECK_PASS)
		return;
	memcpy(found, finding->found, sizeof(found));
	finding_say(finding, CHECK_WARN, "%s; no function with PASID is behind it", found);
	finding_todo(finding, "%s", "");
}

static void check_for_guest(const struct iommu *iommu, const char *subject, bool is_needed,
			    struct check *check)
{
	struct link nesting = { .what = NEED_QEMU_NESTING }, bits = { .what = NEED_QEMU_AW_BITS };

	/* AMD's attaches nothing for a VMM, see above. */
	if (iommu->kind != IOMMU_INTEL && iommu->kind != IOMMU_SMMUV3)
		return;
	explain_judge_nesting(iommu, &nesting);
	if (nesting.verdict == EXPLAIN_UNKNOWN && iommu->kind == IOMMU_SMMUV3)
		explain_todo(&nesting, "ask iommufd: `vpasid query --json BDF`, of a function that "
				       "is bound to a VFIO driver, reports it as "
				       ".devices[0].iommu.nested");
	take(check, CHECK_NESTING, subject, &nesting, is_needed);
	if (iommu->kind != IOMMU_INTEL)
		return;
	explain_judge_address_bits(iommu, &bits);
	take(check, CHECK_ADDRESS_BITS, subject, &bits, is_needed);
}

static void check_iommu(struct host *host, const struct iommu *iommu, struct check *check)
{
	struct link mode = { .what = LINK_IOMMU_MODE }, width = { .what = LINK_IOMMU_PASID };
	struct link attach = { .what = LINK_ATTACH };
	bool is_needed = counts(check, iommu);
	char subject[CHECK_SUBJECT];

	name_kind(host, iommu, subject, sizeof(subject));
	/* Which domain a function has is `vpasid explain`'s to say. */
	if (explain_judge_iommu_mode(iommu, host_kernel(host), "", &mode))
		explain_ok(&mode, "%s has everything that the kernel requires", iommu->name);
	fill_in(check, iommu, &mode);
	take(check, CHECK_IOMMU_MODE, subject, &mode, is_needed);
	explain_judge_iommu_pasid(iommu, &width);
	fill_in(check, iommu, &width);
	take(check, CHECK_IOMMU_PASID, subject, &width, is_needed);
	if (purpose_has_guest(check->purpose)) {
		if (iommu->kind == IOMMU_AMD) {
			explain_judge_attach(iommu, host_release(host), &attach);
			take(check, CHECK_ATTACH, subject, &attach, is_needed);
		}
		check_for_guest(iommu, subject, is_needed, check);
	} else if (check->purpose == PURPOSE_SVA && is_needed) {
		check_sva(host, iommu, subject, check);
	}
}

void check_iommus(struct host *host, struct check *check)
{
	const struct iommu *first = host->iommu_count ? host->iommus[0] : NULL;
	struct link kernel = { .what = LINK_KERNEL };

	check_presence(host, check);
	explain_judge_kernel(host_kernel(host), host->kind, first, &kernel);
	fill_in(check, NULL, &kernel);
	check_take(check, CHECK_KERNEL, "", &kernel);
	for (size_t i = 0; i < host->iommu_count; i++)
		if (is_first_of_its_kind(host, i))
			check_iommu(host, host->iommus[i], check);
}
