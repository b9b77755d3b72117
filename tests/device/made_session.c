// SPDX-License-Identifier: GPL-2.0-or-later
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "made_session.h"
#include "profile.h"
#include "session.h"
#include "support/device_client.h"

static struct model model;
struct function function;
struct client client = { .function = &function };
struct session session;
struct log quiet;
struct message message, reply;
int drop;

int handle(void)
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

int call(unsigned int command, const void *body, size_t length)
{
	client_make(&message, command, body, length);
	return handle();
}

int agree(uint16_t major, uint16_t minor, const char *data, size_t length)
{
	const struct vfio_user_version version = { major, minor };

	client_make(&message, VFIO_USER_VERSION, &version, sizeof(version));
	message_add(&message, data, length);
	return handle();
}

void begin(void)
{
	static struct service service;

	service = client_service(&client);
	session_init(&session, &service, &quiet);
}

int setup(void **state)
{
	struct why why;
	const struct function_options options = { 0 };

	(void)state;
	log_init(&quiet, -1);
	if (profile_read(&model, PROFILES "/dsa.conf", &why) || model_complete(&model, &why) ||
	    function_init(&function, &model, &options, &quiet, &why))
		return -1;
	begin();
	return agree(0, 0, NULL, 0);
}

int teardown(void **state)
{
	(void)state;
	session_end(&session);
	function_free(&function);
	return 0;
}

int read_region(unsigned int region, uint64_t offset, size_t length)
{
	client_make_access(&message, region, offset, NULL, length);
	return handle();
}

int write_region(unsigned int region, uint64_t offset, const void *data, size_t length)
{
	client_make_access(&message, region, offset, data, length);
	return handle();
}

const uint8_t *data_read(void)
{
	return reply.body + sizeof(struct vfio_user_region_access);
}

int ask(uint32_t argsz, uint32_t flags)
{
	const struct vfio_device_feature feature = { argsz, flags };

	return call(VFIO_USER_DEVICE_FEATURE, &feature, sizeof(feature));
}
