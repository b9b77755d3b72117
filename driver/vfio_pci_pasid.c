// SPDX-License-Identifier: GPL-2.0-only
/*
 * What is reported to a VFIO user about a function's PASID, and the guard that blocks the
 * user's accesses to the PASID registers.
 */

#include <linux/bitfield.h>
#include <linux/iommu.h>
#include <linux/iopoll.h>
#include <linux/log2.h>
#include <linux/pci.h>
#include <linux/pm_runtime.h>
#include <linux/uaccess.h>
#include <linux/vfio.h>

#include <linux/vfio_pci_pasid.h>

#ifdef CONFIG_PCI_PASID
/*
 * The PASID Capability and Control registers have the permissions in the same bits,
 * one position higher than the uAPI.
 */
#define PASID_PERMISSIONS	(PCI_PASID_CAP_EXEC | PCI_PASID_CAP_PRIV)

static_assert(VFIO_DEVICE_PASID_CAP_EXEC << 1 == PCI_PASID_CAP_EXEC);
static_assert(VFIO_DEVICE_PASID_CAP_PRIV << 1 == PCI_PASID_CAP_PRIV);
static_assert(PCI_PASID_CTRL_EXEC == PCI_PASID_CAP_EXEC);
static_assert(PCI_PASID_CTRL_PRIV == PCI_PASID_CAP_PRIV);

static u16 vfio_pci_pasid_permissions(u16 reg)
{
	return FIELD_GET(PASID_PERMISSIONS, reg);
}

/*
 * Reads the register while the function isn't being reset. Whoever resets it may be waiting
 * for one of its VFs, and therefore for our caller, so the wait for the reset has a limit,
 * which most resets stay below.
 */
static int vfio_pci_pasid_read_register(struct pci_dev *pf, u16 *reg)
{
	bool locked;
	int ret;

	ret = read_poll_timeout(pci_cfg_access_trylock, locked, locked, 10 * USEC_PER_MSEC,
				2 * USEC_PER_SEC, false, pf);
	if (ret)
		return ret;

	ret = pci_read_config_word(pf, pf->pasid_cap + PCI_PASID_CAP, reg);
	pci_cfg_access_unlock(pf);
	if (ret)
		return pcibios_err_to_errno(ret);
	return PCI_POSSIBLE_ERROR(*reg) ? -EIO : 0;
}

/*
 * If max_pasids is 0, either the IOMMU has no PASIDs or its driver doesn't set it. The IOMMU
 * core limits a device to what both the device and the IOMMU support.
 */
static void vfio_pci_pasid_set_iommu_width(struct vfio_pci_pasid *pasid)
{
	struct vfio_device_feature_pasid_ext *answer = &pasid->answer;
	struct dev_iommu *iommu = pasid->pdev->dev.iommu;

	if (!answer->pasid.width || !iommu || !iommu->iommu_dev || !iommu->iommu_dev->max_pasids)
		return;

	answer->iommu_width = min_t(u8, ilog2(iommu->iommu_dev->max_pasids), answer->pasid.width);
	answer->flags = VFIO_DEVICE_PASID_IOMMU_WIDTH;
}

static int vfio_pci_pasid_read_capability(struct vfio_pci_pasid *pasid)
{
	/* A VF has no PASID capability of its own: it uses its PF's. */
	struct pci_dev *pf = pci_physfn(pasid->pdev);
	u16 reg;
	int ret;

	if (!pf->pasid_cap)
		return 0;

	ret = pm_runtime_resume_and_get(&pf->dev);
	if (ret)
		return ret;

	ret = vfio_pci_pasid_read_register(pf, &reg);
	pm_runtime_put(&pf->dev);
	if (ret) {
		pci_err(pf, "reading the PASID Capability register failed (%d)\n", ret);
		return ret;
	}

	pasid->answer.pasid.capabilities = vfio_pci_pasid_permissions(reg);
	pasid->answer.pasid.width = min_t(u8, FIELD_GET(PCI_PASID_CAP_WIDTH, reg),
					  VFIO_DEVICE_PASID_MAX_WIDTH);
	vfio_pci_pasid_set_iommu_width(pasid);
	return 0;
}

static void vfio_pci_pasid_add_enabled(const struct vfio_pci_pasid *pasid,
				       struct vfio_device_feature_pasid_ext *answer)
{
	struct pci_dev *pf = pci_physfn(pasid->pdev);

	/* IOMMU drivers enable PASID at different times, so look each time. */
	if (data_race(!!pf->pasid_enabled))
		answer->enabled = vfio_pci_pasid_permissions(pf->pasid_features);
	else
		answer->pasid = (struct vfio_device_feature_pasid){};
}

static u16 vfio_pci_pasid_find_capability(struct pci_dev *pdev)
{
	return pdev->pasid_cap;
}
#else
static int vfio_pci_pasid_read_capability(struct vfio_pci_pasid *pasid)
{
	return 0;
}

static void vfio_pci_pasid_add_enabled(const struct vfio_pci_pasid *pasid,
				       struct vfio_device_feature_pasid_ext *answer)
{
}

