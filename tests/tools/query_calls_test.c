// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * query/query.h: which ioctls a function that is open is asked by, and in which order functions are
 * opened, with which VF token.
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

#include "facts/open.h"
#include "iommufd_abi.h"
#include "made_calls.h"
#include "pci/arguments.h"
#include "query/query.h"

#define DEVICE	  10
#define CONTEXT	  11
#define GROUP	  12
#define DEV_ID	  7
#define MAX_CALLS 18

/* What is asked of a function that was opened by its character device: page tables first */
static const struct ioas_alloc ioas = { .size = sizeof(ioas) };
static const struct ioas_alloc ioas_8 = { .size = sizeof(ioas_8), .out_ioas_id = 8 };
static const struct hwpt_alloc hwpt = {
	.size = sizeof(hwpt), .flags = HWPT_ALLOC_PASID, .dev_id = DEV_ID, .pt_id = 8
};
static const struct hwpt_alloc hwpt_9 = { .size = sizeof(hwpt_9), .out_hwpt_id = 9 };
static const uint32_t attach[3] = { sizeof(attach), 0, 9 };

#define HAS_SPACE   ASKS(CONTEXT, IOAS_ALLOC, ioas, ioas_8)
#define HAS_TABLES  HAS_SPACE, ASKS(CONTEXT, HWPT_ALLOC, hwpt, hwpt_9)
#define IS_ATTACHED HAS_TABLES, ASKS(DEVICE, ATTACH_PT, attach, attach)

/* The feature: ours, then the one that was proposed */
struct feature {
	struct vfio_device_feature header;
	struct vfio_device_feature_pasid_ext payload;
};

#define FEATURE_HEADER(size, number)                       \
	{                                                  \
		(size), VFIO_DEVICE_FEATURE_GET | (number) \
	}

static const struct feature stable = {
	.header = FEATURE_HEADER(16, VFIO_DEVICE_FEATURE_PASID_STABLE),
};
static const struct feature proposed = {
	.header = FEATURE_HEADER(12, VFIO_DEVICE_FEATURE_PASID),
};
static const struct feature has_20 = {
	.header = FEATURE_HEADER(16, VFIO_DEVICE_FEATURE_PASID_STABLE),
	.payload = { { 3, 20, 0 }, 3, 16, VFIO_DEVICE_PASID_IOMMU_WIDTH },
};
static const struct feature has_one = {
	.header = FEATURE_HEADER(16, VFIO_DEVICE_FEATURE_PASID_STABLE),
	.payload = { { 3, 20, 0 }, 3, 0, VFIO_DEVICE_PASID_IOMMU_WIDTH },
};
static const struct feature has_18 = {
	.header = FEATURE_HEADER(12, VFIO_DEVICE_FEATURE_PASID),
	.payload.pasid = { 1, 18, 0 },
};
static const struct feature has_none = {
	.header = FEATURE_HEADER(16, VFIO_DEVICE_FEATURE_PASID_STABLE),
};
static const struct feature is_off = {
	.header = FEATURE_HEADER(16, VFIO_DEVICE_FEATURE_PASID_STABLE),
	.payload = { .iommu_width = 16, .flags = VFIO_DEVICE_PASID_IOMMU_WIDTH },
};

#define TELLS_ONCE(of) ASKS(DEVICE, VFIO_DEVICE_FEATURE, stable, of)
/* first alone, then together with iommufd */
#define TELLS(of)      TELLS_ONCE(of), TELLS_ONCE(of)
#define LACKS_STABLE   IS_REFUSED(DEVICE, VFIO_DEVICE_FEATURE, stable, ENOTTY)
#define LACKS_BOTH     LACKS_STABLE, IS_REFUSED(DEVICE, VFIO_DEVICE_FEATURE, proposed, ENOTTY)
#define TELLS_PROPOSED ASKS(DEVICE, VFIO_DEVICE_FEATURE, proposed, has_18)

/* iommufd's own answer */
static const struct hw_info hw = { .size = sizeof(hw), .dev_id = DEV_ID };
static const struct hw_info hw_before = { .size = sizeof(hw_before),
					  .dev_id = DEV_ID,
					  .out_max_pasid_log2 = 1 };
