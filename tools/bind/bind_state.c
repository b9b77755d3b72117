// SPDX-License-Identifier: GPL-2.0-or-later
#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "bind/bind_state.h"
#include "support/sysfs.h"

#define DIRECTORY "%s/run/vpasid"
#define FORM	  "bound=%s\ndriver=%s\ndriver_override=%s\n"

bool driver_name_is_valid(const char *name)
{
	size_t length = strlen(name);

	if (!length || length >= DRIVER_NAME_SIZE || !strcmp(name, ".") || !strcmp(name, ".."))
		return false;
	for (; *name; name++)
		if (*name == '/' || !isprint((unsigned char)*name))
			return false;
	return true;
}

static int write_file(int fd, const struct bind_state *state)
{
	FILE *file = fdopen(fd, "w");
	int ret = 0;

	if (!file) {
		ret = -errno;
		close(fd);
		return ret;
	}
	if (fprintf(file, FORM, state->bound, state->driver, state->driver_override) < 0 ||
	    fflush(file) || fchmod(fd, 0644))
		ret = -errno;
	if (fclose(file) && !ret)
		ret = -errno;
	return ret;
}

/* Written aside and renamed: nobody ever reads half of it. */
static int write_and_rename(const char *path, const char *aside, const struct bind_state *state)
{
	struct path new = path_of("%s.XXXXXX", aside);
	int fd = mkostemp(new.text, O_CLOEXEC);
	int ret;

	if (fd < 0)
		return -errno;
	ret = write_file(fd, state);
	if (!ret && rename(new.text, path))
		ret = -errno;
	if (ret)
		unlink(new.text);
	return ret;
}

/* One that would read as something else, or lead elsewhere, on the way back. */
static const char *bad_name(const struct bind_state *state)
{
	const char *const names[] = { state->bound, state->driver, state->driver_override };

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (*names[i] && !driver_name_is_valid(names[i]))
			return names[i];
	return NULL;
}

int bind_state_write(const char *root, const struct bdf *bdf, const struct bind_state *state,
		     struct why *why)
{
	struct path directory = path_of(DIRECTORY, root);
	struct path path = path_of(DIRECTORY "/%s", root, bdf->text);
	struct path aside = path_of(DIRECTORY "/.%s", root, bdf->text);
	const char *bad = bad_name(state);
	int ret = 0;

	if (bad)
		return because(why, -EINVAL, "can't remember %s, which is no driver's name", bad);
	if (mkdir(directory.text, 0755) && errno != EEXIST)
		ret = -errno;
	if (!ret)
		ret = write_and_rename(path.text, aside.text, state);
	if (ret)
		because(why, ret, "can't remember its driver in %s: %s%s", path.text,
			strerror(-ret), ret == -EACCES ? "; run as root" : "");
	return ret;
}

/* Takes the value of the line that begins with @key. "" is a value. */
static bool take_line(const char **text, const char *key, char value[DRIVER_NAME_SIZE])
{
	const char *at = *text, *end;
	size_t length = strlen(key);

	if (strncmp(at, key, length) != 0)
		return false;
	at += length;
	end = strchrnul(at, '\n');
	if (end - at >= DRIVER_NAME_SIZE)
		return false;

	memcpy(value, at, (size_t)(end - at));
	value[end - at] = '\0';
	*text = *end ? end + 1 : end;
	return !*value || driver_name_is_valid(value);
}

int bind_state_read(const char *root, const struct bdf *bdf, struct bind_state *state)
{
	char text[4 * DRIVER_NAME_SIZE];
	const char *rest = text;
	int ret;

	memset(state, 0, sizeof(*state));
	ret = sysfs_read(path_of(DIRECTORY "/%s", root, bdf->text).text, text, sizeof(text));
	if (ret < 0)
		return ret;
	if (take_line(&rest, "bound=", state->bound) && *state->bound &&
	    take_line(&rest, "driver=", state->driver) &&
	    take_line(&rest, "driver_override=", state->driver_override) && !*rest)
		return 0;

	memset(state, 0, sizeof(*state));
	return -EPROTO;
}

int bind_state_remove(const char *root, const struct bdf *bdf)
{
	if (unlink(path_of(DIRECTORY "/%s", root, bdf->text).text) && errno != ENOENT)
		return -errno;
	return 0;
}
