// SPDX-License-Identifier: MIT
/*
 * A vfio-user server in front of a real VFIO function: a VMM that supports vfio-user, such as QEMU
 * with its vfio-user-pci, uses the function, and its guest has a PASID capability that libvpasid
 * emulates. README.md describes its purpose and its limits.
 *
 *	proxy [--iommufd] [--keep-device] [--width N] SOCKET 0000:6a:01.0
 */
#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "serve.h"
#include "server.h"
#include "socket.h"

static const char usage[] =
	"usage: proxy [OPTION]... SOCKET FUNCTION\n"
	"\n"
	"Serves a function that is bound to a VFIO driver, such as 0000:6a:01.0, over vfio-user.\n"
	"\n"
	"  --iommufd      open it through its character device and iommufd, not through its group\n"
	"  --keep-device  don't give the client the device's descriptor: it can't map BARs,\n"
	"                 and reads and writes them with messages\n"
	"  --width N      the PASID width that the client's virtual IOMMU supports, 1 to 20\n"
	"\n"
	"A line on standard output says when a client can connect. SIGTERM and SIGINT end it.\n";

struct arguments {
	const char *socket, *bdf;
	bool use_iommufd, keep_device;
	unsigned int takes;
};

static bool parse_width(const char *text, unsigned int *width)
{
	char *end;
	unsigned long value = strtoul(text, &end, 10);

	*width = (unsigned int)value;
	return *text && !*end && value >= 1 && value <= VPASID_MAX_WIDTH;
}

/* Returns false after printing an error. */
static bool parse(int argc, char **argv, struct arguments *arguments)
{
	static const struct option options[] = {
		{ "iommufd", no_argument, NULL, 'i' },
		{ "keep-device", no_argument, NULL, 'k' },
		{ "width", required_argument, NULL, 'w' },
		{ 0 },
	};
	int option;

	*arguments = (struct arguments){ .takes = VPASID_MAX_WIDTH };
	while ((option = getopt_long(argc, argv, "", options, NULL)) != -1) {
		if (option == 'i') {
			arguments->use_iommufd = true;
		} else if (option == 'k') {
			arguments->keep_device = true;
		} else if (option != 'w' || !parse_width(optarg, &arguments->takes)) {
			fputs(usage, stderr);
			return false;
		}
	}
	if (argc - optind != 2) {
		fputs(usage, stderr);
		return false;
	}
	arguments->socket = argv[optind];
	arguments->bdf = argv[optind + 1];
	return true;
}

static void announce(const struct guest *guest, const struct arguments *arguments)
{
	unsigned int at = vpasid_vconfig_offset(guest->view, VPASID_EXT_CAP_PASID);
	uint8_t cap[8] = { 0 };

	vpasid_vconfig_read(guest->view, at, cap, sizeof(cap));
	printf("serving %s at %s, PASID at 0x%03x (%s) with %u bits%s%s\n", arguments->bdf,
	       arguments->socket, at, vpasid_place_reason_name(guest->placement.caps[0].reason),
	       cap[5], cap[4] & VPASID_CTRL_EXEC ? ", EXEC" : "",
	       cap[4] & VPASID_CTRL_PRIV ? ", PRIV" : "");
	fflush(stdout);
}

static int serve(struct proxy *proxy, const struct arguments *arguments, struct why *why)
{
	static struct server server;
	static struct patience patience;
	struct service service = proxy_service(proxy);
	struct listener listener;
	int ret;

	server = (struct server){ .service = &service,
				  .listener = &listener,
				  .log = &proxy->log,
				  .patience = &patience };
	server.signals = server_take_signals(why);
	if (server.signals < 0)
		return server.signals;
	patience_init(&patience);
	ret = listener_open(&listener, arguments->socket, &OWNER_OF_PROCESS, why);
	if (ret)
		return ret;
	announce(&proxy->guest, arguments);
	ret = server_run(&server, why);
	listener_close(&listener);
	return ret;
}

int main(int argc, char **argv)
{
	static struct proxy proxy;
	struct arguments arguments;
	struct why why;
	int ret;

	if (!parse(argc, argv, &arguments))
		return 2;
	proxy.keep_device = arguments.keep_device;
	log_init(&proxy.log, STDERR_FILENO);
	ret = host_open(&proxy.host, arguments.bdf, arguments.use_iommufd, &why);
	if (!ret)
		ret = guest_init(&proxy.guest, &proxy.host, arguments.takes, &proxy.log, &why);
	if (!ret)
		ret = serve(&proxy, &arguments, &why);
	guest_free(&proxy.guest);
	log_flush(&proxy.log);
	if (ret)
		fprintf(stderr, "proxy: %s\n", why.text);
	return ret ? EXIT_FAILURE : EXIT_SUCCESS;
}
