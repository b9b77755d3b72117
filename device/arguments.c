// SPDX-License-Identifier: GPL-2.0-or-later
#include <stdio.h>
#include <string.h>

#include "arguments.h"
#include "pci/arguments.h"
#include "support/options.h"
#include "support/output.h"

static const char usage[] =
	"usage: vpasid-device --socket PATH --profile NAME|FILE [OPTION]...\n"
	"       vpasid-device --socket PATH --dump FILE [OPTION]...\n"
	"\n"
	"Serves a PCIe function with PASID to a virtual machine, without hardware, over\n"
	"vfio-user: to QEMU's -device vfio-user-pci.\n"
	"\n"
	"  --socket PATH    make this socket, for clients of the same user\n"
	"  --profile NAME   serve a function that comes with vpasid-device (dsa, vf), or one\n"
	"                   that a file describes, if there is a slash in it\n"
	"  --dump FILE      serve one that lspci -xxxx has printed\n"
	"  --function BDF   of a dump with many functions: this one\n"
	"  --ids VVVV:DDDD  vendor and device ID; those in a VF's config space are ones\n"
	"  --pasid WIDTH[,exec][,priv]\n"
	"                   the PASID that the host has; of a VF, its PF's\n"
	"  --pri REQUESTS[,pasid]\n"
	"                   the PRI of a VF's PF: how many page requests may be outstanding,\n"
	"                   and whether responses to them have a PASID\n"
	"  --bar N=SIZE     the size of a BAR, as 0=64K; may be repeated\n"
	"  --vpasid PLACE   where the guest has its PASID capability: auto, an offset, or none\n"
	"  --width N        Max PASID Width for the guest, 1 to 20\n"
	"  --quirks DIR     read quirks from there, instead of this host's\n"
	"  --log FILE       add the log to this file, instead of standard error\n"
	"  --help           print this\n"
	"  --version        print the version\n"
	"\n"
	"A line on standard output says when clients may come. SIGTERM and SIGINT end it.\n"
	"\n"
	"Exit status: 0 ended by a signal, 2 usage, 3 error\n";

static int set_place(void *context, const char *value)
{
	struct arguments *arguments = context;
	unsigned long offset = 0;

	arguments->function.withhold = !strcmp(value, "none");
	if (!arguments->function.withhold && strcmp(value, "auto") != 0 &&
	    (parse_number(value, VPASID_CONFIG_SIZE - 1, &offset) || !offset))
		return usage_error("", "--vpasid %s: not auto, none, or an offset, as 0xff8",
				   value);
	arguments->function.offset = (uint16_t)offset;
	return EXIT_OK;
}

static int set_width(void *context, const char *value)
{
	struct arguments *arguments = context;

	return parse_width("", value, &arguments->function.width);
}

static int add_bar(void *context, const char *value)
{
	struct arguments *arguments = context;

	if (arguments->bar_count == PCI_STD_NUM_BARS)
		return usage_error("", "--bar %s: a function has %d BARs", value, PCI_STD_NUM_BARS);
	arguments->bars[arguments->bar_count++] = value;
	return EXIT_OK;
}

static int set_function(void *context, const char *value)
{
	struct arguments *arguments = context;

	arguments->has_bdf = true;
	return parse_bdf("", value, &arguments->bdf);
}

static int check_arguments(const struct arguments *arguments)
{
	if (arguments->version)
		return EXIT_OK;
	if (!arguments->socket)
		return usage_error("", "--socket is missing");
	if (!arguments->dump == !arguments->profile)
		return usage_error("", "--dump and --profile: it's one or the other");
	if (arguments->has_bdf && !arguments->dump)
		return usage_error("", "--function is for --dump");
	if (arguments->function.withhold && arguments->function.width)
		return usage_error("", "--width and --vpasid none: the guest has no PASIDs");
	return EXIT_OK;
}

int arguments_parse(int argc, char **argv, struct arguments *arguments)
{
	const struct command_option options[] = {
		{ "socket", .text = &arguments->socket },
		{ "profile", .text = &arguments->profile },
		{ "dump", .text = &arguments->dump },
		{ "function", .take = set_function, .context = arguments },
		{ "ids", .text = &arguments->ids },
		{ "pasid", .text = &arguments->pasid },
		{ "pri", .text = &arguments->pri },
		{ "bar", .take = add_bar, .context = arguments },
		{ "vpasid", .take = set_place, .context = arguments },
		{ "width", .take = set_width, .context = arguments },
		{ "quirks", .text = &arguments->function.quirks },
		{ "log", .text = &arguments->log },
		{ "version", .flag = &arguments->version },
		{ 0 },
	};
	int status;

	argv[0] = "";
	status = take_options(argc, argv, options, usage);
	if (status)
		return status;
	if (optind < argc)
		return usage_error("", "%s: what is this?", argv[optind]);
	return check_arguments(arguments);
}
