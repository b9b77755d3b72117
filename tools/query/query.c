// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <linux/pci_regs.h>
#include <stdio.h>
#include <string.h>
#include <sys/random.h>

#include <vpasid/attach.h>
#include <vpasid/query.h>

#include "facts/function.h"
#include "facts/open.h"
#include "facts/pasid.h"
#include "facts/reporter.h"
#include "pci/arguments.h"
#include "query/query.h"
#include "vfio/vfio.h"

struct session {
	struct query *queries;
	size_t count;
	const char *vf_token;		/* the user's, or NULL */
	char made_token[VF_TOKEN_SIZE]; /* ours, for a PF and its VFs if the user gave none */
};

/* A random UUID (RFC 4122, 4.4); "" if there is no random number. */
static void make_token(char token[VF_TOKEN_SIZE])
{
	unsigned char uuid[16];
	size_t used = 0;

	token[0] = '\0';
	if (getrandom(uuid, sizeof(uuid), 0) != sizeof(uuid))
		return;
	uuid[6] = (uuid[6] & 0x0f) | 0x40;
	uuid[8] = (uuid[8] & 0x3f) | 0x80;

	for (size_t i = 0; i < sizeof(uuid); i++)
		used += (size_t)snprintf(token + used, VF_TOKEN_SIZE - used, "%s%02x",
					 i == 4 || i == 6 || i == 8 || i == 10 ? "-" : "", uuid[i]);
}

static bool is_vf_of(const struct query *vf, const struct query *pf)
{
	return vf->function->pci.kind == PCI_KIND_VF && vf->function->holder == pf->function;
}

/*
 * The kernel requires a token for each VF whose PF is on VFIO, and a PF that nobody uses adopts the
 * one that it is opened with. So if both are queried, we can make one up.
 */
static const char *made_token(const struct session *session, const struct query *query)
{
	for (size_t i = 0; i < session->count && *session->made_token; i++) {
		const struct query *other = &session->queries[i];

		if (is_vf_of(other, query) || (is_vf_of(query, other) && !other->error))
			return session->made_token;
	}
	return NULL;
}

static int explain_registers(const struct function *function, struct why *why)
{
	const struct function *holder = function->holder ? function->holder : function;
	const char *bdf = holder->pci.bdf.text;
	int error = pasid_error(function);

	if (error == -EACCES)
		return because(why, error,
			       "reading the config space of %s beyond its first 64 bytes requires "
			       "root",
			       bdf);
	if (error == -EIO)
		return because(why, error, "%s doesn't respond: it is asleep, or has been removed",
			       bdf);
	return because(why, error, "the PASID registers of %s can't be read: %s", bdf,
		       pasid_error_text(function));
}

/* A VF has no registers of its own: they are its PF's. */
static int read_registers(struct query *query, struct vpasid_registers *registers)
{
	const struct function *holder;
	struct vpasid_info info;
	int ret = function_read(query->function, FUNCTION_PASID, &query->why);

	holder = query->function->holder;
	if (ret)
		return ret;
	if (!holder || holder->pasid.there == FACT_UNKNOWN)
		return explain_registers(query->function, &query->why);
	registers->capability = holder->pasid.capability;
	registers->control = holder->pasid.control;
	if (holder->pasid.there == FACT_YES && !(registers->control & PCI_PASID_CTRL_ENABLE))
		because_also(&query->note,
			     "; %s has a PASID capability, but the host hasn't enabled it",
			     holder->pci.bdf.text);
	ret = vpasid_info_from_registers(registers->capability, registers->control, &info);
	if (ret)
		because(&query->why, ret,
			"the PASID registers of %s have invalid values (%04x, %04x)",
			holder->pci.bdf.text, registers->capability, registers->control);
	return ret;
}

static int fall_back(struct query *query, struct vpasid_registers *registers)
{
	struct why cause;
	int ret;

	because(&query->note, 0,
		"the driver %s doesn't report PASID; read from config space through sysfs instead",
		query->function->pci.driver);
	ret = read_registers(query, registers);
	if (!ret)
		return 0;
	cause = query->why;
	return because(
		&query->why, ret, "the driver %s doesn't report PASID (what to do: %s), and %s",
		query->function->pci.driver, function_report_todo(query->function), cause.text);
}

