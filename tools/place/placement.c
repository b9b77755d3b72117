// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <linux/pci_regs.h>
#include <stdlib.h>
#include <string.h>

#include <vpasid/vfio_view.h>

#include "place/placement.h"

#define MIN_CAP_LENGTH 4 /* a header */

static int match_quirks(struct placement_report *report, const struct vpasid_quirks *quirks)
{
	struct vpasid_device device = report->space->device;
	int count = 0;

	device.argsz = sizeof(device);
	if (config_space_has_ids(report->space))
		count = vpasid_quirks_match(quirks, &device, NULL, 0);
	if (count <= 0)
		return count;
	report->quirks = calloc((size_t)count, sizeof(const struct vpasid_quirk *));
	if (!report->quirks)
		return -ENOMEM;
	report->quirk_count = (size_t)count;
	vpasid_quirks_match(quirks, &device, report->quirks, report->quirk_count);
	return 0;
}

/* If there is no memory for an obstacle, it is left out. */
static void keep_obstacle(void *opaque, const struct vpasid_obstacle *obstacle)
{
	struct placement_report *report = opaque;
	char(*obstacles)[VPASID_OBSTACLE_TEXT] = reallocarray(
		report->obstacles, report->obstacle_count + 1, sizeof(*report->obstacles));

	report->failed = obstacle->cap_id;
	if (!obstacles)
		return;
	report->obstacles = obstacles;
	vpasid_obstacle_describe(obstacle, obstacles[report->obstacle_count++],
				 sizeof(*report->obstacles));
}

/* PASID, and what is to stand behind it. Returns how many there are. */
static size_t list_caps(uint16_t offset, unsigned int with, struct vpasid_cap caps[VPASID_MAX_CAPS])
{
	size_t count = 0;

	caps[count++] = (struct vpasid_cap){ .id = VPASID_EXT_CAP_PASID, .offset = offset };
	if (with & PLACE_WITH_PRI)
		caps[count++] = (struct vpasid_cap){ .id = VPASID_EXT_CAP_PRI };
	if (with & PLACE_WITH_ATS)
		caps[count++] = (struct vpasid_cap){ .id = VPASID_EXT_CAP_ATS };
	return count;
}

static struct vpasid_place_request request_of(const struct placement_report *report,
					      const struct vpasid_cap *caps, size_t count)
{
	return (struct vpasid_place_request){
		.argsz = sizeof(struct vpasid_place_request),
		.config = report->view,
		.size = sizeof(report->view),
		.layout = &report->view_layout,
		.quirks = report->quirks,
		.quirk_count = report->quirk_count,
		.caps = caps,
		.cap_count = count,
	};
}

const char *place_cap_name(uint16_t id)
{
	return id == VPASID_EXT_CAP_PRI ? "PRI" : id == VPASID_EXT_CAP_ATS ? "ATS" : "PASID";
}

const char *place_describe_reason(const struct vpasid_cap *cap)
{
	switch (cap->reason) {
	case VPASID_PLACE_QUIRK:
		return "prescribed by a quirk";
	case VPASID_PLACE_PHYSICAL:
		return cap->id == VPASID_EXT_CAP_PRI   ? "the place of the function's own PRI"
		       : cap->id == VPASID_EXT_CAP_ATS ? "the place of the function's own ATS"
						       : "the place of the function's own PASID";
	case VPASID_PLACE_GAP:
		return "the highest gap";
	case VPASID_PLACE_EXPLICIT:
		return "requested, and free";
	default:
		return "";
	}
}

/* The capability of the function that VFIO hides, if one stands where @cap goes; else NULL. */
static const struct vpasid_span *find_hidden(const struct placement_report *report,
					     const struct vpasid_cap *cap)
{
	for (unsigned int i = 0; report->is_vfio && i < report->layout.span_count; i++) {
		const struct vpasid_span *span = &report->layout.spans[i];
		bool is_pasid = span->id == VPASID_EXT_CAP_PASID;
		bool is_shown = !is_pasid && span->id == cap->id;
		bool is_known;
		unsigned int length =
			vpasid_span_reach(span, report->quirks, report->quirk_count, &is_known);

		if (!is_known)
			length = MIN_CAP_LENGTH;
		if (cap->offset < span->offset + length &&
		    span->offset < cap->offset + cap->length && !is_shown &&
		    !(is_pasid && report->is_guarded))
			return span;
	}
	return NULL;
}

bool place_admits(const struct placement_report *report, uint16_t offset)
{
	const struct vpasid_cap pasid = { .id = VPASID_EXT_CAP_PASID, .offset = offset };
	struct vpasid_place_request request = request_of(report, &pasid, 1);
	struct vpasid_placement placement;

	return !vpasid_place(&request, &placement) && !find_hidden(report, &placement.caps[0]);
}

