// SPDX-License-Identifier: GPL-2.0-or-later
/* facts/kernel.h: the kernel's release, configuration and command line. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <zlib.h>

#include <cmocka.h>

#include "facts/kernel.h"
#include "filtered.h"
#include "support/sysfs.h"
#include "support/tree.h"

#define RELEASE "6.12.0-test"

static const struct {
	const char *name;
	size_t fact;
} options[] = {
	{ "PCI_PASID", offsetof(struct kernel, pci_pasid) },
	{ "INTEL_IOMMU", offsetof(struct kernel, intel) },
	{ "INTEL_IOMMU_DEFAULT_ON", offsetof(struct kernel, intel_on) },
	{ "INTEL_IOMMU_SCALABLE_MODE_DEFAULT_ON", offsetof(struct kernel, intel_scalable) },
	{ "AMD_IOMMU", offsetof(struct kernel, amd) },
	{ "ARM_SMMU_V3", offsetof(struct kernel, smmuv3) },
	{ "ARM_SMMU_V3_IOMMUFD", offsetof(struct kernel, smmuv3_iommufd) },
	{ "IOMMU_DEFAULT_PASSTHROUGH", offsetof(struct kernel, passthrough) },
	{ "IOMMUFD", offsetof(struct kernel, iommufd) },
	{ "VFIO_PCI", offsetof(struct kernel, vfio_pci) },
	{ "VFIO_DEVICE_CDEV", offsetof(struct kernel, vfio_cdev) },
	{ "INTEL_IOMMU_SVM", offsetof(struct kernel, intel_svm) },
	{ "ARM_SMMU_V3_SVA", offsetof(struct kernel, smmuv3_sva) },
};

#define OPTIONS (sizeof(options) / sizeof(options[0]))

static enum fact fact_at(const struct kernel *kernel, size_t option)
{
	return *(const enum fact *)((const char *)kernel + options[option].fact);
}

static struct kernel read_kernel(const char *root)
{
	struct kernel kernel = { 0 };

	kernel_read(root, &kernel);
	return kernel;
}

static int setup(void **state)
{
	if (tree_setup(state))
		return -1;
	tree_file(*state, "proc/sys/kernel/osrelease", RELEASE "\n");
	return 0;
}

/* Each option is a fact of its own; y and m are the same. */
static void test_options(void **state)
{
	static const struct {
		const char *value;
		enum fact fact;
	} rows[] = { { "y", FACT_YES }, { "m", FACT_YES }, { "n", FACT_NO }, { "", FACT_NO } };

	for (size_t i = 0; i < OPTIONS; i++) {
		for (size_t row = 0; row < sizeof(rows) / sizeof(rows[0]); row++) {
			struct kernel kernel;

			tree_file(*state, "proc/config.gz",
				  path_of("CONFIG_X=y\nCONFIG_%s=%s\nCONFIG_%sX=y\n",
					  options[i].name, rows[row].value, options[i].name)
					  .text);
			kernel = read_kernel(*state);
			for (size_t at = 0; at < OPTIONS; at++)
				assert_int_equal(fact_at(&kernel, at),
						 at == i ? rows[row].fact : FACT_NO);
		}
	}
}

static void test_default_on(void **state)
{
	tree_file(*state, "proc/config.gz", "CONFIG_INTEL_IOMMU_DEFAULT_ON_INTGPU_OFF=y\n");
	assert_int_equal(read_kernel(*state).intel_on, FACT_YES);
}

/* The running kernel's own comes before that of its release, which isn't known without it. */
static void test_files(void **state)
{
	const char *root = *state;
	struct kernel kernel = read_kernel(root);

	assert_string_equal(kernel.config, "");
	assert_false(kernel.is_own_config);
	assert_int_equal(kernel.amd, FACT_UNKNOWN);
	tree_file(root, "lib/modules/" RELEASE "/config", "CONFIG_AMD_IOMMU=y\n");
	kernel = read_kernel(root);
	assert_string_equal(kernel.config, path_of("%s/lib/modules/" RELEASE "/config", root).text);
	assert_false(kernel.is_own_config);
	tree_file(root, "boot/config-" RELEASE, "# CONFIG_AMD_IOMMU is not set\nCONFIG_X=y\n");
	kernel = read_kernel(root);
	assert_string_equal(kernel.config, path_of("%s/boot/config-" RELEASE, root).text);
	assert_false(kernel.is_own_config);
	assert_int_equal(kernel.amd, FACT_NO);

	tree_file(root, "proc/config.gz", "# CONFIG_PCI is not set\nCONFIG=y\n");
	assert_false(read_kernel(root).is_own_config);
	tree_file(root, "proc/config.gz", "CONFIG_PCI=y\n");
	kernel = read_kernel(root);
	assert_string_equal(kernel.config, path_of("%s/proc/config.gz", root).text);
	assert_true(kernel.is_own_config);
}

static void pack(const char *root, const char *text)
{
	gzFile file;

	tree_file(root, "proc/config.gz", "");
	file = gzopen(path_of("%s/proc/config.gz", root).text, "w");
	assert_non_null(file);
	assert_true(gzputs(file, text) > 0);
	assert_int_equal(gzclose(file), Z_OK);
}

/* The kernel compresses its own. */
static void test_compressed(void **state)
{
	struct kernel kernel;

	pack(*state, "CONFIG_PCI_PASID=y\nCONFIG_IOMMUFD_TEST=y\n");
	kernel = read_kernel(*state);
	assert_true(kernel.is_own_config);
	assert_int_equal(kernel.pci_pasid, FACT_YES);
	assert_int_equal(kernel.iommufd, FACT_NO);
}

