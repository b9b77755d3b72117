// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <string.h>

#include <vpasid/info.h>
#include <vpasid/vconfig.h>

#include "place/emit.h"

/* PASID's registers, PCIe r6.0, 7.8.9: the permissions have the same bits in both. */
#define PASID_CAPABILITY 4
#define PASID_CONTROL	 6

static uint16_t read_word(const uint8_t *config, unsigned int offset)
{
	return (uint16_t)(config[offset] | config[offset + 1] << 8);
}

/* Returns 1, 0 if there is no such capability, or a negative errno with @note. */
static int read_registers(const struct config_source *source, struct vpasid_info *info,
			  struct why *note)
{
	const struct vpasid_span *span;
	struct vpasid_layout layout;
	uint16_t capability, control;
	int ret = vpasid_layout_read(source->config, source->size, &layout);

	span = ret < 0 ? NULL : vpasid_layout_find(&layout, VPASID_EXT_CAP_PASID);
	if (!span || span->length < VPASID_CAP_LENGTH)
		return 0;

	capability = read_word(source->config, span->offset + PASID_CAPABILITY);
	control = read_word(source->config, span->offset + PASID_CONTROL);
	if (!(control & VPASID_CTRL_ENABLE)) {
		because(note, 0, "%s: PASID isn't enabled; shown as if it were", source->bdf.text);
		control = VPASID_CTRL_ENABLE | VPASID_CTRL_EXEC | VPASID_CTRL_PRIV;
	}
	ret = vpasid_info_from_registers(capability, control, info);
	if (ret)
		return because(
			note, ret,
			"%s: the PASID capability at 0x%03x makes no sense: it reads as %04x",
			source->bdf.text, span->offset, capability);
	return info->width ? 1 : 0;
}

/* A VF has none of its own: its PF's counts. */
static int read_registers_of_pf(const struct config_source *source, struct vpasid_info *info,
				struct why *note)
{
	struct config_sources sources;
	int ret = config_sources_read_host(source->sysfs, &source->pf, 1, &sources, note);

	if (ret)
		return ret;
	ret = sources.functions[0].error;
	if (ret)
		because(note, ret, "%s: %s", source->pf.text, sources.functions[0].why.text);
	else
		ret = read_registers(&sources.functions[0], info, note);
	config_sources_free(&sources);
	return ret;
}

static int find_info(const struct config_source *source, unsigned int width,
		     struct vpasid_info *info, struct why *note)
{
	bool is_live_vf = source->sysfs && source->device.kind == VPASID_FUNCTION_VF;
	int ret = is_live_vf ? read_registers_of_pf(source, info, note)
			     : read_registers(source, info, note);

	if (ret)
		return ret < 0 ? ret : 0;
	*info = (struct vpasid_info){
		.width = (uint8_t)(width ? width : EMIT_DEFAULT_WIDTH),
		.source = VPASID_SOURCE_REGISTERS,
	};
	return because(note, 0, "%s: no PASID capability is known; shown with %d bits",
		       source->bdf.text, info->width);
}

/* VFIO shows a VF's IDs, which the VF's own config space lacks. */
static void show_ids(const struct config_source *source, uint8_t *config)
{
	if (source->sysfs && config_source_has_ids(source)) {
		config[0] = source->device.vendor & 0xff;
		config[1] = (uint8_t)(source->device.vendor >> 8);
		config[2] = source->device.device & 0xff;
		config[3] = (uint8_t)(source->device.device >> 8);
	}
}

int place_emit(const struct place *place, unsigned int width, uint8_t config[VPASID_CONFIG_SIZE],
	       struct why *note)
{
	const struct config_source *source = place->source;
	struct vpasid_info info;
	struct vpasid_vconfig_request request = {
		.config = source->config,
		.size = source->size,
		.info = &info,
		.placement = &place->placement,
		.width = width,
	};
	struct vpasid_vconfig *vconfig;
	int ret;

	because(note, 0, "%s", "");
	ret = find_info(source, width, &info, note);
	if (ret)
		return ret;
	if (width > vpasid_info_usable_width(&info))
		return because(note, -EINVAL, "%s: --width %u: its PASIDs have %u bits",
			       source->bdf.text, width, vpasid_info_usable_width(&info));
	ret = vpasid_vconfig_new(&request, &vconfig);
	if (ret)
		return because(note, ret, "%s: no guest's view can be made: %s", source->bdf.text,
			       strerror(-ret));
	ret = vpasid_vconfig_read(vconfig, 0, config, VPASID_CONFIG_SIZE);
	vpasid_vconfig_free(vconfig);
	show_ids(source, config);
	return ret;
}
