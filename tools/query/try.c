// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <string.h>

#include <vpasid/attach.h>

#include "facts/open.h"
#include "query/try.h"
#include "support/plural.h"
#include "vfio/vfio.h"

/*
 * A step: describes what was done, and returns 0; or says why it failed, and returns an error,
 * which ends the steps. An error means TRY_IMPOSSIBLE unless the step has set another verdict.
 */
typedef int try_function(struct attempt *attempt, struct why *what);

/* For an error that leaves open whether the host supports it. */
static int failed(struct attempt *attempt, int error)
{
	attempt->verdict = TRY_FAILED;
	return error;
}

static int open_function(struct attempt *attempt, struct why *what)
{
	struct query *query = &attempt->query;
	int ret = query_identify(query, what);

	if (!ret)
		ret = function_open(query->function, attempt->vf_token, &attempt->vfio, what);
	if (ret)
		return failed(attempt, ret);
	return because(what, 0, "by %s", attempt->vfio.way->name);
}

/*
 * The width that could be used if the kernel attached PASIDs: a later step finds out whether it
 * does.
 */
static unsigned int enabled_width(const struct vpasid_info *info)
{
	struct vpasid_info enabled = *info;

	enabled.attach_refused = 0;
	return vpasid_info_usable_width(&enabled);
}

static int ask(struct attempt *attempt, struct why *what)
{
	struct query *query = &attempt->query;
	const struct vpasid_info *info = &query->info;
	unsigned int width;

	query->error = query_opened(&attempt->vfio, query);
	if (query->error) {
		*what = query->why;
		return failed(attempt, query->error);
	}
	if (!info->width)
		return because(what, -EOPNOTSUPP,
			       "PASID isn't enabled for it on this host: `vpasid explain %s` says "
			       "why",
			       query->function->pci.bdf.text);
	width = enabled_width(info);
	if (!width)
		return because(
			what, -EOPNOTSUPP,
			"the IOMMU provides only PASID 0 for this function, which stands for DMA "
			"without a PASID");

	return because(what, 0, "PASIDs of %u bit%s, by %s%s%s", width, plural(width),
		       query_source_name(info->source),
		       !info->second   ? ""
		       : info->differs ? ", but not "
				       : " and ",
		       info->second ? query_source_name(info->second) : "");
}

static int check_support(struct attempt *attempt, struct why *what)
{
	int ret;

	if (vfio_iommufd(&attempt->vfio) < 0)
		return vfio_cdev_way.explain_missing(&attempt->query.function->pci, what);
	ret = vpasid_attach_supported(attempt->vfio.device);
	if (!ret)
		return because(what, 0, "iommufd; the kernel and %s support attaching PASIDs",
			       attempt->query.function->pci.driver);
	because(what, ret, "%s", vpasid_attach_why(attempt->vfio.device, VPASID_STEP_ATTACH, ret));
	return ret == -EOPNOTSUPP ? ret : failed(attempt, ret);
}

static int make_spaces(struct attempt *attempt, struct why *what)
{
	const struct vfio *vfio = &attempt->vfio;
	unsigned int step = VPASID_STEP_IOAS;
	int ret = 0;

	for (int i = 0; i < 2 && !ret; i++) {
		step = VPASID_STEP_IOAS;
		ret = vpasid_ioas_alloc(vfio->context, &attempt->ioas[i]);
		if (ret)
			break;
		step = VPASID_STEP_HWPT;
		ret = vpasid_hwpt_alloc(vfio->context, vfio->dev_id, attempt->ioas[i],
					&attempt->hwpt[i]);
	}
	if (!ret)
		return because(what, 0, "two, with page tables allocated for PASIDs");
	because(what, ret, "%s (%s)", vpasid_attach_why(-1, step, ret), strerror(-ret));
	return ret == -EOPNOTSUPP ? ret : failed(attempt, ret);
}

