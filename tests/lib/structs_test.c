// SPDX-License-Identifier: MIT
/*
 * Each struct that callers hand in, from a program that was built with an earlier or a later
 * version of the headers.
 */
#include <errno.h>
#include <linux/pci_regs.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <vpasid/guest.h>
#include <vpasid/iommu.h>
#include <vpasid/place.h>
#include <vpasid/query.h>
#include <vpasid/quirks.h>
#include <vpasid/vconfig.h>
#include <vpasid/vfio_view.h>

#include "lib/made_config.h"

#define EXPRESS 0x40
#define LATER	24	       /* bytes that a later version has more of a struct */
#define STEP	sizeof(void *) /* at each multiple of it a member ends */

static _Alignas(8) uint8_t answer[VPASID_CONFIG_SIZE];

int __wrap_ioctl(int fd, unsigned long request, void *arg);

/* Each function below hands in a struct of some length, and fills in what it has got for it. */

static int match_quirks(const void *given)
{
	static const char text[] =
		"device 8086:0b25 revision=00-07\n offset 0x400\n source \"a book\"\n"
		"device 8086:0b25 subsystem=1028:0001\n offset 0x500\n"
		" source \"a book\"\n"
		"device 8086:0b25\n offset 0x600\n source \"a book\"\n";
	struct vpasid_quirks *quirks = vpasid_quirks_new();
	const struct vpasid_quirk *matches[3];
	int ret;

	assert_int_equal(vpasid_quirks_parse(quirks, text, sizeof(text) - 1, "made", NULL), 0);
	ret = vpasid_quirks_match(quirks, given, matches, 3);
	for (int i = 0; i < ret; i++)
		answer[i] = (uint8_t)matches[i]->line;
	vpasid_quirks_free(quirks);
	return ret;
}

/* No driver here reports PASID, so the registers are asked. */
int __wrap_ioctl(int fd, unsigned long request, void *arg)
{
	(void)fd;
	(void)request;
	(void)arg;
	errno = ENOTTY;
	return -1;
}

static int query(const void *given)
{
	return vpasid_query_bound(0, -1, 0, given, (struct vpasid_info *)answer);
}

static int decode(const void *given)
{
	return vpasid_iommu_decode(given, (struct vpasid_iommu_abilities *)answer);
}

static int place(const void *given)
{
	return vpasid_place(given, (struct vpasid_placement *)answer);
}

static int verify(const void *given)
{
	const struct vpasid_place_request request = {
		.argsz = sizeof(request),
		.config = config,
		.size = sizeof(config),
	};
	struct vpasid_placement placement;

	assert_int_equal(vpasid_place(&request, &placement), 0);
	return vpasid_place_verify(given, &placement);
}

static int check_guest(const void *given)
{
	return vpasid_guest_check(given, (struct vpasid_guest_finding *)answer, 8);
}

static int show(const void *given)
{
	return vpasid_vfio_view(given, answer);
}

static int make_view(const void *given)
{
	struct vpasid_vconfig *view;
	int ret = vpasid_vconfig_new(given, &view);

	if (!ret) {
		ret = vpasid_vconfig_read(view, VPASID_CONFIG_CONVENTIONAL, answer,
					  VPASID_CONFIG_SIZE - VPASID_CONFIG_CONVENTIONAL);
		answer[0] = (uint8_t)vpasid_vconfig_offset(view, VPASID_EXT_CAP_PASID);
	}
	vpasid_vconfig_free(view);
	return ret;
}

static struct vpasid_info info = { .width = 16, .capabilities = VPASID_CAP_EXEC };
static struct vpasid_placement placement;
static const uint16_t masked[] = { PCI_EXT_CAP_ID_DSN };

static int make_view_with(const void *ops)
{
	const struct vpasid_vconfig_request request = {
		.argsz = sizeof(request),
		.config = config,
		.size = sizeof(config),
		.info = &info,
		.placement = &placement,
		.ops = ops,
	};

	/* none at all is something else */
	return ops ? make_view(&request) : -EINVAL;
}

static int read_device(void *opaque, uint16_t offset, void *data, uint16_t length)
{
	(void)opaque;
	memset(data, offset >> 4, length);
	return 0;
}

static int write_device(void *opaque, uint16_t offset, const void *data, uint16_t length)
{
	(void)opaque;
	(void)offset;
	(void)data;
	(void)length;
	return 0;
}