static int explain_chain(const struct vpasid_layout *layout, int error, struct why *why)
{
	char text[VPASID_FINDING_TEXT];

	vpasid_finding_describe(vpasid_layout_find_break(layout), text, sizeof(text));
	because(why, error, "the chain of extended capabilities is broken: %s", text);
	if (error == -EPROTO)
		because_also(why, "; the capabilities behind it are unknown");
	return error;
}

static int explain_conventional(const uint8_t *config, int error, struct why *why)
{
	bool breaks_off = vpasid_conventional_find(config, VPASID_CONFIG_SIZE, PCI_CAP_ID_EXP) < 0;

	return because(why, error, "%s, so guests don't look for extended capabilities",
		       breaks_off ? "its list of capabilities breaks off before any PCI Express "
				    "Capability"
				  : "it has no PCI Express Capability");
}

/* The place isn't free: @offset or, if that is 0, where a quirk wants it. */
static int explain_obstacle(struct placement_report *report, uint16_t offset)
{
	const char *name = place_cap_name(report->failed);

	if (offset)
		return because(&report->why, -EBUSY, "%s can't be placed at 0x%03x", name, offset);
	return because(&report->why, -EBUSY, "%s can't be placed where a quirk prescribes it",
		       name);
}

static int explain(struct placement_report *report, int error)
{
	struct why *why = &report->why;

	switch (error) {
	case -ENOSPC:
		return because(why, error, "its extended config space has no %d free bytes for %s",
			       report->failed == VPASID_EXT_CAP_PRI ? VPASID_PRI_LENGTH
								    : VPASID_CAP_LENGTH,
			       place_cap_name(report->failed));
	case -EPROTO:
	case -ELOOP:
		return explain_chain(&report->view_layout, error, why);
	case -ENXIO:
		return explain_conventional(report->view, error, why);
	case -EIO:
		return because(why, error, "it doesn't respond: it is asleep, or has been removed");
	default:
		return because(why, error, "%s", strerror(-error));
	}
}

static int refuse_bridge(struct placement_report *report)
{
	const struct vpasid_finding *broken =
		report->has_layout ? vpasid_layout_find_break(&report->layout) : NULL;
	char text[VPASID_FINDING_TEXT];

	report->error = because(&report->why, -ENXIO,
				"it is a bridge, and a bridge can't be assigned to a virtual "
				"machine");
	if (broken) {
		vpasid_finding_describe(broken, text, sizeof(text));
		because_also(&report->why, "; its chain of extended capabilities is broken: %s",
			     text);
	}
	return report->error;
}

static int make_view(struct placement_report *report, uint32_t flags)
{
	const struct config_space *space = report->space;
	const struct vpasid_vfio_view_request request = {
		.argsz = sizeof(request),
		.config = space->config,
		.size = space->size,
		.flags = flags |
			 (space->device.kind == VPASID_FUNCTION_VF ? VPASID_VFIO_VIEW_VF : 0),
		.vendor = config_space_has_ids(space) ? space->device.vendor : 0,
		.device = space->device.device,
	};
	int ret = vpasid_vfio_view(&request, report->view);

	if (ret == -EPROTO)
		return because(&report->why, ret,
			       "VFIO can't open it: according to a capability, its registers reach "
			       "beyond the end of config space");
	return ret ? explain(report, ret) : 0;
}

/* The highest possible offset, without what VFIO hides; 0 if there is none. */
static uint16_t find_other(const struct placement_report *report)
{
	for (unsigned int offset = VPASID_CONFIG_SIZE - VPASID_CAP_LENGTH;
	     offset >= VPASID_CONFIG_CONVENTIONAL; offset -= MIN_CAP_LENGTH)
		if (place_admits(report, (uint16_t)offset))
			return (uint16_t)offset;
	return 0;
}

static void explain_hidden(const struct vpasid_span *span, struct why *why)
{
	const char *name = vpasid_ext_cap_name(span->id);

	if (span->id == VPASID_EXT_CAP_PASID)
		because_also(why, "the function's own PASID capability is there, and VFIO passes a "
				  "guest's writes through to it, which would disable PASID on the "
				  "host: pasid_vfio_pci and vfio_pasid prevent that; use "
				  "--emulated if the VMM does");
	else if (name)
		because_also(why,
			     "VFIO hides %s at 0x%03x, but passes a guest's writes through to it",
			     name, span->offset);
	else
		because_also(why,
			     "VFIO hides capability 0x%04x at 0x%03x, but passes a guest's writes "
			     "through to it",
			     span->id, span->offset);
}

