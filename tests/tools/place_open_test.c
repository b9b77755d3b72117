// SPDX-License-Identifier: GPL-2.0-or-later
/* place/vmm.h: a function that is opened, so that what VFIO shows of it counts; or can't be. */
#include <errno.h>
#include <linux/pci_regs.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "facts/host.h"
#include "facts/open.h"
#include "place/vmm.h"
#include "support/machine.h"
#include "support/tree.h"
#include "vfio/vfio.h"

#define TOKEN "00112233-4455-6677-8899-aabbccddeeff"

/* What opening and reading return, and what was done. */
static struct {
	int open, read;
	unsigned int opened, closed;
	unsigned int parts; /* of the function's record, when it is opened */
	const char *token;
} vfio;

static struct placement_report place;

int __wrap_function_open(struct function *function, const char *vf_token, struct vfio *opened,
			 struct why *why);
int __wrap_vfio_read_config(const struct vfio *opened, uint8_t *config, struct why *why);
void __wrap_vfio_close(struct vfio *opened);

int __wrap_function_open(struct function *function, const char *vf_token, struct vfio *opened,
			 struct why *why)
{
	*opened = (struct vfio){ .device = 5 };
	vfio.token = vf_token;
	vfio.parts = function->parts;
	vfio.opened++;
	return vfio.open ? because(why, vfio.open, "can't open") : 0;
}

/* Another capability than those in sysfs's file, and nothing else */
int __wrap_vfio_read_config(const struct vfio *opened, uint8_t *config, struct why *why)
{
	assert_int_equal(opened->device, 5);
	machine_fill_endpoint(config);
	machine_put(config, 0x100, 4, PCI_EXT_CAP_ID_LTR | 1 << 16);
	machine_put(config, 0xffc, 4, 1);
	return vfio.read ? because(why, vfio.read, "can't read") : 0;
}

void __wrap_vfio_close(struct vfio *opened)
{
	assert_int_equal(opened->device, 5);
	vfio.closed++;
}

static void find(void **state, const struct place_options *options)
{
	struct path sysfs = path_of("%s/sys", (char *)*state);
	struct bdf bdf = machine_bdf(FUNCTION);
	struct host host;

	vfio.opened = vfio.closed = 0;
	host_open(&host, sysfs.text, *state, false);
	place_for_vmm(host_function(&host, &bdf), options, NULL, &place);
	place_free(&place);
	assert_string_equal(place.bdf.text, FUNCTION);
	host_close(&host);
}

static void test_opened(void **state)
{
	vfio.open = vfio.read = 0;
	find(state, &(struct place_options){ .opens = true, .vf_token = TOKEN });
	assert_int_equal(place.error, 0);
	assert_int_equal(place.placement.caps[0].offset, 0xff4);
	assert_int_equal(place.view_layout.span_count, 1);
	assert_string_equal(vfio.token, TOKEN);
	assert_int_equal(vfio.parts & (FUNCTION_SYSFS | FUNCTION_VFIO),
			 FUNCTION_SYSFS | FUNCTION_VFIO);
	assert_int_equal(vfio.opened, 1);
	assert_int_equal(vfio.closed, 1);
}

static void test_not_opened(void **state)
{
	find(state, &(struct place_options){ 0 });
	assert_int_equal(place.error, 0);
	assert_int_equal(place.placement.caps[0].offset, 0xff8);
	assert_int_equal(vfio.opened, 0);
	assert_int_equal(vfio.closed, 0);
}

static void test_errors(void **state)
{
	vfio.open = -EBUSY;
	find(state, &(struct place_options){ .opens = true });
	assert_int_equal(place.error, -EBUSY);
	assert_string_equal(place.why.text, "can't open");
	assert_null(vfio.token);
	assert_int_equal(vfio.closed, 0);

	vfio.open = 0;
	vfio.read = -ENXIO;
	find(state, &(struct place_options){ .opens = true });
	assert_int_equal(place.error, -ENXIO);
	assert_string_equal(place.why.text, "can't read");
	assert_false(place.has_layout);
	assert_int_equal(vfio.closed, 1);
}

#define TREE_TEST(test) cmocka_unit_test_setup_teardown(test, machine_setup, tree_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TREE_TEST(test_opened),
		TREE_TEST(test_not_opened),
		TREE_TEST(test_errors),
	};

	return cmocka_run_group_tests_name("place_open", tests, NULL, NULL);
}
