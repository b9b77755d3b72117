// SPDX-License-Identifier: GPL-2.0-or-later
/* Tests device/session.h: each command of vfio-user, used rightly and wrongly. */
#include <errno.h>
#include <fcntl.h>
#include <linux/pci_regs.h>
#include <linux/vfio_pasid.h>
#include <poll.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <cmocka.h>

#include "profile.h"
#include "session.h"
#include "support/device_client.h"
#include "support/bytes.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))
#define PASID	     0x230 /* of the profile */
#define CONTROL	     (PASID + PCI_PASID_CTRL)
#define CONFIG	     VFIO_PCI_CONFIG_REGION_INDEX

static struct model model;
static struct function function;
static struct session session;
static struct log quiet;
static struct message message, reply;

/* After each message: why the client is to be dropped, 0 if it isn't. */
static int drop;

/* Returns the errno of the reply, 0 if it isn't an error. */
static int handle(void)
{
	drop = session_handle(&session, &message, &reply);
	message_close_fds(&message);
	assert_int_equal(reply.header.id, message.header.id);
	assert_int_equal(reply.header.command, message.header.command);
	if (reply.header.flags == (VFIO_USER_REPLY | VFIO_USER_ERROR)) {
		assert_int_equal(reply.header.size, 16);
		return (int)reply.header.error;
	}
	assert_int_equal(reply.header.flags, VFIO_USER_REPLY);
	return 0;
}

static int call(unsigned int command, const void *body, size_t length)
{
	client_make(&message, command, body, length);
	return handle();
}

static int agree(uint16_t major, uint16_t minor, const char *data, size_t length)
{
	const struct vfio_user_version version = { major, minor };

	client_make(&message, VFIO_USER_VERSION, &version, sizeof(version));
	message_add(&message, data, length);
	return handle();
}

static int setup(void **state)
{
	struct why why;
	const struct function_options options = { 0 };

	(void)state;
	log_init(&quiet, NULL);
	if (profile_read(&model, PROFILES "/dsa.conf", &why) || model_complete(&model, &why) ||
	    function_init(&function, &model, &options, &quiet, &why))
		return -1;
	session_init(&session, &function, &quiet);
	return agree(0, 0, NULL, 0);
}

static int teardown(void **state)
{
	(void)state;
	session_end(&session);
	function_free(&function);
	return 0;
}

/* A new client */
static void begin_again(void)
{
	session_end(&session);
	session_init(&session, &function, &quiet);
}

static void test_version(void **state)
{
	const struct vfio_user_version *version = (const void *)reply.body;
	const char *json = (const char *)reply.body + sizeof(*version);

	(void)state;
	begin_again();
	assert_int_equal(agree(0, 7, NULL, 0), 0);
	assert_int_equal(version->major, 0);
	assert_int_equal(version->minor, 1);
	assert_string_equal(json, "{\"capabilities\":{\"max_msg_fds\":16,"
				  "\"max_data_xfer_size\":4096,\"max_dma_maps\":65535,"
				  "\"pgsizes\":4096}}");
	assert_int_equal(message_length(&reply), sizeof(*version) + strlen(json) + 1);

	/* the version comes first, and only once */
	assert_int_equal(agree(0, 0, NULL, 0), EINVAL);
	assert_int_equal(drop, -EPROTO);
	begin_again();
	assert_int_equal(call(VFIO_USER_DEVICE_RESET, NULL, 0), EINVAL);
	assert_int_equal(drop, -EPROTO);
}

