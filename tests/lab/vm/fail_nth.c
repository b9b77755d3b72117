// SPDX-License-Identifier: MIT
/*
 * fail_nth bind DRIVER BDF [MODULE]: binds a function to its driver_override, DRIVER, with the
 * first allocation failing, then the second, and so on until there is none left to fail; see
 * Documentation/fault-injection/fault-injection.rst of the kernel, fail-nth. Whenever it is
 * bound, MODULE has to answer for it, or to say in the kernel's log that it doesn't.
 *
 * fail_nth ask BDF: the same with the opening of the device, and a question.
 * fail_nth load FILE [BDF]: with the loading of a module, which BDF is bound meanwhile to a driver
 * that the module answers for.
 * fail_nth unload FILE: with its unloading.
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/vfio.h>
#include <linux/vfio_pasid.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "device.h"
#include "support/sysfs.h"
#include "tap.h"
#include "vfio/vfio.h"

#define MAX_NTH	 5000
#define FAIL_NTH "/proc/thread-self/fail-nth"

static void die(const char *what)
{
	perror(what);
	exit(2);
}

static int open_file(const char *path, int flags)
{
	int fd = open(path, flags);

	if (fd < 0)
		die(path);
	return fd;
}

/* 0, or the negative errno. */
static int write_text(int fd, const char *text)
{
	return pwrite(fd, text, strlen(text), 0) < 0 ? -errno : 0;
}

static int fail_nth_fd(void)
{
	static int fd = -1;

	if (fd < 0)
		fd = open_file(FAIL_NTH, O_RDWR);
	return fd;
}

/* What was armed before may fail this very call; once, so the next one doesn't. */
static void arm(unsigned int nth)
{
	char text[16];
	int ret;

	snprintf(text, sizeof(text), "%u", nth);
	ret = write_text(fail_nth_fd(), text);
	if (ret == -EFAULT || ret == -ENOMEM)
		ret = write_text(fail_nth_fd(), text);
	if (ret)
		die(FAIL_NTH);
}

/*
 * Whether a failure has taken place since; none will any more. If none has, asking may be
 * what fails.
 */
static bool disarm(void)
{
	char text[16] = "";

	ssize_t length = pread(fail_nth_fd(), text, sizeof(text) - 1, 0);

	arm(0);
	return length > 0 && atoi(text) == 0;
}

/* The kernel's log, from the last log_skip() on */
static int log_fd(void)
{
	static int fd = -1;

	if (fd < 0)
		fd = open_file("/dev/kmsg", O_RDONLY | O_NONBLOCK);
	return fd;
}

static void log_skip(void)
{
	if (lseek(log_fd(), 0, SEEK_END) < 0)
		die("/dev/kmsg");
}

/* Whether a message has both. EPIPE: some were overwritten before they were read. */
static bool log_has(const char *one, const char *other)
{
	char message[2048];
	bool has = false;
	ssize_t length;

	while ((length = read(log_fd(), message, sizeof(message) - 1)) > 0 || errno == EPIPE) {
		message[length > 0 ? length : 0] = '\0';
		has |= strstr(message, one) && strstr(message, other);
	}
	return has;
}

/* What is tried, as far as it is there */
static const char *driver, *module, *bdf;
static int bind_fd, unbind_fd, module_file, group;
static bool asked_well;

static struct path driver_file(const char *name)
{
	return path_of("/sys/bus/pci/drivers/%s/%s", driver, name);
}

static bool is_bound(void)
{
	return sysfs_exists(driver_file(bdf).text);
}

static bool is_loaded(void)
{
	return sysfs_exists(path_of("/sys/module/%s", module).text);
}

/* 0, or the negative errno; @asked_well: an answer is what was planted. */
static int ask_device(int device)
{
	struct vfio_device_feature_pasid pasid;
	int ret = get_feature(device, VFIO_DEVICE_FEATURE_GET | VFIO_DEVICE_FEATURE_PASID_STABLE,
			      &pasid, sizeof(pasid));

	asked_well = ret || pasid.width;
	return ret;
}

/*
 * Without memory for "vfio/N", device_get_devnode() takes the group's name alone: its node is
 * /dev/N, and nobody finds it.
 */
static bool has_lost_node(void)
{
	char number[16];

	sysfs_link_name(path_of("/sys/bus/pci/devices/%s/iommu_group", bdf).text, number,
			sizeof(number));
	return access(path_of("/dev/vfio/%s", number).text, F_OK) &&
	       !access(path_of("/dev/%s", number).text, F_OK);
}

/* A user who opens the function gets the answer, unless the log has just said that there is none.
 */
static bool is_answered_or_named(void)
{
	bool named = log_has(bdf, "it has no guard");
	struct vfio vfio;
	int ret;

	if (has_lost_node())
		return true;
	open_vfio(bdf, NULL, &vfio);
	ret = ask_device(vfio.device);
	vfio_close(&vfio);
	return asked_well && ret == (named ? -ENOTTY : 0);
}

static int try_bind(void)
{
	return write_text(bind_fd, bdf);
}

static bool bound_well(int ret)
{
	return is_bound() == !ret && (ret || !module || is_answered_or_named());
}

