// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The function and the ports above it, as pci_enable_pasid() of drivers/pci/ats.c checks them: TLP
 * prefixes on the path (pci_configure_eetlp_prefix() of probe.c), the capability, and Access
 * Control Services on the path (pci_acs_path_enabled() of pci.c).
 */
#include <linux/pci_regs.h>
#include <stdio.h>
#include <string.h>

#include "explain/link.h"
#include "facts/pasid.h"
#include "support/plural.h"

#define ACS_FLAGS (PCI_ACS_RR | PCI_ACS_UF)

static void judge_width(const struct function *function, struct link *link)
{
	const struct capability *pasid = pasid_registers(function);
	unsigned int width;

	explain_where(link, "0x%03x", pasid->offset);
	link->decides = true;
	if (pasid_width(function, &width) && width) {
		explain_ok(link, "%s%u bit%s%s%s",
			   function->pci.kind == PCI_KIND_VF ? "its PF's: " : "", width,
			   plural(width), pasid->capability & PCI_PASID_CAP_EXEC ? ", EXEC" : "",
			   pasid->capability & PCI_PASID_CAP_PRIV ? ", PRIV" : "");
		return;
	}
	if (pasid_raw_width(pasid))
		explain_broken(link,
			       "its PASID capability reports %u bits, but PCIe allows 20 "
			       "at most",
			       pasid_raw_width(pasid));
	else
		explain_broken(link, "its PASID capability is 0 bits wide: it supports only "
				     "PASID 0");
	explain_todo(link, "this can't be fixed on the host: it requires another device, or "
			   "other firmware for it");
}

/* PASID is for endpoints. */
static bool can_have_capability(const struct function *function)
{
	switch (function->is_pcie == FACT_YES ? function->type : PCI_EXP_TYPE_PCI_BRIDGE) {
	case PCI_EXP_TYPE_ENDPOINT:
	case PCI_EXP_TYPE_LEG_END:
	case PCI_EXP_TYPE_RC_END:
		return !pci_has_bridge_class(&function->pci);
	default:
		return false;
	}
}

static void judge_capability(const struct function *function, struct chain *chain)
{
	const struct function *holder = function->holder;
	struct link *link = explain_add(chain, LINK_CAPABILITY, holder);
	bool is_vf = function->pci.kind == PCI_KIND_VF;

	if (!holder) {
		explain_unknown(link, "%s", function_path_why(function));
	} else if (pasid_registers(function)) {
		judge_width(function, link);
	} else if (holder->pasid.there == FACT_UNKNOWN) {
		explain_unknown(link, "%s", function_why(holder));
	} else {
		link->decides = true;
		explain_broken(link, "%s has no PASID capability%s", is_vf ? "its PF" : "it",
			       is_vf ? ", and a VF uses its PF's" : "");
		if (can_have_capability(holder))
			explain_todo(link, "see the data sheet: it may have to be enabled in the "
					   "device's or the machine's firmware");
	}
}

/* Devices for which quirk_huawei_pcie_sva() of quirks.c sets pasid_no_tlp. */
static bool needs_no_prefix(const struct function *hop)
{
	static const uint16_t devices[] = { 0xa250, 0xa251, 0xa255, 0xa256, 0xa258, 0xa259 };

	if (hop->pci.vendor != 0x19e5 || (hop->revision != 0x21 && hop->revision != 0x30))
		return false;
	for (size_t i = 0; i < sizeof(devices) / sizeof(devices[0]); i++)
		if (hop->pci.device == devices[i])
			return true;
	return false;
}