static const struct hw_info hw_16 = {
	.size = sizeof(hw_16),
	.dev_id = DEV_ID,
	.out_max_pasid_log2 = 16,
	.out_capabilities = HW_CAP_PCI_PASID_EXEC | HW_CAP_PCI_PASID_PRIV,
};

#define HW_TELLS ASKS(CONTEXT, GET_HW_INFO, hw, hw_16)
#define HW_IS_SILENT \
	ASKS(CONTEXT, GET_HW_INFO, hw, hw), IS_REFUSED(CONTEXT, GET_HW_INFO, hw_before, EOPNOTSUPP)

/* Whether PASIDs are attached: to page tables that there aren't, then of a PASID that there isn't
 */
static const struct attach_pt nothing = { sizeof(nothing), PT_PASID, 0, 1 };
static const struct attach_pt beyond = { sizeof(beyond), PT_PASID, 9, 1 << 20 };
static const struct destroy_object destroy_9 = { sizeof(destroy_9), 9 };
static const struct destroy_object destroy_8 = { sizeof(destroy_8), 8 };

#define TRIES(no)                                                   \
	IS_REFUSED(DEVICE, ATTACH_PT, nothing, ENOENT), HAS_TABLES, \
		IS_REFUSED(DEVICE, ATTACH_PT, beyond, no),          \
		ASKS(CONTEXT, DESTROY, destroy_9, destroy_9),       \
		ASKS(CONTEXT, DESTROY, destroy_8, destroy_8)

/* The IOMMU's registers, which have a place of their own */
static void take_registers(void *argument)
{
	struct hw_info *info = argument, expected = *info;

	expected.size = sizeof(*info);
	expected.flags = 0;
	expected.dev_id = DEV_ID;
	expected.data_len = VPASID_IOMMU_DATA;
	expected.out_data_type = 0;
	expected.out_max_pasid_log2 = 0;
	expected.out_capabilities = 0;
	assert_memory_equal(info, &expected, sizeof(expected));
	memset((void *)(uintptr_t)info->data_uptr, 0x5a, 24);
	info->data_len = 24;
	info->out_data_type = VPASID_IOMMU_INTEL_VTD;
}

#define REGISTERS(no)                                                     \
	{                                                                 \
		.name = CALL_IOCTL, .fd = CONTEXT, .number = GET_HW_INFO, \
		.answer = take_registers, .error = (no)                   \
	}

#define BY_SYSFS                                                                    \
	"the driver vfio-pci doesn't report PASID; read from config space through " \
	"sysfs instead"

