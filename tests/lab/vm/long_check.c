// SPDX-License-Identifier: MIT
/*
 * The required results of calls: the feature's answer is the one planted, the PASID capability
 * reads as zeros where it is guarded.
 */
#include <errno.h>
#include <inttypes.h>
#include <linux/vfio.h>
#include <linux/vfio_pasid.h>
#include <stdio.h>
#include <string.h>

#include "device.h"
#include "hammer.h"
#include "long.h"

#define HEADER sizeof(struct vfio_device_feature)

/* Counts wrong answers, and keeps the first one for the report, with its program for REPLAY. */
static void tell_wrong(const struct user *user, const struct action *action, const char *what,
		       int ret)
{
	const struct program_id *id = &user->id;

	if (shared->wrong++)
		return;
	snprintf(shared->first_wrong, sizeof(shared->first_wrong),
		 "%s: %s: %s; program %" PRIu64 " %u %u %u %u", action->call->name, what,
		 ret < 0 ? strerror(-ret) : "success", id->seed, id->generation, id->process,
		 id->thread, id->number);
}

bool is_own_device(const struct action *action, const struct slot *device)
{
	return !action->by_neighbour && device->usable;
}

static bool is_answer(const struct argument *argument, int function, size_t length)
{
	uint8_t expected[sizeof(*argument)];

	memset(expected, FILL, sizeof(expected));
	memcpy(expected, argument->bytes, HEADER);
	memcpy(expected + HEADER, &functions[function].answer, length);
	return !memcmp(expected, argument->bytes, HEADER + 16);
}

void check_feature(const struct user *user, const struct action *action, const struct slot *device,
		   int ret, const struct argument *argument, bool away)
{
	uint32_t argsz = (uint32_t)action->values[0], flags = (uint32_t)action->values[1];
	int expected = foretell_feature(argsz, flags);
	size_t length = argsz - HEADER < 8 ? 4 : 8;

	if ((flags & VFIO_DEVICE_FEATURE_MASK) != VFIO_DEVICE_FEATURE_PASID_STABLE)
		return;
	if (away && ret == -ENOTTY)
		return;
	if (ret != (expected < 0 ? expected : 0))
		tell_wrong(user, action, "not what it has to return", ret);
	else if (!is_answer(argument, device->function, expected == 1 ? length : 0))
		tell_wrong(user, action, "not the answer planted", ret);
	else
		long_shared->answers += expected == 1;
}

/* The bytes of the PASID capability that were read as something else than zeros */
static bool shows_capability(int function, uint64_t at, const uint8_t *bytes, size_t length)
{
	for (uint64_t i = 0; i < length; i++)
		if (at + i >= hidden_start[function] && at + i < hidden_end[function] && bytes[i])
			return true;
	return false;
}

bool is_hidden(int function, uint64_t at, long length)
{
	return at < hidden_end[function] && at + (uint64_t)length > hidden_start[function];
}

void check_read(const struct user *user, const struct action *action, const struct slot *device,
		const uint8_t *bytes, long ret)
{
	int function = device->function;
	uint64_t at = action->values[1];

	if (ret <= 0 || action->values[0] != VFIO_PCI_CONFIG_REGION_INDEX ||
	    !is_hidden(function, at, ret))
		return;
	if (shows_capability(function, at, bytes, (size_t)ret))
		tell_wrong(user, action, "the PASID capability is shown", 0);
	else
		long_shared->hidden++;
}
