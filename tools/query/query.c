// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/random.h>

#include <vpasid/query.h>

#include "pci/arguments.h"
#include "pci/libpci.h"
#include "pci/pasid_registers.h"
#include "query/query.h"
#include "support/sysfs.h"
#include "vfio/vfio.h"

struct session {
	struct query *queries;
	size_t count;
	const char *vf_token;		/* the user's, or NULL; then */
	char made_token[VF_TOKEN_SIZE]; /* this is for PFs and VFs that go together */
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
	return vf->function.kind == PCI_KIND_VF && !strcmp(vf->function.pf.text, pf->bdf.text);
}

/*
 * The kernel wants a token for each VF whose PF is on VFIO, and a PF that nobody uses
 * takes the one that it is opened with. So where both are asked, one will do that
 * we make up.
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

static int open_function(const struct session *session, struct query *query, struct vfio *vfio)
{
	const char *made = session->vf_token ? NULL : made_token(session, query);
	int ret = vfio_open(&query->bdf, made ? made : session->vf_token, vfio, &query->why);

	/* If ours is not taken, the user is to read of one that is missing, not wrong. */
	if (ret == -EACCES && made)
		ret = vfio_open(&query->bdf, NULL, vfio, &query->why);
	return ret;
}

/* The registers are the PF's, for a VF too: it has none. */
static int ask_registers(struct query *query)
{
	bool is_vf = query->function.kind == PCI_KIND_VF;
	const struct bdf *bdf = is_vf ? &query->function.pf : &query->bdf;
	struct pasid_registers registers = { 0 };
	int ret;

	ret = pasid_registers_read(bdf, &registers, &query->why);
	if (ret < 0)
		return ret;
	if (ret && !(registers.control & PCI_PASID_CTRL_ENABLE))
		because_also(&query->note,
			     "; %s has a PASID capability, which the host has not enabled",
			     bdf->text);

	ret = vpasid_info_from_registers(registers.capability, registers.control, &query->info);
	if (ret)
		because(&query->why, ret, "the PASID registers of %s make no sense (%04x, %04x)",
			bdf->text, registers.capability, registers.control);
	return ret;
}

static int fall_back(struct query *query)
{
	struct why cause;
	int ret;

	because(&query->note, 0,
		"the driver %s doesn't report PASID; read from the config space by sysfs instead",
		query->function.driver);
	ret = ask_registers(query);
	if (ret) {
		cause = query->why;
		because(&query->why, ret,
			"the driver %s doesn't report PASID (`vpasid bind %s` "
			"would help), and %s",
			query->function.driver, query->bdf.text, cause.text);
	}
	return ret;
}

static void note_disagreement(struct query *query)
{
	unsigned int differs = query->info.differs;

	if (!differs)
		return;
	because_also(&query->note,
		     "%s%s and %s disagree about the%s%s%s; what both grant is shown; please "
		     "report it, with the kernel's version",
		     *query->note.text ? "; " : "", query_source_name(query->info.source),
		     query_source_name(query->info.second),
		     differs & VPASID_DIFFERS_WIDTH ? " width" : "",
		     differs & VPASID_DIFFERS_ENABLED ? " permissions" : "",
		     differs & VPASID_DIFFERS_IOMMU_WIDTH ? " IOMMU's width" : "");
}

/*
 * The second source, if the function is bound to an iommufd. @first is what came of asking
 * the first; where PASID is off the second isn't asked, see vpasid_query_iommufd().
 */
static int ask_iommufd(const struct vfio *vfio, int first, struct query *query)
{
	int iommufd = vfio_iommufd(vfio);
	struct vpasid_info second;
	int ret;

	if (iommufd < 0 || (!first && !query->info.width))
		return first;
	ret = vpasid_query_iommufd(iommufd, vfio->dev_id, &second);
	if (ret == -EOPNOTSUPP)
		return first;
	if (ret)
		return because(&query->why, ret, "IOMMU_GET_HW_INFO failed: %s", strerror(-ret));

	if (first)
		because(&query->note, 0,
			"%s; iommufd doesn't tell the function's width from the "
			"IOMMU's",
			query->why.text);
	vpasid_info_combine(&query->info, &second, &query->info);
	note_disagreement(query);
	return 0;
}

int query_opened(const struct vfio *vfio, struct query *query)
{
	int ret = vpasid_query_device(vfio->device, &query->info);

	if (ret == -EOPNOTSUPP)
		ret = fall_back(query);
	else if (ret)
		return because(&query->why, ret, "asking for PASID failed: %s", strerror(-ret));

	/* Registers that may not be read leave the second source; others are believed. */
	return ret && ret != -EACCES ? ret : ask_iommufd(vfio, ret, query);
}

static int ask(const struct session *session, struct query *query)
{
	struct vfio vfio;
	int ret = open_function(session, query, &vfio);

	if (ret)
		return ret;
	ret = query_opened(&vfio, query);
	vfio_close(&vfio);
	return ret;
}

const char *query_source_name(unsigned int source)
{
	/* In the command, those registers are always read by sysfs. */
	return source == VPASID_SOURCE_REGISTERS ? "sysfs" : vpasid_source_name(source);
}

static void ask_those(const struct session *session, bool vfs)
{
	for (size_t i = 0; i < session->count; i++) {
		struct query *query = &session->queries[i];

		if (query->exists && (query->function.kind == PCI_KIND_VF) == vfs)
			query->error = ask(session, query);
	}
}

static void look_up(struct pci_access *access, void *opaque)
{
	const int flags = PCI_LOOKUP_VENDOR | PCI_LOOKUP_DEVICE | PCI_LOOKUP_NO_NUMBERS;
	const struct session *session = opaque;
	char name[sizeof(session->queries->name)];

	for (size_t i = 0; i < session->count; i++) {
		struct query *query = &session->queries[i];

		if (query->exists &&
		    pci_lookup_name(access, name, sizeof(name), flags, query->function.vendor,
				    query->function.device))
			snprintf(query->name, sizeof(query->name), "%s", name);
	}
}

void query_all(struct query *queries, size_t count, const char *vf_token, struct why *names)
{
	struct session session = { .queries = queries, .count = count, .vf_token = vf_token };

	make_token(session.made_token);
	for (size_t i = 0; i < count; i++) {
		struct query *query = &queries[i];

		query->error =
			pci_function_read(HOST_SYSFS, &query->bdf, &query->function, &query->why);
		query->exists = !query->error;
		if (query->exists)
			snprintf(query->name, sizeof(query->name), "%04x:%04x",
				 query->function.vendor, query->function.device);
	}
	because(names, 0, "%s", "");
	libpci_run(PCI_ACCESS_DUMP, "dump.name", "/dev/null", look_up, &session, names);

	/* First the PFs, which give their VFs the token. */
	ask_those(&session, false);
	ask_those(&session, true);
}