static void undo_bind(void)
{
	if (is_bound())
		write_text(unbind_fd, bdf);
}

static int try_ask(void)
{
	int device = ioctl(group, VFIO_GROUP_GET_DEVICE_FD, bdf);
	int ret = device < 0 ? -errno : 0;

	asked_well = true;
	if (ret)
		return ret;
	ret = ask_device(device);
	close(device);
	return ret;
}

static bool answered_well(int ret)
{
	(void)ret;
	return asked_well;
}

static void undo_nothing(void)
{
}

static int try_load(void)
{
	return syscall(SYS_finit_module, module_file, "", 0) ? -errno : 0;
}

static int try_unload(void)
{
	return syscall(SYS_delete_module, module, O_NONBLOCK) ? -errno : 0;
}

static bool loaded_well(int ret)
{
	return is_loaded() == !ret && (ret || !bdf || is_answered_or_named());
}

static bool unloaded_well(int ret)
{
	return is_loaded() == !!ret;
}

static void undo_load(void)
{
	if (is_loaded())
		try_unload();
}

static void undo_unload(void)
{
	if (!is_loaded())
		try_load();
}

/* What is tried, how it is seen whether it went as its result says, and how it is undone. */
struct attempt {
	const char *what, *done;
	int (*try)(void);
	bool (*is_well)(int ret);
	void (*undo)(void);
	int other_error; /* that the kernel makes of some failures, whatever is tried */
};

static const struct attempt bind_it = { "bind", "bound", try_bind, bound_well, undo_bind };
static const struct attempt ask_it = { "open and ask", "answers", try_ask, answered_well,
				       undo_nothing };
/* Stock vfio-pci returns EINVAL, too. */
static const struct attempt load_it = {
	"load", "loaded", try_load, loaded_well, undo_load, -EINVAL
};
static const struct attempt unload_it = { "unload", "unloaded", try_unload, unloaded_well,
					  undo_unload };

/* How it went, with failure after failure. */
static struct {
	unsigned int failures;
	unsigned int refused;
	unsigned int went_on;
	unsigned int odd;
} count;

/* Each failure must be reported, or must not matter. */
static void judge(const struct attempt *attempt, unsigned int nth, int ret, bool is_well)
{
	bool is_told = ret && (ret == -ENOMEM || ret == -EFAULT || ret == attempt->other_error);

	count.failures++;
	count.refused += is_told;
	count.went_on += !ret;
	if (is_well && (!ret || is_told))
		return;
	count.odd++;
	printf("  failure %u: %s%s\n", nth, ret ? strerror(-ret) : "success",
	       is_well ? "" : ", and not as it should be");
}

static int fail_each(const struct attempt *attempt, const char *of)
{
	unsigned int nth = 1;
	int ret;

	for (; nth < MAX_NTH; nth++) {
		log_skip();
		arm(nth);
		ret = attempt->try();
		if (!disarm())
			break;
		judge(attempt, nth, ret, attempt->is_well(ret));
		attempt->undo();
	}
	tap(nth < MAX_NTH && !ret && attempt->is_well(0), "%s: %s, when nothing fails any more", of,
	    attempt->done);
	tap(count.failures > 0, "%s: %u allocations, each failed once", attempt->what,
	    count.failures);
	tap(!count.odd && count.refused > 0,
	    "%s: %u of the failures were told as ENOMEM%s or EFAULT, %u did no harm", attempt->what,
	    count.refused, attempt->other_error ? ", EINVAL" : "", count.went_on);
	return tap_plan();
}

static void open_driver(void)
{
	bind_fd = open_file(driver_file("bind").text, O_WRONLY);
	unbind_fd = open_file(driver_file("unbind").text, O_WRONLY);
}

static void open_group(void)
{
	struct vfio vfio;

	open_vfio(bdf, NULL, &vfio);
	close(vfio.device);
	group = vfio.group;
}

/* The kernel knows vfio-pci.ko as vfio_pci. */
static void open_module(const char *path)
{
	static char name[64];

	module_file = open_file(path, O_RDONLY);
	snprintf(name, sizeof(name), "%s", strrchr(path, '/') ? strrchr(path, '/') + 1 : path);
	name[strcspn(name, ".")] = '\0';
	for (char *dash = name; (dash = strchr(dash, '-'));)
		*dash = '_';
	module = name;
}

int main(int argc, char **argv)
{
	if (argc >= 4 && !strcmp(argv[1], "bind")) {
		driver = argv[2];
		bdf = argv[3];
		module = argv[4];
		open_driver();
		return fail_each(&bind_it, bdf);
	}
	if (argc == 3 && !strcmp(argv[1], "ask")) {
		bdf = argv[2];
		open_group();
		return fail_each(&ask_it, bdf);
	}
	if (argc >= 3 && !strcmp(argv[1], "load")) {
		open_module(argv[2]);
		bdf = argv[3];
		return fail_each(&load_it, module);
	}
	if (argc == 3 && !strcmp(argv[1], "unload")) {
		open_module(argv[2]);
		return fail_each(&unload_it, module);
	}
	return 2;
}
