// SPDX-License-Identifier: GPL-2.0-or-later
/* check/drivers.c: which module is needed, whether it is there, and whether the kernel loads it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "made_check.h"
#include "support/tree.h"

#define MODULES "lib/modules/"

static const struct {
	const char *title, *release, *config; /* NULL: as made_check_setup() makes it */
} kernels[] = {
	{ "iommufd reports PASID", "7.3.0-test", NULL },
	{ "no iommufd", "7.3.0-test", "CONFIG_PCI_PASID=y\nCONFIG_VFIO_PCI=m\n" },
	{ "iommufd reports nothing", "6.6.0-test", NULL },
	{ "unknown kernel", "", NULL },
};

static const struct {
	const char *title, *dep, *file, *content; /* NULL: not there */
} modules[] = {
	{ "unsigned", "updates/pasid_vfio_pci.ko:\n", "updates/pasid_vfio_pci.ko", "\177ELF...\n" },
	{ "signed", "updates/pasid_vfio_pci.ko:\n", "updates/pasid_vfio_pci.ko",
	  "...~Module signature appended~\n" },
	{ "compressed", "updates/pasid_vfio_pci.ko.xz:\n", "updates/pasid_vfio_pci.ko.xz", "..." },
	{ "not installed", "kernel/vfio-pci.ko:\n", NULL, NULL },
	{ "unknown modules", NULL, NULL, NULL },
	{ "loaded", NULL, NULL, NULL },
};

static const struct {
	const char *title, *sig_enforce;
	bool is_hidden;
} policies[] = {
	{ "loads any", "N\n", false },
	{ "loads only signed ones", "Y\n", false },
	{ "unknown policy", "N\n", true },
};

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static void make_kernel(const char *root, size_t number)
{
	tree_file(root, "proc/sys/kernel/osrelease", kernels[number].release);
	if (kernels[number].config)
		tree_file(root, "proc/config.gz", kernels[number].config);
}

static void make_module(const char *root, const char *release, size_t number)
{
	struct path directory = path_of(MODULES "%s", release);

	made_check_remove(root, MODULES RELEASE);
	if (modules[number].dep)
		tree_file(root, path_of("%s/modules.dep", directory.text).text,
			  modules[number].dep);
	tree_directory(root, directory.text);
	if (modules[number].file)
		tree_file(root, path_of("%s/%s", directory.text, modules[number].file).text,
			  modules[number].content);
}

static void make_policy(const char *root, size_t number)
{
	tree_file(root, "sys/module/module/parameters/sig_enforce", policies[number].sig_enforce);
	if (!policies[number].is_hidden)
		return;
	made_check_remove(root, "sys/kernel/security/lockdown");
	tree_file(root, "proc/cmdline", "intel_iommu=on,sm_on lockdown=integrity\n");
}

/* Each kernel, with each module, and each policy */
static void test_all(void **state)
{
	for (size_t i = 0; i < COUNT(kernels) * COUNT(modules) * COUNT(policies); i++) {
		size_t kernel = i / COUNT(modules) / COUNT(policies);
		size_t module = i / COUNT(policies) % COUNT(modules);
		size_t policy = i % COUNT(policies);

		assert_int_equal(made_check_teardown(state), 0);
		assert_int_equal(made_check_setup(state), 0);
		make_kernel(*state, kernel);
		make_module(*state, kernels[kernel].release, module);
		make_policy(*state, policy);
		if (!strcmp(modules[module].title, "loaded"))
			tree_file(*state, "sys/module/pasid_vfio_pci/refcnt", "0\n");
		made_check_ask_about(*state,
				     path_of("%s, %s, %s", kernels[kernel].title,
					     modules[module].title, policies[policy].title)
					     .text,
				     CHECK_DRIVER, CHECK_SIGNATURE);
	}
}

static void set_driver(const char *root, const char *driver)
{
	made_check_remove(root, MADE_CHECK_AT "/driver");
	tree_link(root, MADE_CHECK_AT "/driver",
		  path_of("../../../../bus/pci/drivers/%s", driver).text);
}

/* A function on a variant driver of VFIO's keeps it: vfio_pasid answers in its place. */
static void test_variant(void **state)
{
	set_driver(*state, "mlx5_vfio_pci");
	made_check_ask_about(*state, "not on VFIO", CHECK_DRIVER, CHECK_DRIVER);
	tree_directory(*state, MADE_CHECK_AT "/vfio-dev");
	made_check_ask_about(*state, "variant driver", CHECK_DRIVER, CHECK_DRIVER);
	set_driver(*state, "vfio-pci");
	made_check_ask_about(*state, "vfio-pci", CHECK_DRIVER, CHECK_DRIVER);
	/* It is the only function: nothing is behind it in the list of all. */
	made_check_remove(*state, "sys/bus/pci/devices/" PORT);
	made_check_ask_about(*state, "alone", CHECK_FUNCTIONS, CHECK_DRIVER);
}

#define TEST(function) \
	cmocka_unit_test_setup_teardown(function, made_check_setup, made_check_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_all),
		TEST(test_variant),
		{ "all answers", made_check_assert_kept, NULL, NULL,
		  (void *)(uintptr_t) "check_modules" },
	};

	return cmocka_run_group_tests_name("tool_check_modules", tests, made_check_keep, NULL);
}
