// SPDX-License-Identifier: GPL-2.0-or-later
/* What a VMM needs beyond what the host has enabled. */
#include "explain/link.h"
#include "explain/viommu.h"
#include "facts/pasid.h"
#include "facts/reporter.h"
#include "support/plural.h"
#include "vfio/denylist.h"
#include "vfio/explain.h"
#include "vfio/vfio.h"

/* As vfio_pci_is_denylisted() of vfio_pci.c; only for such devices. */
static void judge_denylist(const struct function *function, struct chain *chain)
{
	const struct pci_function *pci = &function->pci;
	struct link *need;
	struct why todo;

	if (!function->is_denylisted)
		return;
	need = explain_add_need(chain, NEED_DENYLIST);
	explain_where(need, "disable_denylist");
	if (pci->on_vfio)
		explain_ok(need,
			   "on the denylist of VFIO's drivers, but bound to %s: " DENYLIST_RISK,
			   pci->driver);
	else if (function->denylist_disabled == FACT_YES)
		explain_ok(need,
			   "on the denylist of VFIO's drivers, which is disabled for " PASID_DRIVER
			   ": " DENYLIST_RISK);
	else if (function->denylist_disabled == FACT_NO)
		explain_broken(need, "on the denylist of VFIO's drivers, and " PASID_DRIVER
				     " refuses it: " DENYLIST_RISK);
	else
		explain_unknown(need, "on the denylist of VFIO's drivers, and it is unknown "
				      "whether that is disabled: " DENYLIST_RISK);
	if (need->verdict != EXPLAIN_OK) {
		denylist_todo(NULL, PASID_DRIVER, &todo);
		explain_todo(need, "%s", todo.text);
	}
}

/* What `vpasid bind` requires; it refuses some functions. */
static void say_bind(const struct function *function, struct link *need)
{
	struct why command;

	function_bind_command(function, &command);
	if (*command.text)
		explain_todo(need, "%s%s",
			     function_is_refused(function) ? "first see denylist; then " : "",
			     command.text);
}

static void judge_driver(const struct function *function, struct chain *chain)
{
	const struct pci_function *pci = &function->pci;
	struct link *need = explain_add_need(chain, NEED_VFIO);

	if (pci->on_vfio) {
		explain_ok(need, "bound to %s", *pci->driver ? pci->driver : "a VFIO driver");
		return;
	}
	if (pci->driver_error) {
		explain_unknown(need, "the sysfs link to its driver can't be resolved");
		return;
	}
	if (*pci->driver)
		explain_broken(need, "bound to %s, which isn't a VFIO driver", pci->driver);
	else
		explain_broken(need, "not bound to a driver");
	say_bind(function, need);
}

/* What reports PASID to the VMM. */
static void judge_report(const struct function *function, struct chain *chain)
{
	const struct pci_function *pci = &function->pci;
	struct link *need = explain_add_need(chain, NEED_REPORT);

	if (!pci->on_vfio) {
		explain_broken(need, "without a VFIO driver, nothing reports PASID");
		say_bind(function, need);
		return;
	}
	switch (function_reporter(function)) {
	case REPORTER_PASID_VFIO_PCI:
		explain_ok(need, "pasid_vfio_pci reports PASID to the VMM");
		return;
	case REPORTER_VFIO_PASID:
		explain_ok(need, "vfio_pasid reports PASID to the VMM in place of %s", pci->driver);
		return;
	case REPORTER_IOMMUFD:
		explain_ok(need, "iommufd reports the IOMMU's width (IOMMU_GET_HW_INFO)");
		return;
	case REPORTER_NONE:
		explain_broken(need,
			       "%s doesn't report PASID, and this kernel has no iommufd that does",
			       pci->driver);
		break;
	case REPORTER_UNKNOWN:
		explain_unknown(need, "this kernel's iommufd may not report PASID: Linux 6.15 and "
				      "later do");
		break;
	}
	explain_todo(need, "%s", function_report_todo(function));
}

