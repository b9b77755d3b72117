// SPDX-License-Identifier: GPL-2.0-or-later
/* device/client.h: each command of vfio-user, used rightly and wrongly. */
#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "made_log.h"
#include "made_session.h"
#include "session.h"
#include "support/bytes.h"
#include "support/device_client.h"

/* A new client */
static void begin_again(void)
{
	session_end(&session);
	begin();
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

	/* no descriptor comes with it */
	begin_again();
	client_make(&message, VFIO_USER_VERSION, NULL, sizeof(*version));
	message.fds[message.fd_count++] = dup(0);
	assert_int_equal(handle(), EINVAL);
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
		/* json-c accepts these unless it is strict */
		{ DATA("{}/*"), EINVAL },
		{ DATA("{}//"), EINVAL },
		{ DATA("{/**/}"), EINVAL },
		{ DATA("{\"capabilities\":{},}"), EINVAL },
		{ DATA("{\"x\":nan}"), EINVAL },
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

/* The next client finds what one has left, as the protocol requires. */
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

static const char *logged(int pipe)
{
	log_flush(&quiet);
	return read_log(pipe);
}

/*
 * Refused commands and resets, and at the end of a client, whether the function's own extended
 * config space has changed
 */
static void test_log(void **state)
{
	char unchanged[512];
	const char *text;
	int ends[2];

	(void)state;
	assert_int_equal(pipe2(ends, O_CLOEXEC | O_NONBLOCK), 0);
	log_init(&quiet, ends[1]);
	assert_int_equal(call(VFIO_USER_DEVICE_GET_INFO, NULL, 7), EINVAL);
	text = logged(ends[0]);
	assert_non_null(strstr(text, "DEVICE_GET_INFO (4), 7 bytes, 0 "));
	assert_non_null(strstr(text, strerror(EINVAL)));
	assert_int_equal(call(12, NULL, 3), EOPNOTSUPP);
	text = logged(ends[0]);
	assert_non_null(strstr(text, "(12), 3 bytes, 0 "));
	assert_non_null(strstr(text, strerror(EOPNOTSUPP)));
	assert_int_equal(call(VFIO_USER_DEVICE_RESET, NULL, 0), 0);
	assert_non_null(strstr(logged(ends[0]), "reset"));

	begin_again();
	snprintf(unchanged, sizeof(unchanged), "%s", logged(ends[0]));
	assert_non_null(strchr(unchanged, '\n'));
	function.hardware.now[0x800] ^= 1;
	begin_again();
	assert_string_not_equal(logged(ends[0]), unchanged);
	function.hardware.now[0x800] ^= 1;
	begin_again();
	assert_string_equal(logged(ends[0]), unchanged);
	log_init(&quiet, -1);
	close(ends[0]);
	close(ends[1]);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_version),	TEST(test_version_data), TEST(test_sizes),
		TEST(test_unknown),	TEST(test_no_reply),	 TEST(test_info),
		TEST(test_region_info), TEST(test_next_client),	 TEST(test_log),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
