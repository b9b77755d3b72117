// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "bind/bind.h"
#include "bind/bind_state.h"
#include "bind/driver_override.h"
#include "bind/in_use.h"
#include "bind/modprobe.h"
#include "facts/host.h"
#include "facts/reporter.h"
#include "support/sysfs.h"
#include "vfio/denylist.h"
#include "vfio/explain.h"

#define NOIOMMU_MODE "/sys/module/vfio/parameters/enable_unsafe_noiommu_mode"

static int fail(struct bind *bind, int error)
{
	bind->result = BIND_FAILED;
	return error;
}

static int refuse(struct bind *bind)
{
	bind->result = BIND_REFUSED;
	return -EBUSY;
}

static struct path sysfs_of(const struct bind_options *options)
{
	return path_of("%s/sys", options->root);
}

static int read_function(struct bind *bind, const struct bind_options *options)
{
	int ret =
		pci_function_read(sysfs_of(options).text, &bind->bdf, &bind->function, &bind->why);

	memcpy(bind->driver, bind->function.driver, sizeof(bind->driver));
	kept_read(options->root, &bind->bdf, &bind->kept);
	return ret ? fail(bind, ret) : 0;
}

/* Whether the kernel may assign the function to an IOMMU group only when a driver probes it. */
static bool gets_group(const struct pci_function *function, const struct bind_options *options)
{
	struct path sysfs = sysfs_of(options);
	struct host host;
	bool is_late;

	if (*function->driver)
		return false;
	host_open(&host, sysfs.text, options->root, false);
	is_late = host_assigns_late(&host);
	host_close(&host);
	return is_late;
}

/* Checks that --force can't override, since the kernel refuses. */
static int check_possible(const struct bind *bind, const struct bind_options *options,
			  struct why *why)
{
	const struct pci_function *function = &bind->function;
	char unsafe[8] = "";

	if (function->is_bridge)
		return because(why, -EINVAL,
			       "this is a bridge, and VFIO has no driver for bridges");
	if (function->num_vfs)
		return because(why, -EBUSY,
			       "this PF has %lu VFs, and VFIO drivers don't bind to a PF whose VFs "
			       "are enabled: `echo 0 >/sys/bus/pci/devices/%s/sriov_numvfs` "
			       "removes them",
			       function->num_vfs, function->bdf.text);
	if (denylist_has(function->vendor, function->device) &&
	    denylist_is_disabled(sysfs_of(options).text, options->root, options->driver) == FACT_NO)
		return denylist_explain(sysfs_of(options).text, function->vendor, function->device,
					options->driver, why);
	if (modprobe_check(options->root, options->driver, why))
		return -ENOENT;
	if (*function->iommu_group || gets_group(function, options))
		return 0;
	/* Without an IOMMU group, VFIO supports it only in no-IOMMU mode. */
	sysfs_read(path_of("%s" NOIOMMU_MODE, options->root).text, unsafe, sizeof(unsafe));
	return strcmp(unsafe, "Y") != 0 ? vfio_explain_no_group(why) : 0;
}

/* The VFIO driver that was made for it; "" if there is none. */
static void find_variant(const struct bind *bind, const struct bind_options *options,
			 char variant[REPORTER_DRIVER_SIZE])
{
	struct path sysfs = sysfs_of(options);
	struct function *function;
	struct host host;

	*variant = '\0';
	host_open(&host, sysfs.text, options->root, false);
	function = host_function(&host, &bind->bdf);
	if (function && !function_read(function, FUNCTION_KERNEL, NULL))
		function_variant(function, variant);
	host_close(&host);
}

/* Only a user's explicit choice binds it to a driver other than that one. */
static int check_variant(const struct bind *bind, const struct bind_options *options,
			 struct why *why)
{
	char variant[REPORTER_DRIVER_SIZE];

	if (!options->is_default)
		return 0;
	find_variant(bind, options, variant);
	if (!*variant)
		return 0;

