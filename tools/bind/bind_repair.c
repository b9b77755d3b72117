// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Repairs what a killed command has left. While a command acts on a function, the function's record
 * is marked as pending: a process that has the lock and finds the mark knows that its owner is
 * gone.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "bind/bind.h"
#include "bind/bind_state.h"
#include "bind/driver_override.h"
#include "support/output.h"
#include "support/sysfs.h"

/* It got the driver, and may be in use by now: only the mark has to be removed. */
static int go_on(const char *root, const char *sysfs, const struct bdf *bdf,
		 struct bind_state *state, struct why *why)
{
	int ret = driver_override_set(sysfs, bdf, state->bound, why);

	state->is_pending = false;
	return ret ? ret : bind_state_write(root, bdf, state, why);
}

static int go_back(const char *root, const char *sysfs, const struct pci_function *function,
		   const struct bind_state *state, struct why *why)
{
	const char *former = bind_state_former(state);
	int ret;

	if (former && !strcmp(function->driver, former))
		ret = driver_override_set(sysfs, &function->bdf, state->driver_override, why);
	else
		ret = driver_override_restore(sysfs, &function->bdf, state->driver_override, former,
					      why);
	if (!ret)
		bind_state_remove(root, &function->bdf);
	return ret;
}

static void repair(const char *root, const struct bdf *bdf)
{
	struct path sysfs = path_of("%s/sys", root);
	char driver[DRIVER_NAME_SIZE];
	struct pci_function function;
	struct bind_state state;
	struct why why;
	bool is_bound;
	int ret;

	if (bind_state_read(root, bdf, &state) || !state.is_pending)
		return;
	ret = pci_function_read(sysfs.text, bdf, &function, &why);
	if (ret == -ENODEV) {
		bind_state_remove(root, bdf);
		return;
	}
	is_bound = !ret && function.on_vfio && !strcmp(function.driver, state.bound);
	if (!ret)
		ret = is_bound ? go_on(root, sysfs.text, bdf, &state, &why)
			       : go_back(root, sysfs.text, &function, &state, &why);
	driver_read(sysfs.text, bdf, driver);
	if (ret)
		complain("%s: a vpasid process was killed while it changed the driver, and the "
			 "change can't be completed or undone: %s",
			 bdf->text, why.text);
	else
		complain("%s: a vpasid process was killed while it changed the driver; this has "
			 "been repaired: it has %s",
			 bdf->text, *driver ? driver : "no driver");
}

/* The name of a temporary file of support/replace_file.c. */
static bool is_hidden(const char *name)
{
	size_t length = strlen(name);

	return *name == '.' && length > 8 && name[length - 7] == '.';
}

static int take_entry(void *context, const struct sysfs_entry *entry)
{
	const char *root = context;
	struct bdf bdf;

	if (is_hidden(entry->name))
		unlink(path_of(BIND_STATE_DIRECTORY "/%s", root, entry->name).text);
	else if (!bdf_parse(entry->name, &bdf))
		repair(root, &bdf);
	return 0;
}

void bind_repair(const char *root)
{
	kept_clean(root);
	sysfs_list(path_of(BIND_STATE_DIRECTORY, root).text, take_entry, (void *)root);
}
