// SPDX-License-Identifier: GPL-2.0-or-later
/* bind/modprobe.h: which program loads a driver's module, as which user, and with which result. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "bind/modprobe.h"
#include "made_calls.h"

#define OURS	  "pasid_vfio_pci"
#define DRIVERS	  "/sys/bus/pci/drivers/"
#define PROGRAM	  "/proc/sys/kernel/modprobe"
#define PROCESS	  17
#define MAX_CALLS 16

#define IS_USER(id)                                  \
	{                                            \
		.name = CALL_GETEUID, .result = (id) \
	}
#define MAY_RUN(program, no)                                                         \
	{                                                                            \
		.name = CALL_ACCESS, .path = (program), .value = X_OK, .error = (no) \
	}
#define RUNS(program)                                                    \
	{                                                                \
		.name = CALL_SPAWN, .path = (program), .result = PROCESS \
	}
#define CANT_RUN(program, no)                                        \
	{                                                            \
		.name = CALL_SPAWN, .path = (program), .error = (no) \
	}
#define WAITS(no)                                               \
	{                                                       \
		.name = CALL_WAIT, .fd = PROCESS, .error = (no) \
	}
#define EXITS(with)                                                    \
	{                                                              \
		.name = CALL_WAIT, .fd = PROCESS, .value = (with) << 8 \
	}
#define IS_KILLED(by)                                           \
	{                                                       \
		.name = CALL_WAIT, .fd = PROCESS, .value = (by) \
	}

/* As root, with the program that the kernel uses */
#define BEGINS(driver)                                                                  \
	IS_MISSING(DRIVERS driver), IS_USER(0), READS(PROGRAM, "/opt/kmod/modprobe\n"), \
		MAY_RUN("/opt/kmod/modprobe", 0)
#define RUN(driver) BEGINS(driver), RUNS("/opt/kmod/modprobe -- " driver)
/* With that of the PATH */
#define RUN_BY_PATH RUNS("modprobe -- vfio-pci"), EXITS(0), EXISTS(DRIVERS "vfio-pci")

static const struct row {
	int ret;
	const char *why, *driver;
	struct call calls[MAX_CALLS];
} rows[] = {
	{ 0, NULL, OURS, { EXISTS(DRIVERS OURS) } },
	{ -EPERM,
	  "the driver vfio-pci isn't loaded, and loading it requires root",
	  "vfio-pci",
	  { IS_MISSING(DRIVERS "vfio-pci"), IS_USER(1000) } },

	{ 0, NULL, OURS, { RUN(OURS), EXITS(0), EXISTS(DRIVERS OURS) } },
	{ 0,
	  NULL,
	  OURS,
	  { RUN(OURS), WAITS(EINTR), WAITS(EINTR), EXITS(0), EXISTS(DRIVERS OURS) } },
	{ -ENOENT,
	  "the module vfio-pci was loaded, but contains no PCI driver of that name",
	  "vfio-pci",
	  { RUN("vfio-pci"), EXITS(0), IS_MISSING(DRIVERS "vfio-pci") } },

	/* a kernel that names no program, or one that isn't there */
	{ 0,
	  NULL,
	  "vfio-pci",
	  { IS_MISSING(DRIVERS "vfio-pci"), IS_USER(0), CANT_READ(PROGRAM, ENOENT), RUN_BY_PATH } },
	{ 0,
	  NULL,
	  "vfio-pci",
	  { IS_MISSING(DRIVERS "vfio-pci"), IS_USER(0), READS(PROGRAM, "\n"), RUN_BY_PATH } },
	{ 0,
	  NULL,
	  "vfio-pci",
	  { IS_MISSING(DRIVERS "vfio-pci"), IS_USER(0), READS(PROGRAM, "/sbin/modprobe\n"),
	    MAY_RUN("/sbin/modprobe", ENOENT), RUN_BY_PATH } },

	{ -ENOENT,
	  "the driver vfio-pci can't be loaded: see above",
	  "vfio-pci",
	  { RUN("vfio-pci"), EXITS(1) } },
	{ -ENOENT,
	  "the driver " OURS " can't be loaded: see above; is it installed for this kernel? "
	  "install the modules from vfio-pasid's sources: `make -C driver "
	  "modules modules_install`, then `depmod`; or install them by DKMS",
	  OURS,
	  { RUN(OURS), EXITS(255) } },
	{ -EACCES,
	  "the driver " OURS " isn't loaded, and modprobe can't be run: Permission denied",
	  OURS,
	  { BEGINS(OURS), CANT_RUN("/opt/kmod/modprobe -- " OURS, EACCES) } },
	{ -EINTR,
	  "the driver " OURS " isn't loaded, and modprobe can't be run: Interrupted system call",
	  OURS,
	  { RUN(OURS), IS_KILLED(9) } },
	{ -ECHILD,
	  "the driver " OURS " isn't loaded, and modprobe can't be run: No child processes",
	  OURS,
	  { RUN(OURS), WAITS(ECHILD) } },
};

static void test_calls(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct why why;

		calls_expect(rows[i].calls);
		assert_int_equal(modprobe_driver(rows[i].driver, &why), rows[i].ret);
		calls_end();
		if (rows[i].ret)
			assert_string_equal(why.text, rows[i].why);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_calls),
	};

	return cmocka_run_group_tests_name("modprobe", tests, NULL, NULL);
}