static void test_version_data(void **state)
{
#define DATA(text) text, sizeof(text)
	static const struct {
		const char *data;
		size_t length;
		int error;
	} rows[] = {
		{ DATA("{}"), 0 },
		{ DATA("{\"capabilities\":{}}"), 0 },
		{ DATA(" {\"capabilities\":{\"max_msg_fds\":1,\"x\":null}} "), 0 },
		{ DATA("{\"other\":[1,2,3]}"), 0 },
		{ DATA(""), EINVAL },
		{ DATA("{"), EINVAL },
		{ DATA("[]"), EINVAL },
		{ DATA("null"), EINVAL },
		{ DATA("1"), EINVAL },
		{ DATA("{}}"), EINVAL },
		{ DATA("{} {}"), EINVAL },
		{ DATA("{}\0{}"), EINVAL },
		{ "{}", 2, EINVAL },
		{ DATA("{\"capabilities\":1}"), EINVAL },
		{ DATA("{\"capabilities\":null}"), EINVAL },
		{ DATA("{\"capabilities\":{\"max_msg_fds\":\"8\"}}"), EINVAL },
		{ DATA("{\"capabilities\":{\"max_data_xfer_size\":1.5}}"), EINVAL },
		{ DATA("{\"capabilities\":{\"pgsizes\":{}}}"), EINVAL },
		{ DATA("[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[["), EINVAL },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		begin_again();
		assert_int_equal(agree(0, 0, rows[i].data, rows[i].length), rows[i].error);
		assert_int_equal(drop, rows[i].error ? -EPROTO : 0);
	}
	begin_again();
	assert_int_equal(agree(1, 0, DATA("{}")), EPROTONOSUPPORT);
	assert_int_equal(drop, -EPROTONOSUPPORT);
}

/* Each command with a byte less than it has, a byte more, and a descriptor more. */
static void test_sizes(void **state)
{
	static const struct {
		unsigned int command;
		unsigned int length;
		unsigned int fds; /* that may come with it */
		bool is_exact;
	} rows[] = {
		{ VFIO_USER_DMA_MAP, 32, 1, true },
		{ VFIO_USER_DMA_UNMAP, 24, 0, false },
		{ VFIO_USER_DEVICE_GET_INFO, 16, 0, true },
		{ VFIO_USER_DEVICE_GET_REGION_INFO, 32, 0, true },
		{ VFIO_USER_DEVICE_GET_IRQ_INFO, 16, 0, true },
		{ VFIO_USER_DEVICE_SET_IRQS, 20, MESSAGE_MAX_FDS, false },
		{ VFIO_USER_REGION_READ, 16, 0, true },
		{ VFIO_USER_REGION_WRITE, 16, 0, false },
		{ VFIO_USER_DEVICE_RESET, 0, 0, true },
		{ VFIO_USER_DEVICE_FEATURE, 8, 0, false },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		for (size_t length = 0; length < rows[i].length; length++)
			assert_int_equal(call(rows[i].command, NULL, length), EINVAL);
		if (rows[i].is_exact)
			assert_int_equal(call(rows[i].command, NULL, rows[i].length + 1), EINVAL);
		assert_int_equal(drop, 0);
		if (rows[i].fds == MESSAGE_MAX_FDS)
			continue;
		client_make(&message, rows[i].command, NULL, rows[i].length);
		for (size_t fd = 0; fd <= rows[i].fds; fd++)
			message.fds[message.fd_count++] = dup(0);
		assert_int_equal(handle(), EINVAL);
		assert_int_equal(drop, -EPROTO);
	}
}

static void test_unknown(void **state)
{
	static const unsigned int commands[] = { 0, 6, 11, 12, 14, 15, 17, 18, 19, 255, 65535 };

	(void)state;
	for (size_t i = 0; i < COUNT(commands); i++) {
		assert_int_equal(call(commands[i], NULL, 16), EOPNOTSUPP);
		assert_int_equal(drop, 0);
	}
}

static void test_no_reply(void **state)
{
	(void)state;
	client_make(&message, VFIO_USER_DEVICE_RESET, NULL, 0);
	message.header.flags |= VFIO_USER_NO_REPLY;
	assert_int_equal(session_handle(&session, &message, &reply), 0);
	assert_int_equal(reply.header.size, 0);
	client_make(&message, 99, NULL, 0);
	message.header.flags |= VFIO_USER_NO_REPLY;
	assert_int_equal(session_handle(&session, &message, &reply), 0);
	assert_int_equal(reply.header.size, 0);
}

