// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * device/session.h and device/client.h on any stream of bytes, as a client may send it. Each byte
 * with bit 7 set in the first 8 of the input gives a message of the stream descriptors, as many as
 * its low bits say; what follows is the stream. To be run from the top of the checkout,
 * or beside the profile dsa.conf.
 */
#include <errno.h>
#include <linux/pci_regs.h>
#include <stdint.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "client.h"
#include "fuzz.h"
#include "profile.h"

/* meson.build knows better */
#ifndef PROFILES
#define PROFILES "device/profiles"
#endif

#define GIFTS	     8
#define MAX_GIFT     3
#define MAX_MESSAGES 256

static struct {
	struct model model;
	struct function function;
	struct client client;
	struct service service;
	struct session session;
	struct receiver receiver;
	struct message reply;
	struct log log;
	int eventfd;
} fuzz;

/* What PASID's Control register may hold. */
#define CONTROL (VPASID_CTRL_ENABLE | VPASID_CTRL_PRIV)

static int next_fd(void)
{
	int fd = dup(fuzz.eventfd);

	check(fd >= 0);
	close(fd);
	return fd;
}

/* Where there is no checkout, as on OSS-Fuzz's machines, it lies beside the program. */
static void read_profile(void)
{
	char program[4096] = "", path[sizeof(program) + sizeof("/dsa.conf")];
	struct why why;

	if (!access(PROFILES, F_OK)) {
		check(!profile_read(&fuzz.model, PROFILES "/dsa.conf", &why));
		return;
	}
	check(readlink("/proc/self/exe", program, sizeof(program) - 1) > 0);
	snprintf(path, sizeof(path), "%.*s/dsa.conf", (int)(strrchr(program, '/') - program),
		 program);
	check(!profile_read(&fuzz.model, path, &why));
}

static void initialize(void)
{
	const struct function_options options = { 0 };
	struct why why;

	log_init(&fuzz.log, -1);
	read_profile();
	check(!model_complete(&fuzz.model, &why));
	check(!function_init(&fuzz.function, &fuzz.model, &options, &fuzz.log, &why));
	fuzz.client.function = &fuzz.function;
	fuzz.service = client_service(&fuzz.client);
	fuzz.eventfd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
}

/* Descriptors come with a message: eventfds, and what is none. */
static void give(uint8_t gift)
{
	int fds[MAX_GIFT];
	size_t count = gift & MAX_GIFT;

	if (!(gift & 0x80))
		return;
	for (size_t i = 0; i < count; i++)
		fds[i] = dup(gift & 0x40 ? STDERR_FILENO : fuzz.eventfd);
	check(!receiver_took_fds(&fuzz.receiver, fds, count));
}

static void check_reply(const struct vfio_user_header *asked)
{
	const struct vfio_user_header *header = &fuzz.reply.header;

	if (asked->flags & VFIO_USER_NO_REPLY) {
		check(!header->size);
		return;
	}
	check(header->id == asked->id && header->command == asked->command);
	check(header->size >= sizeof(*header) &&
	      header->size <= sizeof(*header) + MESSAGE_MAX_BODY);
	if (header->flags == VFIO_USER_REPLY)
		check(!header->error);
	else
		check(header->flags == (VFIO_USER_REPLY | VFIO_USER_ERROR) &&
		      header->size == sizeof(*header) && header->error && header->error < 4096);
}

static void check_function(void)
{
	check(!(vpasid_vconfig_control(fuzz.function.view) & ~CONTROL));
	check(fuzz.client.dma.count <= DMA_MAX_MAPS);
}

/* Returns whether the client stays. */
static bool handle(void)
{
	struct vfio_user_header asked = fuzz.receiver.message.header;
	int ret = session_handle(&fuzz.session, &fuzz.receiver.message, &fuzz.reply);

	check_reply(&asked);
	check_function();
	check(!ret || ret == -EPROTO || ret == -EPROTONOSUPPORT);
	receiver_next(&fuzz.receiver);
	return !ret;
}

static void run(const uint8_t *gifts, const uint8_t *data, size_t size)
{
	unsigned int messages = 0;
	bool stays = true;

	while (size && stays && messages < MAX_MESSAGES) {
		size_t length;
		void *room = receiver_room(&fuzz.receiver, &length);
		int ret;

		check(length > 0);
		if (length > size)
			length = size;
		memcpy(room, data, length);
		data += length;
		size -= length;
		ret = receiver_took(&fuzz.receiver, length);
		if (ret == 1) {
			give(gifts[messages++ % GIFTS]);
			stays = handle();
		}
		stays &= ret >= 0;
	}
}

/* Most streams don't get over the first message: half of them get over it here. */
static void agree(void)
{
	const struct vfio_user_header header = {
		.command = VFIO_USER_VERSION,
		.size = sizeof(header) + sizeof(struct vfio_user_version),
	};

	fuzz.receiver.message.header = header;
	memset(fuzz.receiver.message.body, 0, sizeof(struct vfio_user_version));
	check(handle());
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static bool is_initialized;
	int free_fd;

	if (!is_initialized)
		initialize();
	is_initialized = true;
	if (size <= GIFTS)
		return 0;

	/* between two inputs, libFuzzer may have opened something: a symbolizer */
	free_fd = next_fd();
	session_init(&fuzz.session, &fuzz.service, &fuzz.log);
	receiver_next(&fuzz.receiver);
	if (data[0] & 0x20)
		agree();
	run(data, data + GIFTS, size - GIFTS);
	receiver_next(&fuzz.receiver);
	session_end(&fuzz.session);

	/* nothing is left but what the guest has set, and it is set back */
	check(next_fd() == free_fd);
	check(hardware_is_untouched(&fuzz.function.hardware));
	function_reset(&fuzz.function);
	check(!vpasid_vconfig_control(fuzz.function.view));
	return 0;
}

/* Half of the changes stay within a message's body: what breaks the stream ends it. */
size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t max_size, unsigned int seed)
{
	const size_t header_size = sizeof(struct vfio_user_header);
	struct vfio_user_header header;
	size_t at = GIFTS;
	unsigned int skip = seed / 2 % 16;

	if (seed % 2)
		return LLVMFuzzerMutate(data, size, max_size);
	while (at + header_size <= size) {
		memcpy(&header, data + at, header_size);
		if (header.size < header_size || header.size > size - at)
			break;
		if (!skip-- && header.size > header_size) {
			LLVMFuzzerMutate(data + at + header_size, header.size - header_size,
					 header.size - header_size);
			return size;
		}
		at += header.size;
	}
	return LLVMFuzzerMutate(data, size, max_size);
}
