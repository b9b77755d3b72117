// SPDX-License-Identifier: MIT
/*
 * examples/proxy/guest.h: what the guest has, and of which functions it has none. A stock QEMU on
 * a real VFIO is tests/lab/proxy_test.sh.
 */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "made_proxy.h"

static void test_guest(void **state)
{
	(void)state;
	begin(false);
	assert_int_equal(make_guest(20), 0);
	join();
	assert_int_equal(read32(PASID), PCI_EXT_CAP_ID_PASID | 1 << 16);
	assert_int_equal(read32(PASID + 4), 20 << 8 | 6);
	/* it is behind the function's own */
	assert_int_equal(read32(0x100), PCI_EXT_CAP_ID_ARI | 1 << 16 | 0xff800000);
	session_end(&session);
	guest_free(&proxy.guest);

	/* no wider than the client's IOMMU takes, no permission that the host has off */
	made.enabled = VPASID_CAP_EXEC;
	assert_int_equal(make_guest(9), 0);
	join();
	assert_int_equal(read32(PASID + 4), 9 << 8 | 2);
	teardown(NULL);
}

static void refuses(int error, const char *text)
{
	assert_int_equal(make_guest(20), error);
	if (!strstr(why.text, text))
		fail_msg("'%s' isn't in '%s'", text, why.text);
	assert_null(proxy.guest.view);
}

static void test_no_guest(void **state)
{
	(void)state;
	begin(false);
	made.error = ENOTTY;
	refuses(-EOPNOTSUPP, "load vfio_pasid, or bind the function to pasid_vfio_pci");
	made.error = ENODEV;
	refuses(-ENODEV, "no answer from the host: No such device");
	made.error = 0;
	made.width = made.capabilities = made.enabled = 0;
	refuses(-ENODEV, "vpasid explain says why");
	made.width = 20;
	memset(proxy.host.function.config + 0x104, 0xff, VPASID_CONFIG_SIZE - 0x104);
	refuses(-ENOSPC, "no place for PASID: No space left on device: 0x1");
	made_vfio_free();
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_guest),
		cmocka_unit_test(test_no_guest),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