static void test_info(void **state)
{
	struct vfio_user_device_info info = { .argsz = sizeof(info) };
	struct vfio_user_device_info small = { .argsz = sizeof(info) - 1 };

	(void)state;
	assert_int_equal(call(VFIO_USER_DEVICE_GET_INFO, &small, sizeof(small)), EINVAL);
	assert_int_equal(call(VFIO_USER_DEVICE_GET_INFO, &info, sizeof(info)), 0);
	assert_int_equal(message_length(&reply), sizeof(info));
	memcpy(&info, reply.body, sizeof(info));
	assert_int_equal(info.argsz, 16);
	assert_int_equal(info.flags, VFIO_DEVICE_FLAGS_PCI | VFIO_DEVICE_FLAGS_RESET);
	assert_int_equal(info.num_regions, 9);
	assert_int_equal(info.num_irqs, 5);
}

static void test_region_info(void **state)
{
	static const uint64_t sizes[] = { 64 << 10, 0, 128 << 10, 0, 0, 0, 0, 4096, 0 };
	struct vfio_region_info ask = { .argsz = sizeof(ask) }, info;

	(void)state;
	for (ask.index = 0; ask.index < COUNT(sizes); ask.index++) {
		assert_int_equal(call(VFIO_USER_DEVICE_GET_REGION_INFO, &ask, sizeof(ask)), 0);
		memcpy(&info, reply.body, sizeof(info));
		assert_int_equal(info.index, ask.index);
		assert_int_equal(info.size, sizes[ask.index]);
		assert_int_equal(info.flags, info.size ? VFIO_REGION_INFO_FLAG_READ |
								 VFIO_REGION_INFO_FLAG_WRITE
						       : 0);
	}
	assert_int_equal(call(VFIO_USER_DEVICE_GET_REGION_INFO, &ask, sizeof(ask)), EINVAL);
	ask = (struct vfio_region_info){ .argsz = sizeof(ask) - 1 };
	assert_int_equal(call(VFIO_USER_DEVICE_GET_REGION_INFO, &ask, sizeof(ask)), EINVAL);
}

static int read_region(unsigned int region, uint64_t offset, size_t length)
{
	client_make_access(&message, region, offset, NULL, length);
	return handle();
}

static int write_region(unsigned int region, uint64_t offset, const void *data, size_t length)
{
	client_make_access(&message, region, offset, data, length);
	return handle();
}

static const uint8_t *data_read(void)
{
	return reply.body + sizeof(struct vfio_user_region_access);
}

static void test_config(void **state)
{
	static const uint8_t all[2] = { 0xff, 0xff };

	(void)state;
	assert_int_equal(read_region(CONFIG, 0, 4096), 0);
	assert_int_equal(message_length(&reply), 16 + 4096);
	assert_memory_equal(reply.body, message.body, 16);
	assert_int_equal(get32(data_read()), 0xfff01b36);
	assert_int_equal(get32(data_read() + PASID + 4), 0x1404);

	assert_int_equal(write_region(CONFIG, CONTROL, all, sizeof(all)), 0);
	assert_int_equal(message_length(&reply), 16);
	assert_int_equal(read_region(CONFIG, CONTROL, 2), 0);
	assert_int_equal(get16(data_read()), 0x0005);
	assert_int_equal(call(VFIO_USER_DEVICE_RESET, NULL, 0), 0);
	assert_int_equal(message_length(&reply), 0);
	assert_int_equal(read_region(CONFIG, CONTROL, 2), 0);
	assert_int_equal(get16(data_read()), 0);
}

/* The next client finds what one has left: that is how the protocol has it. */
static void test_next_client(void **state)
{
	static const uint8_t enable[2] = { 1 };

	(void)state;
	assert_int_equal(write_region(CONFIG, CONTROL, enable, sizeof(enable)), 0);
	begin_again();
	assert_int_equal(agree(0, 0, NULL, 0), 0);
	assert_int_equal(read_region(CONFIG, CONTROL, 2), 0);
	assert_int_equal(get16(data_read()), 1);
}

