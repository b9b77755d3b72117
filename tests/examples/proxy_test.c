// SPDX-License-Identifier: MIT
/*
 * examples/proxy/: what a client has of a VFIO device that is made by hand, and what reaches
 * that. A stock QEMU on a real VFIO is tests/lab/proxy_test.sh.
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/pci_regs.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cmocka.h>

#include "lib/made_config.h"
#include "made_vfio.h"
#include "serve.h"
#include "support/device_client.h"

#define PASID	0xff8
#define CONTROL (PASID + PCI_PASID_CTRL)
#define CONFIG	VFIO_PCI_CONFIG_REGION_INDEX
#define MSIX	VFIO_PCI_MSIX_IRQ_INDEX
#define HEADER	sizeof(struct vfio_user_region_access)
#define NOISE	200000

static struct proxy proxy;
static struct service service;
static struct session session;
static struct message message, reply;
static struct why why;

/* A function with PCI Express, and ARI for a chain */
static void make_config(void)
{
	memset(config, 0, sizeof(config));
	put32(PCI_VENDOR_ID, 0x00101b36);
	put32(PCI_COMMAND, PCI_STATUS_CAP_LIST << 16);
	put32(PCI_CAPABILITY_LIST, 0x40);
	put32(0x40, PCI_CAP_ID_EXP | 2 << 16);
	put32(0x44, PCI_EXP_DEVCAP_FLR);
	put_cap(0x100, PCI_EXT_CAP_ID_ARI, 0);
}

static int make_guest(unsigned int takes)
{
	return guest_init(&proxy.guest, &proxy.host, takes, &proxy.log, &why);
}

static void join(void)
{
	const struct vfio_user_version version = { 0, 1 };

	service = proxy_service(&proxy);
	session_init(&session, &service, &proxy.log);
	client_make(&message, VFIO_USER_VERSION, &version, sizeof(version));
	assert_int_equal(session_handle(&session, &message, &reply), 0);
	assert_false(reply.header.flags & VFIO_USER_ERROR);
}

static int begin(bool by_iommufd)
{
	make_config();
	proxy = (struct proxy){ 0 };
	log_init(&proxy.log, NULL);
	made_vfio_init(&proxy.host, by_iommufd);
	return 0;
}

static int setup(void **state)
{
	(void)state;
	begin(false);
	if (make_guest(20))
		return -1;
	join();
	return 0;
}

/* Where there is an iommufd it answers nothing of PASID, as one before 6.15 */
static int setup_iommufd(void **state)
{
	(void)state;
	begin(true);
	if (make_guest(20))
		return -1;
	join();
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	session_end(&session);
	guest_free(&proxy.guest);
	made_vfio_free();
	return 0;
}

/* Returns the errno of the reply, 0 if it isn't an error. */
static int handle(void)
{
	assert_int_equal(session_handle(&session, &message, &reply), 0);
	message_close_fds(&message);
	return reply.header.flags & VFIO_USER_ERROR ? (int)reply.header.error : 0;
}

static int call(unsigned int command, const void *body, size_t length)
{
	client_make(&message, command, body, length);
	return handle();
}

static int access_region(unsigned int region, uint64_t offset, const void *data, size_t length)
{
	client_make_access(&message, region, offset, data, length);
	return handle();
}

static uint32_t read32(unsigned int offset)
{
	uint32_t value;

	assert_int_equal(access_region(CONFIG, offset, NULL, 4), 0);
	memcpy(&value, reply.body + HEADER, 4);
	return value;
}

static uint16_t control(void)
{
	uint16_t value;

	assert_int_equal(access_region(CONFIG, CONTROL, NULL, 2), 0);
	memcpy(&value, reply.body + HEADER, 2);
	return value;
}

static int write16(unsigned int offset, uint16_t value)
{
	return access_region(CONFIG, offset, &value, sizeof(value));
}

static void test_guest(void **state)
{
	(void)state;
	begin(false);
	assert_int_equal(make_guest(20), 0);
	join();
	assert_int_equal(read32(PASID), PCI_EXT_CAP_ID_PASID | 1 << 16);
	assert_int_equal(read32(PASID + 4), 20 << 8 | 6);
	/* it is behind the function's own */
	assert_int_equal(read32(0x100), PCI_EXT_CAP_ID_ARI | 1 << 16 | 0xff800000);
	session_end(&session);
	guest_free(&proxy.guest);

	/* no wider than the client's IOMMU takes, no permission that the host has off */
	made.enabled = VPASID_CAP_EXEC;
	assert_int_equal(make_guest(9), 0);
	join();
	assert_int_equal(read32(PASID + 4), 9 << 8 | 2);
	teardown(NULL);
}

