// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <linux/pci_regs.h>
#include <stdlib.h>
#include <string.h>

#include "place/placement.h"

static int match_quirks(struct placement_report *report, const struct vpasid_quirks *quirks)
{
	const struct vpasid_device *device = &report->space->device;
	size_t count = config_space_has_ids(report->space)
			       ? vpasid_quirks_match(quirks, device, NULL, 0)
			       : 0;

	report->quirks = calloc(count + 1, sizeof(const struct vpasid_quirk *));
	if (!report->quirks)
		return -ENOMEM;
	report->quirk_count = count;
	vpasid_quirks_match(quirks, device, report->quirks, count);
	return 0;
}

/* If there is no memory for an obstacle, it is left out. */
static void keep_obstacle(void *opaque, const struct vpasid_obstacle *obstacle)
{
	struct placement_report *report = opaque;
	char(*obstacles)[VPASID_OBSTACLE_TEXT] = reallocarray(
		report->obstacles, report->obstacle_count + 1, sizeof(*report->obstacles));

	if (!obstacles)
		return;
	report->obstacles = obstacles;
	vpasid_obstacle_describe(obstacle, obstacles[report->obstacle_count++],
				 sizeof(*report->obstacles));
}

static struct vpasid_place_request request_of(const struct placement_report *report,
					      uint16_t offset)
{
	return (struct vpasid_place_request){
		.config = report->space->config,
		.size = report->space->size,
		.layout = &report->layout,
		.quirks = report->quirks,
		.quirk_count = report->quirk_count,
		.offset = offset,
	};
}

const char *place_describe_reason(const struct placement_report *report)
{
	switch (report->placement.reason) {
	case VPASID_PLACE_QUIRK:
		return "a quirk prescribes it";
	case VPASID_PLACE_PHYSICAL:
		return "where the function's own PASID stands";
	case VPASID_PLACE_GAP:
		return "the highest gap";
	case VPASID_PLACE_EXPLICIT:
		return "asked for, and free";
	default:
		return "";
	}
}

bool place_admits(const struct placement_report *report, uint16_t offset)
{
	struct vpasid_place_request request = request_of(report, offset);
	struct vpasid_placement placement;

	return !vpasid_place(&request, &placement);
}

static int explain_break(const struct vpasid_layout *layout, int error, struct why *why)
{
	char text[VPASID_FINDING_TEXT];

	vpasid_finding_describe(vpasid_layout_find_break(layout), text, sizeof(text));
	return because(why, error, "the chain of extended capabilities is broken: %s", text);
}

static int explain_conventional(const struct config_space *space, int error, struct why *why)
{
	bool breaks_off = vpasid_conventional_find(space->config, space->size, PCI_CAP_ID_EXP) < 0;

	return because(why, error, "%s, so no guest looks for extended capabilities in it",
		       breaks_off ? "its list of capabilities breaks off, and has no PCI Express "
				    "Capability before that"
				  : "it has no PCI Express Capability");
}

static int explain(struct placement_report *report, uint16_t offset, int error)
{
	struct why *why = &report->why;

	switch (error) {
	case 0:
		return 0;
	case -ENOSPC:
		return because(why, error,
			       "no %d bytes of its extended config space are free for PASID",
			       VPASID_CAP_LENGTH);
	case -EBUSY:
		if (!offset)
			return because(why, error, "PASID can't stand where a quirk prescribes it");
		return because(why, error, "PASID can't stand at 0x%03x", offset);
	case -EPROTO:
		explain_break(&report->layout, error, why);
		because_also(why, "; what stands behind that isn't known");
		return error;
	case -ELOOP:
		return explain_break(&report->layout, error, why);
	case -ENXIO:
		return explain_conventional(report->space, error, why);
	case -EIO:
		return because(why, error, "it doesn't answer: it is asleep, or gone");
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
				"it is a bridge, and no virtual machine is given one");
	if (broken) {
		vpasid_finding_describe(broken, text, sizeof(text));
		because_also(&report->why, "; its chain of extended capabilities is broken: %s",
			     text);
	}
	return report->error;
}

static int ask(struct placement_report *report, const struct vpasid_quirks *quirks, uint16_t offset)
{
	struct vpasid_place_request request;
	int ret = vpasid_layout_read(report->space->config, report->space->size, &report->layout);

	if (ret < 0)
		return explain(report, offset, ret);
	report->has_layout = true;
	ret = match_quirks(report, quirks);
	if (ret)
		return explain(report, offset, ret);
	if (report->space->is_bridge)
		return refuse_bridge(report);

	request = request_of(report, offset);
	request.obstacle = keep_obstacle;
	request.opaque = report;
	return explain(report, offset, vpasid_place(&request, &report->placement));
}

void place_find(const struct config_space *space, const struct vpasid_quirks *quirks,
		uint16_t offset, struct placement_report *report)
{
	*report = (struct placement_report){ .bdf = space->bdf, .space = space, .name = "" };
	if (space->error) {
		report->error = space->error;
		report->why = space->why;
	} else {
		report->error = ask(report, quirks, offset);
	}
	/* Reading more bytes of a bridge wouldn't help. */
	if (!report->has_layout && space->is_bridge)
		refuse_bridge(report);
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
	struct vpasid_quirks_error error = { 0 };
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