static void test_bars(void **state)
{
	static const uint8_t data[8] = { 1, 2, 3, 4, 5, 6, 7, 8 };

	(void)state;
	assert_int_equal(write_region(0, 0xfff8, data, sizeof(data)), 0);
	assert_int_equal(read_region(0, 0xfff8, sizeof(data)), 0);
	for (unsigned int i = 0; i < sizeof(data); i++)
		assert_int_equal(data_read()[i], 0);
}

static void test_ranges(void **state)
{
	static const struct {
		uint64_t region;
		uint64_t offset;
		unsigned int length;
		int error;
	} rows[] = {
		{ CONFIG, 4096, 0, 0 },
		{ CONFIG, 4095, 1, 0 },
		{ CONFIG, 4095, 2, EINVAL },
		{ CONFIG, 4096, 1, EINVAL },
		{ CONFIG, 1, 4096, EINVAL },
		{ CONFIG, UINT64_MAX, 1, EINVAL },
		{ CONFIG, UINT64_MAX - 1, 4, EINVAL },
		{ CONFIG, 1ull << 32, 1, EINVAL },
		{ 0, 0xffff, 1, 0 },
		{ 0, 0xffff, 2, EINVAL },
		{ 1, 0, 1, EINVAL },
		{ 1, 0, 0, 0 },
		{ 6, 0, 1, EINVAL },
		{ 8, 0, 1, EINVAL },
		{ 9, 0, 1, EINVAL },
		{ UINT32_MAX, 0, 1, EINVAL },
	};
	static const uint8_t data[4096];
	struct vfio_user_region_access access = { 0, CONFIG, 4097 };

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		assert_int_equal(read_region(rows[i].region, rows[i].offset, rows[i].length),
				 rows[i].error);
		assert_int_equal(write_region(rows[i].region, rows[i].offset, data, rows[i].length),
				 rows[i].error);
	}
	/* more bytes than are served at once, and a count that doesn't match the bytes */
	access.region = 0;
	assert_int_equal(call(VFIO_USER_REGION_READ, &access, sizeof(access)), EINVAL);
	access.count = UINT32_MAX;
	assert_int_equal(call(VFIO_USER_REGION_READ, &access, sizeof(access)), EINVAL);
	access.count = 4;
	assert_int_equal(call(VFIO_USER_REGION_WRITE, &access, sizeof(access)), EINVAL);
	access.count = 0;
	client_make(&message, VFIO_USER_REGION_WRITE, &access, sizeof(access));
	message_add(&message, "x", 1);
	assert_int_equal(handle(), EINVAL);
}

/* DMA */

static int map(uint64_t address, uint64_t size)
{
	const struct vfio_user_dma_map map = { 32, 3, 0, address, size };

	return call(VFIO_USER_DMA_MAP, &map, sizeof(map));
}

static int unmap(uint64_t address, uint64_t size)
{
	const struct vfio_user_dma_unmap unmap = { 24, 0, address, size };

	return call(VFIO_USER_DMA_UNMAP, &unmap, sizeof(unmap));
}

static void test_map(void **state)
{
	static const struct vfio_user_dma_map wrong[] = {
		{ 31, 3, 0, 0x1000, 0x1000 },
		{ 32, 0, 0, 0x1000, 0x1000 },
		{ 32, 4, 0, 0x1000, 0x1000 },
		{ 32, 7, 0, 0x1000, 0x1000 },
		{ 32, 3, 0x1000, 0x1000, 0x1000 },
		{ 32, 3, 0, 0x1001, 0x1000 },
		{ 32, 3, 0, 0x1000, 0x1001 },
		{ 32, 3, 0, 0x1000, 0 },
		{ 32, 3, 0, UINT64_MAX - 0xfff, 0x2000 },
		{ 32, 3, 0, 0x2000, UINT64_MAX - 0xfff },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(wrong); i++)
		assert_int_equal(call(VFIO_USER_DMA_MAP, &wrong[i], sizeof(wrong[i])), EINVAL);
	assert_int_equal(map(0x10000, 0x4000), 0);
	assert_int_equal(message_length(&reply), 0);
	assert_int_equal(map(0x10000, 0x4000), EEXIST);
	assert_int_equal(map(0x13000, 0x1000), EEXIST);
	assert_int_equal(map(0xf000, 0x2000), EEXIST);
	assert_int_equal(map(0, 0x100000), EEXIST);
	assert_int_equal(map(0x14000, 0x1000), 0);
	assert_int_equal(map(0xf000, 0x1000), 0);
	assert_int_equal(map(UINT64_MAX - 0xfff, 0x1000), 0);
	assert_int_equal(session.dma.count, 4);
}

