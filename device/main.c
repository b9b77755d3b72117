// SPDX-License-Identifier: GPL-2.0-or-later
/* vpasid-device: a PCIe function with PASID, served over vfio-user. */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>

#include "arguments.h"
#include "client.h"
#include "function.h"
#include "log.h"
#include "model.h"
#include "profile.h"
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

static void announce(const struct function *function, const char *path)
{
	const uint8_t *config = function->hardware.power_on;

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

static void raise_limit(void)
{
	struct rlimit limit;

	if (getrlimit(RLIMIT_NOFILE, &limit) || limit.rlim_cur >= DESCRIPTORS)
		return;
	limit.rlim_cur = limit.rlim_max < DESCRIPTORS ? limit.rlim_max : DESCRIPTORS;
	setrlimit(RLIMIT_NOFILE, &limit);
}

static int serve(struct function *function, const struct arguments *arguments, struct log *log,
		 struct why *why)
{
	static struct client client;
	struct listener listener;
	struct service service;
	int signals = server_take_signals(why);
	int ret;

	if (signals < 0)
		return signals;
	ret = listener_open(&listener, arguments->socket, why);
	if (ret)
		return ret;
	announce(function, arguments->socket);
	client.function = function;
	service = client_service(&client);
	ret = server_run(&service, &listener, signals, log, why);
	listener_close(&listener);
	return ret;
}

static int run(const struct arguments *arguments)
{
	FILE *stream = arguments->log ? fopen(arguments->log, "ae") : stderr;
	static struct function function;
	struct log log;
	struct why why;
	int ret;

	if (!stream) {
		complain("%s: %s", arguments->log, strerror(errno));
		return EXIT_ERROR;
	}
	raise_limit();
	log_init(&log, stream);
	ret = make_function(&function, arguments, &log, &why);
	if (!ret)
		ret = serve(&function, arguments, &log, &why);
	if (ret)
		complain("%s", why.text);
	function_free(&function);
	fclose(stream);
	return ret ? EXIT_ERROR : EXIT_OK;
}

int main(int argc, char **argv)
{
	struct arguments arguments = { 0 };
	int status;

	output_program = "vpasid-device";
	status = arguments_parse(argc, argv, &arguments);
	if (status)
		return status == OPTIONS_DONE ? EXIT_OK : status;
	return run(&arguments);
}