static void refuses(int error, const char *text)
{
	assert_int_equal(make_guest(20), error);
	if (!strstr(why.text, text))
		fail_msg("'%s' isn't in '%s'", text, why.text);
	assert_null(proxy.guest.view);
}

static void test_no_guest(void **state)
{
	(void)state;
	begin(false);
	made.error = ENOTTY;
	refuses(-EOPNOTSUPP, "load vfio_pasid, or bind the function to pasid_vfio_pci");
	made.error = ENODEV;
	refuses(-ENODEV, "no answer from the host: No such device");
	made.error = 0;
	made.width = made.capabilities = made.enabled = 0;
	refuses(-ENODEV, "vpasid explain says why");
	made.width = 20;
	memset(proxy.host.function.config + 0x104, 0xff, VPASID_CONFIG_SIZE - 0x104);
	refuses(-ENOSPC, "no place for PASID: No space left on device: 0x1");
	made_vfio_free();
}

/* What a guest writes to its capability stays with it; all else goes on. */
static void test_config(void **state)
{
	static uint8_t garbage[VPASID_CONFIG_SIZE - PASID], now[VPASID_CONFIG_SIZE];

	(void)state;
	assert_int_equal(write16(CONTROL, 7), 0);
	assert_int_equal(control(), 7);
	assert_int_equal(write16(CONTROL, 0), 0);
	assert_int_equal(control(), 0);
	for (int i = 0; i < 256; i++) {
		memset(garbage, i, sizeof(garbage));
		assert_int_equal(access_region(CONFIG, PASID, garbage, sizeof(garbage)), 0);
	}
	made_vfio_config(now);
	assert_memory_equal(now, config, sizeof(now));
	assert_int_equal(read32(PASID + 4) & 0xffff, 20 << 8 | 6);

	assert_int_equal(write16(0xf00, 0xabcd), 0);
	made_vfio_config(now);
	assert_int_equal(now[0xf00] | now[0xf01] << 8, 0xabcd);

	/* all at once, as QEMU reads it */
	assert_int_equal(access_region(CONFIG, 0, NULL, VPASID_CONFIG_SIZE), 0);
	assert_memory_equal(reply.body + HEADER, "\x36\x1b\x10\x00", 4);
	assert_int_equal(access_region(CONFIG, 1, NULL, VPASID_CONFIG_SIZE), EINVAL);
	assert_int_equal(write16(VPASID_CONFIG_SIZE - 1, 0), EINVAL);
}

static void test_bars(void **state)
{
	static const uint8_t data[] = { 1, 2, 3, 4 };
	static const struct vfio_user_region_access many = { 0, 0, UINT32_MAX };
	uint8_t there[4];

	(void)state;
	assert_int_equal(access_region(0, 0x1000, data, sizeof(data)), 0);
	assert_int_equal(pread(made.fd, there, 4, BAR_AT + 0x1000), 4);
	assert_memory_equal(there, data, 4);
	assert_int_equal(access_region(0, 0x1002, NULL, 2), 0);
	assert_memory_equal(reply.body + HEADER, data + 2, 2);

	assert_int_equal(access_region(0, BAR_SIZE, NULL, 1), EINVAL);
	assert_int_equal(access_region(0, UINT64_MAX, NULL, 1), EINVAL);
	assert_int_equal(access_region(0, BAR_SIZE - 2, data, 4), EINVAL);
	assert_int_equal(access_region(1, 0, NULL, 1), EINVAL);
	assert_int_equal(access_region(VFIO_PCI_NUM_REGIONS, 0, NULL, 1), EINVAL);
	assert_int_equal(access_region(UINT32_MAX, 0, NULL, 1), EINVAL);
	assert_int_equal(call(VFIO_USER_REGION_READ, &many, sizeof(many)), EINVAL);
	/* fewer bytes than it says */
	assert_int_equal(call(VFIO_USER_REGION_WRITE,
			      &(struct vfio_user_region_access){ .count = 4 }, HEADER),
			 EINVAL);

	/* the device is gone */
	assert_int_equal(ftruncate(made.fd, 0), 0);
	assert_int_equal(access_region(0, 0, NULL, 4), EIO);
	assert_int_equal(access_region(CONFIG, 0, NULL, 4), EIO);
}