static void test_map_with_file(void **state)
{
	struct vfio_user_dma_map map = { 32, 1, 0x1000, 0x1000, 0x1000 };
	int fd = dup(0);

	(void)state;
	client_make(&message, VFIO_USER_DMA_MAP, &map, sizeof(map));
	message.fds[message.fd_count++] = fd;
	assert_int_equal(handle(), 0);
	assert_int_equal(fcntl(fd, F_GETFD), -1); /* it isn't kept */

	map.offset = INT64_MAX - 0xffe;
	client_make(&message, VFIO_USER_DMA_MAP, &map, sizeof(map));
	message.fds[message.fd_count++] = dup(0);
	assert_int_equal(handle(), EINVAL);
}

static void test_unmap(void **state)
{
	static const struct vfio_user_dma_unmap wrong[] = {
		{ 23, 0, 0x1000, 0x1000 }, { 24, 4, 0x1000, 0x1000 }, { 24, 2, 0x1000, 0x1000 },
		{ 24, 2, 0, 0x1000 },	   { 24, 0, 0, 0 },	      { 24, 0, 0x1001, 0x1000 },
	};
	const struct vfio_user_dma_unmap bitmap = { 24, 1, 0x10000, 0x1000 };
	const struct vfio_user_dma_unmap all = { 24, 2, 0, 0 };

	(void)state;
	for (uint64_t at = 0x10000; at < 0x18000; at += 0x2000)
		assert_int_equal(map(at, 0x2000), 0);
	for (size_t i = 0; i < COUNT(wrong); i++)
		assert_int_equal(call(VFIO_USER_DMA_UNMAP, &wrong[i], sizeof(wrong[i])), EINVAL);
	assert_int_equal(call(VFIO_USER_DMA_UNMAP, &bitmap, sizeof(bitmap)), EOPNOTSUPP);

	/* no mapping is cut in two: it is an error, and nothing is removed */
	assert_int_equal(unmap(0x10000, 0x3000), EINVAL);
	assert_int_equal(unmap(0x11000, 0x1000), EINVAL);
	assert_int_equal(session.dma.count, 4);
	/* a range with no mapping, with one, with some and holes between them; the rest */
	assert_int_equal(unmap(0x40000, 0x1000), 0);
	assert_int_equal(unmap(0x12000, 0x2000), 0);
	assert_memory_equal(reply.body, message.body, 24);
	assert_int_equal(session.dma.count, 3);
	assert_int_equal(unmap(0, 0x16000), 0);
	assert_int_equal(session.dma.count, 1);
	assert_int_equal(map(0x10000, 0x6000), 0);
	assert_int_equal(call(VFIO_USER_DMA_UNMAP, &all, sizeof(all)), 0);
	assert_int_equal(session.dma.count, 0);
	/* QEMU does this when it switches to a guest's translation */
	assert_int_equal(map(UINT64_MAX - 0xfff, 0x1000), 0);
	assert_int_equal(unmap(1ull << 63, 1ull << 63), 0);
	assert_int_equal(session.dma.count, 0);
}

static void test_too_many_maps(void **state)
{
	(void)state;
	/* in descending order, so that each is put before the others */
	for (uint64_t i = DMA_MAX_MAPS; i; i--)
		assert_int_equal(map(i << 12, 0x1000), 0);
	assert_int_equal(map(0, 0x1000), ENOSPC);
	assert_int_equal(unmap(0x5000, 0x1000), 0);
	assert_int_equal(map(0, 0x1000), 0);
}

/* Interrupts */

