// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "bind/driver_override.h"
#include "pci/function.h"
#include "support/sysfs.h"
#include "vfio/denylist.h"

/* A record is at most PRINTK_MESSAGE_MAX. */
#define RECORD_SIZE 2048

int driver_override_read(const char *sysfs, const struct bdf *bdf, char *value, size_t size)
{
	int ret = sysfs_read(pci_path(sysfs, bdf->text, "driver_override").text, value, size);

	/* The kernel prints a NULL pointer like this. */
	if (!strcmp(value, "(null)"))
		value[0] = '\0';
	return ret < 0 ? ret : 0;
}

static int explain_write(int error, const char *path, struct why *why)
{
	const char *advice = "";

	if (error == -EACCES || error == -EPERM)
		advice = "; run as root";
	else if (error == -EROFS)
		advice = "; in a container? run it on the host";
	return because(why, error, "can't write to %s: %s%s", path, sysfs_strerror(error), advice);
}

int driver_override_check(const char *sysfs, const struct bdf *bdf, struct why *why)
{
	struct path path = pci_path(sysfs, bdf->text, "driver_override");

	if (faccessat(AT_FDCWD, path.text, W_OK, AT_EACCESS))
		return explain_write(-errno, path.text, why);
	return 0;
}

static int write_or_explain(const char *path, const char *value, struct why *why)
{
	int ret = sysfs_write(path, value);

	return ret ? explain_write(ret, path, why) : 0;
}

int driver_override_set(const char *sysfs, const struct bdf *bdf, const char *value,
			struct why *why)
{
	/* An empty line clears it. */
	return write_or_explain(pci_path(sysfs, bdf->text, "driver_override").text,
				*value ? value : "\n", why);
}

void driver_read(const char *sysfs, const struct bdf *bdf, char driver[DRIVER_NAME_SIZE])
{
	sysfs_link_name(pci_path(sysfs, bdf->text, "driver").text, driver, DRIVER_NAME_SIZE);
}

static int unbind(const char *sysfs, const struct bdf *bdf, struct why *why)
{
	struct path path = pci_path(sysfs, bdf->text, "driver/unbind");

	return sysfs_exists(path.text) ? write_or_explain(path.text, bdf->text, why) : 0;
}

static struct path bind_file(const char *sysfs, const char *driver)
{
	return path_of("%s/bus/pci/drivers/%s/bind", sysfs, driver);
}

static int probe(const char *sysfs, const struct bdf *bdf, struct why *why)
{
	return write_or_explain(path_of("%s/bus/pci/drivers_probe", sysfs).text, bdf->text, why);
}

/* A descriptor that reads what is logged from now on, or -1 if the log can't be read. */
static int open_log(void)
{
	int log = open("/dev/kmsg", O_RDONLY | O_NONBLOCK | O_CLOEXEC);

	if (log >= 0)
		lseek(log, 0, SEEK_END);
	return log;
}

/* A record is "6,339,5140900,-;text\n KEY=value\n", Documentation/ABI/testing/dev-kmsg. */
static void take_text(char *record, const char *prefix, char *message, size_t size)
{
	char *text = strchr(record, ';');

	if (!text)
		return;
	text++;
	text[strcspn(text, "\n")] = '\0';
	if (!strncmp(text, prefix, strlen(prefix)))
		snprintf(message, size, "%s", text);
}

/*
 * Copies the first message since then that begins with @prefix; "" if there is none, or if
 * @log is -1.
 */
static void find_message(int log, const char *prefix, char *message, size_t size)
{
	char record[RECORD_SIZE];
	ssize_t length;

	message[0] = '\0';
	if (log < 0)
		return;

	/* EPIPE: some were overwritten before we read them; the next read goes on after them. */
	do {
		length = read(log, record, sizeof(record) - 1);
		record[length > 0 ? length : 0] = '\0';
		take_text(record, prefix, message, size);
	} while (!*message && (length > 0 || (length < 0 && (errno == EPIPE || errno == EINTR))));
}

/* @error is what the driver's probe returned; the kernel's log has the details. */
static int explain_refusal(const char *sysfs, const struct bdf *bdf, const char *driver, int error,
			   int log, struct why *why)
{
	char now[DRIVER_NAME_SIZE], message[256];
	struct why todo;

	/* The driver's own message comes before the kernel's, which says that the probe failed. */
	find_message(log, path_of("%s %s: ", driver, bdf->text).text, message, sizeof(message));
	driver_read(sysfs, bdf, now);
	because(why, -ENODEV, "%s didn't bind to it", driver);
	if (*now)
		because_also(why, ", but %s did", now);
	else
		because_also(why, " (%s)", strerror(-error));
	because_also(why, "%s%s", *message ? "; the kernel says: " : "; see the kernel log",
		     message);
	if (strstr(message, "denylist")) {
		denylist_todo(sysfs, driver, &todo);
		because_also(why, "; %s", todo.text);
	}
	return -ENODEV;
}

/*
 * Unbinds it from its driver, if any, and binds it to @driver, which driver_override names. This
 * waits until no other probe of it runs. Returns 0, or the error of the driver's probe; -EBUSY: it
 * may have a driver again.
 */
static int give(const char *sysfs, const struct bdf *bdf, const char *driver, int *refusal,
		struct why *why)
{
	int ret = unbind(sysfs, bdf, why);

	if (!ret)
		*refusal = sysfs_write(bind_file(sysfs, driver).text, bdf->text);
	return ret;
}

int driver_override_bind(const char *sysfs, const struct bdf *bdf, const char *driver,
			 struct why *why)
{
	int log = open_log(), refusal = 0;
	int ret;

	ret = driver_override_set(sysfs, bdf, driver, why);
	if (!ret)
		ret = give(sysfs, bdf, driver, &refusal, why);
	/*
	 * 7.3, unlike 6.12, probes a function that appears asynchronously if the driver allows
	 * that. Such a driver, chosen before the override was set, may have taken it after we
	 * looked.
	 */
	if (!ret && refusal == -EBUSY)
		ret = give(sysfs, bdf, driver, &refusal, why);
	if (!ret && refusal)
		ret = explain_refusal(sysfs, bdf, driver, refusal, log, why);
	if (log >= 0)
		close(log);
	return ret;
}

/* Binds it to that driver by name, if it is loaded: the kernel might choose another. */
static int bind_to(const char *sysfs, const struct bdf *bdf, const char *driver, struct why *why)
{
	struct path path = bind_file(sysfs, driver);
	char now[DRIVER_NAME_SIZE];

	if (!sysfs_exists(path.text) || sysfs_write(path.text, bdf->text))
		probe(sysfs, bdf, NULL);

	driver_read(sysfs, bdf, now);
	if (!strcmp(now, driver))
		return 0;
	return because(why, -ENODEV,
		       "its former driver %s didn't bind to it again; it is bound to %s", driver,
		       *now ? now : "none");
}

int driver_override_restore(const char *sysfs, const struct bdf *bdf, const char *driver_override,
			    const char *driver, struct why *why)
{
	int ret = driver_override_set(sysfs, bdf, driver_override, why);

	if (!ret)
		ret = unbind(sysfs, bdf, why);
	if (ret)
		return ret;

	if (!driver)
		return probe(sysfs, bdf, why);
	return *driver ? bind_to(sysfs, bdf, driver, why) : 0;
}
