// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <string.h>

#include "regions.h"

static uint64_t size_of(const struct function *function, uint32_t index)
{
	if (index == VFIO_PCI_CONFIG_REGION_INDEX)
		return VPASID_CONFIG_SIZE;
	return index < PCI_STD_NUM_BARS ? function->hardware.bars.sizes[index] : 0;
}

int regions_answer_info(const struct function *function, const struct message *message,
			struct message *reply)
{
	struct vfio_region_info ask, info = { .argsz = sizeof(info) };

	memcpy(&ask, message->body, sizeof(ask));
	if (ask.argsz < sizeof(ask) || ask.index >= VFIO_PCI_NUM_REGIONS)
		return -EINVAL;
	info.index = ask.index;
	info.size = size_of(function, ask.index);
	if (info.size)
		info.flags = VFIO_REGION_INFO_FLAG_READ | VFIO_REGION_INFO_FLAG_WRITE;
	message_add(reply, &info, sizeof(info));
	return 0;
}

static int take_access(const struct function *function, const struct message *message,
		       struct vfio_user_region_access *access)
{
	uint64_t size;

	memcpy(access, message->body, sizeof(*access));
	size = size_of(function, access->region);
	if (access->count > MESSAGE_MAX_DATA || access->offset > size ||
	    access->count > size - access->offset)
		return -EINVAL;
	return 0;
}

int regions_read(struct function *function, const struct message *message, struct message *reply)
{
	struct vfio_user_region_access access;
	uint8_t data[MESSAGE_MAX_DATA];
	int ret = take_access(function, message, &access);

	if (ret)
		return ret;
	if (access.region == VFIO_PCI_CONFIG_REGION_INDEX)
		ret = function_read(function, (unsigned int)access.offset, data, access.count);
	else
		memset(data, 0, access.count);
	if (ret)
		return ret;
	message_add(reply, &access, sizeof(access));
	message_add(reply, data, access.count);
	return 0;
}

int regions_write(struct function *function, const struct message *message, struct message *reply)
{
	const uint8_t *data = message->body + sizeof(struct vfio_user_region_access);
	struct vfio_user_region_access access;
	int ret = take_access(function, message, &access);

	if (ret)
		return ret;
	if (message_length(message) - sizeof(access) != access.count)
		return -EINVAL;
	if (access.region == VFIO_PCI_CONFIG_REGION_INDEX)
		ret = function_write(function, (unsigned int)access.offset, data, access.count);
	if (!ret)
		message_add(reply, &access, sizeof(access));
	return ret;
}