static void judge_prefix(const struct function *hop, bool is_port, struct chain *chain)
{
	struct link *link = explain_add(chain, LINK_TLP_PREFIX, hop);

	if (hop->devcap2)
		explain_where(link, "0x%03x bit 21", hop->devcap2);
	if (hop->tlp_prefix == FACT_YES) {
		explain_ok(link, "the %s supports end-to-end TLP prefixes",
			   function_type_name(hop));
	} else if (hop->tlp_prefix == FACT_UNKNOWN) {
		explain_unknown(link, "%s", function_why(hop));
	} else {
		explain_broken(link, "the %s doesn't support end-to-end TLP prefixes%s",
			       function_type_name(hop),
			       hop->devcap2 || hop->is_pcie == FACT_NO ? ""
								       : ", and has no Device "
									 "Capabilities 2");
		if (is_port)
			explain_todo(link, "put the device into a slot whose ports support them, "
					   "or look for a setting in the firmware");
		else
			explain_todo(link, "this can't be fixed on the host: it requires another "
					   "device, or other firmware for it");
	}
}

static bool is_top(const struct function *hop)
{
	return hop->is_pcie == FACT_YES &&
	       (hop->type == PCI_EXP_TYPE_ROOT_PORT || hop->type == PCI_EXP_TYPE_RC_END);
}

/* Hops: the function whose PASID counts, and the ports above it. */
static size_t count_hops(const struct function *function)
{
	return function->holder ? function->holder->hop_count : 0;
}

static void judge_prefixes(const struct function *function, struct chain *chain)
{
	size_t count = count_hops(function);
	const struct function *hop = NULL;
	struct link *link;

	if (count && needs_no_prefix(function->holder)) {
		explain_na(explain_add(chain, LINK_TLP_PREFIX, function->holder),
			   "the kernel knows that this device doesn't need them");
		return;
	}
	for (size_t i = 0; i < count; i++) {
		hop = function->holder->hops[i];
		judge_prefix(hop, i > 0, chain);
		if (is_top(hop))
			return;
	}
	if (*function_path_why(function)) {
		explain_unknown(explain_add(chain, LINK_TLP_PREFIX, NULL), "%s",
				function_path_why(function));
	} else if (hop && hop->is_pcie == FACT_YES) {
		link = explain_add(chain, LINK_TLP_PREFIX, hop);
		explain_broken(link,
			       "the %s is on the root bus: the kernel requires a root port above "
			       "it",
			       function_type_name(hop));
		explain_todo(link, "in a virtual machine, put it behind a root port");
	}
}

/*
 * Vendors in pci_dev_acs_enabled[] of quirks.c, as of Linux 6.12: it lists devices that behave
 * as if they had ACS.
 */
static bool may_be_exempt(const struct function *hop)
{
	static const uint16_t vendors[] = {
		0x0014, 0x1002, 0x1022, 0x10df, 0x10e8, 0x14e4, 0x177d, 0x17cb, 0x1924,
		0x1957, 0x19a2, 0x1c36, 0x1d17, 0x1dbf, 0x1def, 0x8086, 0x8088,
	};

	for (size_t i = 0; i < sizeof(vendors) / sizeof(vendors[0]); i++)
		if (hop->pci.vendor == vendors[i])
			return true;
	return false;
}

/* The kernel enables ACS only if it has requested it before it probes the port. */
static void say_how_to_switch_on(const struct function *hop, struct link *link)
{
	if (!host_asks_late_for_acs(hop->host))
		explain_todo(link, "the kernel enables it if it uses an IOMMU: look for "
				   "pci=disable_acs_redir= and config_acs= on its command line");
	else if (kernel_since(host_release(hop->host), 6, 12) == FACT_YES)
		explain_todo(link,
			     "boot with pci=config_acs=1111101@%s: with a device tree, this "
			     "kernel requests ACS too late",
			     hop->pci.bdf.text);
}

