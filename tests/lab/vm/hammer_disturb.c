// SPDX-License-Identifier: MIT
/*
 * The disturbances: what an administrator, the kernel or the device can do to functions
 * while they are used.
 */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "device.h"
#include "hammer.h"
#include "hammer_sysfs.h"

int users;
char why[200];
uint32_t chance_state;

static unsigned int chance(unsigned int limit)
{
	return random_below(&chance_state, limit);
}

static const char *bdf_of(int index)
{
	return functions[index].bdf;
}

/* Whether a step of a round went well; says what went wrong. */
static bool done(int ret, const char *what, int index)
{
	if (!ret)
		return true;
	snprintf(why, sizeof(why), "%s of %s: %s", what, functions[index].name, strerror(-ret));
	return false;
}

/*
 * When a user closes the PF, the core restores its config space, that of SR-IOV, too. If
 * VFs are made at that moment, none may answer, and the kernel takes them away again.
 */
static bool make(unsigned int count)
{
	int ret = make_vfs(bdf_of(PF), count);

	for (int tries = 0; ret == -EIO && tries < 3; tries++) {
		shared->missed++;
		ret = make_vfs(bdf_of(PF), count);
	}
	return done(ret, "making VFs", PF);
}

static bool make_all_vfs(void)
{
	return make(VFS);
}

static bool rebind(int index)
{
	return done(bind_to(bdf_of(index), driver), "bind", index) &&
	       (index != PF || make_all_vfs());
}

static bool modprobe(const char *name, const char *parameter, const char *other)
{
	pid_t process = fork();
	int status;

	if (!process) {
		execlp("modprobe", "modprobe", name, parameter, other, (char *)NULL);
		_exit(2);
	}
	return done(process < 0 || waitpid(process, &status, 0) != process || status ? -EIO : 0,
		    "modprobe", PF);
}

static bool load_module(void)
{
	if (!is_apart())
		return modprobe(driver, "enable_sriov=1", module_parameter);
	return modprobe(driver, "enable_sriov=1", NULL) && modprobe(module, module_parameter, NULL);
}

/* 0, or the negative errno; -EAGAIN: it is used */
static int unload_module(void)
{
	int ret = syscall(SYS_delete_module, module, O_NONBLOCK) ? -errno : 0;

	shared->unloaded += !ret;
	return ret;
}

bool set_up(void)
{
	return load_module() && rebind(PORTED) && rebind(OFF) && rebind(PF);
}

/* VFs come and go, and their number changes. */
static bool round_vfs(unsigned int round)
{
	(void)round;
	return make(1 + chance(VFS));
}

static bool rescan(int index)
{
	return done(put(PCI "rescan", "1"), "rescan", index) &&
	       done(exists(bdf_of(index)) ? 0 : -ENODEV, "rescan", index);
}

static bool hot_remove(int index)
{
	return done(put_of(bdf_of(index), "remove", "1"), "remove", index) &&
	       done(exists(bdf_of(index)) ? -EEXIST : 0, "remove", index);
}

/*
 * VFIO resets a function that it opens, and then saves its config space, but holds the device's
 * lock only for the reset. If a reset through sysfs has cleared the BARs when they are saved, the
 * function has none until it is removed and found again.
 */
static bool bind_to_nvme(int index)
{
	int ret = bind_to(bdf_of(index), "nvme");

	if (ret == -ENODEV && has_lost_bar(bdf_of(index))) {
		shared->lost_bars++;
		if (!hot_remove(index) || !rescan(index))
			return false;
		ret = bind_to(bdf_of(index), "nvme");
	}
	return done(ret, "bind to nvme", index);
}

/* Another driver has the function in between, now and then. */
static bool round_bind(unsigned int round)
{
	int index = (int)(round % FUNCTIONS);
	bool is_vf = index == VF0 || index == VF1;

	if (is_vf || chance(4))
		return done(unbind(bdf_of(index)), "unbind", index) && rebind(index);
	return bind_to_nvme(index) && rebind(index);
}

static bool reset(int index, const char *method)
{
	return done(put_of(bdf_of(index), "reset_method", method), "reset_method", index) &&
	       done(put_of(bdf_of(index), "reset", "1"), "reset", index);
}

/* By sysfs. The PF has no VFs then, see make_vfs(). */
static bool round_flr(unsigned int round)
{
	int index = (int)(round % FUNCTIONS);

	if (index != PF)
		return reset(index, "flr");
	return done(make_vfs(bdf_of(PF), 0), "removing VFs", PF) && reset(PF, "flr") &&
	       make_all_vfs();
}

/* The link of the root port goes down: by a user's ioctl, and by sysfs. */
static bool round_hot_reset(unsigned int round)
{
	int ret;

	if (round % 2)
		return reset(PORTED, "bus");
	do
		ret = users_order(HOT_RESET, PORTED);
	while (ret == -EAGAIN); /* sysfs has the device locked */
	return done(ret, "VFIO_DEVICE_PCI_HOT_RESET", PORTED);
}