static void test_irq_info(void **state)
{
	static const unsigned int counts[] = { 0, 0, 9, 1, 1 };
	struct vfio_irq_info ask = { .argsz = sizeof(ask) }, info;

	(void)state;
	for (ask.index = 0; ask.index < COUNT(counts); ask.index++) {
		assert_int_equal(call(VFIO_USER_DEVICE_GET_IRQ_INFO, &ask, sizeof(ask)), 0);
		memcpy(&info, reply.body, sizeof(info));
		assert_int_equal(info.index, ask.index);
		assert_int_equal(info.count, counts[ask.index]);
		assert_true(info.flags & VFIO_IRQ_INFO_EVENTFD);
	}
	assert_int_equal(call(VFIO_USER_DEVICE_GET_IRQ_INFO, &ask, sizeof(ask)), EINVAL);
}

#define NONE	VFIO_IRQ_SET_DATA_NONE
#define BOOL	VFIO_IRQ_SET_DATA_BOOL
#define EVENTFD VFIO_IRQ_SET_DATA_EVENTFD
#define MASK	VFIO_IRQ_SET_ACTION_MASK
#define TRIGGER VFIO_IRQ_SET_ACTION_TRIGGER
#define MSIX	VFIO_PCI_MSIX_IRQ_INDEX

static void make_irqs(uint32_t flags, uint32_t index, uint32_t start, uint32_t count)
{
	const struct vfio_irq_set set = { sizeof(set), flags, index, start, count };

	client_make(&message, VFIO_USER_DEVICE_SET_IRQS, &set, sizeof(set));
}

static void add_eventfds(int *fds, unsigned int count)
{
	for (unsigned int i = 0; i < count; i++) {
		fds[i] = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
		message.fds[message.fd_count++] = dup(fds[i]);
	}
}

static uint64_t events_of(int fd)
{
	uint64_t events = 0;

	return read(fd, &events, sizeof(events)) == sizeof(events) ? events : 0;
}

static void test_irqs(void **state)
{
	static const uint8_t bools[3] = { 0, 1, 0 };
	int fds[3];

	(void)state;
	make_irqs(EVENTFD | TRIGGER, MSIX, 4, 3);
	add_eventfds(fds, 3);
	assert_int_equal(handle(), 0);
	make_irqs(NONE | TRIGGER, MSIX, 0, 9);
	assert_int_equal(handle(), 0);
	make_irqs(BOOL | TRIGGER, MSIX, 4, 3);
	message_add(&message, bools, sizeof(bools));
	assert_int_equal(handle(), 0);
	assert_int_equal(events_of(fds[0]), 1);
	assert_int_equal(events_of(fds[1]), 2);
	assert_int_equal(events_of(fds[2]), 1);

	/* one is taken back, then all are */
	make_irqs(EVENTFD | TRIGGER, MSIX, 4, 1);
	assert_int_equal(handle(), 0);
	make_irqs(NONE | TRIGGER, MSIX, 4, 2);
	assert_int_equal(handle(), 0);
	assert_int_equal(events_of(fds[0]), 0);
	assert_int_equal(events_of(fds[1]), 1);
	make_irqs(NONE | TRIGGER, MSIX, 0, 0);
	assert_int_equal(handle(), 0);
	make_irqs(NONE | TRIGGER, MSIX, 0, 9);
	assert_int_equal(handle(), 0);
	for (unsigned int i = 0; i < 3; i++) {
		assert_int_equal(events_of(fds[i]), 0);
		close(fds[i]);
	}
}

