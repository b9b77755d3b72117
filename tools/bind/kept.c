// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "bind/kept.h"
#include "support/replace_file.h"
#include "support/sysfs.h"

static const struct keeper_form *const forms[KEEPERS] = {
	[KEEPER_UDEV] = &keeper_udev,
	[KEEPER_DRIVERCTL] = &keeper_driverctl,
};

/* If both have a function, the first one counts. */
#define FIRST_KEEPER KEEPER_UDEV

const char *keeper_name(enum keeper keeper)
{
	return keeper == KEEPER_NONE ? NULL : forms[keeper]->name;
}

enum keeper keeper_of_host(const char *root)
{
	static const char *const rules[] = { "/etc/udev/rules.d", "/run/udev/rules.d",
					     "/usr/local/lib/udev/rules.d", "/usr/lib/udev/rules.d",
					     "/lib/udev/rules.d" };

	for (size_t i = 0; i < sizeof(rules) / sizeof(rules[0]); i++)
		if (sysfs_exists(path_of("%s%s/05-driverctl.rules", root, rules[i]).text))
			return KEEPER_DRIVERCTL;
	return KEEPER_UDEV;
}

static struct path directory_of(const char *root, enum keeper keeper)
{
	return path_of("%s%s", root, forms[keeper]->directory);
}

struct path kept_path(const char *root, enum keeper keeper, const struct bdf *bdf)
{
	const struct keeper_form *form = forms[keeper];

	return path_of("%s%s/%s%s%s", root, form->directory, form->prefix, bdf->text, form->suffix);
}

/* Both work by udev's rules, and udev's daemon has this socket. */
int keeper_check(const char *root, enum keeper keeper, const char *driver, struct why *why)
{
	if (!sysfs_exists(path_of("%s/run/udev/control", root).text))
		return because(why, -ENOSYS,
			       "no persistent binding is possible: udev, which would bind it at "
			       "the next boot, isn't running here (/run/udev/control is missing); "
			       "run this on the host itself, without --persist where there is no "
			       "udev");
	return forms[keeper]->check(root, driver, why);
}

int keeper_check_permission(const char *root, enum keeper keeper, struct why *why)
{
	struct path directory = directory_of(root, keeper);
	const char *there = directory.text;

	/* It is created if it doesn't exist. */
	if (access(there, F_OK) && errno == ENOENT) {
		*strrchr(directory.text, '/') = '\0';
		if (access(there, F_OK) && errno == ENOENT)
			*strrchr(directory.text, '/') = '\0';
	}
	if (!faccessat(AT_FDCWD, *there ? there : "/", W_OK, AT_EACCESS))
		return 0;
	return because(why, -errno, "can't write to %s, where %s has persistent bindings: %s%s",
		       directory_of("", keeper).text, forms[keeper]->name, strerror(errno),
		       errno == EROFS ? "; make it writable, or bind without --persist"
				      : "; run as root");
}

/* The directory, and the one above it: udev's package makes both. */
static int make_directory(const char *root, enum keeper keeper)
{
	struct path directory = directory_of(root, keeper), above = directory;

	*strrchr(above.text, '/') = '\0';
	if (mkdir(above.text, 0755) && errno != EEXIST)
		return -errno;
	return mkdir(directory.text, 0755) && errno != EEXIST ? -errno : 0;
}

