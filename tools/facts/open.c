// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>

#include "facts/open.h"
#include "facts/reporter.h"

/* What `vpasid bind` refuses, it says itself, with what is to be done about it. */
static void advise_bind(struct function *function, struct why *why)
{
	struct why command;

	if (function->pci.is_bridge ||
	    function_read(function, FUNCTION_VFIO | FUNCTION_KERNEL, NULL))
		return;
	function_bind_command(function, &command);
	if (*command.text && !function_is_refused(function))
		because_also(why, "; use `%s`", command.text);
	else
		because_also(why,
			     "; `vpasid bind --dry-run %s` says what prevents binding it "
			     "to one",
			     function->pci.bdf.text);
}

int function_open(struct function *function, const char *vf_token, struct vfio *vfio,
		  struct why *why)
{
	int ret = vfio_open(&function->pci, vf_token, vfio, why);

	if (ret == -ENXIO && !function->pci.on_vfio)
		advise_bind(function, why);
	return ret;
}