	because(why, -EBUSY,
		"the VFIO driver %s is made for this device, and its additional features, such as "
		"migration, would be lost: run ",
		variant);
	if (strcmp(bind->function.driver, variant) != 0)
		because_also(why, "`vpasid bind --driver %s %s`, then ", variant, bind->bdf.text);
	because_also(why,
		     "`modprobe vfio_pasid`, which reports PASID with that driver; to use %s "
		     "anyway, name it with --driver",
		     options->driver);
	return -EBUSY;
}

/* When a function is unbound from VFIO, the kernel waits until every process has closed it. */
static int check_vfio(const struct pci_function *function, const char *root, struct why *why)
{
	int ret = *root ? 0 : vfio_check_unused(function, why);

	if (ret)
		because_also(why, "; stop that process first (with --force, vpasid waits until it "
				  "closes the function)");
	return ret;
}

static int check_permission(const struct bind *bind, const struct bind_options *options,
			    struct why *why)
{
	if (options->dry_run)
		return 0;
	return driver_override_check(sysfs_of(options).text, &bind->bdf, why);
}

/* Whether a persistent binding is possible, and would be in effect after the next boot. */
static int check_keeping(const struct bind *bind, const struct bind_options *options,
			 struct why *why)
{
	const struct pci_function *function = &bind->function;
	enum keeper keeper = keeper_of_host(options->root);
	struct why todo;
	int ret = keeper_check(options->root, keeper, options->driver, why);

	if (ret)
		return ret;
	if (denylist_has(function->vendor, function->device) &&
	    denylist_stays_disabled(options->root, options->driver) == FACT_NO) {
		denylist_todo_for_good(options->driver, &todo);
		return because(
			why, -EPERM,
			"%04x:%04x is on the denylist of VFIO's drivers, and %s would refuse it at "
			"the next boot; to bind it persistently: %s",
			function->vendor, function->device, options->driver, todo.text);
	}
	return options->dry_run ? 0 : keeper_check_permission(options->root, keeper, why);
}

/* Whether neither the host nor a user of VFIO uses it. */
static int check_free(struct bind *bind, const struct bind_options *options)
{
	if (options->force)
		return 0;
	if (check_variant(bind, options, &bind->why) ||
	    check_vfio(&bind->function, options->root, &bind->why))
		return -EBUSY;
	if (!in_use_check(options->root, &bind->bdf, &bind->why))
		return 0;
	because_also(&bind->why, "; --force unbinds it from the host's driver anyway");
	return -EBUSY;
}

int bind_check(struct bind *bind, const struct bind_options *options)
{
	int ret = read_function(bind, options);

	if (ret)
		return ret;
	if (options->kept && kept_check_function(&bind->kept, &bind->function, &bind->why))
		return refuse(bind);
	if (!strcmp(bind->function.driver, options->driver))
		bind->result = BIND_ALREADY;
	else if (check_possible(bind, options, &bind->why) || check_free(bind, options) ||
		 check_permission(bind, options, &bind->why))
		return refuse(bind);
	if (options->persist && check_keeping(bind, options, &bind->why))
		return refuse(bind);
	return 0;
}

/*
 * Whether we have bound it, and nobody has bound it to another driver since. If the
 * driver's module was unloaded, the function has no driver, but still the override.
 */
static bool is_ours(const struct bind *bind, const struct bind_state *state,
		    const char *driver_override)
{
	const char *driver = bind->function.driver;

	return *state->bound && !strcmp(state->bound, *driver ? driver : driver_override);
}

/*
 * Records what unbind restores: the present driver and override or, if vpasid set those, what was
 * recorded then. @old is the former record, or zeros, for roll_back().
 */
static int remember(struct bind *bind, const struct bind_options *options,
		    const char *driver_override, struct bind_state *old)
{
	struct bind_state new = { 0 };

	bind_state_read(options->root, &bind->bdf, old);
	if (is_ours(bind, old, driver_override)) {
		new = *old;
	} else {
		memset(old, 0, sizeof(*old));
		memcpy(new.driver, bind->function.driver, sizeof(new.driver));
		/*
		 * The rule of a persistent binding sets the override early, so that no other driver
		 * binds to it.
		 */
		if (!options->kept || strcmp(driver_override, options->driver) != 0)
			memcpy(new.driver_override, driver_override, sizeof(new.driver_override));
		new.kernel_chooses = options->kept && !*new.driver;
	}
	new.is_pending = true;
	snprintf(new.bound, sizeof(new.bound), "%s", options->driver);
	return bind_state_write(options->root, &bind->bdf, &new, &bind->why);
}