/* A VF is removed with its PF: it has no such file of its own. */
static bool round_remove(unsigned int round)
{
	static const int order[] = { PORTED, PF, OFF, PF };
	int index = order[round % 4];

	return hot_remove(index) && rescan(index) && rebind(index);
}

/* The functions follow their driver_override if the driver had gone. */
static bool load_again(void)
{
	return is_apart() ? load_module() : set_up();
}

/* VFIO holds a reference to the module for each open device, which keeps it loaded. */
static bool round_unload(unsigned int round)
{
	int held = (int)chance(FUNCTIONS);
	bool is_held = round % 2, is_well = true;
	int ret;

	if (is_held && !done(users_order(HOLD, held), "hold", held))
		return false;
	shared->away = is_apart();
	ret = unload_module();
	if (is_held)
		users_order(LET_GO, held);
	if (is_held && ret != -EAGAIN)
		is_well = done(ret ? ret : -ECANCELED, "rmmod while it is used", held);
	else if (ret != -EAGAIN)
		/* No user had a device open at that moment. */
		is_well = done(ret, "rmmod", held) && load_again();
	shared->away = false;
	return is_well;
}

static bool is_used(void)
{
	char path[80];

	snprintf(path, sizeof(path), "/sys/module/%s/refcnt", module);
	return read_number(path);
}

/*
 * The module goes while users begin to open what they let be for a moment, and while a function
 * changes hands.
 */
static bool round_reload(unsigned int round)
{
	int index = (int)(round % FUNCTIONS), status, ret;
	pid_t binder = fork();
	bool is_well = true;

	if (!binder)
		_exit(chance(2) ? !rebind(index) : 0);
	shared->away = true;
	shared->spared = ~0U;
	for (int tries = 0; tries < 100 && is_used(); tries++)
		usleep(10000);
	shared->spared = 0;
	usleep(chance(3000));
	ret = unload_module();
	if (ret != -EAGAIN) {
		usleep(chance(3000));
		is_well = done(ret, "rmmod", index) && load_module();
	}
	shared->away = false;
	if (waitpid(binder, &status, 0) != binder || status)
		return done(-EIO, "bind meanwhile", index);
	return is_well;
}

/* It is left alone until it sleeps: on a busy machine within a minute. */
static bool falls_asleep(int index)
{
	char status[32] = "";

	shared->spared = 1U << index;
	for (int tries = 0; tries < 60000 && strcmp(status, "suspended") != 0; tries++) {
		usleep(1000);
		get_of(bdf_of(index), "power/runtime_status", status, sizeof(status));
	}
	shared->spared = 0;
	return done(strcmp(status, "suspended") ? -ETIME : 0, "runtime suspend", index);
}

/* A PF with VFs is kept awake by the core. */
static bool falls_asleep_without_vfs(void)
{
	return done(make_vfs(bdf_of(PF), 0), "removing VFs", PF) && falls_asleep(PF) &&
	       make_all_vfs();
}

/* By the user's LOW_POWER features, and by the kernel while nobody has it open. */
static bool round_sleep(unsigned int round)
{
	int index = (int)chance(FUNCTIONS);

	if (round % 2 == 0)
		return done(users_order(LOW_POWER, index), "low power", index);
	if (!(index == PF ? falls_asleep_without_vfs() : falls_asleep(index)))
		return false;
	return done(put_of(bdf_of(index), "power/control", "on"), "power/control", index) &&
	       done(put_of(bdf_of(index), "power/control", "auto"), "power/control", index);
}

/* The users are killed at any point of their work, and others replace them. */
static bool round_kill(unsigned int round)
{
	unsigned long opens = shared->opens;
	int status;

	/* in the middle of it, or while they begin */
	while (round % 2 && shared->opens == opens)
		usleep(1000);
	usleep(1 + chance(100000));
	kill(users, SIGKILL);
	if (waitpid(users, &status, 0) != users || !WIFSIGNALED(status))
		return done(-ECHILD, "users ended before they were killed, after the opening", PF);
	users = users_start(chance_state + round);
	return done(users < 0 ? -EAGAIN : 0, "fork", PF);
}

bool take_down(void)
{
	return bind_to_nvme(PF) && bind_to_nvme(PORTED) && bind_to_nvme(OFF) &&
	       done(unload_module(), "rmmod", PF);
}

const struct storm storms[] = {
	{ "vfs", "VFs made and destroyed", round_vfs },
	{ "bind", "PF, VFs and functions behind ports bound and unbound", round_bind },
	{ "flr", "function-level resets", round_flr },
	{ "hot-reset", "hot resets behind a root port", round_hot_reset },
	{ "remove", "functions removed and found again", round_remove },
	{ "unload", "attempts to unload the module", round_unload },
	{ "reload", "the module unloaded and loaded while functions are bound and opened",
	  round_reload },
	{ "sleep", "runtime suspend and resume", round_sleep },
	{ "kill", "users killed", round_kill },
	{ NULL },
};
