// SPDX-License-Identifier: GPL-2.0-or-later
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>

#include <cmocka.h>

#include "cmd.h"
#include "facts/host.h"
#include "made_check.h"
#include "made_record.h"
#include "record/record.h"
#include "support/machine.h"
#include "support/tree.h"

const char *root;
struct path recording;
struct ran live, recorded;

/* The commands read a host; the made one is used instead. */

void __real_host_open(struct host *host, const char *sysfs, const char *where, bool wakes);
void __wrap_host_open(struct host *host, const char *sysfs, const char *where, bool wakes);
int __real_host_open_recording(struct host *host, const char *path, const char *where, bool wakes,
			       struct why *why);
int __wrap_host_open_recording(struct host *host, const char *path, const char *where, bool wakes,
			       struct why *why);
int __real_record_host(struct recording *made, bool wakes, struct record_gaps *gaps,
		       struct why *why);
int __wrap_record_host(struct recording *made, bool wakes, struct record_gaps *gaps,
		       struct why *why);

void __wrap_host_open(struct host *host, const char *sysfs, const char *where, bool wakes)
{
	static struct path made;

	made = path_of("%s/sys", root);
	if (where && !*where)
		__real_host_open(host, made.text, root, wakes);
	else
		__real_host_open(host, sysfs, where, wakes);
}

int __wrap_host_open_recording(struct host *host, const char *path, const char *where, bool wakes,
			       struct why *why)
{
	assert_string_equal(where, "");
	return __real_host_open_recording(host, path, root, wakes, why);
}

int __wrap_record_host(struct recording *made, bool wakes, struct record_gaps *gaps,
		       struct why *why)
{
	made->root = root;
	return __real_record_host(made, wakes, gaps, why);
}

static int make_place(void **state)
{
	root = *state;
	tree_directory(root, "made");
	chmod(path_of("%s/made", root).text, 0777);
	recording = path_of("%s/made/recording", root);
	return 0;
}

int made_record_setup(void **state)
{
	return machine_setup(state) ? -1 : make_place(state);
}

int made_record_setup_fit(void **state)
{
	return made_check_setup(state) ? -1 : make_place(state);
}

void record(int status)
{
	unlink(recording.text);
	command_run(&live, cmd_record, "-o", recording.text, NULL);
	assert_int_equal(live.status, status);
}

void assert_same(int (*command)(int argc, char **argv), const char **arguments)
{
	size_t count = 0;

	command_run_array(&live, command, arguments);
	while (arguments[count])
		count++;
	arguments[count] = "--record";
	arguments[count + 1] = recording.text;
	command_run_array(&recorded, command, arguments);
	arguments[count] = NULL;
	assert_string_equal(recorded.out, live.out);
	assert_string_equal(recorded.err, live.err);
	assert_int_equal(recorded.status, live.status);
}

static void assert_same_of(const char *bdf)
{
	SAME(cmd_show, bdf);
	SAME(cmd_show, "--json", bdf);
	SAME(cmd_show, "--wake", bdf);
	SAME(cmd_explain, bdf);
	SAME(cmd_explain, "--json", bdf);
	SAME(cmd_explain, "--for", "vmm", bdf);
	SAME(cmd_explain, "--for", "sva", bdf);
	SAME(cmd_explain, "--for", "guest-sva", "--json", bdf);
	SAME(cmd_explain, "--for", "pasid", bdf);
	SAME(cmd_map, bdf);
	SAME(cmd_map, "--json", bdf);
	SAME(cmd_place, bdf);
	SAME(cmd_place, "--format", "json", "--cap", "pasid,pri,ats", bdf);
	SAME(cmd_place, "--format", "qemu", bdf);
	SAME(cmd_vm, "--for", "qemu", bdf);
	SAME(cmd_vm, "--for", "libvirt", "--json", bdf);
}

void assert_same_all(void)
{
	SAME(cmd_list);
	SAME(cmd_list, "--all");
	SAME(cmd_list, "--all", "--json");
	SAME(cmd_list, "-p", "-s", "01:");
	SAME(cmd_export, "--format", "prometheus");
	SAME(cmd_export, "--format", "prometheus", "--for", "vmm");
	SAME(cmd_export, "--format", "nfd");
	SAME(cmd_check);
	SAME(cmd_check, "--json", "--for", "sva");
	SAME(cmd_check, "--for", "guest-sva");
	SAME(cmd_check, "--for", "pasid");
	assert_same_of(FUNCTION);
	assert_same_of(VF);
	assert_same_of(PORT);
	assert_same_of("0000:77:00.0");
}

char *read_archive(size_t *length)
{
	static const size_t room = 1 << 22;
	char *content = malloc(room + 1);
	gzFile file = gzopen(recording.text, "r");

	assert_non_null(content);
	assert_non_null(file);
	*length = (size_t)gzread(file, content, room);
	content[*length] = '\0';
	gzclose(file);
	return content;
}

bool archive_has(const char *text)
{
	size_t length;
	char *content = read_archive(&length);
	bool has = memmem(content, length, text, strlen(text));

	free(content);
	return has;
}
