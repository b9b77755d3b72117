// SPDX-License-Identifier: MIT
/*
 * The device and the VMM behind a view. The model says which bytes of the device the view can
 * reach, and which changes it reports to the VMM.
 */
#include <errno.h>
#include <string.h>

#include "vconfig_trial.h"

static int part(uint16_t offset, uint16_t length)
{
	check(length && offset >= trial.last && offset + length <= VPASID_CONFIG_SIZE);
	trial.last = offset + length;
	return trial.fail_at >= offset && trial.fail_at < offset + length ? -EHWPOISON : 0;
}

static bool touches(uint16_t offset, uint16_t length)
{
	for (unsigned int i = offset; i < (unsigned int)offset + length; i++) {
		if (trial.model.own[i])
			return true;
	}
	return false;
}

static int device_read(void *opaque, uint16_t offset, void *data, uint16_t length)
{
	check(opaque == &trial && !touches(offset, length));
	memcpy(data, trial.device + offset, length);
	return part(offset, length);
}

static int device_write(void *opaque, uint16_t offset, const void *data, uint16_t length)
{
	int ret = part(offset, length);

	check(opaque == &trial && !touches(offset, length));
	if (!ret)
		memcpy(trial.device + offset, data, length);
	return ret;
}

static void count_change(unsigned int id)
{
	for (unsigned int i = 0; i < trial.model.cap_count; i++)
		trial.changes[i] += trial.model.caps[i].id == id;
}

static void pasid_changed(void *opaque, uint16_t control)
{
	check(opaque == &trial && vpasid_vconfig_control(trial.view) == control);
	count_change(VPASID_EXT_CAP_PASID);
}

static void ats_changed(void *opaque, uint16_t control)
{
	check(opaque == &trial && !(control & ~(VPASID_ATS_STU | VPASID_ATS_ENABLE)));
	count_change(VPASID_EXT_CAP_ATS);
}

/* When the view calls, a guest already reads the new registers. */
static void check_told_registers(uint16_t control, uint32_t allocation)
{
	uint8_t pri[16], told[16] = { 0 };

	told[4] = control & VPASID_PRI_ENABLE;
	for (unsigned int i = 0; i < 4; i++)
		told[12 + i] = allocation >> 8 * i;
	check(!vpasid_vconfig_read(trial.view,
				   vpasid_vconfig_offset(trial.view, VPASID_EXT_CAP_PRI), pri, 16));
	check(pri[4] == told[4] && !memcmp(pri + 12, told + 12, 4));
}

static uint16_t pri_changed(void *opaque, uint16_t control, uint32_t allocation)
{
	check(opaque == &trial && !(control & ~(VPASID_PRI_ENABLE | VPASID_PRI_RESET)));
	check(control != (VPASID_PRI_ENABLE | VPASID_PRI_RESET));
	check_told_registers(control, allocation);
	trial.resets += !!(control & VPASID_PRI_RESET);
	count_change(VPASID_EXT_CAP_PRI);
	return trial.model.stopped ? VPASID_PRI_STOPPED : 0;
}

static void cap_changed(void *opaque, const struct vpasid_cap *cap)
{
	check(opaque == &trial && cap->id == 0x0b);
	count_change(cap->id);
}

void trial_check_changes(void)
{
	check(vpasid_vconfig_control(trial.view) == model_control(&trial.model));
	for (unsigned int i = 0; i < trial.model.cap_count; i++)
		check(trial.changes[i] == trial.model.changes[i]);
	check(trial.resets == trial.model.resets);
}

const struct vpasid_vconfig_ops trial_with_device = {
	.argsz = sizeof(trial_with_device),
	.read = device_read,
	.write = device_write,
	.pasid_changed = pasid_changed,
	.ats_changed = ats_changed,
	.pri_changed = pri_changed,
	.cap_changed = cap_changed,
};
const struct vpasid_vconfig_ops trial_without_device = {
	.argsz = sizeof(trial_without_device),
	.pasid_changed = pasid_changed,
	.ats_changed = ats_changed,
	.pri_changed = pri_changed,
	.cap_changed = cap_changed,
};
