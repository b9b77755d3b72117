// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <linux/pci_regs.h>
#include <string.h>

#include <vpasid/info.h>
#include <vpasid/vconfig.h>

#include "facts/pasid.h"
#include "place/place_report.h"
#include "place/qemu.h"
#include "support/bytes.h"
#include "support/plural.h"

/*
 * A capability that can't be used is shown as if it could, and @note says so. Returns 0 or a
 * negative errno with @note.
 */
static int take_registers(const struct bdf *bdf, const struct capability *pasid, unsigned int width,
			  struct vpasid_info *info, struct why *note)
{
	uint16_t capability = pasid->capability, control = pasid->control;
	int ret;

	if (!(control & VPASID_CTRL_ENABLE)) {
		because(note, 0, "%s: PASID isn't enabled on the host; the output is as if it were",
			bdf->text);
		control = VPASID_CTRL_ENABLE | VPASID_CTRL_EXEC | VPASID_CTRL_PRIV;
	}
	if (!pasid_raw_width(pasid)) {
		because_also(
			note,
			"%s%s its PASID capability at 0x%03x has a width of 0 bits; the output has "
			"%u bit%s",
			*note->text ? "" : bdf->text, *note->text ? ";" : ":", pasid->offset, width,
			plural(width));
		capability |= (uint16_t)(width << 8);
	}
	ret = vpasid_info_from_registers(capability, control, info);
	if (ret)
		return because(note, ret,
			       "%s: the PASID capability at 0x%03x has an invalid value: %04x",
			       bdf->text, pasid->offset, pasid->capability);
	return 0;
}

static int find_info(const struct bdf *bdf, const struct capability *pasid, unsigned int width,
		     struct vpasid_info *info, struct why *note)
{
	if (pasid)
		return take_registers(bdf, pasid, width, info, note);
	*info = (struct vpasid_info){
		.width = (uint8_t)width,
		.source = VPASID_SOURCE_REGISTERS,
	};
	return because(note, 0, "%s: no PASID capability is known; the output has %u bit%s",
		       bdf->text, width, plural(width));
}

/* libvpasid's view of a guest's, into which it puts PASID */
static int emit_own(const struct placement_report *place, const struct vpasid_info *info,
		    unsigned int width, uint8_t config[VPASID_CONFIG_SIZE], struct why *note)
{
	const struct vpasid_vconfig_request request = {
		.argsz = sizeof(request),
		.config = place->view,
		.size = sizeof(place->view),
		.info = info,
		.placement = &place->placement,
		.width = width,
	};
	struct vpasid_vconfig *vconfig;
	int ret = vpasid_vconfig_new(&request, &vconfig);

	if (ret)
		return because(note, ret, "%s: can't create the guest's view: %s", place->bdf.text,
			       strerror(-ret));
	ret = vpasid_vconfig_read(vconfig, 0, config, VPASID_CONFIG_SIZE);
	vpasid_vconfig_free(vconfig);
	return ret;
}

/* QEMU's registers are the same. */
static int emit_qemu(const struct placement_report *place, uint8_t config[VPASID_CONFIG_SIZE],
		     struct why *note)
{
	const unsigned int registers = place->placement.caps[0].offset + PCI_PASID_CAP;
	uint32_t pasid = get32(config + registers);
	struct why why;
	int ret = place_for_qemu(place, &why);

	if (ret)
		return because(note, ret, "%s: %s", place->bdf.text, why.text);
	qemu_insert(place->view, place->placement.caps[0].offset, config);
	put32(config + registers, pasid);
	return 0;
}

int place_emit(const struct placement_report *place, enum emit_as as,
	       const struct capability *pasid, unsigned int width,
	       uint8_t config[VPASID_CONFIG_SIZE], struct why *note)
{
	const struct bdf *bdf = &place->bdf;
	struct vpasid_info info;
	int ret;

	because(note, 0, "%s", "");
	ret = find_info(bdf, pasid, width ? width : EMIT_DEFAULT_WIDTH, &info, note);
	if (ret)
		return ret;
	if (width > vpasid_info_usable_width(&info))
		return because(note, -EINVAL,
			       "%s: --width %u: the function's PASIDs have only %u bit%s",
			       bdf->text, width, vpasid_info_usable_width(&info),
			       plural(vpasid_info_usable_width(&info)));
	ret = emit_own(place, &info, width, config, note);
	return !ret && as == EMIT_QEMU ? emit_qemu(place, config, note) : ret;
}
