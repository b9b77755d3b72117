// SPDX-License-Identifier: MIT
#include <errno.h>
#include <string.h>

#include "answer.h"
#include "fnv.h"

/* What is behind the view, and the calls of the step that is being done. */
struct behind {
	uint8_t config[VPASID_CONFIG_SIZE];
	const struct question_view *asked;
	json_object *calls;
};

/* Adds a call to the step's. */
static json_object *add_call(struct behind *behind, const char *op)
{
	json_object *call = json_object_new_object();

	add_text(call, "op", op);
	json_object_array_add(behind->calls, call);
	return call;
}

static int fails(const struct behind *behind, unsigned int offset, unsigned int length)
{
	int at = behind->asked->fails_at;

	return at >= (int)offset && at < (int)(offset + length) ? -EIO : 0;
}

static int read_device(void *opaque, uint16_t offset, void *data, uint16_t length)
{
	struct behind *behind = opaque;
	json_object *call = add_call(behind, "read");

	add_hex(call, "offset", 3, offset);
	add_number(call, "length", length);
	if (fails(behind, offset, length))
		return -EIO;
	memcpy(data, behind->config + offset, length);
	return 0;
}

static int write_device(void *opaque, uint16_t offset, const void *data, uint16_t length)
{
	struct behind *behind = opaque;
	json_object *call = add_call(behind, "write");

	add_hex(call, "offset", 3, offset);
	add_bytes(call, "bytes", data, length);
	if (fails(behind, offset, length))
		return -EIO;
	memcpy(behind->config + offset, data, length);
	return 0;
}

static void pasid_changed(void *opaque, uint16_t control)
{
	add_hex(add_call(opaque, "pasid-changed"), "control", 4, control);
}

static void ats_changed(void *opaque, uint16_t control)
{
	add_hex(add_call(opaque, "ats-changed"), "control", 4, control);
}

static uint16_t pri_changed(void *opaque, uint16_t control, uint32_t allocation)
{
	struct behind *behind = opaque;
	json_object *call = add_call(behind, "pri-changed");

	add_hex(call, "control", 4, control);
	add_hex(call, "allocation", 8, allocation);
	return behind->asked->stops_at_once && !(control & VPASID_PRI_ENABLE) ? VPASID_PRI_STOPPED
									      : 0;
}

static void cap_changed(void *opaque, const struct vpasid_cap *cap)
{
	json_object *call = add_call(opaque, "cap-changed");

	add_hex(call, "id", 4, cap->id);
	add_hex(call, "offset", 3, cap->offset);
}

static const struct vpasid_vconfig_ops all_ops = {
	.argsz = sizeof(all_ops),
	.read = read_device,
	.write = write_device,
	.pasid_changed = pasid_changed,
	.ats_changed = ats_changed,
	.pri_changed = pri_changed,
	.cap_changed = cap_changed,
};

/* The view as it is at first */

static int make_view(const struct question *question, const struct vpasid_placement *placement,
		     struct behind *behind, struct vpasid_vconfig **view)
{
	const struct question_view *asked = &question->view;
	struct vpasid_vconfig_ops ops = all_ops;
	const struct vpasid_vconfig_request request = {
		.argsz = sizeof(request),
		.config = question->config,
		.size = VPASID_CONFIG_SIZE,
		.info = asked->has_info ? &asked->info : NULL,
		.placement = placement,
		.width = asked->width,
		.withheld = asked->withheld,
		.register_count = asked->register_count,
		.registers = asked->register_count ? asked->registers : NULL,
		.masked = asked->masked,
		.masked_count = asked->masked_count,
		.ops = &ops,
		.opaque = behind,
	};

	if (!asked->has_device) {
		ops.read = NULL;
		ops.write = NULL;
	}
	return vpasid_vconfig_new(&request, view);
}

static json_object *patches_answer(const struct vpasid_vconfig *view)
{
	struct vpasid_vconfig_patch patches[VPASID_CONFIG_SIZE / 4];
	size_t count = vpasid_vconfig_patches(view, patches, VPASID_CONFIG_SIZE / 4);
	json_object *list = json_object_new_array();

	for (size_t i = 0; i < count; i++) {
		json_object *object = json_object_new_object();

		add_hex(object, "offset", 3, patches[i].offset);
		add_hex(object, "value", 8, patches[i].value);
		add_hex(object, "mask", 8, patches[i].mask);
		add_hex(object, "writable", 8, patches[i].writable);
		add_hex(object, "w1c", 8, patches[i].w1c);
		json_object_array_add(list, object);
	}
	return list;
}

/* A dword at a time, because the device may fail at one. */
static uint64_t sum_up(const struct vpasid_vconfig *view)
{
	uint8_t bytes[VPASID_CONFIG_SIZE];

	for (unsigned int at = 0; at < VPASID_CONFIG_SIZE; at += 4)
		vpasid_vconfig_read(view, at, bytes + at, 4);
	return fnv1a(FNV1A_BASIS, bytes, VPASID_CONFIG_SIZE);
}

/* Steps */

static json_object *do_read(const struct vpasid_vconfig *view, json_object *step)
{
	json_object *object = json_object_new_object();
	unsigned int length = json_count(step, "length");
	uint8_t bytes[VPASID_CONFIG_SIZE];

	add_error(object, vpasid_vconfig_read(view, json_hex(step, "offset"), bytes, length));
	add_bytes(object, "bytes", bytes, length);
	return object;
}

static json_object *do_step(struct vpasid_vconfig *view, json_object *step)
{
	const char *op = json_text(step, "op");
	json_object *object;
	uint8_t bytes[VPASID_CONFIG_SIZE];
	unsigned int length;
	int ret = 0;

	if (!strcmp(op, "read"))
		return do_read(view, step);
	if (!strcmp(op, "write")) {
		length = json_bytes(step, "bytes", bytes);
		ret = vpasid_vconfig_write(view, json_hex(step, "offset"), bytes, length);
	} else if (!strcmp(op, "pri-status")) {
		ret = vpasid_vconfig_set_pri_status(view, (uint16_t)json_hex(step, "flags"));
	} else if (!strcmp(op, "reset")) {
		vpasid_vconfig_reset(view);
	} else {
		ret = -ENOSYS;
	}
	object = json_object_new_object();
	add_error(object, ret);
	return object;
}

static json_object *steps_answer(const struct question *question, struct behind *behind,
				 struct vpasid_vconfig *view)
{
	json_object *list = json_object_new_array();

	for (size_t i = 0; i < json_object_array_length(question->steps); i++) {
		json_object *step, *calls = json_object_new_array();

		behind->calls = calls;
		step = do_step(view, json_object_array_get_idx(question->steps, i));
		json_object_object_add(step, "calls", calls);
		json_object_array_add(list, step);
	}
	return list;
}

void answer_view(const struct question *question, const struct vpasid_placement *placement,
		 json_object *out)
{
	struct behind behind = { .asked = &question->view, .calls = json_object_new_array() };
	json_object *object = json_object_new_object(), *before = behind.calls;
	struct vpasid_vconfig *view;
	int ret;

	memcpy(behind.config, question->config, sizeof(behind.config));
	ret = make_view(question, placement, &behind, &view);
	add_error(object, ret);
	if (!ret) {
		json_object_object_add(object, "patches", patches_answer(view));
		add_hex(object, "fnv1a", 16, sum_up(view));
	}
	json_object_object_add(out, "view", object);
	json_object_object_add(out, "steps",
			       ret ? json_object_new_array()
				   : steps_answer(question, &behind, view));
	json_object_put(before);
	vpasid_vconfig_free(view);
}
