// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <json-c/json.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "dma.h"
#include "version.h"

/* Checks those capabilities of the client that the protocol defines; others are ignored. */
static bool are_capabilities(struct json_object *capabilities)
{
	static const char *const numbers[] = { "max_msg_fds", "max_data_xfer_size", "max_dma_maps",
					       "pgsizes" };
	struct json_object *value;

	if (!json_object_is_type(capabilities, json_type_object))
		return false;
	for (size_t i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++) {
		if (json_object_object_get_ex(capabilities, numbers[i], &value) &&
		    !json_object_is_type(value, json_type_int))
			return false;
	}
	return true;
}

static bool is_data(struct json_object *data)
{
	struct json_object *capabilities;

	return json_object_is_type(data, json_type_object) &&
	       (!json_object_object_get_ex(data, "capabilities", &capabilities) ||
		are_capabilities(capabilities));
}

/* The data must be JSON with a null byte at its end, or nothing at all. */
static int check_data(const char *text, size_t length)
{
	struct json_tokener *tokener;
	struct json_object *data;
	bool good;

	if (!length)
		return 0;
	if (strnlen(text, length) != length - 1)
		return -EINVAL;
	tokener = json_tokener_new();
	if (!tokener)
		return -ENOMEM;
	/* Otherwise, json-c accepts comments, text after the object, and some other errors. */
	json_tokener_set_flags(tokener, JSON_TOKENER_STRICT);
	data = json_tokener_parse_ex(tokener, text, (int)length);
	good = is_data(data);
	json_object_put(data);
	json_tokener_free(tokener);
	return good ? 0 : -EINVAL;
}

int version_negotiate(const struct message *message, struct message *reply)
{
	const char *text = (const char *)message->body + sizeof(struct vfio_user_version);
	struct vfio_user_version version;
	char data[160];
	int ret, length;

	memcpy(&version, message->body, sizeof(version));
	if (version.major != VFIO_USER_MAJOR)
		return -EPROTONOSUPPORT;
	ret = check_data(text, message_length(message) - sizeof(version));
	if (ret)
		return ret;
	if (version.minor > VFIO_USER_MINOR)
		version.minor = VFIO_USER_MINOR;
	length = snprintf(data, sizeof(data),
			  "{\"capabilities\":{\"max_msg_fds\":%d,\"max_data_xfer_size\":%d,"
			  "\"max_dma_maps\":%d,\"pgsizes\":%d}}",
			  MESSAGE_MAX_FDS, MESSAGE_MAX_DATA, DMA_MAX_MAPS, DMA_PAGE_SIZE);
	message_add(reply, &version, sizeof(version));
	message_add(reply, data, (size_t)length + 1);
	return 0;
}