static const struct row {
	bool by_group;
	int ret;
	unsigned int width, source, second, iommu; /* types and sources; 0: none */
	const char *why;			   /* or the note */
	struct call calls[MAX_CALLS];
} rows[] = {
	{ false,
	  0,
	  20,
	  VPASID_SOURCE_VFIO_FEATURE,
	  VPASID_SOURCE_IOMMUFD,
	  VPASID_IOMMU_INTEL_VTD,
	  "",
	  { IS_ATTACHED, TELLS(has_20), HW_TELLS, TRIES(EINVAL), REGISTERS(0) } },
	{ false,
	  0,
	  20,
	  VPASID_SOURCE_VFIO_FEATURE,
	  VPASID_SOURCE_IOMMUFD,
	  VPASID_IOMMU_NONE,
	  "",
	  { IS_ATTACHED, TELLS(has_20), HW_TELLS, TRIES(EOPNOTSUPP), REGISTERS(EIO) } },
	{ true,
	  0,
	  20,
	  VPASID_SOURCE_VFIO_FEATURE,
	  VPASID_SOURCE_NONE,
	  VPASID_IOMMU_NONE,
	  "",
	  { TELLS(has_20) } },
	{ true,
	  0,
	  18,
	  VPASID_SOURCE_VFIO_FEATURE_11,
	  VPASID_SOURCE_NONE,
	  VPASID_IOMMU_NONE,
	  "",
	  { LACKS_STABLE, TELLS_PROPOSED, LACKS_STABLE, TELLS_PROPOSED } },

	/* a driver that doesn't report PASID: its registers count, which sysfs has */
	{ true,
	  0,
	  20,
	  VPASID_SOURCE_REGISTERS,
	  VPASID_SOURCE_NONE,
	  VPASID_IOMMU_NONE,
	  BY_SYSFS,
	  { LACKS_BOTH, LACKS_BOTH } },
	{ false,
	  0,
	  20,
	  VPASID_SOURCE_REGISTERS,
	  VPASID_SOURCE_IOMMUFD,
	  VPASID_IOMMU_INTEL_VTD,
	  BY_SYSFS,
	  { IS_ATTACHED, LACKS_BOTH, LACKS_BOTH, HW_TELLS, TRIES(EINVAL), REGISTERS(0) } },

	/* the function is asked, whatever page tables it has */
	{ false,
	  0,
	  20,
	  VPASID_SOURCE_VFIO_FEATURE,
	  VPASID_SOURCE_NONE,
	  VPASID_IOMMU_INTEL_VTD,
	  "",
	  { IS_REFUSED(CONTEXT, IOAS_ALLOC, ioas, ENOMEM), TELLS(has_20), HW_IS_SILENT,
	    REGISTERS(0) } },
	{ false,
	  0,
	  20,
	  VPASID_SOURCE_VFIO_FEATURE,
	  VPASID_SOURCE_NONE,
	  VPASID_IOMMU_INTEL_VTD,
	  "",
	  { HAS_SPACE, IS_REFUSED(CONTEXT, HWPT_ALLOC, hwpt, EOPNOTSUPP), TELLS(has_20),
	    HW_IS_SILENT, REGISTERS(0) } },
	{ false,
	  0,
	  20,
	  VPASID_SOURCE_VFIO_FEATURE,
	  VPASID_SOURCE_NONE,
	  VPASID_IOMMU_INTEL_VTD,
	  "",
	  { HAS_TABLES, IS_REFUSED(DEVICE, ATTACH_PT, attach, EBUSY), TELLS(has_20), HW_IS_SILENT,
	    REGISTERS(0) } },

	/* iommufd isn't asked about one whose PASID is off, for which the kernel would warn */
	{ false,
	  0,
	  0,
	  VPASID_SOURCE_VFIO_FEATURE,
	  VPASID_SOURCE_NONE,
	  VPASID_IOMMU_NONE,
	  "",
	  { IS_ATTACHED, TELLS(is_off) } },
	{ false,
	  0,
	  0,
	  VPASID_SOURCE_VFIO_FEATURE,
	  VPASID_SOURCE_NONE,
	  VPASID_IOMMU_INTEL_VTD,
	  "",
	  { IS_ATTACHED, TELLS(has_none), REGISTERS(0) } },

	{ true,
	  -EIO,
	  0,
	  0,
	  0,
	  0,
	  "asking for PASID failed: Input/output error",
	  { IS_REFUSED(DEVICE, VFIO_DEVICE_FEATURE, stable, EIO) } },
	{ true,
	  -EFAULT,
	  0,
	  0,
	  0,
	  0,
	  "asking for PASID failed: Bad address",
	  { LACKS_STABLE, IS_REFUSED(DEVICE, VFIO_DEVICE_FEATURE, proposed, EFAULT) } },
	{ false,
	  -ENODEV,
	  0,
	  0,
	  0,
	  0,
	  "IOMMU_GET_HW_INFO failed: No such device",
	  { IS_ATTACHED, TELLS(has_20), IS_REFUSED(CONTEXT, GET_HW_INFO, hw, ENODEV) } },
};

int __wrap_function_read(struct function *function, unsigned int parts, struct why *why);
int __wrap_pci_function_check_links(const char *sysfs, const struct pci_function *function,
				    struct why *why);
int __wrap_functions_name(struct function *const *functions, size_t count, struct why *why);
int __wrap_function_open(struct function *function, const char *vf_token, struct vfio *vfio,
			 struct why *why);

