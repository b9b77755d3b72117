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

static int do_qemu(struct topology *topology, const struct machine *machine)
{
	qemu_print_arguments(topology, machine);
	return 0;
}

static int do_cmdline(struct topology *topology, const struct machine *machine)
{
	qemu_print_cmdline(topology, machine);
	return 0;
}

static int do_firmware(struct topology *topology, const struct machine *machine)
{
	if (!machine->iommu->cmdline[topology->iommu])
		return topology_fault(topology, 0,
				      "the kernel can't use %s in this way: write iommu on",
				      machine->iommu->name);
	if (topology->iommu != IOMMU_NONE && machine->iommu->print_firmware)
		machine->iommu->print_firmware(topology, stdout);
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
	int (*act_for)(struct topology *topology, const struct machine *machine);
	const char *help;
} verbs[] = {
	{ "check", do_check, NULL, "say whether the file is right, and no more" },
	{ "files", do_files, NULL, "print the names of the files that it needs" },
	{ "plant", plant_all, NULL, "inside the VM: plant what the file says" },
	{ "qemu", NULL, do_qemu, "print the arguments of QEMU, one a line" },
	{ "cmdline", NULL, do_cmdline, "print the words of the kernel command line" },
	{ "firmware", NULL, do_firmware, "print what stands before the initramfs" },
};

static const struct iommu_model *const models[] = { &iommu_intel, &iommu_amd, &iommu_smmuv3 };

static const char *const qemus[] = { [QEMU_7_2] = "7.2", [QEMU_11_1] = "11.1" };

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static int usage(FILE *stream)
{
	size_t i;

	fprintf(stream, "usage: topology VERB [IOMMU QEMU] FILE\n");
	for (i = 0; i < COUNT(verbs); i++)
		fprintf(stream, "  %-8s %-10s  %s\n", verbs[i].name,
			verbs[i].act_for ? "IOMMU QEMU" : "", verbs[i].help);
	fprintf(stream, "IOMMU:");
	for (i = 0; i < COUNT(models); i++)
		fprintf(stream, " %s", models[i]->name);
	fprintf(stream, "; QEMU:");
	for (i = 0; i < COUNT(qemus); i++)
		fprintf(stream, " %s", qemus[i]);
	fprintf(stream, "\n");
	return stream == stdout ? 0 : 2;
}

static bool find_machine(const char *iommu, const char *qemu, struct machine *machine)
{
	size_t i, version;

	for (i = 0; i < COUNT(models) && strcmp(iommu, models[i]->name) != 0; i++)
		;
	for (version = 0; version < COUNT(qemus) && strcmp(qemu, qemus[version]) != 0; version++)
		;
	if (i == COUNT(models) || version == COUNT(qemus))
		return false;

	*machine = (struct machine){ models[i], version };
	return true;
}

static int run(const struct verb *verb, const char *file, const struct machine *machine)
{
	struct topology topology;
	int ret;

	ret = topology_load(&topology, file);
	if (!ret)
		ret = verb->act ? verb->act(&topology) : verb->act_for(&topology, machine);
	if (ret)
		fprintf(stderr, "%s\n", topology.message);
	topology_free(&topology);

	return ret ? 1 : 0;
}

int main(int argc, char **argv)
{
	struct machine machine = { NULL, QEMU_7_2 };
	bool has_machine = argc == 5;
	size_t i;

	if (argc == 2 && strcmp(argv[1], "--help") == 0)
		return usage(stdout);
	if (argc != 3 && !(has_machine && find_machine(argv[2], argv[3], &machine)))
		return usage(stderr);

	for (i = 0; i < COUNT(verbs); i++)
		if (strcmp(argv[1], verbs[i].name) == 0 && has_machine == !!verbs[i].act_for)
			return run(&verbs[i], argv[argc - 1], &machine);
	return usage(stderr);
}