static void note_disagreement(struct query *query)
{
	static const struct {
		unsigned int bit;
		const char *name;
	} things[] = {
		{ VPASID_DIFFERS_WIDTH, "the width" },
		{ VPASID_DIFFERS_ENABLED, "the permissions" },
		{ VPASID_DIFFERS_IOMMU_WIDTH, "the IOMMU's width" },
	};
	const struct vpasid_info *info = &query->info;
	const char *before = " about ";

	if (!info->differs)
		return;
	because_also(&query->note, "%s%s and %s disagree", *query->note.text ? "; " : "",
		     query_source_name(info->source), query_source_name(info->second));
	for (size_t i = 0; i < sizeof(things) / sizeof(things[0]); i++) {
		if (!(info->differs & things[i].bit))
			continue;
		because_also(&query->note, "%s%s", before, things[i].name);
		before = " and ";
	}
	because_also(&query->note,
		     "; only what both report is shown; please report this as a bug, with the "
		     "kernel's version");
}

/*
 * Attaches the function to an empty address space that was allocated for PASIDs, as every user of
 * PASIDs has to: with any other, AMD's driver disables PASID. If that fails, PASID is queried as it
 * is. Closing the iommufd removes the address space.
 */
static void give_space(const struct vfio *vfio)
{
	uint32_t ioas, hwpt;

	if (vfio_iommufd(vfio) < 0 || vpasid_ioas_alloc(vfio->context, &ioas) ||
	    vpasid_hwpt_alloc(vfio->context, vfio->dev_id, ioas, &hwpt))
		return;
	vfio_attach(vfio, hwpt);
}

/*
 * The kernel warns in its log if IOMMU_GET_HW_INFO is asked about a function that has PASID
 * while that is off.
 */
static bool may_ask_iommu(const struct vpasid_info *info, const struct vpasid_registers *registers)
{
	if (info->width || info->source == VPASID_SOURCE_IOMMUFD)
		return true;
	return info->source == VPASID_SOURCE_REGISTERS
		       ? !registers->capability
		       : info->source == VPASID_SOURCE_VFIO_FEATURE &&
				 !(info->known & VPASID_KNOWN_IOMMU_WIDTH);
}

/*
 * What the kernel doesn't report about a function with PASID, but sysfs does: the IOMMU's width,
 * and that its driver attaches nothing to a PASID.
 */
static void add_facts(struct query *query, const struct vpasid_registers *registers)
{
	struct vpasid_info *info = &query->info;
	unsigned int own = info->width ? info->width : registers->capability >> 8 & 0x1f;
	unsigned int iommu;
	struct why why;

	if (function_read(query->function, FUNCTION_IOMMU, &why))
		return;
	if (!(info->known & VPASID_KNOWN_IOMMU_WIDTH) && own &&
	    pasid_iommu_width(query->function, &iommu)) {
		info->known |= VPASID_KNOWN_IOMMU_WIDTH;
		info->iommu_width = (uint8_t)(own < iommu ? own : iommu);
	}
	if (vpasid_info_usable_width(info) && pasid_attaches(query->function) == FACT_NO)
		info->attach_refused = 1;
}

/* The registers are read only if necessary: that requires root, and accesses the device. */
int query_opened(const struct vfio *vfio, struct query *query)
{
	struct vpasid_registers registers = { .argsz = sizeof(registers) };
	int first, ret;

	give_space(vfio);
	first = vpasid_query_device(vfio->device, &query->info);
	if (first && first != -EOPNOTSUPP)
		return because(&query->why, first, "asking for PASID failed: %s", strerror(-first));
	if (first)
		first = fall_back(query, &registers);
	/* Without root, iommufd may still answer. */
	if (first && first != -EACCES)
		return first;

	ret = vpasid_query_bound(vfio->device, vfio_iommufd(vfio), vfio->dev_id,
				 first ? NULL : &registers, &query->info);
	if (ret == -EOPNOTSUPP)
		return first;
	if (ret)
		return because(&query->why, ret, "IOMMU_GET_HW_INFO failed: %s", strerror(-ret));
	if (first)
		because(&query->note, 0,
			"%s; iommufd doesn't distinguish the function's width from the IOMMU's",
			query->why.text);
	note_disagreement(query);
	query->iommu.argsz = sizeof(query->iommu);
	if (vfio_iommufd(vfio) >= 0 && may_ask_iommu(&query->info, &registers))
		vpasid_query_iommu(vfio->context, vfio->dev_id, &query->iommu);
	add_facts(query, &registers);
	return 0;
}

