// SPDX-License-Identifier: GPL-2.0-or-later
/* vpasid-device: a PCIe function with PASID, served over vfio-user. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include "arguments.h"
#include "client.h"
#include "function.h"
#include "identity.h"
#include "keeper.h"
#include "log.h"
#include "model.h"
#include "profile.h"
#include "sandbox.h"
#include "server.h"
#include "socket.h"
#include "support/options.h"
#include "support/output.h"

/* Enough descriptors for the eventfds of all vectors that MSI-X can have. */
#define DESCRIPTORS 4096

static int set_all(struct model *model, const struct arguments *arguments, struct why *why)
{
	int ret = 0;

	if (arguments->ids)
		ret = model_set(model, "ids", arguments->ids, why);
	if (!ret && arguments->pasid)
		ret = model_set(model, "pasid", arguments->pasid, why);
	if (!ret && arguments->pri)
		ret = model_set(model, "pri", arguments->pri, why);
	for (unsigned int i = 0; !ret && i < arguments->bar_count; i++)
		ret = model_set(model, "bar", arguments->bars[i], why);
	return ret;
}

static int make_function(struct function *function, const struct arguments *arguments,
			 struct log *log, struct why *why)
{
	static struct model model;
	const char *name = arguments->dump ? arguments->dump : arguments->profile;
	struct why reason;
	int ret = arguments->dump
			  ? model_read_dump(&model, name,
					    arguments->has_bdf ? &arguments->bdf : NULL, why)
			  : profile_read(&model, name, why);

	if (ret)
		return ret;
	ret = set_all(&model, arguments, &reason);
	if (!ret)
		ret = model_complete(&model, &reason);
	if (!ret)
		ret = function_init(function, &model, &arguments->function, log, &reason);
	return ret ? because(why, ret, "%s: %s", name, reason.text) : 0;
}

static void announce(const struct function *function, const struct arguments *arguments)
{
	const uint8_t *config = function->hardware.power_on;
	const char *path = arguments->socket;
	char descriptor[32];

	if (!path) {
		snprintf(descriptor, sizeof(descriptor), "descriptor %d", arguments->fd);
		path = descriptor;
	}
	if (!function->view) {
		say("serving %02x%02x:%02x%02x at %s, without PASID", config[1], config[0],
		    config[3], config[2], path);
	} else {
		unsigned int at = vpasid_vconfig_offset(function->view, VPASID_EXT_CAP_PASID);
		uint8_t cap[VPASID_CAP_LENGTH] = { 0 };

		vpasid_vconfig_read(function->view, at, cap, sizeof(cap));
		say("serving %02x%02x:%02x%02x at %s, PASID at 0x%03x (%s) with %u bits%s%s",
		    config[1], config[0], config[3], config[2], path, at,
		    vpasid_place_reason_name(function->placement.caps[0].reason), cap[5],
		    cap[4] & VPASID_CTRL_EXEC ? ", EXEC" : "",
		    cap[4] & VPASID_CTRL_PRIV ? ", PRIV" : "");
	}
	fflush(stdout);
}

/* A descriptor that is opened later must not get the number of a standard stream. */
static void fill_standard_streams(void)
{
	int fd;

	do
		fd = open("/dev/null", O_RDWR | O_CLOEXEC);
	while (fd >= 0 && fd <= STDERR_FILENO);
	if (fd >= 0)
		close(fd);
}

/*
 * The worker must not have what the process that started this one has left open, except the socket
 * that it passes. Before Linux 5.9, there is no close_range(2).
 */
static void close_inherited(int passed)
{
	unsigned int first = STDERR_FILENO + 1;

	if (passed >= (int)first) {
		close_range(first, (unsigned int)passed - 1, 0);
		first = (unsigned int)passed + 1;
	}
	close_range(first, ~0u, 0);
}

