// SPDX-License-Identifier: GPL-2.0-only
/* topology: the command. See topology.h for what a topology is. */
#include <stdio.h>
#include <string.h>

#include "dump.h"
#include "plant.h"
#include "qemu.h"
#include "topology.h"

static int do_check(struct topology *topology)
{
	struct dump dump;
	const char *why;
	size_t i;

	for (i = 0; i < topology->plant_count; i++) {
		const struct plant *plant = &topology->plants[i];

		why = plant->kind == PLANT_DUMP ? dump_load(plant->file, &dump) : NULL;
		if (why)
			return topology_fault(topology, plant->line, "%s %s", plant->file, why);
	}
	return 0;
}

static int do_qemu_7_2(struct topology *topology)
{
	qemu_print_arguments(topology, QEMU_7_2);
	return 0;
}

static int do_qemu_11_1(struct topology *topology)
{
	qemu_print_arguments(topology, QEMU_11_1);
	return 0;
}

static int do_cmdline(struct topology *topology)
{
	qemu_print_cmdline(topology);
	return 0;
}

static int do_files(struct topology *topology)
{
	size_t i;

	for (i = 0; i < topology->plant_count; i++)
		if (topology->plants[i].kind == PLANT_DUMP)
			printf("%s\n", topology->plants[i].file);
	return 0;
}

static const struct verb {
	const char *name;
	int (*act)(struct topology *topology);
	const char *help;
} verbs[] = {
	{ "check", do_check, "say whether the file is right, and no more" },
	{ "qemu-7.2", do_qemu_7_2, "print the arguments of QEMU 7.2, one a line" },
	{ "qemu-11.1", do_qemu_11_1, "print those of QEMU 11.1" },
	{ "cmdline", do_cmdline, "print the words of the kernel command line" },
	{ "files", do_files, "print the names of the files that it needs" },
	{ "plant", plant_all, "inside the VM: plant what the file says" },
};

#define VERBS (sizeof(verbs) / sizeof(*verbs))

static int usage(FILE *stream)
{
	size_t i;

	fprintf(stream, "usage: topology VERB FILE\n");
	for (i = 0; i < VERBS; i++)
		fprintf(stream, "  %-9s %s\n", verbs[i].name, verbs[i].help);
	return stream == stdout ? 0 : 2;
}

static int run(const struct verb *verb, const char *file)
{
	struct topology topology;
	int ret;

	ret = topology_load(&topology, file);
	if (!ret)
		ret = verb->act(&topology);
	if (ret)
		fprintf(stderr, "%s\n", topology.message);
	topology_free(&topology);

	return ret ? 1 : 0;
}

int main(int argc, char **argv)
{
	size_t i;

	if (argc == 2 && strcmp(argv[1], "--help") == 0)
		return usage(stdout);
	if (argc != 3)
		return usage(stderr);

	for (i = 0; i < VERBS; i++)
		if (strcmp(argv[1], verbs[i].name) == 0)
			return run(&verbs[i], argv[2]);
	return usage(stderr);
}