static int refuse_hidden(struct placement_report *report, const struct vpasid_cap *cap,
			 const struct vpasid_span *span, bool is_asked_for)
{
	bool is_pasid = cap->id == VPASID_EXT_CAP_PASID;
	uint16_t other = is_asked_for || !is_pasid ? 0 : find_other(report);

	because(&report->why, -EBUSY, "%s can't be placed at 0x%03x: ", place_cap_name(cap->id),
		cap->offset);
	explain_hidden(span, &report->why);
	if (other)
		because_also(&report->why, "; --offset 0x%03x is free", other);
	report->placement = (struct vpasid_placement){ 0 };
	return -EBUSY;
}

/*
 * VFIO may hide the capability at which the function's own chain breaks off, or the one that
 * makes it a loop. The capabilities behind that one are still unknown.
 */
static int refuse_break(struct placement_report *report)
{
	int error = report->layout.broken ? -EPROTO : report->layout.loops ? -ELOOP : 0;

	for (unsigned int i = 0; error && i < report->placement.cap_count; i++) {
		unsigned int reason = report->placement.caps[i].reason;

		if (reason == VPASID_PLACE_QUIRK ||
		    (error == -ELOOP && reason == VPASID_PLACE_EXPLICIT))
			continue;
		report->placement = (struct vpasid_placement){ 0 };
		return explain_chain(&report->layout, error, &report->why);
	}
	return 0;
}

static int ask(struct placement_report *report, uint16_t offset, unsigned int with)
{
	struct vpasid_cap caps[VPASID_MAX_CAPS];
	struct vpasid_place_request request =
		request_of(report, caps, list_caps(offset, with, caps));
	int ret = vpasid_layout_read(report->view, sizeof(report->view), &report->view_layout);

	if (ret < 0)
		return explain(report, ret);
	report->has_view = true;
	request.obstacle = keep_obstacle;
	request.opaque = report;
	ret = vpasid_place(&request, &report->placement);
	if (ret)
		return ret == -EBUSY ? explain_obstacle(report, offset) : explain(report, ret);
	ret = refuse_break(report);
	if (ret)
		return ret;
	for (unsigned int i = 0; i < report->placement.cap_count; i++) {
		const struct vpasid_cap cap = report->placement.caps[i];
		const struct vpasid_span *hidden = find_hidden(report, &cap);

		if (hidden)
			return refuse_hidden(report, &cap, hidden, offset);
	}
	return 0;
}

static int begin(struct placement_report *report, const struct config_space *space,
		 const struct vpasid_quirks *quirks)
{
	int ret;

	*report = (struct placement_report){ .bdf = space->bdf, .space = space, .name = "" };
	if (space->error) {
		report->why = space->why;
		/* Reading more bytes of a bridge wouldn't help. */
		return space->is_bridge ? refuse_bridge(report) : space->error;
	}
	ret = vpasid_layout_read(space->config, space->size, &report->layout);
	if (ret < 0)
		return explain(report, ret);
	report->has_layout = true;
	ret = match_quirks(report, quirks);
	if (ret)
		return explain(report, ret);
	return space->is_bridge ? refuse_bridge(report) : 0;
}

void place_find(const struct config_space *space, const struct vpasid_quirks *quirks,
		uint16_t offset, unsigned int with, struct placement_report *report)
{
	report->error = begin(report, space, quirks);
	if (report->error)
		return;
	memcpy(report->view, space->config, sizeof(report->view));
	report->error = ask(report, offset, with);
}

void place_find_in_vfio(const struct config_space *space, uint32_t flags, const uint8_t *opened,
			const struct vpasid_quirks *quirks, uint16_t offset, unsigned int with,
			struct placement_report *report)
{
	report->error = begin(report, space, quirks);
	if (report->error)
		return;
	report->is_vfio = true;
	report->is_guarded = flags & VPASID_VFIO_VIEW_GUARDED;
	if (opened)
		memcpy(report->view, opened, sizeof(report->view));
	else
		report->error = make_view(report, flags);
	if (!report->error)
		report->error = ask(report, offset, with);
}

void place_free(struct placement_report *report)
{
	free(report->quirks);
	free(report->obstacles);
	report->quirks = NULL;
	report->obstacles = NULL;
}

struct vpasid_quirks *place_load_quirks(const char *directory, struct why *why)
{
	struct vpasid_quirks *quirks = vpasid_quirks_new();
	struct vpasid_quirks_error error = { "" };
	int ret;

	if (!quirks) {
		because(why, -ENOMEM, "out of memory");
		return NULL;
	}
	ret = directory ? vpasid_quirks_load_directory(quirks, directory, &error)
			: vpasid_quirks_load(quirks, &error);
	if (ret) {
		because(why, ret, "%s", *error.text ? error.text : strerror(-ret));
		vpasid_quirks_free(quirks);
		return NULL;
	}
	return quirks;
}