static int ask_region(uint32_t index, uint32_t argsz)
{
	const struct vfio_region_info ask = { .argsz = argsz, .index = index };

	return call(VFIO_USER_DEVICE_GET_REGION_INFO, &ask, sizeof(ask));
}

static void test_region_info(void **state)
{
	const struct vfio_region_info *info = (const void *)reply.body;

	(void)state;
	/* first without room for the capabilities, then with as much as that takes */
	assert_int_equal(ask_region(0, sizeof(*info)), 0);
	assert_int_equal(message_length(&reply), sizeof(*info));
	assert_int_equal(info->argsz, 64);
	/* QEMU takes 0 for a mistake */
	assert_int_equal(info->cap_offset, sizeof(*info));
	assert_int_equal(ask_region(0, 64), 0);
	assert_int_equal(message_length(&reply), 64);
	assert_int_equal(info->cap_offset, sizeof(*info));
	assert_int_equal(info->size, BAR_SIZE);
	assert_int_equal(info->offset, BAR_AT);
	assert_int_equal(info[1].argsz & 0xffff, VFIO_REGION_INFO_CAP_SPARSE_MMAP);
	assert_int_equal(ask_region(0, UINT32_MAX), 0);
	assert_int_equal(message_length(&reply), 64);
	assert_int_equal(info->argsz, 64);

	/* a BAR is mapped from the device */
	assert_int_equal(reply.fd_count, 1);
	assert_int_equal(reply.fds[0], made.fd);
	assert_int_equal(ask_region(CONFIG, sizeof(*info)), 0);
	assert_int_equal(reply.fd_count, 0);

	proxy.keep_device = true;
	assert_int_equal(ask_region(0, 64), 0);
	assert_int_equal(reply.fd_count, 0);
	assert_int_equal(message_length(&reply), sizeof(*info));
	assert_int_equal(info->argsz, sizeof(*info));
	assert_int_equal(info->cap_offset, 0);
	assert_int_equal(info->flags, VFIO_REGION_INFO_FLAG_READ | VFIO_REGION_INFO_FLAG_WRITE);

	assert_int_equal(ask_region(0, sizeof(*info) - 1), EINVAL);
	assert_int_equal(ask_region(VFIO_PCI_NUM_REGIONS, 64), EINVAL);
	assert_int_equal(ask_region(VFIO_PCI_VGA_REGION_INDEX, 64), EINVAL);
}

static void test_info(void **state)
{
	const struct vfio_user_device_info ask = { .argsz = sizeof(ask) };
	const struct vfio_user_device_info *info = (const void *)reply.body;
	struct vfio_irq_info irq = { .argsz = sizeof(irq), .index = MSIX };

	(void)state;
	assert_int_equal(call(VFIO_USER_DEVICE_GET_INFO, &ask, sizeof(ask)), 0);
	assert_int_equal(info->flags, VFIO_DEVICE_FLAGS_PCI | VFIO_DEVICE_FLAGS_RESET);
	assert_int_equal(info->num_regions, VFIO_PCI_NUM_REGIONS);
	assert_int_equal(info->num_irqs, VFIO_PCI_NUM_IRQS);
	assert_int_equal(call(VFIO_USER_DEVICE_GET_IRQ_INFO, &irq, sizeof(irq)), 0);
	assert_int_equal(((const struct vfio_irq_info *)reply.body)->count, VECTORS);
	irq.index = VFIO_PCI_NUM_IRQS;
	assert_int_equal(call(VFIO_USER_DEVICE_GET_IRQ_INFO, &irq, sizeof(irq)), EINVAL);
	assert_int_equal(call(VFIO_USER_DEVICE_FEATURE, "\0\0\0\0\0\0\0", 8), EOPNOTSUPP);
}

static int set_irqs(uint32_t flags, uint32_t start, uint32_t count, size_t fds, size_t bytes)
{
	static const uint8_t data[MESSAGE_MAX_BODY] = { 1, 0, 1 };
	const struct vfio_irq_set set = {
		.argsz = sizeof(set),
		.flags = flags,
		.index = MSIX,
		.start = start,
		.count = count,
	};

	client_make(&message, VFIO_USER_DEVICE_SET_IRQS, &set, sizeof(set));
	message_add(&message, data, bytes);
	for (size_t i = 0; i < fds; i++)
		message.fds[message.fd_count++] = eventfd(0, EFD_CLOEXEC);
	made.irq_calls = 0;
	return handle();
}

