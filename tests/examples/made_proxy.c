// SPDX-License-Identifier: MIT
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cmocka.h>

#include "lib/made_config.h"
#include "made_proxy.h"

struct proxy proxy;
struct session session;
struct message message, reply;
struct why why;

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

int make_guest(unsigned int takes)
{
	return guest_init(&proxy.guest, &proxy.host, takes, &proxy.log, &why);
}

void join(void)
{
	static struct service service;
	const struct vfio_user_version version = { 0, 1 };

	service = proxy_service(&proxy);
	session_init(&session, &service, &proxy.log);
	client_make(&message, VFIO_USER_VERSION, &version, sizeof(version));
	assert_int_equal(session_handle(&session, &message, &reply), 0);
	assert_false(reply.header.flags & VFIO_USER_ERROR);
}

void begin(bool by_iommufd)
{
	make_config();
	proxy = (struct proxy){ 0 };
	log_init(&proxy.log, -1);
	made_vfio_init(&proxy.host, by_iommufd);
}

int setup(void **state)
{
	(void)state;
	begin(false);
	assert_int_equal(make_guest(20), 0);
	join();
	return 0;
}

int teardown(void **state)
{
	(void)state;
	session_end(&session);
	guest_free(&proxy.guest);
	made_vfio_free();
	return 0;
}

int handle(void)
{
	assert_int_equal(session_handle(&session, &message, &reply), 0);
	message_close_fds(&message);
	return reply.header.flags & VFIO_USER_ERROR ? (int)reply.header.error : 0;
}

int call(unsigned int command, const void *body, size_t length)
{
	client_make(&message, command, body, length);
	return handle();
}

int access_region(unsigned int region, uint64_t offset, const void *data, size_t length)
{
	client_make_access(&message, region, offset, data, length);
	return handle();
}

uint32_t read32(unsigned int offset)
{
	uint32_t value;

	assert_int_equal(access_region(CONFIG, offset, NULL, 4), 0);
	memcpy(&value, reply.body + HEADER, 4);
	return value;
}

uint16_t control(void)
{
	uint16_t value;

	assert_int_equal(access_region(CONFIG, CONTROL, NULL, 2), 0);
	memcpy(&value, reply.body + HEADER, 2);
	return value;
}

int write16(unsigned int offset, uint16_t value)
{
	return access_region(CONFIG, offset, &value, sizeof(value));
}

int make_memory(void)
{
	int fd = memfd_create("memory", MFD_CLOEXEC);

	for (int page = 0; page < 8; page++)
		dprintf(fd, "%-4095d\n", page);
	return fd;
}

int count_memory(void)
{
	FILE *maps = fopen("/proc/self/maps", "r");
	char line[512];
	int count = 0;

	while (fgets(line, sizeof(line), maps))
		count += strstr(line, "/memfd:memory") != NULL;
	fclose(maps);
	return count;
}

int map_page(int fd, uint64_t page, uint64_t address, uint64_t size, uint32_t flags)
{
	const struct vfio_user_dma_map map = { sizeof(map), flags, page * 4096, address, size };

	client_make(&message, VFIO_USER_DMA_MAP, &map, sizeof(map));
	if (fd >= 0)
		message.fds[message.fd_count++] = dup(fd);
	return handle();
}

int unmap(uint64_t address, uint64_t size, uint32_t flags)
{
	const struct vfio_user_dma_unmap all = { sizeof(all), flags, address, size };

	return call(VFIO_USER_DMA_UNMAP, &all, sizeof(all));
}