/* Makes the change survive a loss of power, and take effect now. */
static void take_effect(const char *root, enum keeper keeper)
{
	int fd = open(directory_of(root, keeper).text, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	if (fd >= 0) {
		fsync(fd);
		close(fd);
	}
	if (!*root && forms[keeper]->reload)
		forms[keeper]->reload();
}

/* All VFIO drivers have "vfio" in their names; driverctl's database may have other drivers. */
static bool is_for_vfio(const struct kept *kept)
{
	return kept->keeper == KEEPER_UDEV || strstr(kept->driver, "vfio");
}

/* Returns -ENOENT also for a binding to another driver than VFIO's. */
static int read_of(const char *root, enum keeper keeper, const struct bdf *bdf, struct kept *kept)
{
	struct path text;
	int ret;

	*kept = (struct kept){ .keeper = keeper, .bdf = *bdf };
	ret = sysfs_read(kept_path(root, keeper, bdf).text, text.text, sizeof(text.text));
	if (ret == -ENOENT)
		return ret;
	kept->error = ret < 0 ? ret : forms[keeper]->read(text.text, kept);
	if (kept->error)
		*kept->driver = '\0';
	return kept->error || is_for_vfio(kept) ? kept->error : -ENOENT;
}

static int remove_file(const char *root, enum keeper keeper, const struct bdf *bdf, struct why *why)
{
	struct path path = kept_path(root, keeper, bdf);
	struct kept kept;

	if (read_of(root, keeper, bdf, &kept) == -ENOENT)
		return 0;

	if (!unlink(path.text)) {
		take_effect(root, keeper);
		return 0;
	}
	return errno == ENOENT ? 0
			       : because(why, -errno,
					 "%s can't be removed, so the function will be bound at "
					 "the next boot: %s",
					 path.text, strerror(errno));
}

int kept_write(const char *root, const struct kept *kept, struct why *why)
{
	struct path path = kept_path(root, kept->keeper, &kept->bdf);
	struct path text = forms[kept->keeper]->write(kept);
	int ret = make_directory(root, kept->keeper);

	if (!ret && !*text.text)
		ret = -EINVAL;
	if (ret)
		return because(why, ret, "%s: can't be written: %s", path.text, strerror(-ret));
	ret = replace_file(path.text, text.text, strlen(text.text), why);
	if (ret)
		return ret;
	take_effect(root, kept->keeper);
	for (enum keeper other = FIRST_KEEPER; other < KEEPERS && !ret; other++)
		if (other != kept->keeper)
			ret = remove_file(root, other, &kept->bdf, why);
	return ret;
}

int kept_read(const char *root, const struct bdf *bdf, struct kept *kept)
{
	int ret = -ENOENT;

	for (enum keeper keeper = FIRST_KEEPER; keeper < KEEPERS && ret == -ENOENT; keeper++)
		ret = read_of(root, keeper, bdf, kept);
	if (ret == -ENOENT)
		*kept = (struct kept){ .bdf = *bdf };
	return ret;
}

int kept_remove(const char *root, const struct bdf *bdf, struct why *why)
{
	int ret = 0;

	for (enum keeper keeper = FIRST_KEEPER; keeper < KEEPERS && !ret; keeper++)
		ret = remove_file(root, keeper, bdf, why);
	return ret;
}

int kept_check_function(const struct kept *kept, const struct pci_function *function,
			struct why *why)
{
	if (kept->keeper != KEEPER_UDEV ||
	    (kept->vendor == function->vendor && kept->device == function->device))
		return 0;
	return because(why, -ENODEV,
		       "another device has this address now, %04x:%04x, but the persistent binding "
		       "is for %04x:%04x: `vpasid unbind %s` removes it; then bind that device at "
		       "its new address",
		       function->vendor, function->device, kept->vendor, kept->device,
		       kept->bdf.text);
}

struct listing {
	const char *root;
	enum keeper keeper;
	int (*take)(void *context, const struct kept *kept);
	void *context;
};

static int take_entry(void *context, const struct sysfs_entry *entry)
{
	struct listing *listing = context;
	const struct keeper_form *form = forms[listing->keeper];
	size_t prefix = strlen(form->prefix), suffix = strlen(form->suffix);
	size_t length = strlen(entry->name);
	struct path name;
	struct kept kept;
	struct bdf bdf;

	if (length <= prefix + suffix || strncmp(entry->name, form->prefix, prefix) != 0 ||
	    strcmp(entry->name + length - suffix, form->suffix) != 0)
		return 0;
	name = path_of("%.*s", (int)(length - prefix - suffix), entry->name + prefix);
	if (bdf_parse(name.text, &bdf) || strcmp(bdf.text, name.text) != 0)
		return 0;
	if (read_of(listing->root, listing->keeper, &bdf, &kept) == -ENOENT)
		return 0;
	return listing->take(listing->context, &kept);
}

/* support/replace_file.c names a file so before it takes the place of another one. */
static int clean_entry(void *context, const struct sysfs_entry *entry)
{
	const struct listing *listing = context;
	const char *prefix = forms[listing->keeper]->prefix;

	if (*entry->name == '.' && !strncmp(entry->name + 1, prefix, strlen(prefix)))
		unlink(path_of("%s/%s", directory_of(listing->root, listing->keeper).text,
			       entry->name)
			       .text);
	return 0;
}

void kept_clean(const char *root)
{
	struct listing listing = { .root = root };

	for (listing.keeper = FIRST_KEEPER; listing.keeper < KEEPERS; listing.keeper++)
		sysfs_list(directory_of(root, listing.keeper).text, clean_entry, &listing);
}

int kept_list(const char *root, int (*take)(void *context, const struct kept *kept), void *context)
{
	struct listing listing = { .root = root, .take = take, .context = context };
	int ret = 0;

	for (listing.keeper = FIRST_KEEPER; listing.keeper < KEEPERS && ret <= 0; listing.keeper++)
		ret = sysfs_list(directory_of(root, listing.keeper).text, take_entry, &listing);
	return ret > 0 ? ret : 0;
}
