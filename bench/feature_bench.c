// SPDX-License-Identifier: MIT
/*
 * feature_bench OURS STOCK: what a call costs, in the VM, as a ratio to the floor:
 * an ioctl that the same device doesn't know. OURS is bound to pasid_vfio_pci,
 * STOCK is a function with PASID bound to stock vfio-pci. Where there is iommufd, its
 * answer is measured, too, and how many times it costs the driver's.
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
#include "iommufd_abi.h"
#include "vfio/vfio.h"

#define ROUNDS	      101
#define CALLS	      2000
#define UNKNOWN_IOCTL _IO(VFIO_TYPE, 0xff)

static struct vfio our_vfio;
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

static void hw_info(void)
{
	struct hw_info info = { .size = sizeof(info), .dev_id = our_vfio.dev_id };

	ioctl(our_vfio.context, GET_HW_INFO, &info);
}

static const struct contender {
	const char *name;
	void (*call)(void);
} contenders[] = {
	{ "an ioctl nobody knows (the floor)", unknown },
	{ "VFIO_DEVICE_FEATURE, PASID", feature },
	{ "VFIO_DEVICE_GET_INFO", device_info },
	{ "8 bytes of stock vfio-pci's config region", config_read },
	{ "IOMMU_GET_HW_INFO", hw_info },
};

#define CONTENDERS (sizeof(contenders) / sizeof(contenders[0]))

enum {
	FLOOR = 0,
	FEATURE = 1,
	HW_INFO = CONTENDERS - 1, /* not measured without iommufd */
};

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

/* The median, and as the spread the quartiles. */
struct spread {
	double low, median, high;
};

static struct spread spread_of(double *numbers)
{
	qsort(numbers, ROUNDS, sizeof(numbers[0]), compare);
	return (struct spread){ numbers[ROUNDS / 4], numbers[ROUNDS / 2], numbers[ROUNDS * 3 / 4] };
}

static struct spread ratio(size_t contender, size_t to)
{
	double ratios[ROUNDS];

	for (int round = 0; round < ROUNDS; round++)
		ratios[round] = nanoseconds[contender][round] / nanoseconds[to][round];
	return spread_of(ratios);
}

static double median_ns(size_t contender)
{
	double ns[ROUNDS];

	memcpy(ns, nanoseconds[contender], sizeof(ns));
	return spread_of(ns).median;
}

static void show(size_t contender)
{
	struct spread to_floor = ratio(contender, FLOOR);

	printf("%-44s %8.0f   %5.2f   %.2f-%.2f\n", contenders[contender].name,
	       median_ns(contender), to_floor.median, to_floor.low, to_floor.high);
}

static void show_times(void)
{
	struct spread times = ratio(HW_INFO, FEATURE);
	double above =
		(median_ns(HW_INFO) - median_ns(FLOOR)) / (median_ns(FEATURE) - median_ns(FLOOR));

	printf("IOMMU_GET_HW_INFO costs %.2f times what the feature does (%.2f-%.2f), and %.1f times "
	       "above the floor\n",
	       times.median, times.low, times.high, above);
}

/* Takes turns: see above. The first round warms up and is overwritten. */
static void measure_all(size_t count)
{
	for (int round = -1; round < ROUNDS; round++)
		for (size_t i = 0; i < count; i++)
			nanoseconds[i][round < 0 ? 0 : round] = measure(contenders[i].call);
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
	size_t count;

	if (argc != 3 || !(pasid_offset = find_pasid(argv[2]))) {
		fputs("usage: feature_bench OURS STOCK: two functions with PASID\n", stderr);
		return 2;
	}
	open_vfio(argv[1], NULL, &our_vfio);
	ours = our_vfio.device;
	stock = open_device(argv[2], NULL);
	count = vfio_iommufd(&our_vfio) < 0 ? HW_INFO : CONTENDERS;
	measure_all(count);

	printf("%-44s %8s   %5s   %s\n", "call", "ns", "ratio", "quartiles");
	for (size_t i = 0; i < count; i++)
		show(i);
	if (count > HW_INFO)
		show_times();
	printf("(medians of %d rounds of %d calls)\n", ROUNDS, CALLS);
	return 0;
}