/* Everything is known but the IOMMU. */
int __wrap_function_read(struct function *function, unsigned int parts, struct why *why)
{
	(void)function;
	(void)parts;
	(void)why;
	return 0;
}

static void test_calls(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		const struct row *row = &rows[i];
		struct host host = { .has_read_release = true };
		struct function function = {
			.host = &host,
			.pci.driver = "vfio-pci",
			.pasid = { FACT_YES, 0x180, 20 << 8 | 6, 7 },
		};
		struct query query = { .function = &function };
		const struct vfio vfio = {
			.device = DEVICE,
			.group = row->by_group ? GROUP : -1,
			.context = CONTEXT,
			.dev_id = DEV_ID,
		};

		function.holder = &function;
		calls_expect(row->calls);
		assert_int_equal(query_opened(&vfio, &query), row->ret);
		calls_end();
		assert_string_equal(row->ret ? query.why.text : query.note.text, row->why);
		assert_int_equal(query.info.width, row->width);
		assert_int_equal(query.info.source, row->source);
		assert_int_equal(query.info.second, row->second);
		assert_int_equal(query.iommu.type, row->iommu);
		assert_int_equal(query.iommu.length, row->iommu ? 24 : 0);
	}
}

/* Which functions are opened */

#define PF     "0000:01:00.0"
#define VF     "0000:01:00.1"
#define OTHER  "0000:02:00.0"
#define TOKEN  "7b2f4b4c-0c5c-4a43-9d0f-2a5e9c1f6f11"
#define MADE   "a random UUID"
#define REPORT TELLS(has_20), CLOSES(DEVICE), CLOSES(GROUP)

struct opening {
	const char *bdf, *token; /* MADE: any, but the same for all; NULL: none */
	int answer;
};

static const struct opening *next_opening;
static char made_token[64];

int __wrap_pci_function_check_links(const char *sysfs, const struct pci_function *function,
				    struct why *why)
{
	(void)sysfs;
	(void)function;
	(void)why;
	return 0;
}

int __wrap_functions_name(struct function *const *functions, size_t count, struct why *why)
{
	(void)functions;
	(void)count;
	(void)why;
	return 0;
}

/* A UUID of version 4, which is random */
static void take_made_token(const char *token)
{
	assert_true(vf_token_is_valid(token));
	assert_int_equal(token[14], '4');
	assert_non_null(strchr("89ab", token[19]));
	snprintf(made_token, sizeof(made_token), "%s", token);
}

int __wrap_function_open(struct function *function, const char *vf_token, struct vfio *vfio,
			 struct why *why)
{
	const struct opening *opening = next_opening++;

	assert_non_null(opening->bdf);
	assert_string_equal(function->pci.bdf.text, opening->bdf);
	if (!opening->token)
		assert_null(vf_token);
	else if (strcmp(opening->token, MADE) != 0)
		assert_string_equal(vf_token, opening->token);
	else if (*made_token)
		assert_string_equal(vf_token, made_token);
	else
		take_made_token(vf_token);
	*vfio = (struct vfio){ .device = DEVICE, .group = GROUP, .context = -1 };
	return opening->answer ? because(why, opening->answer, "refused with token %s",
					 vf_token ? "one" : "none")
			       : 0;
}

