// SPDX-License-Identifier: MIT
/*
 * while_open BDF VF_TOKEN COMMAND ARG...: runs a command while a user of VFIO has the function
 * open. VF_TOKEN may be "". Ends with the command's status.
 */
#include "device.h"
#include "run.h"

int main(int argc, char **argv)
{
	if (argc < 4)
		return 2;
	open_device(argv[1], *argv[2] ? argv[2] : NULL);
	return run(argv + 3);
}