/* As pci_acs_flags_enabled(): a flag that can't be changed counts as enabled. */
static void judge_acs_registers(const struct function *hop, bool is_own, struct link *link)
{
	const struct capability *acs = &hop->acs;
	unsigned int lacks = ACS_FLAGS & acs->capability & ~(unsigned int)acs->control;

	if (acs->there == FACT_UNKNOWN) {
		explain_unknown(link, "%s", function_why(hop));
		return;
	}
	if (acs->there == FACT_NO) {
		explain_broken(link, "the %s%s has no ACS capability", function_type_name(hop),
			       hop->multifunction == FACT_YES ? ", one of several functions," : "");
		if (is_own)
			explain_todo(link, "this can't be fixed on the host: it requires another "
					   "device, or other firmware for it");
		else
			explain_todo(link, "put the device below ports that support ACS");
	} else if (!lacks) {
		explain_where(link, "0x%03x", acs->offset);
		explain_ok(link, "the %s has the required ACS enabled", function_type_name(hop));
		return;
	} else {
		explain_where(link, "0x%03x", acs->offset);
		explain_broken(link, "the %s has ACS %s%s%s disabled", function_type_name(hop),
			       lacks & PCI_ACS_RR ? "P2P Request Redirect" : "",
			       lacks == ACS_FLAGS ? " and " : "",
			       lacks & PCI_ACS_UF ? "Upstream Forwarding" : "");
		say_how_to_switch_on(hop, link);
	}
	if (may_be_exempt(hop))
		explain_doubt(link, "the kernel makes exceptions for some devices of this vendor "
				    "(pci_dev_acs_enabled in its drivers/pci/quirks.c)");
}

static void judge_acs_of_endpoint(const struct function *hop, bool is_own, struct link *link)
{
	/* VT-d 3.16: pci_quirk_rciep_acs() */
	if (hop->pci.vendor == 0x8086 && hop->type == PCI_EXP_TYPE_RC_END)
		explain_ok(link, "the %s is made by Intel and needs no ACS",
			   function_type_name(hop));
	else if (hop->multifunction == FACT_NO)
		explain_ok(link, "the %s needs no ACS, because its device has no other function",
			   function_type_name(hop));
	else if (hop->multifunction == FACT_UNKNOWN)
		explain_unknown(link, "%s", function_why(hop));
	else
		judge_acs_registers(hop, is_own, link);
}

/*
 * As pci_acs_enabled(). With @is_own it is the function itself, for which another slot doesn't
 * help.
 */
static void judge_acs(const struct function *hop, bool is_own, struct chain *chain)
{
	struct link *link = explain_add(chain, LINK_ACS, hop);

	if (hop->is_pcie == FACT_UNKNOWN) {
		explain_unknown(link, "%s", function_why(hop));
		return;
	}
	switch (hop->is_pcie == FACT_YES ? hop->type : PCI_EXP_TYPE_PCI_BRIDGE) {
	case PCI_EXP_TYPE_PCIE_BRIDGE:
	case PCI_EXP_TYPE_PCI_BRIDGE:
	case PCI_EXP_TYPE_RC_EC:
		explain_broken(link, "the %s can't have ACS", function_type_name(hop));
		if (!is_own)
			explain_todo(link, "put the device below PCIe ports that support ACS");
		break;
	case PCI_EXP_TYPE_DOWNSTREAM:
	case PCI_EXP_TYPE_ROOT_PORT:
		judge_acs_registers(hop, is_own, link);
		break;
	case PCI_EXP_TYPE_ENDPOINT:
	case PCI_EXP_TYPE_UPSTREAM:
	case PCI_EXP_TYPE_LEG_END:
	case PCI_EXP_TYPE_RC_END:
		judge_acs_of_endpoint(hop, is_own, link);
		break;
	default:
		explain_ok(link, "the kernel doesn't require ACS of the %s",
			   function_type_name(hop));
	}
}

static void judge_all_acs(const struct function *function, struct chain *chain)
{
	if (kernel_since(function->kernel->release, 6, 2) == FACT_NO) {
		explain_na(explain_add(chain, LINK_ACS, NULL),
			   "Linux before 6.2 doesn't require it");
		return;
	}
	for (size_t i = 0; i < count_hops(function); i++)
		judge_acs(function->holder->hops[i], !i, chain);
	if (*function_path_why(function))
		explain_unknown(explain_add(chain, LINK_ACS, NULL), "%s",
				function_path_why(function));
}

void explain_judge_path(const struct function *function, struct chain *chain)
{
	judge_capability(function, chain);
	judge_prefixes(function, chain);
	judge_all_acs(function, chain);
}
