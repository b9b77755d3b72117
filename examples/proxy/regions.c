// SPDX-License-Identifier: MIT
#include <errno.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "regions.h"

/*
 * Gets what the kernel says about the region whose index is in @info, with all of the region's
 * capabilities. The kernel sets argsz to the size of these, at most @room.
 */
static int ask_kernel(const struct host *host, struct vfio_region_info *info, size_t room)
{
	const uint32_t index = info->index;

	info->argsz = sizeof(*info);
	if (ioctl(host->function.device_fd, VFIO_DEVICE_GET_REGION_INFO, info))
		return -errno;
	if (info->argsz > room)
		return -E2BIG;
	*info = (struct vfio_region_info){ .argsz = info->argsz, .index = index };
	return ioctl(host->function.device_fd, VFIO_DEVICE_GET_REGION_INFO, info) ? -errno : 0;
}

/*
 * A client that has too little room for the capabilities gets none of them, and asks again. The
 * kernel sets cap_offset only if they fit. A server must always set it, because QEMU regards 0 as
 * an error.
 *
 * To map a BAR, a client needs the device's own descriptor. There is no descriptor for a single
 * BAR: with the device's, a client can do anything to the device.
 */
int regions_info(const struct host *host, bool keep_device, const struct message *message,
		 struct message *reply)
{
	_Alignas(struct vfio_region_info) uint8_t answer[MESSAGE_MAX_BODY] = { 0 };
	struct vfio_region_info *info = (struct vfio_region_info *)answer;
	uint32_t room;
	int ret;

	memcpy(info, message->body, sizeof(*info));
	room = info->argsz;
	if (room < sizeof(*info) || info->index >= VFIO_PCI_NUM_REGIONS)
		return -EINVAL;
	ret = ask_kernel(host, info, sizeof(answer));
	if (ret)
		return ret;
	if (keep_device) {
		info->argsz = sizeof(*info);
		info->cap_offset = 0;
		info->flags &= VFIO_REGION_INFO_FLAG_READ | VFIO_REGION_INFO_FLAG_WRITE;
	}
	if (info->flags & VFIO_REGION_INFO_FLAG_MMAP)
		reply->fds[reply->fd_count++] = host->function.device_fd;
	message_add(reply, answer, room < info->argsz ? sizeof(*info) : info->argsz);
	return 0;
}

static int take_access(const struct host *host, const struct message *message,
		       struct vfio_user_region_access *access)
{
	uint64_t size;

	memcpy(access, message->body, sizeof(*access));
	if (access->region >= VFIO_PCI_NUM_REGIONS)
		return -EINVAL;
	size = host->regions[access->region].size;
	if (access->count > MESSAGE_MAX_DATA || access->offset > size ||
	    access->count > size - access->offset)
		return -EINVAL;
	return 0;
}

static off_t offset_in_device(const struct host *host, const struct vfio_user_region_access *access)
{
	return (off_t)(host->regions[access->region].offset + access->offset);
}

int regions_read(const struct guest *guest, const struct message *message, struct message *reply)
{
	struct vfio_user_region_access access;
	uint8_t data[MESSAGE_MAX_DATA];
	int ret = take_access(guest->host, message, &access);

	if (ret)
		return ret;
	if (access.region == VFIO_PCI_CONFIG_REGION_INDEX)
		ret = vpasid_vconfig_read(guest->view, access.offset, data, access.count);
	else if (pread(guest->host->function.device_fd, data, access.count,
		       offset_in_device(guest->host, &access)) != access.count)
		ret = -EIO;
	if (ret)
		return ret;
	message_add(reply, &access, sizeof(access));
	message_add(reply, data, access.count);
	return 0;
}

int regions_write(const struct guest *guest, const struct message *message, struct message *reply)
{
	const uint8_t *data = message->body + sizeof(struct vfio_user_region_access);
	struct vfio_user_region_access access;
	int ret = take_access(guest->host, message, &access);

	if (!ret && message_length(message) - sizeof(access) != access.count)
		ret = -EINVAL;
	if (ret)
		return ret;
	if (access.region == VFIO_PCI_CONFIG_REGION_INDEX)
		ret = vpasid_vconfig_write(guest->view, access.offset, data, access.count);
	else if (pwrite(guest->host->function.device_fd, data, access.count,
			offset_in_device(guest->host, &access)) != access.count)
		ret = -EIO;
	if (!ret)
		message_add(reply, &access, sizeof(access));
	return ret;
}
