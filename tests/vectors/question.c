// SPDX-License-Identifier: MIT
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "question.h"

#define ENDS_AT 0x1000

static void __attribute__((noreturn)) fail(json_object *object, const char *key, const char *wrong)
{
	printf("Bail out! %s: %s in %.400s\n", key, wrong, json_object_to_json_string(object));
	exit(1);
}

/* Members */

json_object *json_at(json_object *object, const char *key)
{
	json_object *member;

	if (!json_object_object_get_ex(object, key, &member))
		fail(object, key, "there is no such member");
	return member;
}

const char *json_text(json_object *object, const char *key)
{
	json_object *member = json_at(object, key);

	if (!json_object_is_type(member, json_type_string))
		fail(object, key, "this isn't a string");
	return json_object_get_string(member);
}

uint64_t json_hex(json_object *object, const char *key)
{
	const char *text = json_text(object, key);
	char *end;
	uint64_t value = strtoull(text, &end, 16);

	if (strncmp(text, "0x", 2) != 0 || end == text + 2 || *end)
		fail(object, key, "this isn't 0x and hexadecimal digits");
	return value;
}

unsigned int json_count(json_object *object, const char *key)
{
	json_object *member = json_at(object, key);

	if (!json_object_is_type(member, json_type_int) || json_object_get_int(member) < 0)
		fail(object, key, "this isn't a number");
	return (unsigned int)json_object_get_int(member);
}

static bool json_flag(json_object *object, const char *key)
{
	json_object *member = json_at(object, key);

	if (!json_object_is_type(member, json_type_boolean))
		fail(object, key, "this isn't true or false");
	return json_object_get_boolean(member);
}

/* Whether a string is the second of two that it may be. */
static bool json_choice(json_object *object, const char *key, const char *first, const char *second)
{
	const char *text = json_text(object, key);

	if (!strcmp(text, second))
		return true;
	if (!strcmp(text, first))
		return false;
	fail(object, key, "this can't be");
}

unsigned int json_bytes(json_object *object, const char *key, uint8_t *bytes)
{
	const char *text = json_text(object, key);
	size_t count = 0;

	for (; text[2 * count]; count++) {
		if (count == VPASID_CONFIG_SIZE ||
		    sscanf(text + 2 * count, "%2hhx", &bytes[count]) != 1 || !text[2 * count + 1])
			fail(object, key, "these aren't bytes");
	}
	return (unsigned int)count;
}

/* The elements of a list; there may be as many as there is room. */
static size_t json_length(json_object *object, const char *key, size_t room)
{
	json_object *list = json_at(object, key);

	if (!json_object_is_type(list, json_type_array) || json_object_array_length(list) > room)
		fail(object, key, "this isn't a list, or it is too long");
	return json_object_array_length(list);
}

static json_object *json_element(json_object *object, const char *key, size_t i)
{
	return json_object_array_get_idx(json_at(object, key), i);
}

/* The question's parts */

static void read_config(uint8_t *config, json_object *file)
{
	size_t count = json_length(file, "config", VPASID_CONFIG_SIZE);

	for (size_t i = 0; i < count; i++) {
		json_object *run = json_element(file, "config", i);
		uint8_t bytes[VPASID_CONFIG_SIZE];
		unsigned int length = json_bytes(run, "bytes", bytes);
		uint64_t at = json_hex(run, "at");

		if (at + length > ENDS_AT)
			fail(run, "at", "this is beyond config space");
		memcpy(config + at, bytes, length);
	}
}

static struct vpasid_device read_device(json_object *device)
{
	bool is_vf = json_choice(device, "function", "pf", "vf");

	return (struct vpasid_device){
		.argsz = sizeof(struct vpasid_device),
		.vendor = (uint16_t)json_hex(device, "vendor"),
		.device = (uint16_t)json_hex(device, "device"),
		.subsystem_vendor = (uint16_t)json_hex(device, "subsystem_vendor"),
		.subsystem_device = (uint16_t)json_hex(device, "subsystem_device"),
		.revision = (uint8_t)json_hex(device, "revision"),
		.kind = is_vf ? VPASID_FUNCTION_VF : VPASID_FUNCTION_PF,
	};
}

static void read_quirks(struct question *question, const struct vpasid_device *device,
			json_object *in)
{
	size_t count = json_length(in, "quirks", SIZE_MAX);
	struct vpasid_quirks_error error;
	char text[4096] = "";
	size_t length = 0;
	int matches;

	for (size_t i = 0; i < count && length < sizeof(text); i++)
		length += (size_t)snprintf(text + length, sizeof(text) - length, "%s\n",
					   json_object_get_string(json_element(in, "quirks", i)));
	question->quirks = vpasid_quirks_new();
	if (length >= sizeof(text) || !question->quirks)
		fail(in, "quirks", "this is too much");
	if (vpasid_quirks_parse(question->quirks, text, length, "quirks", &error))
		fail(in, "quirks", error.text);
	question->place.quirks = question->matches;
	matches = vpasid_quirks_match(question->quirks, device, question->matches, QUESTION_QUIRKS);
	if (matches < 0 || matches > QUESTION_QUIRKS)
		fail(in, "quirks", "they can't be matched");
	question->place.quirk_count = (size_t)matches;
}