static void test_wrong_irqs(void **state)
{
	static const struct {
		uint32_t flags, index, start, count;
		size_t bytes, fds;
		int error;
	} rows[] = {
		{ TRIGGER, MSIX, 0, 1, 0, 0, EINVAL },
		{ NONE, MSIX, 0, 1, 0, 0, EINVAL },
		{ NONE | BOOL | TRIGGER, MSIX, 0, 1, 1, 0, EINVAL },
		{ NONE | TRIGGER | MASK, MSIX, 0, 1, 0, 0, EINVAL },
		{ NONE | TRIGGER | 0x40, MSIX, 0, 1, 0, 0, EINVAL },
		{ NONE | TRIGGER, 5, 0, 1, 0, 0, EINVAL },
		{ NONE | TRIGGER, UINT32_MAX, 0, 1, 0, 0, EINVAL },
		{ NONE | TRIGGER, MSIX, 9, 0, 0, 0, EINVAL },
		{ NONE | TRIGGER, MSIX, 0, 10, 0, 0, EINVAL },
		{ NONE | TRIGGER, MSIX, 1, UINT32_MAX, 0, 0, EINVAL },
		{ NONE | TRIGGER, MSIX, UINT32_MAX, 2, 0, 0, EINVAL },
		{ NONE | TRIGGER, VFIO_PCI_INTX_IRQ_INDEX, 0, 0, 0, 0, EINVAL },
		{ NONE | TRIGGER, MSIX, 0, 1, 1, 0, EINVAL },
		{ NONE | TRIGGER, MSIX, 0, 1, 0, 1, EINVAL },
		{ BOOL | TRIGGER, MSIX, 0, 2, 1, 0, EINVAL },
		{ BOOL | TRIGGER, MSIX, 0, 2, 3, 0, EINVAL },
		{ EVENTFD | TRIGGER, MSIX, 0, 2, 0, 1, EINVAL },
		{ EVENTFD | TRIGGER, MSIX, 0, 2, 0, 3, EINVAL },
		{ EVENTFD | TRIGGER, MSIX, 0, 2, 8, 2, EINVAL },
		{ NONE | MASK, MSIX, 0, 1, 0, 0, ENOTTY },
		{ EVENTFD | MASK, MSIX, 0, 1, 0, 1, ENOTTY },
	};
	static const uint8_t bytes[8];
	int fds[MESSAGE_MAX_FDS];

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		make_irqs(rows[i].flags, rows[i].index, rows[i].start, rows[i].count);
		message_add(&message, bytes, rows[i].bytes);
		add_eventfds(fds, (unsigned int)rows[i].fds);
		assert_int_equal(handle(), rows[i].error);
		for (size_t fd = 0; fd < rows[i].fds; fd++)
			close(fds[fd]);
	}
}

/* Only eventfds are signalled, and a full one doesn't block the server. */
static void test_odd_eventfds(void **state)
{
	const uint64_t most = UINT64_MAX - 1;
	int pipes[2], fd;

	(void)state;
	assert_int_equal(pipe(pipes), 0);
	make_irqs(EVENTFD | TRIGGER, MSIX, 0, 2);
	add_eventfds(&fd, 1);
	message.fds[message.fd_count++] = dup(pipes[1]);
	assert_int_equal(handle(), EINVAL);
	close(fd);
	assert_int_equal(session.irqs.fds[MSIX][0], -1);

	make_irqs(EVENTFD | TRIGGER, MSIX, 0, 1);
	add_eventfds(&fd, 1);
	fcntl(fd, F_SETFL, 0);
	assert_int_equal(handle(), 0);
	assert_int_equal(write(fd, &most, sizeof(most)), sizeof(most));
	make_irqs(NONE | TRIGGER, MSIX, 0, 1);
	assert_int_equal(handle(), EAGAIN);
	close(fd);
	close(pipes[0]);
	close(pipes[1]);
}

/* The PASID feature: the rows of tests/lab/vm/feature_test.c that aren't about memory */

#define GET   VFIO_DEVICE_FEATURE_GET
#define SET   VFIO_DEVICE_FEATURE_SET
#define PROBE VFIO_DEVICE_FEATURE_PROBE

static int ask(uint32_t argsz, uint32_t flags)
{
	const struct vfio_device_feature feature = { argsz, flags };

	return call(VFIO_USER_DEVICE_FEATURE, &feature, sizeof(feature));
}

static void check_answer(uint32_t argsz, size_t payload)
{
	static const uint8_t expected[8] = { VFIO_DEVICE_PASID_CAP_PRIV, 0, 20, 0,
					     VFIO_DEVICE_PASID_CAP_PRIV, 0, 0,	0 };
	struct vfio_device_feature feature;

	memcpy(&feature, reply.body, sizeof(feature));
	assert_int_equal(feature.argsz, argsz);
	assert_int_equal(message_length(&reply), 8 + payload);
	assert_memory_equal(reply.body + 8, expected, payload);
}