/* Whoever runs the command may have closed its standard input. */
static void test_descriptor_0(void **state)
{
	int kept = dup(STDIN_FILENO);
	struct kernel kernel;

	assert_int_not_equal(kept, -1);
	tree_file(*state, "proc/config.gz", "CONFIG_PCI=y\n");
	close(STDIN_FILENO);
	kernel = read_kernel(*state);
	assert_int_equal(dup2(kept, STDIN_FILENO), STDIN_FILENO);
	close(kept);
	assert_true(kernel.is_own_config);
}

static void test_no_release(void **state)
{
	const char *root = *state;
	struct kernel kernel;

	assert_int_equal(unlink(path_of("%s/proc/sys/kernel/osrelease", root).text), 0);
	tree_file(root, "boot/config-", "CONFIG_PCI=y\n");
	tree_file(root, "lib/modules//config", "CONFIG_PCI=y\n");
	kernel = read_kernel(root);
	assert_string_equal(kernel.release, "");
	assert_string_equal(kernel.config, "");
	tree_file(root, "proc/config.gz", "CONFIG_PCI=y\n");
	assert_true(read_kernel(root).is_own_config);
}

/* It must have room, and no directory in it. */
static void test_release(void **state)
{
	char release[KERNEL_RELEASE_SIZE], text[KERNEL_RELEASE_SIZE + 1];

	kernel_read_release(*state, release);
	assert_string_equal(release, RELEASE);
	tree_file(*state, "proc/sys/kernel/osrelease", "6/1\n");
	kernel_read_release(*state, release);
	assert_string_equal(release, "");
	memset(text, '6', sizeof(text));
	text[KERNEL_RELEASE_SIZE - 1] = '\0';
	tree_file(*state, "proc/sys/kernel/osrelease", text);
	kernel_read_release(*state, release);
	assert_string_equal(release, text);
	stpcpy(text + KERNEL_RELEASE_SIZE - 1, "6");
	tree_file(*state, "proc/sys/kernel/osrelease", text);
	kernel_read_release(*state, release);
	assert_string_equal(release, "");
}

static void test_command_line(void **state)
{
	assert_false(read_kernel(*state).command_line.is_known);
	tree_file(*state, "proc/cmdline", "\n");
	assert_true(read_kernel(*state).command_line.is_known);
	assert_int_equal(read_kernel(*state).command_line.intel, SAID_NOTHING);
	tree_file(*state, "proc/cmdline", "intel_iommu=on\n");
	assert_int_equal(read_kernel(*state).command_line.intel, SAID_ON);
}

static void test_since(void **state)
{
	static const struct {
		const char *release;
		enum fact since;
	} rows[] = {
		{ "6.12", FACT_YES },	   { "6.12.3-x", FACT_YES }, { "6.11.9", FACT_NO },
		{ "6.13.0", FACT_YES },	   { "7.0.0", FACT_YES },    { "5.19.0", FACT_NO },
		{ "6", FACT_UNKNOWN },	   { "", FACT_UNKNOWN },     { "x6.12", FACT_UNKNOWN },
		{ "6-rc1", FACT_UNKNOWN },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		assert_int_equal(kernel_since(rows[i].release, 6, 12), rows[i].since);
}

/* Enough to know that it is a configuration, and what is read of it */
static void test_filter(void **state)
{
	(void)state;
	assert_string_equal(filtered(kernel_config_filter,
				     "#\nCONFIG_PCI=y\nCONFIG_PCIE=y\nCONFIG_LOCALVERSION=\"x\"\n"
				     "CONFIG_AMD_IOMMU=m\nXCONFIG_AMD_IOMMU=y\n"
				     "CONFIG_IOMMUFD=y\nCONFIG_IOMMUFD_TEST=y\n"),
			    "CONFIG_PCI=y\nCONFIG_AMD_IOMMU=m\nCONFIG_IOMMUFD=y\n");
	for (size_t i = 0; i < OPTIONS; i++) {
		struct path line = path_of("CONFIG_%s=y\n", options[i].name);

		assert_string_equal(filtered(kernel_config_filter, line.text), line.text);
	}
}

/* A text without end isn't read to its end. */
static void test_long_config(void **state)
{
	static const char first[] = "CONFIG_AMD_IOMMU=y\n", last[] = "CONFIG_IOMMUFD=y\n";
	enum {
		LINES = 100000
	};
	char *text = malloc(LINES + sizeof(first) + sizeof(last)), *at;
	struct kernel kernel;

	assert_non_null(text);
	at = stpcpy(text, first);
	memset(at, '\n', LINES - 2);
	stpcpy(at + LINES - 2, last);
	tree_file(*state, "proc/config.gz", text);
	kernel = read_kernel(*state);
	assert_int_equal(kernel.amd, FACT_YES);
	assert_int_equal(kernel.iommufd, FACT_YES);
	assert_string_equal(filtered(kernel_config_filter, text),
			    "CONFIG_AMD_IOMMU=y\nCONFIG_IOMMUFD=y\n");

	at[LINES - 2] = '\n';
	stpcpy(at + LINES - 1, last);
	tree_file(*state, "proc/config.gz", text);
	assert_int_equal(read_kernel(*state).iommufd, FACT_NO);
	assert_string_equal(filtered(kernel_config_filter, text), first);
	free(text);
}

#define KERNEL_TEST(test) cmocka_unit_test_setup_teardown(test, setup, tree_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		KERNEL_TEST(test_options),	KERNEL_TEST(test_default_on),
		KERNEL_TEST(test_files),	KERNEL_TEST(test_no_release),
		KERNEL_TEST(test_descriptor_0), KERNEL_TEST(test_compressed),
		KERNEL_TEST(test_release),	KERNEL_TEST(test_command_line),
		cmocka_unit_test(test_since),	cmocka_unit_test(test_filter),
		KERNEL_TEST(test_long_config),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
