// SPDX-License-Identifier: GPL-2.0-or-later
/* The project's kernel modules: which fits, and whether the kernel loads it. And the denylist. */
#include "check/check.h"
#include "facts/module.h"
#include "facts/reporter.h"
#include "vfio/denylist.h"
#include "vfio/vfio.h"

struct fitting {
	const char *name;
	struct module module;
	enum fact is_needed; /* nothing else reports PASID */
};

/* A function on a variant driver keeps it, and vfio_pasid answers in its place. */
static const char *find_fitting(const struct check *check)
{
	for (size_t i = 0; i < check->function_count; i++) {
		const struct pci_function *pci = &check->functions[i]->pci;

		if (pci->on_vfio && driver_is_variant(pci->driver))
			return PASID_MODULE;
	}
	return PASID_DRIVER;
}

static enum fact is_needed(struct host *host)
{
	const struct kernel *kernel = host_kernel(host);
	enum fact reports = iommufd_reports(kernel);

	if (reports == FACT_NO || kernel->iommufd == FACT_NO)
		return FACT_YES;
	return reports == FACT_YES ? FACT_NO : FACT_UNKNOWN;
}

static void say_missing(const struct fitting *fitting, struct finding *finding)
{
	const char *there = fitting->module.installed == FACT_NO ? "isn't installed for this kernel"
								 : "may not be installed";

	if (fitting->is_needed == FACT_NO) {
		finding_say(finding, CHECK_PASS,
			    "%s %s, and isn't needed: this kernel's iommufd reports PASID",
			    fitting->name, there);
		return;
	}
	if (fitting->is_needed == FACT_YES && fitting->module.installed == FACT_NO)
		finding_say(finding, CHECK_FAIL,
			    "%s %s, and the kernel's iommufd doesn't "
			    "report PASID",
			    fitting->name, there);
	else
		finding_say(finding, CHECK_UNKNOWN,
			    "%s %s, and this kernel's iommufd may not report PASID", fitting->name,
			    there);
	if (fitting->module.installed == FACT_NO)
		finding_todo(finding, "%s", MODULES_TODO);
}

static void check_driver(const struct fitting *fitting, struct check *check)
{
	struct finding *finding = check_add(check, CHECK_DRIVER, "");

	if (fitting->module.loaded == FACT_YES)
		finding_say(finding, CHECK_PASS, "%s is loaded", fitting->name);
	else if (fitting->module.installed == FACT_YES)
		finding_say(finding, CHECK_PASS, "%s is installed for this kernel", fitting->name);
	else
		say_missing(fitting, finding);
}

static void say_enforced(const struct fitting *fitting, const char *reason, struct finding *finding)
{
	/* Without it, nothing that is needed is lost. */
	enum check_verdict verdict = fitting->is_needed == FACT_NO ? CHECK_WARN : CHECK_FAIL;

	if (fitting->module.installed != FACT_YES) {
		finding_say(finding, CHECK_WARN,
			    "the kernel loads only signed modules (%s), and vfio-pasid's "
			    "modules are built without a signature",
			    reason);
	} else if (fitting->module.has_signature == FACT_NO) {
		finding_say(finding, verdict, MODULE_UNSIGNED, reason, fitting->name);
	} else {
		finding_say(finding, CHECK_WARN,
			    "the kernel loads only signed modules (%s); whether it trusts the "
			    "signature of %s is unknown until the module is loaded",
			    reason, fitting->name);
		finding_todo(finding, "run `modprobe %s` to find out", fitting->name);
		return;
	}
	finding_todo(finding, MODULE_SIGNATURE_TODO);
}

static void check_signature(struct host *host, const struct fitting *fitting, struct check *check)
{
	struct module_policy policy;
	struct finding *finding;

	if (host->kind != HOST_LIVE)
		return;
	finding = check_add(check, CHECK_SIGNATURE, "");
	module_policy_read(host, &policy);
	if (fitting->module.loaded == FACT_YES) {
		finding_say(finding, CHECK_PASS, "the kernel has loaded %s", fitting->name);
		return;
	}
	switch (module_policy_enforces(&policy)) {
	case FACT_YES:
		say_enforced(fitting, module_policy_reason(&policy), finding);
		break;
	case FACT_NO:
		finding_say(finding, CHECK_PASS,
			    "the kernel also loads modules without a "
			    "signature");
		break;
	default:
		finding_say(finding, fitting->is_needed == FACT_NO ? CHECK_WARN : CHECK_UNKNOWN,
			    "can't tell whether the kernel loads modules without a signature: "
			    "/sys/kernel/security/lockdown can't be read");
		finding_todo(finding, "run `mount -t securityfs securityfs /sys/kernel/security`");
	}
}

void check_drivers(struct host *host, struct check *check)
{
	struct fitting fitting = { .name = find_fitting(check), .is_needed = is_needed(host) };

	module_read(host, fitting.name, &fitting.module);
	check_driver(&fitting, check);
	check_signature(host, &fitting, check);
}

/* As explain's need of that name; here the host may have other functions. */
void check_denylist(struct check *check)
{
	struct why todo;

	for (size_t i = 0; i < check->function_count; i++) {
		const struct function *function = check->functions[i];
		struct finding *finding;

		if (!function->is_denylisted)
			continue;
		finding = check_add(check, CHECK_DENYLIST, function->pci.bdf.text);
		finding_say(finding, CHECK_WARN,
			    function->pci.on_vfio || function->denylist_disabled == FACT_YES
				    ? "on the denylist of VFIO's drivers, which is disabled: %s"
				    : "VFIO's drivers refuse it, because it is on their "
				      "denylist: %s",
			    DENYLIST_RISK);
		if (function->pci.on_vfio || function->denylist_disabled == FACT_YES)
			continue;
		denylist_todo(NULL, PASID_DRIVER, &todo);
		finding_todo(finding, "%s", todo.text);
	}
	if (check->function_count && !check_count(check, CHECK_DENYLIST, CHECK_WARN))
		finding_say(check_add(check, CHECK_DENYLIST, ""), CHECK_PASS,
			    "no function with PASID is on the denylist of VFIO's drivers");
}
