// SPDX-License-Identifier: MIT
/*
 * Linked into the kernel's VFIO selftests by tests/lab/selftests/build: what they have no
 * option for comes from the environment.
 *
 * SELFTESTS_MODE    the IOMMU mode of tests that don't name one; theirs is iommufd
 * SELFTESTS_DRIVER  the driver that stands for vfio-pci, which one test wants a VF
 *                   to have
 */
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

/* Of the selftests' library; their headers aren't there to be included. */
extern const char *default_iommu_mode;

/* The linker's: --wrap=sysfs_driver_get */
char *__real_sysfs_driver_get(const char *bdf);
char *__wrap_sysfs_driver_get(const char *bdf);

__attribute__((constructor)) static void set_mode(void)
{
	const char *mode = getenv("SELFTESTS_MODE");

	if (mode)
		default_iommu_mode = mode;
}

/* Any other driver is none that the test knows, vfio-pci too where it isn't expected. */
char *__wrap_sysfs_driver_get(const char *bdf)
{
	const char *expected = getenv("SELFTESTS_DRIVER");
	char *driver = __real_sysfs_driver_get(bdf);
	bool found;

	if (!driver || !expected)
		return driver;

	found = strcmp(driver, expected) == 0;
	free(driver);
	return strdup(found ? "vfio-pci" : "another");
}
