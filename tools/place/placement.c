// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "place/placement.h"

static bool breaks_chain(const struct vpasid_finding *finding)
{
	switch (finding->code) {
	case VPASID_FINDING_ALL_ONES:
	case VPASID_FINDING_BELOW:
	case VPASID_FINDING_TRUNCATED:
	case VPASID_FINDING_LOOP:
		return true;
	default:
		return false;
	}
}

const struct vpasid_finding *place_break(const struct vpasid_layout *layout)
{
	for (size_t i = 0; i < layout->finding_count && i < VPASID_MAX_FINDINGS; i++) {
		if (breaks_chain(&layout->findings[i]))
			return &layout->findings[i];
	}
	return NULL;
}

static int match_quirks(struct place *place, const struct vpasid_quirks *quirks)
{
	const struct vpasid_device *device = &place->source->device;
	size_t count = config_source_has_ids(place->source)
			       ? vpasid_quirks_match(quirks, device, NULL, 0)
			       : 0;

	place->quirks = calloc(count + 1, sizeof(const struct vpasid_quirk *));
	if (!place->quirks)
		return -ENOMEM;
	place->quirk_count = count;
	vpasid_quirks_match(quirks, device, place->quirks, count);
	return 0;
}

/* One that can't be kept for want of memory is left out. */
static void keep_obstacle(void *opaque, const struct vpasid_obstacle *obstacle)
{
	struct place *place = opaque;
	char(*obstacles)[VPASID_OBSTACLE_TEXT] = reallocarray(
		place->obstacles, place->obstacle_count + 1, sizeof(*place->obstacles));

	if (!obstacles)
		return;
	place->obstacles = obstacles;
	vpasid_obstacle_describe(obstacle, obstacles[place->obstacle_count++],
				 sizeof(*place->obstacles));
}

static struct vpasid_place_request request_of(const struct place *place, uint16_t offset)
{
	return (struct vpasid_place_request){
		.config = place->source->config,
		.size = place->source->size,
		.layout = &place->layout,
		.quirks = place->quirks,
		.quirk_count = place->quirk_count,
		.offset = offset,
	};
}

bool place_admits(const struct place *place, uint16_t offset)
{
	struct vpasid_place_request request = request_of(place, offset);
	struct vpasid_placement placement;

	return !vpasid_place(&request, &placement);
}

static int explain_break(const struct vpasid_layout *layout, int error, struct why *why)
{
	const struct vpasid_finding *finding = place_break(layout);
	char text[VPASID_FINDING_TEXT] = "its findings are too many";

	if (finding)
		vpasid_finding_describe(finding, text, sizeof(text));
	return because(why, error, "the chain of extended capabilities is broken: %s", text);
}

static int explain(struct place *place, uint16_t offset, int error)
{
	struct why *why = &place->why;

	switch (error) {
	case 0:
		return 0;
	case -ENOSPC:
		return because(why, error,
			       "no %d bytes of its extended config space are free for PASID",
			       VPASID_CAP_LENGTH);
	case -EBUSY:
		return because(why, error, "PASID can't stand at 0x%03x", offset);
	case -EPROTO:
		explain_break(&place->layout, error, why);
		because_also(why, "; what stands behind that isn't known");
		return error;
	case -EIO:
		return because(why, error, "it doesn't answer: it is asleep, or gone");
	default:
		return because(why, error, "%s", strerror(-error));
	}
}

static bool is_loop(const struct vpasid_layout *layout)
{
	const struct vpasid_finding *finding = place_break(layout);

	return finding && finding->code == VPASID_FINDING_LOOP;
}

static int ask(struct place *place, const struct vpasid_quirks *quirks, uint16_t offset)
{
	struct vpasid_place_request request;
	int ret = vpasid_layout_read(place->source->config, place->source->size, &place->layout);

	if (ret < 0)
		return explain(place, offset, ret);
	place->has_layout = true;
	ret = match_quirks(place, quirks);
	if (ret)
		return explain(place, offset, ret);
	if (!offset && is_loop(&place->layout)) {
		explain_break(&place->layout, -ELOOP, &place->why);
		because_also(&place->why, "; --offset takes a place all the same");
		return -ELOOP;
	}

	request = request_of(place, offset);
	request.obstacle = keep_obstacle;
	request.opaque = place;
	return explain(place, offset, vpasid_place(&request, &place->placement));
}

void place_find(const struct config_source *source, const struct vpasid_quirks *quirks,
		uint16_t offset, struct place *place)
{
	*place = (struct place){ .source = source };
	if (source->error) {
		place->error = source->error;
		place->why = source->why;
		return;
	}
	place->error = ask(place, quirks, offset);
}

void place_free(struct place *place)
{
	free(place->quirks);
	free(place->obstacles);
	place->quirks = NULL;
	place->obstacles = NULL;
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