static const struct vpasid_device device = {
	.argsz = sizeof(device),
	.vendor = 0x8086,
	.device = 0x0b25,
	.subsystem_vendor = 0x1028,
	.subsystem_device = 1,
	.revision = 9,
	.kind = VPASID_FUNCTION_VF,
};
static const struct vpasid_registers registers = {
	.argsz = sizeof(registers),
	.capability = 0x1406,
	.control = 7,
};
static const struct vpasid_iommu iommu = {
	.argsz = sizeof(iommu),
	.type = VPASID_IOMMU_INTEL_VTD,
	.length = 24,
	.data = { [5] = 1, [8] = 0xd2, [9] = 0x65, [13] = 0xff },
};
static const struct vpasid_range ranges[] = { { 0x300, 0x100 } };
static const struct vpasid_cap caps[] = { { .id = VPASID_EXT_CAP_PRI } };
static const struct vpasid_place_request place_request = {
	.argsz = sizeof(place_request),
	.config = config,
	.size = sizeof(config),
	.caps = caps,
	.cap_count = 1,
	.ranges = ranges,
	.range_count = 1,
};
static const struct vpasid_place_request verify_request = {
	.argsz = sizeof(verify_request),
	.config = config,
	.size = sizeof(config),
};
static const void *const ports[] = { config };
static const struct vpasid_guest_request guest_request = {
	.argsz = sizeof(guest_request),
	.wants = VPASID_GUEST_PASID,
	.iommu = VPASID_IOMMU_INTEL_VTD,
	.config = config,
	.ports = ports,
	.port_count = 1,
};
static const struct vpasid_vfio_view_request view_request = {
	.argsz = sizeof(view_request),
	.flags = VPASID_VFIO_VIEW_VF,
	.config = config,
	.size = sizeof(config),
	.vendor = 0x8086,
	.device = 0x0b25,
};
static const struct vpasid_vconfig_request vconfig_request = {
	.argsz = sizeof(vconfig_request),
	.config = config,
	.size = sizeof(config),
	.info = &info,
	.placement = &placement,
	.width = 12,
	.masked = masked,
	.masked_count = 1,
};
static const struct vpasid_vconfig_ops ops = {
	.argsz = sizeof(ops),
	.read = read_device,
	.write = write_device,
};

static const struct form {
	const char *name;
	const void *full; /* this version's, in use */
	size_t size;
	int (*hand_in)(const void *given);
	int ret;
} forms[] = {
	{ "vpasid_device", &device, sizeof(device), match_quirks, 2 },
	{ "vpasid_registers", &registers, sizeof(registers), query, 0 },
	{ "vpasid_iommu", &iommu, sizeof(iommu), decode, 0 },
	{ "vpasid_place_request", &place_request, sizeof(place_request), place, 0 },
	{ "vpasid_place_request of verify", &verify_request, sizeof(verify_request), verify, 0 },
	{ "vpasid_guest_request", &guest_request, sizeof(guest_request), check_guest, 4 },
	{ "vpasid_vfio_view_request", &view_request, sizeof(view_request), show, 0 },
	{ "vpasid_vconfig_request", &vconfig_request, sizeof(vconfig_request), make_view, 0 },
	{ "vpasid_vconfig_ops", &ops, sizeof(ops), make_view_with, 0 },
};

static int setup(void **state)
{
	const struct vpasid_place_request request = {
		.argsz = sizeof(request),
		.config = config,
		.size = sizeof(config),
	};

	(void)state;
	memset(config, 0, sizeof(config));
	config[PCI_VENDOR_ID] = 0x86;
	config[PCI_STATUS] = PCI_STATUS_CAP_LIST;
	config[PCI_CAPABILITY_LIST] = EXPRESS;
	config[EXPRESS] = PCI_CAP_ID_EXP;
	config[EXPRESS + PCI_EXP_FLAGS] = 2;
	put_cap(0x100, PCI_EXT_CAP_ID_DSN, 0);
	return vpasid_place(&request, &placement);
}

/* The first @argsz bytes of what the form has, and zeros behind them, up to @size; they end where
 * readable memory ends. The caller frees them. */
static uint8_t *cut(const struct form *form, size_t argsz, size_t size)
{
	size_t kept = argsz < form->size ? argsz : form->size;
	uint32_t told = (uint32_t)size;
	uint8_t *given = calloc(1, size);

	assert_non_null(given);
	memcpy(given, form->full, kept);
	memcpy(given, &told, sizeof(told));
	return given;
}

/* Hands it in and frees it. */
static int hand_in(const struct form *form, uint8_t *given)
{
	int ret;

	memset(answer, 0, sizeof(answer));
	ret = form->hand_in(given);
	free(given);
	return ret;
}

static void an_earlier_one_is_as_if_the_rest_were_zeros(const struct form *form)
{
	for (size_t argsz = STEP; argsz < form->size; argsz += STEP) {
		uint8_t expected[sizeof(answer)];
		int ret = hand_in(form, cut(form, argsz, form->size));

		memcpy(expected, answer, sizeof(answer));
		assert_int_equal(hand_in(form, cut(form, argsz, argsz)), ret);
		assert_memory_equal(answer, expected, sizeof(answer));
	}
}

static void a_later_one_may_leave_its_own_at_zero(const struct form *form)
{
	uint8_t expected[sizeof(answer)];

	assert_int_equal(hand_in(form, cut(form, form->size, form->size)), form->ret);
	memcpy(expected, answer, sizeof(answer));
	for (size_t more = 1; more <= LATER; more++) {
		assert_int_equal(hand_in(form, cut(form, form->size, form->size + more)),
				 form->ret);
		assert_memory_equal(answer, expected, sizeof(answer));
	}
}