/* Linux's own, up to 7.3, lack vfio_device_ops.pasid_attach_ioas. */
static void judge_variant(const struct function *function, struct chain *chain)
{
	const char *driver = function->pci.driver;
	struct link *need;

	if (!function->pci.on_vfio || !driver_is_variant(driver))
		return;
	need = explain_add_need(chain, NEED_VFIO_ATTACH);
	if (!driver_is_kernels_variant(driver) ||
	    kernel_since(function->kernel->release, 7, 4) != FACT_NO) {
		explain_unknown(need,
				"can't tell whether %s can attach address spaces to PASIDs: up "
				"to Linux 7.3, no variant driver in Linux can",
				driver);
		return;
	}
	explain_broken(need,
		       "%s can't attach address spaces to PASIDs, like all variant drivers in "
		       "Linux up to 7.3: a guest sees PASID, but can't use it",
		       driver);
	explain_todo(need, "if you don't need what %s provides: vpasid bind --driver vfio-pci %s",
		     driver, function->pci.bdf.text);
}

/* Whether the host uses the function with a driver that may do DMA. */
static bool is_in_use(const struct function *sibling)
{
	const struct pci_function *pci = &sibling->pci;

	return pci->driver_error || !(pci->on_vfio || vfio_is_harmless(pci->driver));
}

/* " 0000:01:00.1 (e1000e) ..."; returns how many these are. */
static size_t list_users(const struct function *function, struct why *users)
{
	size_t count = 0;

	for (size_t i = 0; i < function->sibling_count; i++) {
		const struct pci_function *pci = &function->siblings[i]->pci;

		if (!is_in_use(function->siblings[i]))
			continue;
		because_also(users, " %s (%s)", pci->bdf.text,
			     *pci->driver ? pci->driver : "unknown");
		count++;
	}
	return count;
}

static void judge_group(const struct function *function, struct chain *chain)
{
	const char *group = function->pci.iommu_group;
	struct link *need = explain_add_need(chain, NEED_GROUP);
	struct why users = { "" };
	size_t count = list_users(function, &users);

	if (!*group && function->pci.group_error) {
		explain_unknown(need, "the sysfs link to its IOMMU group can't be resolved");
		return;
	}
	if (!*group && function->is_covered == FACT_UNKNOWN) {
		explain_unknown(need, "it has no IOMMU group yet");
		say_bind(function, need);
		return;
	}
	if (!*group) {
		explain_broken(need, "it has no IOMMU group, which VFIO requires");
		explain_todo(need, "it has to be covered by an IOMMU, see above");
		return;
	}
	if (!count) {
		explain_ok(need, "the host uses nothing else in IOMMU group %s", group);
		return;
	}
	explain_broken(need, "the host uses %zu other function%s in IOMMU group %s:%s", count,
		       plural(count), group, users.text);
	explain_todo(need, "bind them to VFIO drivers, or unbind them");
}

static bool is_refused_by_qemu(const struct chain *chain)
{
	for (size_t i = 0; i < chain->need_count; i++) {
		const struct link *need = &chain->needs[i];

		if (need->what >= NEED_QEMU_IOMMUFD && need->what <= NEED_QEMU_VF_TOKEN &&
		    need->verdict == EXPLAIN_BROKEN)
			return true;
	}
	return false;
}

/* The guest's IOMMU is of the host's kind, because the host's IOMMU walks its page tables. */
static void judge_viommu(const struct function *function, struct chain *chain)
{
	struct link *need = explain_add_need(chain, NEED_VIOMMU);
	struct viommu viommu = viommu_of(function);
	char device[sizeof(need->todo)];

	if (viommu.kind == VIOMMU_NONE) {
		explain_broken(need,
			       "no VMM has a virtual IOMMU of this host's kind that supports "
			       "PASIDs: QEMU 11.1 has Intel's and Arm's SMMUv3, Cloud Hypervisor "
			       "53.0 has none");
		return;
	}
	explain_unknown(need, "the guest's virtual IOMMU depends on the VMM%s",
			viommu.kind == VIOMMU_SMMUV3 ? "; QEMU's SMMUv3 requires KVM" : "");
	if (viommu.kind == VIOMMU_UNKNOWN || chain->verdict == EXPLAIN_BROKEN ||
	    (viommu.kind == VIOMMU_INTEL && !viommu.pasid_bits) || is_refused_by_qemu(chain))
		return;
	viommu_format(&viommu, device, sizeof(device));
	explain_todo(need,
		     "with QEMU 11.1, use -device %s; `vpasid vm --for qemu %s` prints all "
		     "options",
		     device, function->pci.bdf.text);
}

void explain_judge_needs(const struct function *function, struct chain *chain)
{
	judge_denylist(function, chain);
	judge_driver(function, chain);
	judge_report(function, chain);
	judge_variant(function, chain);
	judge_group(function, chain);
	explain_judge_qemu(function, chain);
	judge_viommu(function, chain);
}
