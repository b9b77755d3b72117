// SPDX-License-Identifier: MIT
/*
 * fail_nth bind DRIVER BDF: binds a function to its driver_override, DRIVER, with the first
 * allocation failing, then the second, and so on until there is none left to fail; see
 * Documentation/fault-injection/fault-injection.rst of the kernel, fail-nth.
 *
 * fail_nth ask BDF: the same with the opening of the device, and a question.
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/vfio.h>
#include <linux/vfio_pasid.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
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

static int open_file(const char *path)
{
	int fd = open(path, O_RDWR);

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
		fd = open_file(FAIL_NTH);
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

static const char *driver;

static struct path driver_file(const char *name)
{
	return path_of("/sys/bus/pci/drivers/%s/%s", driver, name);
}

static bool is_bound(const char *bdf)
{
	return sysfs_exists(driver_file(bdf).text);
}

/* How it went, with failure after failure. */
static struct {
	unsigned int failures;
	unsigned int refused;
	unsigned int went_on;
	unsigned int odd;
} count;

/* Each failure must be told, or be no matter. */
static void judge(unsigned int nth, int ret, bool is_well)
{
	count.failures++;
	count.refused += ret == -ENOMEM || ret == -EFAULT;
	count.went_on += !ret;
	if (is_well && (!ret || ret == -ENOMEM || ret == -EFAULT))
		return;
	count.odd++;
	printf("  failure %u: %s%s\n", nth, ret ? strerror(-ret) : "success",
	       is_well ? "" : ", and not as it should be");
}

static int report(const char *what)
{
	tap(count.failures > 0 && count.failures < MAX_NTH - 1,
	    "%s: %u allocations, each failed once", what, count.failures);
	tap(!count.odd && count.refused > 0,
	    "%s: %u of the failures were told as ENOMEM or EFAULT, %u did no harm", what,
	    count.refused, count.went_on);
	return tap_plan();
}

static int fail_bind(const char *bdf)
{
	int bind = open(driver_file("bind").text, O_WRONLY);
	int unbind = open(driver_file("unbind").text, O_WRONLY);
	bool failed = true;

	if (bind < 0 || unbind < 0)
		die(driver);
	for (unsigned int nth = 1; failed && nth < MAX_NTH; nth++) {
		int ret;

		arm(nth);
		ret = write_text(bind, bdf);
		failed = disarm();
		if (failed)
			judge(nth, ret, is_bound(bdf) == !ret);
		if (is_bound(bdf) && failed)
			write_text(unbind, bdf);
	}
	tap(is_bound(bdf), "%s: bound, when nothing fails any more", bdf);
	return report("bind");
}

static int ask(int group, const char *name, bool *is_well)
{
	struct vfio_device_feature_pasid pasid;
	int device = ioctl(group, VFIO_GROUP_GET_DEVICE_FD, name);
	int ret = device < 0 ? -errno : 0;

	*is_well = true;
	if (ret)
		return ret;
	ret = get_feature(device, VFIO_DEVICE_FEATURE_GET | VFIO_DEVICE_FEATURE_PASID_STABLE,
			  &pasid, sizeof(pasid));
	*is_well = ret || pasid.width;
	close(device);
	return ret;
}

static int fail_ask(const char *bdf)
{
	bool failed = true, is_well = true;
	struct vfio vfio;
	struct why why = { "no address of a PCI function" };
	struct pci_function function;
	struct bdf parsed;
	int ret = 0;

	if (bdf_parse(bdf, &parsed) || pci_function_read(HOST_SYSFS, &parsed, &function, &why) ||
	    vfio_open(&function, NULL, &vfio, &why)) {
		fprintf(stderr, "%s: %s\n", bdf, why.text);
		exit(2);
	}
	close(vfio.device);
	for (unsigned int nth = 1; failed && nth < MAX_NTH; nth++) {
		arm(nth);
		ret = ask(vfio.group, bdf, &is_well);
		failed = disarm();
		if (failed)
			judge(nth, ret, is_well);
	}
	tap(!ret && is_well, "%s: answers, when nothing fails any more", bdf);
	return report("open and ask");
}

int main(int argc, char **argv)
{
	if (argc >= 4 && !strcmp(argv[1], "bind")) {
		driver = argv[2];
		return fail_bind(argv[3]);
	}
	if (argc >= 3 && !strcmp(argv[1], "ask"))
		return fail_ask(argv[2]);
	return 2;
}
