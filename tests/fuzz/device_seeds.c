// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * device_seeds DIRECTORY: what device_fuzz begins with: each command of the protocol as it
 * should be, and a session as QEMU has one.
 */
#include <linux/vfio_pasid.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "support/device_client.h"

#define CONFIG	VFIO_PCI_CONFIG_REGION_INDEX
#define CONTROL 0x236 /* PASID's, of the profile */

static struct message message;
static FILE *session;

static FILE *open_seed(const char *directory, const char *name, unsigned int gift)
{
	/* a version has been agreed on; the first messages come with so many descriptors */
	const uint8_t gifts[8] = { 0x20 | gift, gift, gift };
	char path[4096];
	FILE *file;

	snprintf(path, sizeof(path), "%s/%s", directory, name);
	file = fopen(path, "w");
	if (!file || !fwrite(gifts, sizeof(gifts), 1, file)) {
		perror(path);
		exit(1);
	}
	return file;
}

/* The message, alone and as the next one of the session */
static void put(const char *directory, const char *name, unsigned int gift)
{
	FILE *file = open_seed(directory, name, gift);

	fwrite(&message, message.header.size, 1, file);
	fclose(file);
	if (!gift)
		fwrite(&message, message.header.size, 1, session);
}

#define PUT(name, gift, command, ...)                                                \
	do {                                                                         \
		client_make(&message, command, &(__VA_ARGS__), sizeof(__VA_ARGS__)); \
		put(directory, name, gift);                                          \
	} while (0)

static void put_queries(const char *directory)
{
	PUT("info", 0, VFIO_USER_DEVICE_GET_INFO, (struct vfio_user_device_info){ 16 });
	PUT("region-info", 0, VFIO_USER_DEVICE_GET_REGION_INFO,
	    (struct vfio_region_info){ .argsz = 32, .index = CONFIG });
	PUT("irq-info", 0, VFIO_USER_DEVICE_GET_IRQ_INFO,
	    (struct vfio_irq_info){ .argsz = 16, .index = VFIO_PCI_MSIX_IRQ_INDEX });
	PUT("feature", 0, VFIO_USER_DEVICE_FEATURE,
	    (struct vfio_device_feature){ 16, VFIO_DEVICE_FEATURE_GET |
						      VFIO_DEVICE_FEATURE_PASID_STABLE });
	PUT("feature-11", 0, VFIO_USER_DEVICE_FEATURE,
	    (struct vfio_device_feature){ 12,
					  VFIO_DEVICE_FEATURE_GET | VFIO_DEVICE_FEATURE_PASID });
}

static void put_memory(const char *directory)
{
	PUT("map", 0, VFIO_USER_DMA_MAP,
	    (struct vfio_user_dma_map){ 32, 3, 0, 0x100000, 0x100000 });
	PUT("map-file", 0x81, VFIO_USER_DMA_MAP,
	    (struct vfio_user_dma_map){ 32, 3, 0x1000, 0, 0x80000 });
	PUT("unmap", 0, VFIO_USER_DMA_UNMAP,
	    (struct vfio_user_dma_unmap){ 24, 0, 0x100000, 0x100000 });
	PUT("unmap-all", 0, VFIO_USER_DMA_UNMAP, (struct vfio_user_dma_unmap){ 24, 2, 0, 0 });
}

static void put_irqs(const char *directory)
{
	const uint32_t index = VFIO_PCI_MSIX_IRQ_INDEX;
	struct vfio_irq_set set = {
		.argsz = sizeof(set),
		.flags = VFIO_IRQ_SET_DATA_EVENTFD | VFIO_IRQ_SET_ACTION_TRIGGER,
		.index = index,
		.count = 2,
	};

	PUT("irqs-eventfd", 0x82, VFIO_USER_DEVICE_SET_IRQS, set);
	PUT("irqs-take-back", 0, VFIO_USER_DEVICE_SET_IRQS, set);
	set.flags = VFIO_IRQ_SET_DATA_NONE | VFIO_IRQ_SET_ACTION_TRIGGER;
	PUT("irqs-none", 0, VFIO_USER_DEVICE_SET_IRQS, set);
	set.flags = VFIO_IRQ_SET_DATA_BOOL | VFIO_IRQ_SET_ACTION_TRIGGER;
	client_make(&message, VFIO_USER_DEVICE_SET_IRQS, &set, sizeof(set));
	message_add(&message, "\1\0", set.count);
	put(directory, "irqs-bool", 0);
}

static void put_accesses(const char *directory)
{
	static const uint8_t enable[2] = { 7, 0 }, reset[2] = { 0, 0x80 };

	client_make_access(&message, CONFIG, 0, NULL, 4096);
	put(directory, "read", 0);
	client_make_access(&message, CONFIG, CONTROL, enable, sizeof(enable));
	put(directory, "write", 0);
	client_make_access(&message, CONFIG, 0x48, reset, sizeof(reset));
	put(directory, "write-flr", 0);
	client_make_access(&message, 0, 0x2000, enable, sizeof(enable));
	put(directory, "write-bar", 0);
	client_make(&message, VFIO_USER_DEVICE_RESET, NULL, 0);
	put(directory, "reset", 0);
}

static void put_version(const char *directory)
{
	static const char data[] =
		"\0\0\0\0{\"capabilities\":{\"max_msg_fds\":8,\"pgsizes\":4096}}";
	FILE *file = open_seed(directory, "version", 0);

	client_make(&message, VFIO_USER_VERSION, data, sizeof(data));
	rewind(file);
	fwrite("\0\0\0\0\0\0\0\0", 8, 1, file);
	fwrite(&message, message.header.size, 1, file);
	fclose(file);
}

int main(int argc, char **argv)
{
	const char *directory = argv[1];

	if (argc != 2)
		return 2;
	session = open_seed(directory, "session", 0);
	put_memory(directory);
	put_queries(directory);
	put_accesses(directory);
	put_irqs(directory);
	put_version(directory);
	fclose(session);
	return 0;
}