static void raise_limit(void)
{
	struct rlimit limit;

	if (getrlimit(RLIMIT_NOFILE, &limit) || limit.rlim_cur >= DESCRIPTORS)
		return;
	limit.rlim_cur = limit.rlim_max < DESCRIPTORS ? limit.rlim_max : DESCRIPTORS;
	setrlimit(RLIMIT_NOFILE, &limit);
}

/* What the worker needs, and what outlives it. Of @shared, the keeper reads only @patience. */
struct work {
	struct shared {
		struct patience patience;
		struct log log; /* shared, so that a new worker doesn't get a new budget */
	} * shared;
	struct function function;
	struct identity identity;
	struct listener listener;
	bool has_hung; /* an earlier worker has hung */
};

static int serve(struct work *work, struct why *why)
{
	static struct client client;
	static struct server server;
	struct service service = client_service(&client);
	int ret;

	client.function = &work->function;
	server = (struct server){ .service = &service,
				  .listener = &work->listener,
				  .log = &work->shared->log,
				  .patience = &work->shared->patience };
	server.signals = server_take_signals(why);
	if (server.signals < 0)
		return server.signals;
	patience_init(server.patience);
	ret = identity_become(&work->identity, why);
	if (!ret)
		ret = sandbox_enter(why);
	if (ret)
		return ret;
	/* Not earlier: a client may have broken into the previous worker, which shares the log. */
	if (work->has_hung)
		log_line(server.log, "the server hung because of a client's descriptor; a new "
				     "one starts, with the function as after power-on");
	return server_run(&server, why);
}

/* The function is in its state after power-on, even if another worker has served it before. */
static int be_worker(void *opaque)
{
	struct work *work = opaque;
	struct why why;

	listener_share(&work->listener);
	return serve(work, &why) ? complain("%s", why.text) : EXIT_OK;
}

static int keep_serving(struct work *work, const struct arguments *arguments, struct why *why)
{
	struct keeper keeper = { .work = be_worker,
				 .opaque = work,
				 .patience = &work->shared->patience };
	struct owner owner = OWNER_OF_PROCESS;
	int ret = identity_find(&work->identity, arguments->user, why);

	if (!ret && arguments->group)
		ret = identity_find_group(arguments->group, &owner.group, why);
	if (!ret)
		ret = keeper_init(&keeper, why);
	if (ret)
		return ret;
	owner.user = work->identity.user;
	ret = arguments->socket ? listener_open(&work->listener, arguments->socket, &owner, why)
				: listener_adopt(&work->listener, arguments->fd, why);
	if (ret)
		return ret;
	ret = keeper_start(&keeper, why);
	if (!ret) {
		work->has_hung = true;
		announce(&work->function, arguments);
		ret = keeper_run(&keeper, why);
	}
	listener_close(&work->listener);
	return ret;
}

static int run(const struct arguments *arguments)
{
	int log = arguments->log
			  ? open(arguments->log, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0666)
			  : STDERR_FILENO;
	static struct work work;
	struct why why;
	int ret;

	if (log < 0)
		return complain("%s: %s", arguments->log, strerror(errno));
	work.shared = keeper_share(sizeof(*work.shared));
	if (!work.shared)
		return complain("mmap: %s", strerror(errno));
	raise_limit();
	log_init(&work.shared->log, log);
	ret = make_function(&work.function, arguments, &work.shared->log, &why);
	if (!ret)
		ret = keep_serving(&work, arguments, &why);
	if (ret)
		complain("%s", why.text);
	function_free(&work.function);
	return ret ? EXIT_ERROR : EXIT_OK;
}

int main(int argc, char **argv)
{
	struct arguments arguments = { 0 };
	int status;

	output_program = "vpasid-device";
	fill_standard_streams();
	status = arguments_parse(argc, argv, &arguments);
	if (status)
		return status == OPTIONS_DONE ? EXIT_OK : status;
	close_inherited(arguments.fd);
	return run(&arguments);
}