static void what_a_later_one_says_isnt_dropped(const struct form *form)
{
	for (size_t at = form->size; at < form->size + LATER; at++) {
		uint8_t *given = cut(form, form->size, form->size + LATER);

		given[at] = 1;
		assert_int_equal(hand_in(form, given), -E2BIG);
	}
}

static void a_size_must_be_set(const struct form *form)
{
	static const struct {
		uint32_t argsz;
		int ret;
	} wrong[] = { { 0, -EINVAL }, { 3, -EINVAL }, { UINT32_MAX, -E2BIG } };

	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		uint8_t *given = cut(form, form->size, form->size);

		memcpy(given, &wrong[i].argsz, sizeof(wrong[i].argsz));
		assert_int_equal(hand_in(form, given), wrong[i].ret);
	}
	if (form->hand_in != query) /* which takes none, too */
		assert_int_equal(form->hand_in(NULL), -EINVAL);
}

static void test_form(void **state)
{
	const struct form *form = *state;

	an_earlier_one_is_as_if_the_rest_were_zeros(form);
	a_later_one_may_leave_its_own_at_zero(form);
	what_a_later_one_says_isnt_dropped(form);
	a_size_must_be_set(form);
}

/* What is reserved has to be 0, so that a later version can give it a meaning. */
static void test_reserved(void **state)
{
	struct vpasid_device a_device = device;
	struct vpasid_guest_request a_guest = guest_request;
	struct vpasid_vfio_view_request a_view = view_request;
	struct vpasid_vconfig_ops some_ops = ops;

	(void)state;
	a_device.reserved = 1;
	assert_int_equal(match_quirks(&a_device), -EINVAL);
	a_guest.reserved = 1;
	assert_int_equal(check_guest(&a_guest), -EINVAL);
	a_view.reserved = 1;
	assert_int_equal(show(&a_view), -EINVAL);
	some_ops.reserved = 1;
	assert_int_equal(make_view_with(&some_ops), -EINVAL);
}

/* The library fills these in as far as the caller has them. */

static int fill_device(void *given)
{
	return vpasid_device_from_config(config, sizeof(config), VPASID_FUNCTION_VF, given);
}

static int fill_state(void *given)
{
	const struct vpasid_vconfig_request request = {
		.argsz = sizeof(request),
		.config = config,
		.size = sizeof(config),
		.info = &info,
		.placement = &placement,
	};
	uint8_t saved[VPASID_VCONFIG_STATE_MAX];
	struct vpasid_vconfig *view;
	int size;

	assert_int_equal(vpasid_vconfig_new(&request, &view), 0);
	size = vpasid_vconfig_save(view, saved, sizeof(saved));
	vpasid_vconfig_free(view);
	return vpasid_vconfig_state_peek(saved, (size_t)size, given);
}

static const struct filled {
	const char *name;
	size_t size;
	int (*fill)(void *given);
} filled[] = {
	{ "vpasid_device, filled in", sizeof(struct vpasid_device), fill_device },
	{ "vpasid_vconfig_state, filled in", sizeof(struct vpasid_vconfig_state), fill_state },
};

static void test_filled(void **state)
{
	const struct filled *form = *state;
	uint8_t full[512] = { 0 }, given[512];
	uint32_t argsz = (uint32_t)form->size;

	assert_true(form->size + LATER < sizeof(full));
	memcpy(full, &argsz, sizeof(argsz));
	assert_int_equal(form->fill(full), 0);
	for (argsz = sizeof(argsz); argsz <= form->size + LATER; argsz++) {
		memset(given, 0xa5, sizeof(given));
		memcpy(given, &argsz, sizeof(argsz));
		assert_int_equal(form->fill(given), 0);
		assert_memory_equal(given, &argsz, sizeof(argsz));
		/* behind this version's end, `full` is zeros */
		assert_memory_equal(given + sizeof(argsz), full + sizeof(argsz),
				    argsz - sizeof(argsz));
		for (size_t i = argsz; i < sizeof(given); i++)
			assert_int_equal(given[i], 0xa5);
	}
	memset(given, 0, sizeof(given));
	assert_int_equal(form->fill(given), -EINVAL);
	assert_int_equal(form->fill(NULL), -EINVAL);
	memset(given, 0xff, sizeof(given));
	assert_int_equal(form->fill(given), -E2BIG);
}

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

int main(void)
{
	struct CMUnitTest tests[COUNT(forms) + COUNT(filled) + 1] = {
		cmocka_unit_test_setup(test_reserved, setup),
	};
	struct CMUnitTest *test = tests + 1;

	for (size_t i = 0; i < COUNT(forms); i++)
		*test++ = (struct CMUnitTest){ forms[i].name, test_form, setup, NULL,
					       (void *)&forms[i] };
	for (size_t i = 0; i < COUNT(filled); i++)
		*test++ = (struct CMUnitTest){ filled[i].name, test_filled, setup, NULL,
					       (void *)&filled[i] };
	return cmocka_run_group_tests_name("structs", tests, NULL, NULL);
}
