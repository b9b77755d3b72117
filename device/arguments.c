// SPDX-License-Identifier: GPL-2.0-or-later
#include <limits.h>
#include <stdio.h>
#include <string.h>

#include "arguments.h"
#include "pci/arguments.h"
#include "support/options.h"
#include "support/output.h"

static const struct usage usage = {
	.synopsis = "--socket PATH|--fd NUMBER --profile NAME|FILE [OPTION]...\n"
		    "--socket PATH|--fd NUMBER --dump FILE [OPTION]...",
	.about = "Serves a PCIe function with PASID to a virtual machine, without hardware, over "
		 "vfio-user: to QEMU's -device vfio-user-pci.\n"
		 "\n"
		 "A line on standard output says when clients can connect. SIGTERM and SIGINT end "
		 "it.",
	.statuses = "0 ended by a signal, 2 usage, 3 error",
};

static int set_place(void *context, const char *value)
{
	struct arguments *arguments = context;
	unsigned int offset = 0;
	int status = EXIT_OK;

	arguments->function.withhold = !strcmp(value, "none");
	if (!arguments->function.withhold && strcmp(value, "auto") != 0)
		status = parse_offset("--vpasid", value, &offset);
	arguments->function.offset = (uint16_t)offset;
	return status;
}

static int add_bar(void *context, const char *value)
{
	struct arguments *arguments = context;

	if (arguments->bar_count == PCI_STD_NUM_BARS)
		return usage_error("--bar %s: a function has %d BARs", value, PCI_STD_NUM_BARS);
	arguments->bars[arguments->bar_count++] = value;
	return EXIT_OK;
}

static int set_function(void *context, const char *value)
{
	struct arguments *arguments = context;

	arguments->has_bdf = true;
	return parse_bdf(value, &arguments->bdf);
}

static int set_fd(void *context, const char *value)
{
	struct arguments *arguments = context;
	unsigned long fd;

	if (parse_number(value, INT_MAX, &fd))
		return usage_error("--fd %s: not a descriptor number", value);
	arguments->fd = (int)fd;
	return EXIT_OK;
}

static int check_arguments(const struct arguments *arguments)
{
	if (!arguments->socket == (arguments->fd < 0))
		return usage_error("use either --socket or --fd");
	if (arguments->group && !arguments->socket)
		return usage_error("--group requires --socket");
	if (!arguments->dump == !arguments->profile)
		return usage_error("use either --dump or --profile");
	if (arguments->has_bdf && !arguments->dump)
		return usage_error("--function requires --dump");
	if (arguments->function.withhold && arguments->function.width)
		return usage_error(
			"--width can't be used with --vpasid none: the guest has no PASIDs");
	return EXIT_OK;
}

int arguments_parse(int argc, char **argv, struct arguments *arguments)
{
	const struct command_option options[] = {
		{ "socket", 0, "PATH", "create this socket, for clients of the same user",
		  .text = &arguments->socket },
		{ "fd", 0, "NUMBER",
		  "serve on the listening socket that was passed as this descriptor",
		  .take = set_fd, .context = arguments },
		{ "user", 0, "USER", "serve as this user, who will own the socket; requires root",
		  .text = &arguments->user },
		{ "group", 0, "GROUP", "let the members of this group connect, too",
		  .text = &arguments->group },
		{ "profile", 0, "NAME",
		  "serve the function of an installed profile (dsa, vf), or of a file if the name "
		  "has a slash",
		  .text = &arguments->profile },
		{ "dump", 0, "FILE", "serve a function from the output of lspci -xxxx",
		  .text = &arguments->dump },
		{ "function", 0, "BDF", "the function to serve, if the dump has several",
		  .take = set_function, .context = arguments },
		{ "ids", 0, "VVVV:DDDD",
		  "vendor and device ID; those in a VF's config space read as ones",
		  .text = &arguments->ids },
		{ "pasid", 0, "WIDTH[,exec][,priv]",
		  "the PASID that the host reports; for a VF, its PF's",
		  .text = &arguments->pasid },
		{ "pri", 0, "REQUESTS[,pasid]",
		  "give the function PRI: how many page requests may be outstanding, and whether "
		  "responses to them have a PASID; for a VF, its PF's",
		  .text = &arguments->pri },
		{ "bar", 0, "N=SIZE", "the size of a BAR, such as 0=64K; may be repeated",
		  .take = add_bar, .context = arguments },
		{ "vpasid", 0, "PLACE",
		  "the offset of the guest's PASID capability: auto, an offset, or none",
		  .take = set_place, .context = arguments },
		{ "width", 0, "N", "Max PASID Width for the guest, 1 to 20", .take = take_width,
		  .context = &arguments->function.width },
		{ "quirks", 0, "DIR", "read quirks from DIR instead of this host's",
		  .text = &arguments->function.quirks },
		{ "log", 0, "FILE", "append the log to this file, instead of standard error",
		  .text = &arguments->log },
		{ 0 },
	};
	int status;

	arguments->fd = -1;
	argv[0] = "";
	status = take_options(argc, argv, options, &usage);
	if (status)
		return status;
	if (refuse_arguments(argv + optind, "only options are accepted"))
		return EXIT_USAGE;
	return check_arguments(arguments);
}