#define TRIGGER VFIO_IRQ_SET_ACTION_TRIGGER

static void test_irqs(void **state)
{
	const struct vfio_irq_set *set = &made.irqs.set;

	(void)state;
	assert_int_equal(set_irqs(VFIO_IRQ_SET_DATA_EVENTFD | TRIGGER, 3, 4, 4, 0), 0);
	assert_int_equal(set->argsz, sizeof(*set) + 4 * sizeof(int));
	assert_int_equal(set->index, MSIX);
	assert_int_equal(set->start, 3);
	assert_int_equal(set->count, 4);
	assert_true(made.irqs.are_fds_open);

	/* none are sent to take them back: more than could be sent */
	assert_int_equal(set_irqs(VFIO_IRQ_SET_DATA_EVENTFD | TRIGGER, 0, VECTORS, 0, 0), 0);
	assert_int_equal(set->argsz, sizeof(*set) + VECTORS * sizeof(int));
	assert_int_equal(made.irqs.data[VECTORS - 1], -1);

	assert_int_equal(set_irqs(VFIO_IRQ_SET_DATA_BOOL | TRIGGER, 0, 3, 0, 3), 0);
	assert_int_equal(set->argsz, sizeof(*set) + 3);
	assert_memory_equal(made.irqs.data, "\1\0\1", 3);
	assert_int_equal(set_irqs(VFIO_IRQ_SET_DATA_NONE | TRIGGER, 0, 0, 0, 0), 0);
	assert_int_equal(set->argsz, sizeof(*set));

	/* what the kernel says */
	made.irq_error = EINVAL;
	assert_int_equal(set_irqs(VFIO_IRQ_SET_DATA_NONE | TRIGGER, 0, 0, 0, 0), EINVAL);
	made.irq_error = -8;
	assert_int_equal(set_irqs(VFIO_IRQ_SET_DATA_EVENTFD | TRIGGER, 0, 16, 16, 0), ENOSPC);
}