/* Restores the former state, and adds the result to @bind->why. */
static void roll_back(struct bind *bind, const struct bind_options *options,
		      const char *driver_override, const struct bind_state *old)
{
	struct why why;

	if (driver_override_restore(sysfs_of(options).text, &bind->bdf, driver_override,
				    bind->function.driver, &why))
		because_also(&bind->why, "; restoring the former driver failed: %s", why.text);
	else if (*bind->function.driver)
		because_also(&bind->why, "; it is bound to %s again", bind->function.driver);
	else
		because_also(&bind->why, "; it has no driver, as before");

	/* Last: until then, a later command that finds it pending restores it, too. */
	if (*old->bound)
		bind_state_write(options->root, &bind->bdf, old, NULL);
	else
		bind_state_remove(options->root, &bind->bdf);
}

/* It has the driver: no later command has to repair anything. */
static int settle(struct bind *bind, const struct bind_options *options)
{
	struct bind_state state;
	int ret = bind_state_read(options->root, &bind->bdf, &state);

	state.is_pending = false;
	if (!ret)
		ret = bind_state_write(options->root, &bind->bdf, &state, &bind->why);
	return ret;
}

int bind_act(struct bind *bind, const struct bind_options *options)
{
	const struct path sysfs = sysfs_of(options);
	char driver_override[DRIVER_NAME_SIZE] = "";
	struct pci_function now;
	struct bind_state old;
	int ret;

	ret = driver_override_read(sysfs.text, &bind->bdf, driver_override,
				   sizeof(driver_override));
	if (ret)
		return fail(bind, because(&bind->why, ret, "can't read its driver_override: %s",
					  sysfs_strerror(ret)));
	ret = remember(bind, options, driver_override, &old);
	if (ret)
		return fail(bind, ret);

	ret = driver_override_bind(sysfs.text, &bind->bdf, options->driver, &bind->why);
	if (!ret)
		ret = pci_function_read(sysfs.text, &bind->bdf, &now, &bind->why);
	if (!ret && !now.on_vfio)
		ret = because(&bind->why, -EINVAL, "%s isn't a VFIO driver", options->driver);
	if (ret)
		roll_back(bind, options, driver_override, &old);
	else
		ret = settle(bind, options);
	driver_read(sysfs.text, &bind->bdf, bind->driver);
	bind->result = ret ? BIND_FAILED : BIND_DONE;
	return ret;
}

int bind_keep(struct bind *bind, const struct bind_options *options)
{
	int ret;

	bind->kept = (struct kept){ .keeper = keeper_of_host(options->root),
				    .bdf = bind->bdf,
				    .vendor = bind->function.vendor,
				    .device = bind->function.device };
	snprintf(bind->kept.driver, sizeof(bind->kept.driver), "%s", options->driver);
	ret = kept_write(options->root, &bind->kept, &bind->why);
	if (!ret)
		return 0;
	because_also(&bind->why, "; it is bound to %s until the next boot", bind->driver);
	return fail(bind, ret);
}

void bind_release(struct bind *bind, const char *root, const char *driver)
{
	const struct path sysfs = path_of("%s/sys", root);
	char driver_override[DRIVER_NAME_SIZE] = "";
	struct why why;

	driver_override_read(sysfs.text, &bind->bdf, driver_override, sizeof(driver_override));
	driver_read(sysfs.text, &bind->bdf, bind->driver);
	if (*bind->driver || !*driver_override || strcmp(driver_override, driver) != 0 ||
	    driver_override_restore(sysfs.text, &bind->bdf, "", NULL, &why))
		return;
	driver_read(sysfs.text, &bind->bdf, bind->driver);
}