static void test_openings(void **state)
{
	static const struct {
		const char *token;
		bool has_pf;
		int errors[3]; /* of the VF, the PF and the other function */
		struct opening openings[5];
		struct call calls[MAX_CALLS];
	} runs[] = {
		/* the PF comes first, and its VF is opened with the token that we made for it */
		{ NULL,
		  true,
		  { 0 },
		  { { OTHER, NULL, 0 }, { PF, MADE, 0 }, { VF, MADE, 0 } },
		  { REPORT, REPORT, REPORT } },
		/* a token of the user's */
		{ TOKEN,
		  true,
		  { 0 },
		  { { OTHER, TOKEN, 0 }, { PF, TOKEN, 0 }, { VF, TOKEN, 0 } },
		  { REPORT, REPORT, REPORT } },
		{ TOKEN,
		  true,
		  { -EACCES, -EACCES, 0 },
		  { { OTHER, TOKEN, 0 }, { PF, TOKEN, -EACCES }, { VF, TOKEN, -EACCES } },
		  { REPORT } },
		/* a VF without its PF */
		{ NULL, false, { 0 }, { { OTHER, NULL, 0 }, { VF, NULL, 0 } }, { REPORT, REPORT } },
		/* our token is refused: the user reads what is missing, and the VF isn't given it
		 */
		{ NULL,
		  true,
		  { -EACCES, -EACCES, 0 },
		  { { OTHER, NULL, 0 },
		    { PF, MADE, -EACCES },
		    { PF, NULL, -EACCES },
		    { VF, NULL, -EACCES } },
		  { REPORT } },
		{ NULL,
		  true,
		  { 0 },
		  { { OTHER, NULL, 0 }, { PF, MADE, 0 }, { VF, MADE, -EACCES }, { VF, NULL, 0 } },
		  { REPORT, REPORT, REPORT } },
		/* another error is the last word */
		{ NULL,
		  true,
		  { 0, -EBUSY, 0 },
		  { { OTHER, NULL, 0 }, { PF, MADE, -EBUSY }, { VF, NULL, 0 } },
		  { REPORT, REPORT } },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(runs) / sizeof(runs[0]); i++) {
		struct host host = { .has_read_release = true, .sysfs = "/sys" };
		struct function pf = { .host = &host,
				       .pci = { .bdf.text = PF, .kind = PCI_KIND_PF } };
		struct function other = { .host = &host, .pci.bdf.text = OTHER, .holder = &other };
		struct function vf = {
			.host = &host,
			.pci = { .bdf.text = VF, .kind = PCI_KIND_VF },
			.holder = &pf,
		};
		struct query queries[] = { { .function = &vf },
					   { .function = &other },
					   { .function = &pf } };
		struct why whys;

		pf.holder = &pf;
		*made_token = '\0';
		next_opening = runs[i].openings;
		calls_expect(runs[i].calls);
		query_all(queries, runs[i].has_pf ? 3 : 2, runs[i].token, &whys);
		calls_end();
		assert_null(next_opening->bdf);
		assert_string_equal(whys.text, "");
		assert_int_equal(queries[0].error, runs[i].errors[0]);
		assert_int_equal(queries[1].error, runs[i].errors[2]);
		assert_int_equal(queries[2].error, runs[i].has_pf ? runs[i].errors[1] : 0);
		assert_int_equal(queries[0].info.width, runs[i].errors[0] ? 0 : 20);
		if (runs[i].errors[1] == -EACCES && !runs[i].token)
			assert_string_equal(queries[2].why.text, "refused with token none");
	}
}

/* There is a note only if no PASID can be used. */
static void test_notes(void **state)
{
	static const struct opening opening[] = { { OTHER, NULL, 0 }, { 0 } };
	static const struct {
		const char *note;
		struct call calls[MAX_CALLS];
	} notes[] = {
		{ "", { REPORT } },
		{ "the IOMMU provides only PASID 0 for it: none can be used",
		  { TELLS(has_one), CLOSES(DEVICE), CLOSES(GROUP) } },
		{ "PASID is disabled now, although the IOMMU provides PASIDs for the function: "
		  "`vpasid explain` says what is missing",
		  { TELLS(is_off), CLOSES(DEVICE), CLOSES(GROUP) } },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(notes) / sizeof(notes[0]); i++) {
		struct host host = { .has_read_release = true, .sysfs = "/sys" };
		struct function other = { .host = &host, .pci.bdf.text = OTHER, .holder = &other };
		struct query query = { .function = &other };
		struct why names;

		next_opening = opening;
		calls_expect(notes[i].calls);
		query_all(&query, 1, NULL, &names);
		calls_end();
		assert_int_equal(query.error, 0);
		assert_string_equal(query.note.text, notes[i].note);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_calls),
		cmocka_unit_test(test_openings),
		cmocka_unit_test(test_notes),
	};

	return cmocka_run_group_tests_name("query_calls", tests, NULL, NULL);
}