static void test_feature(void **state)
{
	static const uint32_t numbers[] = { VFIO_DEVICE_FEATURE_PASID_STABLE,
					    VFIO_DEVICE_FEATURE_PASID };

	(void)state;
	for (size_t i = 0; i < COUNT(numbers); i++) {
		uint32_t number = numbers[i];

		for (uint32_t argsz = 0; argsz < 12; argsz++)
			assert_int_equal(ask(argsz, GET | number), EINVAL);
		for (uint32_t argsz = 12; argsz < 16; argsz++) {
			assert_int_equal(ask(argsz, GET | number), 0);
			check_answer(12, 4);
		}
		for (uint32_t argsz = 16; argsz < 300; argsz += 71) {
			assert_int_equal(ask(argsz, GET | number), 0);
			check_answer(16, 8);
		}
		assert_int_equal(ask(UINT32_MAX, GET | number), 0);
		check_answer(16, 8);

		assert_int_equal(ask(16, SET | number), EINVAL);
		assert_int_equal(ask(16, GET | SET | number), EINVAL);
		assert_int_equal(ask(16, number), EINVAL);
		assert_int_equal(ask(16, GET | 1u << 19 | number), EINVAL);
		assert_int_equal(ask(16, PROBE | SET | number), EINVAL);
		assert_int_equal(ask(16, PROBE | GET | SET | number), EINVAL);
		assert_int_equal(ask(7, PROBE | GET | number), EINVAL);
		assert_int_equal(ask(8, PROBE | GET | number), 0);
		check_answer(8, 0);
		assert_int_equal(ask(8, PROBE | number), 0);
	}
	assert_int_equal(ask(16, GET | 0), ENOTTY);
	assert_int_equal(ask(16, GET | 1), ENOTTY);
	assert_int_equal(ask(16, PROBE | GET | 0xf01a), ENOTTY);
	assert_int_equal(ask(16, GET | 0xffff), ENOTTY);
}

static void answers(const uint8_t expected[8])
{
	assert_int_equal(ask(16, GET | VFIO_DEVICE_FEATURE_PASID_STABLE), 0);
	assert_int_equal(message_length(&reply), 16);
	assert_memory_equal(reply.body + 8, expected, 8);
}

static void test_feature_without_pasid(void **state)
{
	(void)state;
	function.info.width = 0;
	answers((const uint8_t[8]){ 0 });
	function.info.known |= VPASID_KNOWN_IOMMU_WIDTH;
	function.info.iommu_width = 15;
	answers((const uint8_t[8]){ [6] = 15, [7] = VFIO_DEVICE_PASID_IOMMU_WIDTH });
}

/* 0 is as good a width as any: none can be used. */
static void test_feature_of_one_pasid(void **state)
{
	(void)state;
	function.info.known |= VPASID_KNOWN_IOMMU_WIDTH;
	answers((const uint8_t[8]){ VFIO_DEVICE_PASID_CAP_PRIV, 0, 20, 0,
				    VFIO_DEVICE_PASID_CAP_PRIV, 0, 0,
				    VFIO_DEVICE_PASID_IOMMU_WIDTH });
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_version),
		TEST(test_version_data),
		TEST(test_sizes),
		TEST(test_unknown),
		TEST(test_no_reply),
		TEST(test_info),
		TEST(test_region_info),
		TEST(test_config),
		TEST(test_next_client),
		TEST(test_bars),
		TEST(test_ranges),
		TEST(test_map),
		TEST(test_map_with_file),
		TEST(test_unmap),
		TEST(test_too_many_maps),
		TEST(test_irq_info),
		TEST(test_irqs),
		TEST(test_wrong_irqs),
		TEST(test_odd_eventfds),
		TEST(test_feature),
		TEST(test_feature_without_pasid),
		TEST(test_feature_of_one_pasid),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