/* The kernel doesn't look for the capability, but the hardware may have it. */
static u16 vfio_pci_pasid_find_capability(struct pci_dev *pdev)
{
	u16 cap;

	pm_runtime_get_sync(&pdev->dev);
	cap = pci_find_ext_capability(pdev, PCI_EXT_CAP_ID_PASID);
	pm_runtime_put(&pdev->dev);
	return cap;
}
#endif /* CONFIG_PCI_PASID */

/*
 * vfio-pci-core removes the PASID capability from the chain. Its bytes then belong to no
 * capability, and the core passes accesses to such bytes on to the hardware, where a write to
 * the Control register can disable PASID for the PF and all its VFs.
 */
static void vfio_pci_pasid_set_guard(struct vfio_pci_pasid *pasid)
{
	u16 cap = vfio_pci_pasid_find_capability(pasid->pdev);

	if (!cap)
		return;

	pasid->guard_start = cap;
	pasid->guard_end = cap + PCI_EXT_CAP_PASID_SIZEOF;

	/* At the chain's head, the core emulates a header without an ID, which must stay. */
	if (cap == PCI_CFG_SPACE_SIZE)
		pasid->guard_start += PCI_PASID_CAP;
}

/**
 * vfio_pci_pasid_init() - find out what to report and what to guard
 * @pasid: To be filled in; zeroed.
 * @pdev: The function.
 * @guard: Whether to guard its registers.
 *
 * It reads only read-only registers, so the feature needs to read none later and is right in
 * any power state. May be called again if the register couldn't be read.
 *
 * Return: 0, also if there is no PASID, or a negative errno.
 */
int vfio_pci_pasid_init(struct vfio_pci_pasid *pasid, struct pci_dev *pdev, bool guard)
{
	pasid->pdev = pdev;
	if (guard)
		vfio_pci_pasid_set_guard(pasid);
	return vfio_pci_pasid_read_capability(pasid);
}

/* The payload: 4 bytes as proposed, or 8 with the extension, written in one access. */
union vfio_pci_pasid_payload {
	struct vfio_device_feature_pasid_ext ext;
	u32 proposed;
	u64 extended;
};

static_assert(offsetof(struct vfio_device_feature_pasid_ext, pasid) == 0);
static_assert(sizeof(struct vfio_device_feature_pasid) == sizeof(u32));
static_assert(sizeof(struct vfio_device_feature_pasid_ext) == sizeof(u64));

/**
 * vfio_pci_pasid_feature() - VFIO_DEVICE_FEATURE_PASID, and its extension
 * @pasid: What is known of the function's PASID.
 * @flags: The flags of VFIO_DEVICE_FEATURE.
 * @arg: The user's payload.
 * @argsz: The length of @arg.
 *
 * Return: as documented in <linux/vfio_pasid.h>.
 */
int vfio_pci_pasid_feature(const struct vfio_pci_pasid *pasid, u32 flags, void __user *arg,
			   size_t argsz)
{
	union vfio_pci_pasid_payload payload = { .ext = pasid->answer };
	int ret;

	ret = vfio_check_feature(flags, argsz, VFIO_DEVICE_FEATURE_GET,
				 sizeof(payload.ext.pasid));
	if (ret != 1)
		return ret;

	vfio_pci_pasid_add_enabled(pasid, &payload.ext);

	/* put_user() costs half as much as copy_to_user(). */
	if (argsz < sizeof(payload.ext))
		return put_user(payload.proposed, (u32 __user *)arg);
	return put_user(payload.extended, (u64 __user *)arg);
}

/* Log it once: the software that writes to the register may rely on the write's effect. */
static void vfio_pci_pasid_tell_dropped(struct vfio_pci_pasid *pasid, const char *parameter)
{
	if (READ_ONCE(pasid->told) || xchg(&pasid->told, true))
		return;

	pci_notice(pasid->pdev,
		   "dropped a VFIO user's write to the PASID capability; all such writes are dropped unless %s is loaded with %s=0\n",
		   KBUILD_MODNAME, parameter);
}

/**
 * vfio_pci_pasid_rw_guarded() - handle a VFIO user's read or write of guarded bytes only
 * @pasid: What is known of the function's PASID.
 * @buf: The user's buffer; not const, even for a write.
 * @count: The length of @buf.
 * @iswrite: Whether it is a write.
 * @parameter: The module parameter that controls the guard, for the kernel log.
 *
 * Reads return zeros. Writes succeed and are dropped, like writes to read-only registers.
 *
 * Return: @count, or -EFAULT.
 */
ssize_t vfio_pci_pasid_rw_guarded(struct vfio_pci_pasid *pasid, char __user *buf, size_t count,
				  bool iswrite, const char *parameter)
{
	u8 dropped[PCI_EXT_CAP_PASID_SIZEOF];

	if (!iswrite)
		return clear_user(buf, count) ? -EFAULT : count;

	if (copy_from_user(dropped, buf, count))
		return -EFAULT;
	vfio_pci_pasid_tell_dropped(pasid, parameter);
	return count;
}
