// SPDX-License-Identifier: MIT
/*
 * feature_bench OURS STOCK: what a call costs, in the VM, as a ratio to the floor:
 * an ioctl that the same device doesn't know. OURS is bound to pasid_vfio_pci,
 * STOCK is a function with PASID bound to stock vfio-pci.
 *
 * The calls take turns in rounds, and a ratio is made within a round, so that a
 * noisy machine slows both sides of it. Shown are the median over the rounds and,
 * as the spread, the quartiles.
 */
#include <linux/pci_regs.h>
#include <linux/vfio.h>
#include <linux/vfio_pasid.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <time.h>

#include "device.h"

#define ROUNDS	      101
#define CALLS	      2000
#define UNKNOWN_IOCTL _IO(VFIO_TYPE, 0xff)

static int ours, stock;
static unsigned int pasid_offset;

static void unknown(void)
{
	ioctl(ours, UNKNOWN_IOCTL, 0);
}

static void feature(void)
{
	static struct {
		__extension__ struct vfio_device_feature header;
		struct vfio_device_feature_pasid_ext payload;
	} ask = {
		.header.argsz = sizeof(ask),
		.header.flags = VFIO_DEVICE_FEATURE_GET | VFIO_DEVICE_FEATURE_PASID_STABLE,
	};

	ioctl(ours, VFIO_DEVICE_FEATURE, &ask);
}

static void device_info(void)
{
	struct vfio_device_info info = { .argsz = sizeof(info) };

	ioctl(ours, VFIO_DEVICE_GET_INFO, &info);
}

static void config_read(void)
{
	uint8_t registers[8];

	read_config(stock, pasid_offset, registers, sizeof(registers));
}

static const struct contender {
	const char *name;
	void (*call)(void);
} contenders[] = {
	{ "an ioctl nobody knows (the floor)", unknown },
	{ "VFIO_DEVICE_FEATURE, PASID", feature },
	{ "VFIO_DEVICE_GET_INFO", device_info },
	{ "8 bytes of stock vfio-pci's config region", config_read },
};

#define CONTENDERS (sizeof(contenders) / sizeof(contenders[0]))

static double nanoseconds[CONTENDERS][ROUNDS];

static double measure(void (*call)(void))
{
	struct timespec start, end;

	clock_gettime(CLOCK_MONOTONIC, &start);
	for (int i = 0; i < CALLS; i++)
		call();
	clock_gettime(CLOCK_MONOTONIC, &end);

	return ((double)(end.tv_sec - start.tv_sec) * 1e9 + (double)(end.tv_nsec - start.tv_nsec)) /
	       CALLS;
}

static int compare(const void *left, const void *right)
{
	double a = *(const double *)left, b = *(const double *)right;

	return (a > b) - (a < b);
}

static void show(size_t contender)
{
	double ratios[ROUNDS], ns[ROUNDS];

	for (int round = 0; round < ROUNDS; round++) {
		ns[round] = nanoseconds[contender][round];
		ratios[round] = ns[round] / nanoseconds[0][round];
	}
	qsort(ns, ROUNDS, sizeof(ns[0]), compare);
	qsort(ratios, ROUNDS, sizeof(ratios[0]), compare);
	printf("%-44s %8.0f   %5.2f   %.2f-%.2f\n", contenders[contender].name, ns[ROUNDS / 2],
	       ratios[ROUNDS / 2], ratios[ROUNDS / 4], ratios[ROUNDS * 3 / 4]);
}

/* The PASID capability of a function; not in the chain that VFIO shows. */
static unsigned int find_pasid(const char *bdf)
{
	uint32_t config[PCI_CFG_SPACE_EXP_SIZE / 4] = { 0 };
	unsigned int offset = PCI_CFG_SPACE_SIZE;
	char path[128];
	FILE *file;

	snprintf(path, sizeof(path), "/sys/bus/pci/devices/%s/config", bdf);
	file = fopen(path, "r");
	if (!file || fread(config, sizeof(config), 1, file) != 1)
		return 0;
	fclose(file);

	for (int hops = 0; hops < 64 && offset; hops++) {
		uint32_t header = config[offset / 4];

		if (PCI_EXT_CAP_ID(header) == PCI_EXT_CAP_ID_PASID)
			return offset;
		offset = PCI_EXT_CAP_NEXT(header);
	}
	return 0;
}

int main(int argc, char **argv)
{
	if (argc != 3 || !(pasid_offset = find_pasid(argv[2]))) {
		fputs("usage: feature_bench OURS STOCK: two functions with PASID\n", stderr);
		return 2;
	}
	ours = open_device(argv[1], NULL);
	stock = open_device(argv[2], NULL);

	for (int round = -1; round < ROUNDS; round++)
		for (size_t i = 0; i < CONTENDERS; i++)
			/* the first round warms up and is overwritten */
			nanoseconds[i][round < 0 ? 0 : round] = measure(contenders[i].call);

	printf("%-44s %8s   %5s   %s\n", "call", "ns", "ratio", "quartiles");
	for (size_t i = 0; i < CONTENDERS; i++)
		show(i);
	printf("(medians of %d rounds of %d calls)\n", ROUNDS, CALLS);
	return 0;
}
