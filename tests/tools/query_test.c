// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * query.h against drivers and kernels that the lab doesn't have: who is asked, who is
 * believed, and what the user reads of it.
 */
#include <errno.h>
#include <linux/vfio.h>
#include <linux/vfio_pasid.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "facts/host.h"
#include "iommufd_abi.h"
#include "query/query.h"

#define DEVICE	42
#define IOMMUFD 43
#define DEV_ID	7
#define IOAS	8
#define HWPT	9
#define PF	"0000:01:00.0"

/* No answer: */
#define SILENT (-1)

/* The host, and how often its parts were asked. */
static struct answers {
	int device;    /* 0: the feature's answer is @ext; SILENT: there is none; an errno */
	int iommufd;   /* likewise, with @hw; IOMMUFD is open unless it is NONE */
	int registers; /* 1: as they are; 0: no capability; a negative errno */
	struct vfio_device_feature_pasid_ext ext;
	uint8_t hw_width, hw_capabilities;
	uint16_t capability, control;
	bool by_group;
	bool switches; /* PASID is off but with page tables that were made for PASIDs */
	bool refuses;  /* to attach PASIDs */
	int hwpt;      /* an errno: page tables can't be made for PASIDs */
	int hw_asked, registers_read;
	bool has_space;
	const struct iommu *iommu; /* as sysfs shows it; NULL: it doesn't */
	const char *release;	   /* the kernel's; NULL: unknown */
	enum vfio_pasid vfio_pasid;
} answers;

int __wrap_ioctl(int fd, unsigned long request, void *argument);
int __wrap_function_read(struct function *function, unsigned int parts, struct why *why);

static int answer_device(struct vfio_device_feature *feature)
{
	const bool is_stable =
		feature->flags == (VFIO_DEVICE_FEATURE_GET | VFIO_DEVICE_FEATURE_PASID_STABLE);

	if (answers.device == SILENT)
		return ENOTTY;
	assert_true(is_stable);
	memcpy(feature->data, &answers.ext, sizeof(answers.ext));
	if (answers.switches && !answers.has_space)
		memset(feature->data, 0,
		       offsetof(struct vfio_device_feature_pasid_ext, iommu_width));
	return answers.device;
}

/* A kernel that is silent on PASID refuses the byte that says so. */
static int answer_hw_info(struct hw_info *hw)
{
	answers.hw_asked++;
	assert_int_equal(hw->dev_id, DEV_ID);
	if (answers.iommufd == SILENT)
		return hw->out_max_pasid_log2 ? EOPNOTSUPP : 0;
	if (hw->data_len >= 16) {
		memset((void *)(uintptr_t)hw->data_uptr, 0x5a, 16);
		hw->data_len = 16;
		hw->out_data_type = VPASID_IOMMU_AMD;
	}
	hw->out_max_pasid_log2 = answers.hw_width;
	hw->out_capabilities = answers.hw_capabilities;
	return answers.iommufd;
}

/* Without a PASID it accepts what there is. */
static int answer_attach(const struct attach_pt *attach)
{
	if (!(attach->argsz == sizeof(*attach))) {
		assert_int_equal(attach->flags, 0);
		assert_int_equal(attach->pt_id, HWPT);
		answers.has_space = true;
		return 0;
	}
	assert_int_equal(attach->flags, PT_PASID);
	if (!attach->pt_id)
		return ENOENT;
	assert_true(attach->pasid >> 20);
	return answers.refuses ? EOPNOTSUPP : EINVAL;
}

static int answer_iommufd(unsigned long request, void *argument)
{
	struct ioas_alloc *ioas = argument;
	struct hwpt_alloc *hwpt = argument;

	switch (request) {
	case GET_HW_INFO:
		return answer_hw_info(argument);
	case IOAS_ALLOC:
		ioas->out_ioas_id = IOAS;
		return 0;
	case HWPT_ALLOC:
		assert_int_equal(hwpt->pt_id, IOAS);
		assert_int_equal(hwpt->flags, HWPT_ALLOC_PASID);
		hwpt->out_hwpt_id = HWPT;
		return answers.hwpt;
	default:
		assert_int_equal(request, DESTROY);
		return 0;
	}
}

int __wrap_ioctl(int fd, unsigned long request, void *argument)
{
	if (fd == DEVICE && request == VFIO_DEVICE_FEATURE)
		errno = answer_device(argument);
	else if (fd == DEVICE && request == ATTACH_PT)
		errno = answer_attach(argument);
	else if (fd == IOMMUFD)
		errno = answer_iommufd(request, argument);
	else
		fail();
	return errno ? -1 : 0;
}