#define OFF_NOW "PASID is disabled now, although the IOMMU provides PASIDs for the function"

/* Why PASID is disabled, and what may help. */
static const char *why_off(const struct function *function)
{
	if (pasid_attaches(function) == FACT_NO)
		return OFF_NOW "; even when it is enabled, no address space can be attached: up to "
			       "Linux 7.3, the AMD IOMMU driver supports PASIDs only for SVA";
	if (function->iommu && function->iommu->kind == IOMMU_AMD)
		return OFF_NOW ": `vpasid explain` says what is missing; the AMD IOMMU driver "
			       "enables it only with an address space that was allocated for "
			       "PASIDs, which requires iommufd";
	return OFF_NOW ": `vpasid explain` says what is missing";
}

/* Why no PASID, or possibly none, can be used although the function or the IOMMU supports PASID. */
static void note_unusable(struct query *query)
{
	const struct vpasid_info *info = &query->info;
	const struct iommu *iommu = query->function->iommu;
	const char *reason = NULL;

	if (info->attach_refused)
		reason = "no address space can be attached to its PASIDs: the driver of the IOMMU "
			 "or of the device doesn't support it";
	else if (info->width && !vpasid_info_usable_width(info))
		reason = "the IOMMU provides only PASID 0 for it: none can be used";
	else if (!info->width && (info->known & VPASID_KNOWN_IOMMU_WIDTH) && info->iommu_width)
		reason = why_off(query->function);
	else if (info->width && !(info->known & VPASID_KNOWN_IOMMU_WIDTH) && iommu &&
		 iommu_enables_unasked(iommu))
		reason = "it is unknown whether the IOMMU provides PASIDs for it: the IOMMU's "
			 "driver enables PASID in either case; pasid_vfio_pci would report it";
	if (reason)
		because_also(&query->note, "%s%s", *query->note.text ? "; " : "", reason);
}

static int open_and_ask(const struct session *session, struct query *query)
{
	const char *made = session->vf_token ? NULL : made_token(session, query);
	struct vfio vfio;
	int ret =
		function_open(query->function, made ? made : session->vf_token, &vfio, &query->why);

	/*
	 * If the kernel refuses ours, the message must be that a token is missing, not that it is
	 * wrong.
	 */
	if (ret == -EACCES && made)
		ret = function_open(query->function, NULL, &vfio, &query->why);
	if (ret)
		return ret;
	ret = query_opened(&vfio, query);
	vfio_close(&vfio);
	if (ret || function_read(query->function, FUNCTION_IOMMU, &query->why))
		return ret;
	note_unusable(query);
	return 0;
}

const char *query_source_name(unsigned int source)
{
	/* The command always reads the registers through sysfs. */
	return source == VPASID_SOURCE_REGISTERS ? "sysfs" : vpasid_source_name(source);
}

static void ask_those(const struct session *session, bool vfs)
{
	for (size_t i = 0; i < session->count; i++) {
		struct query *query = &session->queries[i];

		if (!query->error && (query->function->pci.kind == PCI_KIND_VF) == vfs)
			query->error = open_and_ask(session, query);
	}
}

/* A function that is opened has to be understood better than one that is merely listed. */
int query_identify(struct query *query, struct why *why)
{
	struct function *function = query->function;
	int ret = function_read(function, FUNCTION_SYSFS | FUNCTION_VFIO_PASID, why);

	query->exists = !ret;
	if (!ret)
		ret = pci_function_check_links(function->host->sysfs, &function->pci, why);
	return ret;
}

void query_all(struct query *queries, size_t count, const char *vf_token, struct why *names)
{
	struct session session = { .queries = queries, .count = count, .vf_token = vf_token };

	make_token(session.made_token);
	because(names, 0, "%s", "");
	for (size_t i = 0; i < count; i++) {
		queries[i].error = query_identify(&queries[i], &queries[i].why);
		if (queries[i].exists)
			functions_name(&queries[i].function, 1, names);
	}

	/* The PFs first: opening one sets the token of its VFs. */
	ask_those(&session, false);
	ask_those(&session, true);
}