/* The kernel has one EINVAL for many reasons; what the query has found narrows them down. */
static int explain_attach(struct attempt *attempt, unsigned int step, int error, struct why *what)
{
	const struct vpasid_info *info = &attempt->query.info;
	unsigned int width = enabled_width(info);

	if (error == -EINVAL && attempt->pasid >> width)
		return because(what, error, "%s only PASIDs of %u bit%s, up to %u",
			       width < info->width ? "the IOMMU provides for this function"
						   : "this function supports",
			       width, plural(width), (1u << width) - 1);
	because(what, error, "%s (%s)", vpasid_attach_why(attempt->vfio.device, step, error),
		strerror(-error));
	return error == -EOPNOTSUPP || error == -EINVAL ? error : failed(attempt, error);
}

static int attach(struct attempt *attempt, struct why *what)
{
	int ret = vpasid_attach(attempt->vfio.device, attempt->pasid, attempt->hwpt[0]);

	if (ret)
		return explain_attach(attempt, VPASID_STEP_ATTACH, ret, what);
	return because(what, 0, "PASID %u, to the first", attempt->pasid);
}

static int replace(struct attempt *attempt, struct why *what)
{
	int ret = vpasid_replace(attempt->vfio.device, attempt->pasid, attempt->hwpt[1]);

	if (ret)
		return explain_attach(attempt, VPASID_STEP_REPLACE, ret, what);
	return because(what, 0, "by the second");
}

static int detach(struct attempt *attempt, struct why *what)
{
	int ret = vpasid_detach(attempt->vfio.device, attempt->pasid);

	if (ret)
		return explain_attach(attempt, VPASID_STEP_DETACH, ret, what);
	return because(what, 0, "PASID %u", attempt->pasid);
}

static int destroy(const struct attempt *attempt, uint32_t id)
{
	return id ? vpasid_destroy(attempt->vfio.context, id) : 0;
}

/* The kernel destroys nothing that is still attached, so this proves that nothing is. */
static int clean_up(struct attempt *attempt, struct why *what)
{
	int ret = 0;

	for (int i = 0; i < 2; i++) {
		int hwpt = destroy(attempt, attempt->hwpt[i]);
		int ioas = destroy(attempt, attempt->ioas[i]);

		ret = ret ? ret : hwpt ? hwpt : ioas;
	}
	if (ret)
		return failed(attempt,
			      because(what, ret, "%s (%s); closing the iommufd removes it anyway",
				      vpasid_attach_why(-1, VPASID_STEP_DESTROY, ret),
				      strerror(-ret)));
	return because(what, 0, "nothing is left behind");
}

static bool take_step(struct attempt *attempt, int number, try_function *function)
{
	struct try_step *step = &attempt->steps[number];
	int ret = function(attempt, &step->what);

	step->result = ret ? TRY_NOT_OK : TRY_OK;
	if (ret) {
		if (attempt->verdict == TRY_DONE)
			attempt->verdict = TRY_IMPOSSIBLE;
		attempt->why = step->what;
	}
	return !ret;
}

void try_pasid(struct attempt *attempt, const char *vf_token)
{
	static try_function *const functions[TRY_CLEAN] = {
		[TRY_OPEN] = open_function, [TRY_QUERY] = ask,	   [TRY_SUPPORT] = check_support,
		[TRY_SPACES] = make_spaces, [TRY_ATTACH] = attach, [TRY_REPLACE] = replace,
		[TRY_DETACH] = detach,
	};
	int step = TRY_OPEN;

	attempt->vf_token = vf_token;
	while (step < TRY_CLEAN && take_step(attempt, step, functions[step]))
		step++;
	if (step == TRY_REPLACE)
		vpasid_detach(attempt->vfio.device, attempt->pasid);
	if (step >= TRY_SPACES)
		take_step(attempt, TRY_CLEAN, clean_up);
	if (step > TRY_OPEN)
		vfio_close(&attempt->vfio);
	if (attempt->verdict == TRY_DONE)
		because(&attempt->why, 0,
			"PASID %u was attached, replaced and detached: this host supports it",
			attempt->pasid);
}
