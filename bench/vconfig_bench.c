// SPDX-License-Identifier: MIT
/*
 * vconfig_bench: what a guest's access costs, as a ratio to a memcpy of the same width
 * whose length the compiler doesn't know. The calls take turns in rounds, and a ratio
 * is made within a round; shown are medians and quartiles.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <vpasid/vconfig.h>

#define ROUNDS	101
#define CALLS	20000
#define VIRTUAL 0xe00

static uint8_t config[VPASID_CONFIG_SIZE];
static struct vpasid_vconfig *view, *backed;

__attribute__((noinline)) static void copy(void *to, const void *from, size_t length)
{
	memcpy(to, from, length);
	/* or the call is left out */
	__asm__ volatile("" ::: "memory");
}

static void floor_call(size_t offset, uint8_t *data, size_t length)
{
	copy(data, config + offset, length);
}

static void read_call(size_t offset, uint8_t *data, size_t length)
{
	vpasid_vconfig_read(view, offset, data, length);
}

static void write_call(size_t offset, uint8_t *data, size_t length)
{
	vpasid_vconfig_write(view, offset, data, length);
}

static int device_read(void *opaque, uint16_t offset, void *data, uint16_t length)
{
	memcpy(data, (const uint8_t *)opaque + offset, length);
	return 0;
}

static int device_write(void *opaque, uint16_t offset, const void *data, uint16_t length)
{
	memcpy((uint8_t *)opaque + offset, data, length);
	return 0;
}

static void backed_read_call(size_t offset, uint8_t *data, size_t length)
{
	vpasid_vconfig_read(backed, offset, data, length);
}

static void backed_write_call(size_t offset, uint8_t *data, size_t length)
{
	vpasid_vconfig_write(backed, offset, data, length);
}

static const struct contender {
	const char *name;
	void (*call)(size_t offset, uint8_t *data, size_t length);
	size_t offset;
} contenders[] = {
	{ "memcpy (the floor)", floor_call, VIRTUAL },
	{ "read of another register", read_call, 0x10 },
	{ "read of PASID's Capability", read_call, VIRTUAL + 4 },
	{ "write of another register", write_call, 0x10 },
	{ "write of PASID's Control", write_call, VIRTUAL + 6 },
	{ "read through a callback", backed_read_call, 0x10 },
	{ "write through a callback", backed_write_call, 0x10 },
};

#define CONTENDERS (sizeof(contenders) / sizeof(contenders[0]))

static double nanoseconds[CONTENDERS][ROUNDS];

static double measure(const struct contender *contender, size_t length)
{
	uint8_t data[8] = { 1 };
	struct timespec start, end;

	clock_gettime(CLOCK_MONOTONIC, &start);
	for (int i = 0; i < CALLS; i++) {
		data[0] = i & 1; /* PASID Enable changes each time */
		contender->call(contender->offset, data, length);
	}
	clock_gettime(CLOCK_MONOTONIC, &end);
	return ((double)(end.tv_sec - start.tv_sec) * 1e9 + (double)(end.tv_nsec - start.tv_nsec)) /
	       CALLS;
}

static int compare(const void *left, const void *right)
{
	double a = *(const double *)left, b = *(const double *)right;

	return (a > b) - (a < b);
}

static void show(size_t contender, size_t length)
{
	double ratios[ROUNDS], ns[ROUNDS];

	for (int round = 0; round < ROUNDS; round++) {
		ns[round] = nanoseconds[contender][round];
		ratios[round] = ns[round] / nanoseconds[0][round];
	}
	qsort(ns, ROUNDS, sizeof(ns[0]), compare);
	qsort(ratios, ROUNDS, sizeof(ratios[0]), compare);
	printf("%-28s %5zu %8.1f   %5.2f   %.2f-%.2f\n", contenders[contender].name, length,
	       ns[ROUNDS / 2], ratios[ROUNDS / 2], ratios[ROUNDS / 4], ratios[ROUNDS * 3 / 4]);
}

static void compare_width(size_t length)
{
	for (int round = -1; round < ROUNDS; round++)
		for (size_t i = 0; i < CONTENDERS; i++)
			/* the first round warms up and is overwritten */
			nanoseconds[i][round < 0 ? 0 : round] = measure(&contenders[i], length);
	for (size_t i = 0; i < CONTENDERS; i++)
		show(i, length);
}

static int make_view(void)
{
	const struct vpasid_info info = { .width = 20 };
	const struct vpasid_place_request where = {
		.config = config,
		.size = sizeof(config),
		.offset = VIRTUAL,
	};
	/* A device that costs nothing: what is left is the view's own. */
	static uint8_t registers[VPASID_CONFIG_SIZE];
	static const struct vpasid_vconfig_ops ops = { .read = device_read, .write = device_write };
	struct vpasid_placement placement;
	struct vpasid_vconfig_request request = {
		.config = config,
		.size = sizeof(config),
		.info = &info,
		.placement = &placement,
	};

	int ret = vpasid_place(&where, &placement) ?: vpasid_vconfig_new(&request, &view);

	request.ops = &ops;
	request.opaque = registers;
	return ret ?: vpasid_vconfig_new(&request, &backed);
}

int main(void)
{
	if (make_view()) {
		fputs("vconfig_bench: can't make a view\n", stderr);
		return 1;
	}
	printf("%-28s %5s %8s   %5s   %s\n", "access", "bytes", "ns", "ratio", "quartiles");
	for (size_t length = 1; length <= 4; length *= 2)
		compare_width(length);
	printf("(medians of %d rounds of %d calls)\n", ROUNDS, CALLS);
	vpasid_vconfig_free(backed);
	vpasid_vconfig_free(view);
	return 0;
}