int __wrap_function_read(struct function *function, unsigned int parts, struct why *why)
{
	struct function *holder = function->holder;

	if (parts == FUNCTION_IOMMU) {
		function->iommu = answers.iommu;
		return 0;
	}
	assert_int_equal(parts, FUNCTION_PASID);
	assert_string_equal(holder->pci.bdf.text, PF);
	answers.registers_read++;
	if (answers.registers < 0)
		return because(why, answers.registers, "its registers can't be read");
	holder->pasid.there = answers.registers ? FACT_YES : FACT_NO;
	if (answers.registers) {
		holder->pasid.capability = answers.capability;
		holder->pasid.control = answers.control;
	}
	return 0;
}

/* A PF by its registers, a VF by those of its PF. */
static struct query asked_of(enum pci_kind kind)
{
	const struct vfio vfio = {
		.device = DEVICE,
		.group = answers.by_group ? 44 : -1,
		.context = answers.by_group ? 45 : IOMMUFD,
		.dev_id = DEV_ID,
	};
	static struct function pf, vf;
	static struct host host;
	struct query query = { .function = kind == PCI_KIND_VF ? &vf : &pf };

	host = (struct host){ .has_read_release = true };
	if (answers.release)
		snprintf(host.release, sizeof(host.release), "%s", answers.release);
	pf = (struct function){
		.host = &host,
		.pci = { .bdf.text = PF, .kind = PCI_KIND_PF, .driver = "vfio-pci" },
		.holder = &pf,
		.vfio_pasid = answers.vfio_pasid,
	};
	vf = (struct function){
		.host = &host,
		.pci = { .bdf.text = "0000:01:00.1", .kind = kind, .driver = "vfio-pci" },
		.holder = &pf,
	};
	answers.hw_asked = answers.registers_read = 0;
	answers.has_space = false;
	query.error = query_opened(&vfio, &query);
	return query;
}

static struct query asked(void)
{
	return asked_of(PCI_KIND_PF);
}

static void assert_answer(const struct query *query, unsigned int width, unsigned int source,
			  unsigned int second, const char *note)
{
	assert_int_equal(query->error, 0);
	assert_int_equal(query->info.width, width);
	assert_int_equal(query->info.source, source);
	assert_int_equal(query->info.second, second);
	assert_string_equal(query->note.text, note);
}

static void assert_error(const struct query *query, int error, const char *why)
{
	assert_int_equal(query->error, error);
	assert_string_equal(query->why.text, why);
}

#define FEATURE	  VPASID_SOURCE_VFIO_FEATURE
#define REGISTERS VPASID_SOURCE_REGISTERS
#define HW_INFO	  VPASID_SOURCE_IOMMUFD
#define NONE	  VPASID_SOURCE_NONE
#define BY_SYSFS                                                            \
	"the driver vfio-pci doesn't report PASID; read from config space " \
	"through sysfs instead"

static const struct answers reporting = {
	.ext = { .pasid = { .capabilities = 3, .width = 20 },
		 .enabled = 3,
		 .iommu_width = 16,
		 .flags = VFIO_DEVICE_PASID_IOMMU_WIDTH },
	.hw_width = 16,
	.hw_capabilities = HW_CAP_PCI_PASID_EXEC | HW_CAP_PCI_PASID_PRIV,
};

static const struct answers stock = {
	.device = SILENT,
	.registers = 1,
	.capability = 0x1406,
	.control = 0x0007,
	.hw_width = 16,
	.hw_capabilities = HW_CAP_PCI_PASID_EXEC | HW_CAP_PCI_PASID_PRIV,
};

static void test_driver(void **state)
{
	struct query query;

	(void)state;
	answers = reporting;
	query = asked();
	assert_answer(&query, 20, FEATURE, HW_INFO, "");
	assert_int_equal(query.info.differs, 0);
	answers.by_group = true;
	query = asked();
	assert_answer(&query, 20, FEATURE, NONE, "");
	answers.by_group = false;
	answers.iommufd = SILENT;
	query = asked();
	assert_answer(&query, 20, FEATURE, NONE, "");
	assert_int_equal(answers.registers_read, 0);
}

/* iommufd would have a width, and the kernel's log a warning. */
static void test_driver_off(void **state)
{
	struct query query;

	(void)state;
	answers = reporting;
	answers.ext = (struct vfio_device_feature_pasid_ext){
		.iommu_width = 16,
		.flags = VFIO_DEVICE_PASID_IOMMU_WIDTH,
	};
	query = asked();
	assert_answer(&query, 0, FEATURE, NONE, "");
	assert_int_equal(answers.hw_asked, 0);
	assert_int_equal(answers.registers_read, 0);
	assert_int_equal(query.iommu.type, VPASID_IOMMU_NONE);
}

