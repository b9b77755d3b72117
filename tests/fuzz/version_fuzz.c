// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * device/version.h on any proposal of a client: a version, and JSON with its capabilities. The
 * JSON that is accepted is an object for json-c's plain parser, too; the JSON of the reply is
 * accepted when it is proposed.
 */
#include <errno.h>
#include <json-c/json.h>
#include <stdint.h>
#include <string.h>

#include "fuzz.h"
#include "version.h"

#define FIXED sizeof(struct vfio_user_version)

static struct message asked, reply;

static int negotiate(size_t size)
{
	asked.header.command = VFIO_USER_VERSION;
	asked.header.size = (uint32_t)(sizeof(asked.header) + size);
	message_reply(&reply, &asked, 0);
	return version_negotiate(&asked, &reply);
}

/* The text ends in '\0', as version_negotiate() made sure. */
static void check_json(size_t size)
{
	struct json_object *object;

	if (size == FIXED)
		return;
	check(!asked.body[size - 1]);
	object = json_tokener_parse((const char *)asked.body + FIXED);
	check(json_object_is_type(object, json_type_object));
	json_object_put(object);
}

static void check_reply(const struct vfio_user_version *proposed)
{
	size_t size = message_length(&reply);
	struct vfio_user_version version;

	check(size > FIXED && size <= MESSAGE_MAX_BODY && !reply.body[size - 1]);
	memcpy(&version, reply.body, sizeof(version));
	check(version.major == proposed->major && version.minor <= proposed->minor &&
	      version.minor <= VFIO_USER_MINOR);
	memcpy(asked.body, reply.body, size);
	check(!negotiate(size));
}

/* A text that goes on behind its object must be refused as a whole. */
static void check_more(const uint8_t *data, size_t size)
{
	if (size == FIXED || size == MESSAGE_MAX_BODY)
		return;
	memcpy(asked.body, data, size);
	asked.body[size - 1] = '{';
	asked.body[size] = '\0';
	check(negotiate(size + 1) == -EINVAL);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct vfio_user_version proposed;
	int ret;

	if (size < FIXED || size > MESSAGE_MAX_BODY)
		return 0;
	memcpy(asked.body, data, size);
	memcpy(&proposed, data, sizeof(proposed));
	ret = negotiate(size);
	check(!ret || ret == -EINVAL || ret == -EPROTONOSUPPORT);
	check((ret == -EPROTONOSUPPORT) == (proposed.major != VFIO_USER_MAJOR));
	if (ret)
		return 0;
	check_json(size);
	check_reply(&proposed);
	check_more(data, size);
	return 0;
}