static uint64_t hex_or_0(json_object *object, const char *key)
{
	return json_object_object_get_ex(object, key, NULL) ? json_hex(object, key) : 0;
}

static unsigned int count_or_0(json_object *object, const char *key)
{
	return json_object_object_get_ex(object, key, NULL) ? json_count(object, key) : 0;
}

static size_t read_caps(struct vpasid_cap *caps, size_t room, json_object *in)
{
	size_t count = json_length(in, "caps", room);

	for (size_t i = 0; i < count; i++) {
		json_object *cap = json_element(in, "caps", i);

		caps[i] = (struct vpasid_cap){
			.id = (uint16_t)json_hex(cap, "id"),
			.length = (uint16_t)count_or_0(cap, "length"),
			.offset = (uint16_t)hex_or_0(cap, "offset"),
			.version = (uint8_t)count_or_0(cap, "version"),
		};
	}
	return count;
}

static void read_request(struct question *question, json_object *in)
{
	struct vpasid_place_request *place = &question->place;

	place->argsz = sizeof(*place);
	place->config = question->config;
	place->size = VPASID_CONFIG_SIZE;
	place->cap_count = read_caps(question->caps, QUESTION_CAPS, in);
	place->caps = place->cap_count ? question->caps : NULL;
	place->range_count = json_length(in, "ranges", QUESTION_RANGES);
	place->ranges = question->ranges;
	for (size_t i = 0; i < place->range_count; i++) {
		json_object *range = json_element(in, "ranges", i);

		question->ranges[i] = (struct vpasid_range){
			.offset = (uint16_t)json_hex(range, "offset"),
			.length = (uint16_t)json_count(range, "length"),
		};
	}
}

/* What isn't known is null. */
static void read_info(struct question_view *view, json_object *info)
{
	view->has_info = true;
	view->info = (struct vpasid_info){
		.capabilities = (uint16_t)json_hex(info, "capabilities"),
		.width = (uint8_t)json_count(info, "width"),
		.source = VPASID_SOURCE_VFIO_FEATURE,
		.attach_refused = json_flag(info, "attach_refused"),
	};
	if (json_at(info, "enabled")) {
		view->info.known |= VPASID_KNOWN_ENABLED;
		view->info.enabled = (uint16_t)json_hex(info, "enabled");
	}
	if (json_at(info, "iommu_width")) {
		view->info.known |= VPASID_KNOWN_IOMMU_WIDTH;
		view->info.iommu_width = (uint8_t)json_count(info, "iommu_width");
	}
}

static void read_registers(struct question_view *view, json_object *in)
{
	view->register_count = (uint32_t)json_length(in, "registers", QUESTION_CAPS);
	for (size_t i = 0; i < view->register_count; i++) {
		json_object *from = json_element(in, "registers", i);
		uint8_t(*bytes)[VPASID_CONFIG_SIZE] = view->bytes[i];

		if (!from)
			continue;
		view->registers[i].length = json_bytes(from, "bytes", bytes[0]);
		view->registers[i].bytes = bytes[0];
		if (!json_object_object_get_ex(from, "writable", NULL))
			continue;
		if (json_bytes(from, "writable", bytes[1]) != view->registers[i].length)
			fail(from, "writable", "this isn't as long as bytes");
		view->registers[i].writable = bytes[1];
	}
}

static void read_view(struct question_view *view, json_object *in)
{
	if (json_object_object_get_ex(in, "info", NULL))
		read_info(view, json_at(in, "info"));
	view->width = (uint16_t)json_count(in, "width");
	view->withheld = (uint16_t)json_hex(in, "withheld");
	read_registers(view, in);
	view->masked_count = json_length(in, "masked", QUESTION_CAPS);
	for (size_t i = 0; i < view->masked_count; i++)
		view->masked[i] = (uint16_t)strtoul(
			json_object_get_string(json_element(in, "masked", i)), NULL, 16);
	view->has_device = json_choice(in, "behind", "snapshot", "device");
	view->fails_at = -1;
	if (json_object_object_get_ex(in, "fails_at", NULL))
		view->fails_at = (int)json_hex(in, "fails_at");
	view->stops_at_once = json_flag(in, "stops_at_once");
}

static void read_placement(struct vpasid_placement *placement, json_object *in)
{
	placement->digest = json_hex(in, "digest");
	placement->cap_count = (uint16_t)read_caps(placement->caps, VPASID_MAX_CAPS, in);
}

void question_read(struct question *question, json_object *file, json_object *in)
{
	struct vpasid_device device = read_device(json_at(file, "device"));

	memset(question, 0, sizeof(*question));
	read_config(question->config, file);
	read_request(question, in);
	read_quirks(question, &device, in);
	question->has_placement = json_object_object_get_ex(in, "placement", NULL);
	if (question->has_placement)
		read_placement(&question->placement, json_at(in, "placement"));
	question->has_view = json_object_object_get_ex(in, "view", NULL);
	if (question->has_view)
		read_view(&question->view, json_at(in, "view"));
	json_length(in, "steps", SIZE_MAX);
	question->steps = json_at(in, "steps");
}

void question_end(struct question *question)
{
	vpasid_quirks_free(question->quirks);
}
