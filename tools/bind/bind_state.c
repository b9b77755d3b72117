// SPDX-License-Identifier: GPL-2.0-or-later
#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "bind/bind_state.h"
#include "support/replace_file.h"
#include "support/sysfs.h"

#define DIRECTORY BIND_STATE_DIRECTORY

/* Lines that aren't always there */
#define KERNEL_CHOOSES "kernel_chooses=yes\n"
#define PENDING	       "pending=yes\n"

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

int bind_state_write(const char *root, const struct bdf *bdf, const struct bind_state *state,
		     struct why *why)
{
	struct path path = path_of(DIRECTORY "/%s", root, bdf->text);
	const char *const names[] = { state->bound, state->driver, state->driver_override };
	char text[5 * DRIVER_NAME_SIZE];
	int length, ret = 0;

	/* Other names would be misunderstood when read back, or would lead out of a directory. */
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (*names[i] && !driver_name_is_valid(names[i]))
			return because(why, -EINVAL,
				       "can't record %s, which isn't a valid driver name",
				       names[i]);
	length = snprintf(text, sizeof(text), "bound=%s\ndriver=%s\ndriver_override=%s\n%s%s",
			  state->bound, state->driver, state->driver_override,
			  state->kernel_chooses ? KERNEL_CHOOSES : "",
			  state->is_pending ? PENDING : "");
	if (mkdir(path_of(DIRECTORY, root).text, 0755) && errno != EEXIST)
		ret = -errno;
	if (!ret)
		ret = replace_file(path.text, text, (size_t)length, NULL);
	if (ret)
		because(why, ret, "can't record its driver in %s: %s%s", path.text,
			sysfs_strerror(ret), ret == -EACCES ? "; run as root" : "");
	return ret;
}

/* Takes the value of the line that begins with @key; it may be "". */
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

/* sysfs_read() leaves out the end of the last line. */
static bool take_flag(const char **text, const char *line)
{
	size_t length = strlen(line) - 1;

	if (strncmp(*text, line, length) != 0)
		return false;
	*text += length;
	*text += strspn(*text, "\n");
	return true;
}

int bind_state_read(const char *root, const struct bdf *bdf, struct bind_state *state)
{
	char text[5 * DRIVER_NAME_SIZE];
	const char *rest = text;
	int ret;

	memset(state, 0, sizeof(*state));
	ret = sysfs_read(path_of(DIRECTORY "/%s", root, bdf->text).text, text, sizeof(text));
	if (ret < 0)
		return ret;
	if (take_line(&rest, "bound=", state->bound) && *state->bound &&
	    take_line(&rest, "driver=", state->driver) &&
	    take_line(&rest, "driver_override=", state->driver_override)) {
		state->kernel_chooses = take_flag(&rest, KERNEL_CHOOSES);
		state->is_pending = take_flag(&rest, PENDING);
		if (!*rest)
			return 0;
	}

	memset(state, 0, sizeof(*state));
	return -EPROTO;
}

const char *bind_state_former(const struct bind_state *state)
{
	return state->kernel_chooses ? NULL : state->driver;
}

int bind_state_remove(const char *root, const struct bdf *bdf)
{
	if (unlink(path_of(DIRECTORY "/%s", root, bdf->text).text) && errno != ENOENT)
		return -errno;
	return 0;
}