/* Of a function without PASID the kernel doesn't warn, so it is asked for the IOMMU. */
static void test_driver_without_pasid(void **state)
{
	struct query query;

	(void)state;
	answers = reporting;
	answers.ext = (struct vfio_device_feature_pasid_ext){ 0 };
	query = asked();
	assert_answer(&query, 0, FEATURE, NONE, "");
	assert_int_equal(answers.hw_asked, 1);
	assert_int_equal(query.iommu.type, VPASID_IOMMU_AMD);
	assert_int_equal(query.iommu.length, 16);
	assert_int_equal(query.iommu.data[15], 0x5a);
}

/* AMD: PASID is on with page tables made for PASIDs; the driver attaches none. */
static void test_amd(void **state)
{
	struct query query;

	(void)state;
	answers = reporting;
	answers.switches = answers.refuses = true;
	query = asked();
	assert_answer(&query, 20, FEATURE, HW_INFO, "");
	assert_int_equal(query.info.iommu_width, 16);
	assert_int_equal(query.info.attach_refused, 1);
	assert_int_equal(vpasid_info_usable_width(&query.info), 0);

	answers.hwpt = EOPNOTSUPP;
	query = asked();
	assert_answer(&query, 0, FEATURE, NONE, "");
	assert_int_equal(query.info.iommu_width, 16);
	assert_int_equal(answers.hw_asked, 0);
}

static void test_one_pasid(void **state)
{
	struct query query;

	(void)state;
	answers = reporting;
	answers.ext.iommu_width = answers.hw_width = 0;
	query = asked();
	assert_answer(&query, 20, FEATURE, HW_INFO, "");
	assert_int_equal(query.info.differs, 0);
	assert_int_equal(vpasid_info_usable_width(&query.info), 0);
}

static void assert_widths(struct query query, bool is_known, unsigned int iommu_width,
			  unsigned int usable)
{
	assert_int_equal(query.error, 0);
	assert_int_equal(!!(query.info.known & VPASID_KNOWN_IOMMU_WIDTH), is_known);
	assert_int_equal(query.info.iommu_width, iommu_width);
	assert_int_equal(vpasid_info_usable_width(&query.info), usable);
}

/* If the kernel doesn't report the IOMMU's width, sysfs may; the kernel's answer has priority. */
static void test_width_of_sysfs(void **state)
{
	static const struct iommu narrow = { .kind = IOMMU_INTEL,
					     .has_registers = true,
					     .width = 9 };
	static const struct iommu none = { .kind = IOMMU_AMD, .has_registers = true };
	static const struct iommu silent = { .kind = IOMMU_SMMUV3 };

	(void)state;
	answers = stock;
	answers.by_group = true;
	assert_widths(asked(), false, 0, 20);
	answers.iommu = &silent;
	assert_widths(asked(), false, 0, 20);
	answers.iommu = &narrow;
	assert_widths(asked(), true, 9, 9);
	assert_widths(asked_of(PCI_KIND_VF), true, 9, 9);
	answers.iommu = &none;
	assert_widths(asked(), true, 0, 0);
	/* as the feature does while PASID is off, and not without a capability */
	answers.iommu = &narrow;
	answers.control = 0x0006;
	assert_widths(asked(), true, 9, 0);
	answers.registers = 0;
	assert_widths(asked(), false, 0, 0);
	/* of a function with less */
	answers.registers = 1;
	answers.capability = 0x0506;
	answers.control = 0x0007;
	assert_widths(asked(), true, 5, 5);

	answers = stock;
	answers.iommu = &narrow;
	assert_widths(asked(), true, 16, 16);
	answers = reporting;
	answers.by_group = true;
	answers.iommu = &narrow;
	assert_widths(asked(), true, 16, 16);
}

/* iommufd isn't there to be asked, but it is known what AMD's driver would say. */
static void test_attach_by_kernel(void **state)
{
	static const struct iommu amd = { .kind = IOMMU_AMD, .has_registers = true, .width = 15 };
	struct query query;

	(void)state;
	answers = reporting;
	answers.by_group = true;
	answers.iommu = &amd;
	query = asked();
	assert_int_equal(query.info.attach_refused, 0);
	assert_widths(query, true, 16, 16);
	answers.release = "7.3.4";
	query = asked();
	assert_int_equal(query.info.attach_refused, 1);
	assert_widths(query, true, 16, 0);
	answers.switches = true;
	query = asked();
	assert_int_equal(query.info.attach_refused, 0);
	assert_widths(query, true, 16, 0);
}

static void test_disagreement(void **state)
{
	struct query query;

	(void)state;
	answers = reporting;
	answers.hw_width = 12;
	answers.hw_capabilities = HW_CAP_PCI_PASID_EXEC;
	query = asked();
	assert_answer(
		&query, 20, FEATURE, HW_INFO,
		"vfio-feature and iommufd disagree about the permissions and the IOMMU's width; "
		"only what both report is shown; please report this as a bug, with the kernel's "
		"version");
	assert_int_equal(vpasid_info_usable_width(&query.info), 12);
	answers.device = SILENT;
	answers.registers = 1;
	answers.capability = 0x0a06;
	answers.control = 0x0003;
	query = asked();
	assert_answer(&query, 10, REGISTERS, HW_INFO,
		      BY_SYSFS "; sysfs and iommufd disagree about the width; only what both "
			       "report is shown; please report this as a bug, with the kernel's "
			       "version");
}

