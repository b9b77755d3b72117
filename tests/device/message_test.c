// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Tests device/message.h: however a stream is cut into pieces, its messages come out of it, or
 * it is refused.
 */
#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "message.h"
#include "support/device_client.h"

static struct receiver receiver;
static struct message message;

/* The rest of a stream. */
struct stream {
	const uint8_t *at;
	size_t length;
};

/* Takes at most @most bytes, as from a socket. Returns what receiver_took() has returned. */
static int feed(struct stream *stream, size_t most)
{
	size_t size;
	void *room = receiver_room(&receiver, &size);

	assert_true(size > 0);
	if (size > most)
		size = most;
	if (size > stream->length)
		size = stream->length;
	memcpy(room, stream->at, size);
	stream->at += size;
	stream->length -= size;
	return receiver_took(&receiver, size);
}

static int feed_all(struct stream *stream, size_t most)
{
	int ret = 0;

	while (!ret && stream->length)
		ret = feed(stream, most);
	return ret;
}

static void test_cuts(void **state)
{
	static const uint8_t data[] = "any bytes, of which there are some";

	(void)state;
	client_make_access(&message, 7, 0x100, data, sizeof(data));
	for (size_t most = 1; most <= message.header.size; most++) {
		struct stream stream = { (const uint8_t *)&message, message.header.size };

		receiver_next(&receiver);
		assert_int_equal(feed_all(&stream, most), 1);
		assert_int_equal(stream.length, 0);
		assert_int_equal(message_length(&receiver.message), 16 + sizeof(data));
		assert_memory_equal(&receiver.message, &message, message.header.size);
	}
}

/* Each message takes only its own bytes. */
static void test_one_behind_the_other(void **state)
{
	static uint8_t bytes[2 * sizeof(struct message)];
	struct stream stream = { bytes, 0 };

	(void)state;
	for (size_t length = 0; length < 8; length++) {
		client_make(&message, VFIO_USER_DEVICE_RESET, NULL, length);
		memcpy(bytes + stream.length, &message, message.header.size);
		stream.length += message.header.size;
	}
	receiver_next(&receiver);
	for (size_t length = 0; length < 8; length++) {
		assert_int_equal(feed_all(&stream, SIZE_MAX), 1);
		assert_int_equal(message_length(&receiver.message), length);
		receiver_next(&receiver);
	}
	assert_int_equal(stream.length, 0);
}

static void test_headers(void **state)
{
	static const struct {
		uint32_t size, flags;
		int ret;
	} rows[] = {
		{ 16, 0, 1 },
		{ 16, VFIO_USER_NO_REPLY, 1 },
		{ 17, 0, 0 },
		{ 16 + MESSAGE_MAX_BODY, 0, 0 },
		{ 16 + MESSAGE_MAX_BODY + 1, 0, -EMSGSIZE },
		{ UINT32_MAX, 0, -EMSGSIZE },
		{ 15, 0, -EINVAL },
		{ 0, 0, -EINVAL },
		{ 16, VFIO_USER_REPLY, -EINVAL },
		{ 16, 2, -EINVAL },
		{ 16, 0xf, -EINVAL },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct vfio_user_header header = { .size = rows[i].size, .flags = rows[i].flags };
		struct stream stream = { (const uint8_t *)&header, sizeof(header) };

		receiver_next(&receiver);
		assert_int_equal(feed_all(&stream, SIZE_MAX), rows[i].ret);
	}
	receiver_next(&receiver);
}

static int open_fd(void)
{
	int fd = open("/dev/null", O_RDONLY | O_CLOEXEC);

	assert_true(fd >= 0);
	return fd;
}

static bool is_open(int fd)
{
	return fcntl(fd, F_GETFD) >= 0;
}

static void test_descriptors(void **state)
{
	int fds[MESSAGE_MAX_FDS + 1];

	(void)state;
	for (size_t i = 0; i <= MESSAGE_MAX_FDS; i++)
		fds[i] = open_fd();
	receiver_next(&receiver);

	/* in two parts, as if the message were sent in two */
	assert_int_equal(receiver_took_fds(&receiver, fds, 1), 0);
	assert_int_equal(receiver_took_fds(&receiver, fds + 1, MESSAGE_MAX_FDS - 1), 0);
	assert_int_equal(receiver.message.fd_count, MESSAGE_MAX_FDS);

	/* one that is taken over stays open; the others are closed with the message */
	receiver.message.fds[3] = -1;
	receiver_next(&receiver);
	for (size_t i = 0; i < MESSAGE_MAX_FDS; i++)
		assert_int_equal(is_open(fds[i]), i == 3);

	/* too many: the earlier ones are closed as well */
	for (size_t i = 0; i < MESSAGE_MAX_FDS; i++)
		if (i != 3)
			fds[i] = open_fd();
	assert_int_equal(receiver_took_fds(&receiver, fds, 2), 0);
	assert_int_equal(receiver_took_fds(&receiver, fds + 2, MESSAGE_MAX_FDS - 1), -EMFILE);
	for (size_t i = 0; i <= MESSAGE_MAX_FDS; i++)
		assert_false(is_open(fds[i]));
	assert_int_equal(receiver.message.fd_count, 0);
}

static void test_reply(void **state)
{
	static struct message reply;

	(void)state;
	client_make(&message, 77, NULL, 9);
	message_reply(&reply, &message, 0);
	assert_int_equal(reply.header.id, message.header.id);
	assert_int_equal(reply.header.command, 77);
	assert_int_equal(reply.header.flags, VFIO_USER_REPLY);
	assert_int_equal(reply.header.size, 16);
	assert_int_equal(reply.header.error, 0);
	message_add(&reply, "ab", 2);
	message_add(&reply, "c", 1);
	assert_int_equal(reply.header.size, 19);
	assert_memory_equal(reply.body, "abc", 3);

	message_reply(&reply, &message, -EBUSY);
	assert_int_equal(reply.header.flags, VFIO_USER_REPLY | VFIO_USER_ERROR);
	assert_int_equal(reply.header.size, 16);
	assert_int_equal(reply.header.error, EBUSY);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_cuts),	cmocka_unit_test(test_one_behind_the_other),
		cmocka_unit_test(test_headers), cmocka_unit_test(test_descriptors),
		cmocka_unit_test(test_reply),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