static void test_wrong_irqs(void **state)
{
	static const struct {
		uint32_t flags, count;
		size_t fds, bytes;
	} rows[] = {
		{ VFIO_IRQ_SET_DATA_EVENTFD | TRIGGER, 4, 3, 0 },
		{ VFIO_IRQ_SET_DATA_EVENTFD | TRIGGER, 4, 4, 4 },
		{ VFIO_IRQ_SET_DATA_EVENTFD | TRIGGER, 2049, 0, 0 },
		{ VFIO_IRQ_SET_DATA_EVENTFD | TRIGGER, UINT32_MAX, 0, 0 },
		{ VFIO_IRQ_SET_DATA_BOOL | TRIGGER, 4, 0, 3 },
		{ VFIO_IRQ_SET_DATA_BOOL | TRIGGER, 4, 4, 4 },
		{ VFIO_IRQ_SET_DATA_BOOL | TRIGGER, 4000, 0, 4000 },
		{ VFIO_IRQ_SET_DATA_NONE | TRIGGER, 4, 4, 0 },
		{ VFIO_IRQ_SET_DATA_NONE | TRIGGER, 4, 0, 4 },
		{ 0, 4, 0, 16 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		assert_int_equal(
			set_irqs(rows[i].flags, 0, rows[i].count, rows[i].fds, rows[i].bytes),
			EINVAL);
		assert_int_equal(made.irq_calls, 0);
	}
}

/* Maps a file's page @page, or without a file. */
static int map_page(int fd, uint64_t page, uint64_t address, uint64_t size, uint32_t flags)
{
	const struct vfio_user_dma_map map = {
		.argsz = sizeof(map),
		.flags = flags,
		.offset = page * 4096,
		.address = address,
		.size = size,
	};

	client_make(&message, VFIO_USER_DMA_MAP, &map, sizeof(map));
	if (fd >= 0)
		message.fds[message.fd_count++] = dup(fd);
	return handle();
}

static int unmap(uint64_t address, uint64_t size, uint32_t flags)
{
	const struct vfio_user_dma_unmap all = { sizeof(all), flags, address, size };

	return call(VFIO_USER_DMA_UNMAP, &all, sizeof(all));
}

#define READ  VFIO_USER_DMA_READ
#define WRITE VFIO_USER_DMA_WRITE

static int make_memory(void)
{
	int fd = memfd_create("memory", MFD_CLOEXEC);

	for (int page = 0; page < 8; page++)
		dprintf(fd, "%-4095d\n", page);
	return fd;
}

static void test_dma(void **state)
{
	int fd = make_memory();
	char byte;

	(void)state;
	assert_int_equal(map_page(fd, 2, 0x10000, 0x2000, READ | WRITE), 0);
	assert_int_equal(made.map_count, 1);
	assert_int_equal(made.maps[0].address, 0x10000);
	assert_int_equal(made.maps[0].size, 0x2000);
	assert_int_equal(made.maps[0].flags, VFIO_DMA_MAP_FLAG_READ | VFIO_DMA_MAP_FLAG_WRITE);
	assert_int_equal(*(const char *)made.maps[0].memory, '2');
	assert_int_equal(map_page(fd, 0, 0x20000, 0x1000, READ), 0);
	assert_int_equal(made.maps[1].flags, VFIO_DMA_MAP_FLAG_READ);
	/* it is the client's memory, and no copy of it: for what the client writes, and DMA */
	assert_int_equal(pwrite(fd, "x", 1, 0), 1);
	assert_int_equal(*(const char *)made.maps[1].memory, 'x');
	*(char *)made.maps[0].memory = 'y';
	assert_int_equal(pread(fd, &byte, 1, 0x2000), 1);
	assert_int_equal(byte, 'y');

	/* what can't be isn't passed on */
	assert_int_equal(map_page(fd, 0, 0x11000, 0x1000, READ), EEXIST);
	assert_int_equal(map_page(fd, 0, 0x30001, 0x1000, READ), EINVAL);
	assert_int_equal(map_page(fd, 0, 0x30000, 0, READ), EINVAL);
	assert_int_equal(map_page(fd, 0, 0x30000, 0x1000, 0), EINVAL);
	assert_int_equal(unmap(0x10000, 0x1000, 0), EINVAL);
	assert_int_equal(made.map_count, 2);

	assert_int_equal(unmap(0x40000, 0x1000, 0), 0);
	assert_int_equal(unmap(0x10000, 0x2000, 0), 0);
	assert_int_equal(made.map_count, 1);
	assert_int_equal(map_page(fd, 1, 0x10000, 0x1000, READ | WRITE), 0);
	assert_int_equal(made.map_count, 2);
	assert_int_equal(map_page(fd, 1, 0x30000, 0x1000, WRITE), 0);
	assert_int_equal(made.maps[2].flags, VFIO_DMA_MAP_FLAG_WRITE);
	assert_int_equal(unmap(0, 0, VFIO_DMA_UNMAP_FLAG_ALL), 0);
	assert_int_equal(made.map_count, 0);
	close(fd);
}

static void test_dma_of_iommufd(void **state)
{
	test_dma(state);
}

/* Counts the mappings of this process that are of a file named "memory". */
static int count_memory(void)
{
	FILE *maps = fopen("/proc/self/maps", "r");
	char line[512];
	int count = 0;

	while (fgets(line, sizeof(line), maps))
		count += strstr(line, "/memfd:memory") != NULL;
	fclose(maps);
	return count;
}

static void test_odd_memory(void **state)
{
	int fd = make_memory(), file = open("/proc/self/exe", O_RDONLY | O_CLOEXEC), pipes[2];

	(void)state;
	/* registers and ROMs of the VMM's: no DMA goes there */
	assert_int_equal(map_page(-1, 0, 0x50000, 0x1000, READ | WRITE), 0);
	assert_int_equal(made.map_count, 0);
	assert_int_equal(unmap(0x50000, 0x1000, 0), 0);

	assert_int_equal(pipe(pipes), 0);
	assert_int_equal(map_page(file, 0, 0x1000, 0x1000, READ), EINVAL);
	assert_int_equal(map_page(pipes[0], 0, 0x1000, 0x1000, READ), EINVAL);
	assert_int_equal(map_page(made.fd, 1, 0x1000, UINT64_MAX - 0xfff, READ), EINVAL);
	assert_int_equal(map_page(fd, 0, 0, INT64_MAX & ~0xfffull, READ), ENOMEM);
	assert_int_equal(made.map_count, 0);

	/* what the kernel refuses isn't left in our memory */
	made.map_error = EFAULT;
	assert_int_equal(map_page(fd, 0, 0x1000, 0x1000, READ), EFAULT);
	made.map_error = 0;
	assert_int_equal(count_memory(), 0);
	assert_int_equal(map_page(fd, 0, 0x1000, 0x1000, READ), 0);
	assert_int_equal(count_memory(), 1);
	assert_int_equal(unmap(0x1000, 0x1000, 0), 0);
	assert_int_equal(count_memory(), 0);
	close(pipes[0]);
	close(pipes[1]);
	close(file);
	close(fd);
}

static void test_reset(void **state)
{
	(void)state;
	assert_int_equal(write16(CONTROL, 5), 0);
	assert_int_equal(call(VFIO_USER_DEVICE_RESET, NULL, 0), 0);
	assert_int_equal(made.resets, 1);
	assert_int_equal(control(), 0);

	/* by config space: the device does it, and the view knows */
	assert_int_equal(write16(CONTROL, 5), 0);
	assert_int_equal(write16(0x48, PCI_EXP_DEVCTL_BCR_FLR), 0);
	assert_int_equal(made.resets, 1);
	assert_int_equal(control(), 0);
}

/* The next client finds nothing of this one. */
static void test_end(void **state)
{
	int fd = make_memory();

	(void)state;
	assert_int_equal(map_page(fd, 0, 0x1000, 0x1000, READ), 0);
	assert_int_equal(map_page(fd, 1, 0x2000, 0x1000, READ | WRITE), 0);
	assert_int_equal(write16(CONTROL, 1), 0);
	session_end(&session);
	assert_int_equal(made.resets, 1);
	/* DMA that is under way ends before the memory is taken from it */
	assert_true(made.was_reset_with_maps);
	assert_int_equal(made.map_count, 0);
	assert_int_equal(made.disabled, (1u << VFIO_PCI_NUM_IRQS) - 1);
	assert_int_equal(count_memory(), 0);
	close(fd);

	join();
	assert_int_equal(control(), 0);
}

/* Any message gets a reply; nothing is left of it. */
static void test_noise(void **state)
{
	static const unsigned int commands[] = { 2, 3, 4, 5, 7, 8, 9, 10, 13, 16, 99 };
	int memory = make_memory(), first = dup(memory), last;

	(void)state;
	close(first);
	srandom(1);
	for (int i = 0; i < NOISE; i++) {
		uint32_t body[16];
		size_t length = (size_t)random() % (sizeof(body) + 1);

		/* small numbers, so that some of it makes sense */
		for (size_t at = 0; at < sizeof(body) / sizeof(body[0]); at++)
			body[at] = random() % 4 ? (uint32_t)random() >> (random() % 32) : 0;
		body[0] = random() % 4 ? (uint32_t)length : body[0];
		client_make(&message, commands[(size_t)random() % 11], body, length);
		if (message.header.command == VFIO_USER_DMA_MAP && random() % 2)
			message.fds[message.fd_count++] = dup(memory);
		if (message.header.command == VFIO_USER_DEVICE_SET_IRQS)
			for (int fd = (int)(random() % 4); fd; fd--)
				message.fds[message.fd_count++] = dup(memory);
		handle();
		assert_true(message_length(&reply) <= MESSAGE_MAX_BODY);
		if (made.map_count > 32)
			assert_int_equal(unmap(0, 0, VFIO_DMA_UNMAP_FLAG_ALL), 0);
	}
	last = dup(memory);
	assert_int_equal(last, first);
	close(last);
	close(memory);
	assert_int_equal(read32(PASID + 4) & 0xffff, 20 << 8 | 6);
}

#define TEST(test) cmocka_unit_test_setup_teardown(test, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_guest),
		cmocka_unit_test(test_no_guest),
		TEST(test_config),
		TEST(test_bars),
		TEST(test_region_info),
		TEST(test_info),
		TEST(test_irqs),
		TEST(test_wrong_irqs),
		TEST(test_dma),
		cmocka_unit_test_setup_teardown(test_dma_of_iommufd, setup_iommufd, teardown),
		TEST(test_odd_memory),
		TEST(test_reset),
		TEST(test_end),
		TEST(test_noise),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