static void test_errors(void **state)
{
	struct query query;

	(void)state;
	answers = reporting;
	answers.device = EIO;
	query = asked();
	assert_error(&query, -EIO, "asking for PASID failed: Input/output error");
	assert_int_equal(answers.hw_asked, 0);
	assert_int_equal(answers.registers_read, 0);
	answers.device = 0;
	answers.iommufd = ENOENT;
	query = asked();
	assert_error(&query, -ENOENT, "IOMMU_GET_HW_INFO failed: No such file or directory");
}

/* Of a VF, the registers are the PF's: see __wrap_function_read(). */
static void test_registers(void **state)
{
	struct query query;

	(void)state;
	answers = stock;
	query = asked();
	assert_answer(&query, 20, REGISTERS, HW_INFO, BY_SYSFS);
	assert_int_equal(query.info.differs, 0);
	query = asked_of(PCI_KIND_VF);
	assert_answer(&query, 20, REGISTERS, HW_INFO, BY_SYSFS);
	answers.by_group = true;
	query = asked();
	assert_answer(&query, 20, REGISTERS, NONE, BY_SYSFS);
}

static void test_registers_off(void **state)
{
	struct query query;

	(void)state;
	answers = stock;
	answers.control = 0x0006;
	query = asked();
	assert_answer(&query, 0, REGISTERS, NONE,
		      BY_SYSFS "; " PF " has a PASID capability, but the host hasn't enabled it");
	assert_int_equal(answers.hw_asked, 0);
	answers.registers = 0;
	query = asked();
	assert_answer(&query, 0, REGISTERS, NONE, BY_SYSFS);
	assert_int_equal(query.iommu.type, VPASID_IOMMU_AMD);
}

/* Without root there is iommufd still; registers that fail otherwise are the last word. */
static void test_registers_unreadable(void **state)
{
	static const char why[] =
		"the driver vfio-pci doesn't report PASID (what to do: modprobe vfio_pasid), and "
		"its registers can't be read";
	struct query query;

	(void)state;
	answers = stock;
	answers.registers = -EACCES;
	query = asked();
	assert_answer(
		&query, 16, HW_INFO, NONE,
		"the driver vfio-pci doesn't report PASID (what to do: modprobe vfio_pasid), and "
		"its registers can't be read; iommufd doesn't distinguish the function's width "
		"from the IOMMU's");
	answers.by_group = true;
	query = asked();
	assert_error(&query, -EACCES, why);
	answers.by_group = false;
	answers.iommufd = SILENT;
	query = asked();
	assert_error(&query, -EACCES, why);

	answers = stock;
	answers.registers = -EIO;
	query = asked();
	assert_error(&query, -EIO, why);
	assert_int_equal(answers.hw_asked, 0);
}

/* To load it again wouldn't help. */
static void test_left_by_vfio_pasid(void **state)
{
	struct query query;

	(void)state;
	answers = stock;
	answers.registers = -EIO;
	answers.vfio_pasid = VFIO_PASID_LEAVES_IT;
	query = asked();
	assert_error(&query, -EIO,
		     "the driver vfio-pci doesn't report PASID (what to do: look for vfio_pasid "
		     "in the kernel log, which says why it doesn't report PASID for this "
		     "function), and its registers can't be read");
}

static void test_registers_nonsense(void **state)
{
	struct query query;

	(void)state;
	answers = stock;
	answers.capability = 0x1500;
	answers.control = 0x0001;
	query = asked();
	assert_error(
		&query, -EPROTO,
		"the driver vfio-pci doesn't report PASID (what to do: modprobe vfio_pasid), and "
		"the PASID registers of " PF " have invalid values (1500, 0001)");
	assert_int_equal(answers.hw_asked, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_driver),
		cmocka_unit_test(test_driver_off),
		cmocka_unit_test(test_driver_without_pasid),
		cmocka_unit_test(test_amd),
		cmocka_unit_test(test_one_pasid),
		cmocka_unit_test(test_width_of_sysfs),
		cmocka_unit_test(test_attach_by_kernel),
		cmocka_unit_test(test_disagreement),
		cmocka_unit_test(test_errors),
		cmocka_unit_test(test_registers),
		cmocka_unit_test(test_registers_off),
		cmocka_unit_test(test_registers_unreadable),
		cmocka_unit_test(test_left_by_vfio_pasid),
		cmocka_unit_test(test_registers_nonsense),
	};

	return cmocka_run_group_tests_name("query", tests, NULL, NULL);
}
