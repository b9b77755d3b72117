// SPDX-License-Identifier: MIT
/*
 * threads share|race: for threads_test.sh, which builds it and the library with ThreadSanitizer.
 * Threads do with one view, and with one set of quirks, all that the headers allow at a time; with
 * `race` one of them also writes, which they don't.
 */
#include <linux/pci_regs.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <vpasid/vpasid.h>

#define EXPRESS	     0x40
#define READERS	     4
#define ROUNDS	     200
#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

#define check(holds)                                                                \
	do {                                                                        \
		if (!(holds)) {                                                     \
			fprintf(stderr, "line %d: not so: %s\n", __LINE__, #holds); \
			abort();                                                    \
		}                                                                   \
	} while (0)

static uint8_t config[VPASID_CONFIG_SIZE];
static struct vpasid_quirks *quirks;
static struct vpasid_layout layout;
static struct vpasid_placement placement;
static struct vpasid_vconfig *shared;
static uint8_t expected[VPASID_CONFIG_SIZE];
static pthread_barrier_t barrier;
static bool races; /* so what a reader gets may be anything */

/* The device is read by all, and says the same at any time. */
static int read_device(void *opaque, uint16_t offset, void *data, uint16_t length)
{
	memcpy(data, (const uint8_t *)opaque + offset, length);
	return 0;
}

static void make_config(void)
{
	config[PCI_VENDOR_ID] = 0xec;
	config[PCI_VENDOR_ID + 1] = 0x10;
	config[PCI_DEVICE_ID] = 0x68;
	config[PCI_DEVICE_ID + 1] = 0x81;
	config[PCI_STATUS] = PCI_STATUS_CAP_LIST;
	config[PCI_CAPABILITY_LIST] = EXPRESS;
	config[EXPRESS] = PCI_CAP_ID_EXP;
	config[EXPRESS + PCI_EXP_FLAGS] = 2;
	config[0x100] = PCI_EXT_CAP_ID_DSN;
	config[0x102] = 1;
}

static void place(struct vpasid_placement *found)
{
	static const struct vpasid_cap caps[] = {
		{ .id = VPASID_EXT_CAP_PASID },
		{ .id = VPASID_EXT_CAP_ATS },
		{ .id = VPASID_EXT_CAP_PRI },
	};
	const struct vpasid_quirk *matches[4];
	struct vpasid_device device = { .argsz = sizeof(device) };
	struct vpasid_place_request request = {
		.argsz = sizeof(request),
		.config = config,
		.size = sizeof(config),
		.layout = &layout,
		.quirks = matches,
		.caps = caps,
		.cap_count = COUNT(caps),
	};
	int ret = vpasid_device_from_config(config, sizeof(config), VPASID_FUNCTION_PF, &device);

	check(!ret);
	ret = vpasid_quirks_match(quirks, &device, matches, COUNT(matches));
	check(ret == 1);
	request.quirk_count = 1;
	ret = vpasid_place(&request, found);
	check(!ret);
	check(!vpasid_place_verify(&request, found));
}

static struct vpasid_vconfig *make_view(void)
{
	static const uint8_t ats[VPASID_ATS_LENGTH] = { VPASID_EXT_CAP_ATS };
	static const uint8_t pri[VPASID_PRI_LENGTH] = { VPASID_EXT_CAP_PRI, [8] = 32 };
	static const struct vpasid_vconfig_registers registers[] = {
		{ 0 },
		{ .bytes = ats, .length = sizeof(ats) },
		{ .bytes = pri, .length = sizeof(pri) },
	};
	static const struct vpasid_info info = { .width = 16, .source = VPASID_SOURCE_REGISTERS };
	static const struct vpasid_vconfig_ops ops = { .argsz = sizeof(ops), .read = read_device };
	struct vpasid_vconfig *view;
	int ret = vpasid_vconfig_new(
		&(struct vpasid_vconfig_request){
			.argsz = sizeof(struct vpasid_vconfig_request),
			.config = config,
			.size = sizeof(config),
			.info = &info,
			.placement = &placement,
			.registers = registers,
			.register_count = COUNT(registers),
			.ops = &ops,
			.opaque = config,
		},
		&view);

	check(!ret);
	return view;
}

/* All functions that take a const view */
static void look_at(const struct vpasid_vconfig *view, size_t piece)
{
	uint8_t data[VPASID_CONFIG_SIZE], state[VPASID_VCONFIG_STATE_MAX];
	struct vpasid_vconfig_patch patches[64];
	struct vpasid_vconfig_state peeked = { .argsz = sizeof(peeked) };
	char why[VPASID_VCONFIG_WHY_TEXT];
	size_t count;
	int size;

	for (size_t at = 0; at < sizeof(data); at += piece)
		check(!vpasid_vconfig_read(view, at, data + at, piece));
	check(races || !memcmp(data, expected, sizeof(data)));
	check(vpasid_vconfig_control(view) == VPASID_CTRL_ENABLE || races);
	check(vpasid_vconfig_offset(view, VPASID_EXT_CAP_PRI) == placement.caps[2].offset);
	count = vpasid_vconfig_patches(view, patches, COUNT(patches));
	check(count && count <= COUNT(patches));
	size = vpasid_vconfig_save(view, state, sizeof(state));
	check(size > 0 && (size_t)size == vpasid_vconfig_state_size(view));
	check(!vpasid_vconfig_state_peek(state, (size_t)size, &peeked) && peeked.width == 16);
	check(!vpasid_vconfig_why_stale(view, state, (size_t)size, why, sizeof(why)) || races);
}

/* What keeps no state, of data that all share */
static void ask(void)
{
	const struct vpasid_guest_request guest = {
		.argsz = sizeof(guest),
		.wants = VPASID_GUEST_PASID,
		.config = expected,
	};
	const struct vpasid_vfio_view_request request = {
		.argsz = sizeof(request),
		.config = config,
		.size = sizeof(config),
	};
	struct vpasid_placement found;
	struct vpasid_guest_finding finding;
	uint8_t shown[VPASID_CONFIG_SIZE];

	place(&found);
	check(!memcmp(&found, &placement, sizeof(found)));
	check(vpasid_guest_check(&guest, &finding, 1) >= 0);
	check(!vpasid_vfio_view(&request, shown));
}

static void *read_view(void *opaque)
{
	size_t piece = 1u << (uintptr_t)opaque;

	pthread_barrier_wait(&barrier);
	for (int i = 0; i < ROUNDS; i++) {
		look_at(shared, piece);
		ask();
	}
	return NULL;
}

/* Enables PASID and disables it, again and again. */
static void *write_view(void *opaque)
{
	struct vpasid_vconfig *view = opaque;
	size_t at = vpasid_vconfig_offset(view, VPASID_EXT_CAP_PASID) + PCI_PASID_CTRL;

	pthread_barrier_wait(&barrier);
	for (int i = 0; i < ROUNDS; i++) {
		uint16_t control = i % 2 ? VPASID_CTRL_ENABLE : 0;

		check(!vpasid_vconfig_write(view, at, &(uint8_t){ (uint8_t)control }, 1));
		check(vpasid_vconfig_control(view) == control);
		vpasid_vconfig_reset(view);
	}
	return NULL;
}

int main(int argc, char **argv)
{
	struct vpasid_vconfig *other;
	pthread_t threads[READERS + 1];

	races = argc == 2 && !strcmp(argv[1], "race");
	if (argc != 2 || (!races && strcmp(argv[1], "share") != 0)) {
		fprintf(stderr, "usage: threads share|race\n");
		return 2;
	}
	make_config();
	quirks = vpasid_quirks_new();
	check(quirks && !vpasid_quirks_load_builtin(quirks));
	check(vpasid_layout_read(config, sizeof(config), &layout) > 0);
	place(&placement);
	shared = make_view();
	other = make_view(); /* with which the readers have nothing to do */
	check(!vpasid_vconfig_write(shared, placement.caps[0].offset + PCI_PASID_CTRL,
				    &(uint8_t){ VPASID_CTRL_ENABLE }, 1));
	check(!vpasid_vconfig_read(shared, 0, expected, sizeof(expected)));

	pthread_barrier_init(&barrier, NULL, READERS + 1);
	for (uintptr_t i = 0; i < READERS; i++)
		check(!pthread_create(&threads[i], NULL, read_view, (void *)i));
	check(!pthread_create(&threads[READERS], NULL, write_view, races ? shared : other));
	for (size_t i = 0; i < COUNT(threads); i++)
		pthread_join(threads[i], NULL);
	vpasid_vconfig_free(other);
	vpasid_vconfig_free(shared);
	vpasid_quirks_free(quirks);
	return 0;
}