/* Whether a bind or unbind was interrupted, which leaves a function without a driver. */
static bool is_stranded(const struct bind *bind, const struct bind_state *state)
{
	return *state->bound && !*bind->function.driver;
}

/* It isn't bound, or doesn't exist: only its persistent binding is to be removed. */
static int check_kept_only(struct bind *bind, const struct bind_options *options)
{
	bind->is_kept_only = true;
	bind->result = BIND_UNTOUCHED;
	if (!options->dry_run &&
	    keeper_check_permission(options->root, bind->kept.keeper, &bind->why))
		return refuse(bind);
	return 0;
}

static bool is_kept(const struct bind *bind)
{
	return bind->kept.keeper != KEEPER_NONE;
}

static int check_unbinding(struct bind *bind, const struct bind_options *options)
{
	const struct pci_function *function = &bind->function;

	if (function->num_vfs && !options->force)
		return because(
			&bind->why, -EBUSY,
			"this PF has %lu VFs, which are removed together with its driver; --force "
			"unbinds it anyway",
			function->num_vfs);
	if (!options->force && check_vfio(function, options->root, &bind->why))
		return -EBUSY;
	if (is_kept(bind) && !options->dry_run &&
	    keeper_check_permission(options->root, bind->kept.keeper, &bind->why))
		return -EPERM;
	return check_permission(bind, options, &bind->why);
}

int unbind_check(struct bind *bind, const struct bind_options *options)
{
	struct bind_state state;
	int ret = read_function(bind, options);

	if (ret)
		return ret == -ENODEV && is_kept(bind) ? check_kept_only(bind, options) : ret;
	bind_state_read(options->root, &bind->bdf, &state);
	if (bind->function.on_vfio || is_stranded(bind, &state))
		return check_unbinding(bind, options) ? refuse(bind) : 0;
	if (is_kept(bind))
		return check_kept_only(bind, options);
	return fail(bind,
		    because(&bind->why, -ENXIO,
			    "bound to %s, which isn't a VFIO driver: there is nothing to unbind",
			    *bind->function.driver ? bind->function.driver : "none"));
}

/* The driver to restore; if none is recorded, the kernel's choice. */
static void recall(struct bind *bind, const struct bind_options *options, struct bind_state *state)
{
	bind_state_read(options->root, &bind->bdf, state);
	bind->was_forgotten = !is_stranded(bind, state) && !is_ours(bind, state, "");
	if (!bind->was_forgotten)
		return;
	*state = (struct bind_state){ .kernel_chooses = true };
	memcpy(state->bound, bind->function.driver, sizeof(state->bound));
}

static int give_back(struct bind *bind, const struct bind_options *options)
{
	const struct path sysfs = sysfs_of(options);
	struct bind_state state;
	int ret;

	recall(bind, options, &state);
	state.is_pending = true;
	ret = bind_state_write(options->root, &bind->bdf, &state, &bind->why);
	if (ret)
		return ret;
	ret = driver_override_restore(sysfs.text, &bind->bdf, state.driver_override,
				      bind_state_former(&state), &bind->why);
	driver_read(sysfs.text, &bind->bdf, bind->driver);
	/* Restoring failed, too: there is nothing that a later command could repair. */
	state.is_pending = false;
	if (ret && !bind->was_forgotten)
		bind_state_write(options->root, &bind->bdf, &state, NULL);
	else
		bind_state_remove(options->root, &bind->bdf);
	return ret;
}

int unbind_act(struct bind *bind, const struct bind_options *options)
{
	int ret = bind->is_kept_only ? 0 : give_back(bind, options);

	if (!ret && is_kept(bind))
		ret = kept_remove(options->root, &bind->bdf, &bind->why);
	if (!ret && bind->is_kept_only) {
		bind_state_remove(options->root, &bind->bdf);
		bind_release(bind, options->root, bind->kept.driver);
	}
	if (ret)
		return fail(bind, ret);
	bind->result = BIND_DONE;
	return 0;
}
