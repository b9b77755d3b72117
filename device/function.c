// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <linux/pci_regs.h>
#include <stdio.h>
#include <string.h>

#include "conceal.h"
#include "function.h"
#include "place/placement.h"
#include "support/bytes.h"

/* How many bytes of a write the log shows at most. */
#define SHOWN_BYTES 8

/* The callbacks of the view, which access the hardware */

static int read_hardware(void *opaque, uint16_t offset, void *data, uint16_t length)
{
	const struct function *function = opaque;

	memcpy(data, function->hardware.now + offset, length);
	return 0;
}

static int write_hardware(void *opaque, uint16_t offset, const void *data, uint16_t length)
{
	struct function *function = opaque;

	function->was_reset |= hardware_write(&function->hardware, offset, data, length);
	return 0;
}

static void ats_changed(void *opaque, uint16_t control)
{
	const struct function *function = opaque;

	log_line(function->log, "ATS Control is 0x%04x: Enable%c STU %u", control,
		 control & VPASID_ATS_ENABLE ? '+' : '-', control & VPASID_ATS_STU);
}

/* The function does no DMA of its own, so no page request is ever outstanding. */
static uint16_t pri_changed(void *opaque, uint16_t control, uint32_t allocation)
{
	const struct function *function = opaque;

	log_line(function->log, "PRI Control is 0x%04x: Enable%c%s, %u page requests",
		 control & VPASID_PRI_ENABLE, control & VPASID_PRI_ENABLE ? '+' : '-',
		 control & VPASID_PRI_RESET ? " Reset+" : "", allocation);
	return VPASID_PRI_STOPPED;
}

/* Shows PASID Control as lspci does. */
struct control_text {
	char text[48];
};

static struct control_text show_control(uint16_t control)
{
	struct control_text shown;

	snprintf(shown.text, sizeof(shown.text), "PASID Control is 0x%04x: Enable%c Exec%c Priv%c",
		 control, control & VPASID_CTRL_ENABLE ? '+' : '-',
		 control & VPASID_CTRL_EXEC ? '+' : '-', control & VPASID_CTRL_PRIV ? '+' : '-');
	return shown;
}

/* Logs changes except those by a write to the register, which log_write() shows. */
static void control_changed(void *opaque, uint16_t control)
{
	const struct function *function = opaque;

	if (!function->is_control_written)
		log_line(function->log, "%s", show_control(control).text);
}

static const struct vpasid_vconfig_ops ops = {
	.argsz = sizeof(ops),
	.read = read_hardware,
	.write = write_hardware,
	.pasid_changed = control_changed,
	.ats_changed = ats_changed,
	.pri_changed = pri_changed,
};

/* Making the function */

static int find_place(struct function *function, const struct model *model,
		      const struct function_options *options, struct why *why)
{
	struct vpasid_quirks *quirks = place_load_quirks(options->quirks, why);
	struct placement_report place;

	if (!quirks)
		return -EINVAL;
	place_find(&model->source, quirks, options->offset, function->with, &place);
	function->placement = place.placement;
	if (place.error)
		because(why, place.error, "%s", place.why.text);
	if (place.error == -ELOOP)
		because_also(why, "; --vpasid OFFSET sets an offset nevertheless, --vpasid none "
				  "cuts the list there");
	for (size_t i = 0; i < place.obstacle_count; i++)
		because_also(why, "%s %s", i ? ";" : ":", place.obstacles[i]);
	place_free(&place);
	vpasid_quirks_free(quirks);
	return place.error;
}

static bool has_cap(const struct vpasid_layout *layout, uint16_t id)
{
	const struct vpasid_span *span = vpasid_layout_find(layout, id);

	return span && span->flags & VPASID_SPAN_EXACT;
}

/*
 * The guest has ATS and PRI if the function has them; a VF has its PF's PRI, if that is known. If
 * the list of capabilities is broken or loops, only PASID can be placed, at the offset that a quirk
 * or the user gives.
 */
static void choose_caps(struct function *function, const struct model *model)
{
	struct vpasid_layout layout;

	if (vpasid_layout_read(function->hardware.power_on, VPASID_CONFIG_SIZE, &layout) < 0 ||
	    layout.broken || layout.loops)
		return;
	if (has_cap(&layout, VPASID_EXT_CAP_ATS))
		function->with |= PLACE_WITH_ATS;
	if (has_cap(&layout, VPASID_EXT_CAP_PRI) || model->pri_capacity)
		function->with |= PLACE_WITH_PRI;
	if (!model->pri_capacity)
		return;
	put16(function->pri, VPASID_EXT_CAP_PRI);
	put16(function->pri + PCI_PRI_STATUS,
	      model->pri_takes_pasid ? VPASID_PRI_PASID_REQUIRED : 0);
	put32(function->pri + PCI_PRI_MAX_REQ, model->pri_capacity);
}

static int make_view(struct function *function, const struct model *model,
		     const struct function_options *options, struct why *why)
{
	struct vpasid_vconfig_registers registers[VPASID_MAX_CAPS] = { 0 };
	struct vpasid_vconfig_request request = {
		.argsz = sizeof(request),
		.config = function->hardware.power_on,
		.size = VPASID_CONFIG_SIZE,
		.info = &function->info,
		.placement = &function->placement,
		.width = (uint16_t)options->width,
		.registers = registers,
		.ops = &ops,
		.opaque = function,
	};
	int ret;

	if (!function->info.width)
		return because(why, -ENODEV,
			       "%s: use --pasid with what the host reports (for a VF, its PF's "
			       "PASID), such as 20,exec,priv, or use --vpasid none",
			       function->info.source == VPASID_SOURCE_NONE
				       ? "its capabilities don't show whether it has PASID"
				       : "it has no PASID capability");
	if (options->width > function->info.width)
		return because(why, -EINVAL, "--width %u: the function's PASIDs have %u bits",
			       options->width, function->info.width);
	choose_caps(function, model);
	ret = find_place(function, model, options, why);
	if (ret)
		return ret;
	request.register_count = function->placement.cap_count;
	for (unsigned int i = 0; i < function->placement.cap_count; i++)
		if (function->placement.caps[i].id == VPASID_EXT_CAP_PRI && model->pri_capacity)
			registers[i] = (struct vpasid_vconfig_registers){
				.bytes = function->pri, .length = sizeof(function->pri)
			};
	ret = vpasid_vconfig_new(&request, &function->view);
	return ret ? because(why, ret, "the guest's view can't be made: %s", strerror(-ret)) : 0;
}

int function_init(struct function *function, const struct model *model,
		  const struct function_options *options, struct log *log, struct why *why)
{
	uint8_t config[VPASID_CONFIG_SIZE];
	int ret;

	*function = (struct function){ .info = model->info, .log = log };
	memcpy(config, model->source.config, sizeof(config));
	if (options->withhold)
		conceal_pasid(config);
	ret = hardware_init(&function->hardware, config, model->bar_sizes, why);
	if (ret || options->withhold)
		return ret;
	return make_view(function, model, options, why);
}

void function_free(struct function *function)
{
	vpasid_vconfig_free(function->view);
	function->view = NULL;
}

/* A guest's accesses */

int function_read(struct function *function, unsigned int offset, void *data, unsigned int length)
{
	if (function->view)
		return vpasid_vconfig_read(function->view, offset, data, length);
	return read_hardware(function, (uint16_t)offset, data, (uint16_t)length);
}

/* Does the access touch ATS Control, or a register of PRI that can be written? */
static bool has_other(const struct function *function, unsigned int offset, unsigned int length)
{
	unsigned int ats = vpasid_vconfig_offset(function->view, VPASID_EXT_CAP_ATS);
	unsigned int pri = vpasid_vconfig_offset(function->view, VPASID_EXT_CAP_PRI);

	return (ats && offset < ats + VPASID_ATS_LENGTH && ats + PCI_ATS_CTRL < offset + length) ||
	       (pri && offset < pri + VPASID_PRI_LENGTH && pri + PCI_PRI_CTRL < offset + length);
}

static bool has_control(const struct function *function, unsigned int offset, unsigned int length)
{
	unsigned int control;

	if (!function->view)
		return false;
	control = vpasid_vconfig_offset(function->view, VPASID_EXT_CAP_PASID) + PCI_PASID_CTRL;
	return offset < control + 2 && control < offset + length;
}

/* Logs a write to extended config space, where only the virtual capabilities can be written. */
static void log_write(const struct function *function, unsigned int offset, const uint8_t *data,
		      unsigned int length)
{
	char bytes[3 * SHOWN_BYTES + 1] = "";
	struct control_text control = { "read-only, dropped" };

	for (size_t i = 0; i < length && i < SHOWN_BYTES; i++)
		sprintf(bytes + 3 * i, " %02x", data[i]);
	if (function->view && has_other(function, offset, length))
		snprintf(control.text, sizeof(control.text), "writable bits accepted");
	if (function->is_control_written)
		control = show_control(vpasid_vconfig_control(function->view));
	log_line(function->log, "guest writes%s%s at 0x%03x: %s", bytes,
		 length > SHOWN_BYTES ? " ..." : "", offset, control.text);
}

/* Without a view, extended config space is read-only, as with VFIO. */
int function_write(struct function *function, unsigned int offset, const void *data,
		   unsigned int length)
{
	unsigned int conventional = VPASID_CONFIG_CONVENTIONAL - offset;
	int ret = 0;

	function->is_control_written = has_control(function, offset, length);
	function->was_reset = false;
	if (function->view)
		ret = vpasid_vconfig_write(function->view, offset, data, length);
	else if (offset < VPASID_CONFIG_CONVENTIONAL)
		ret = write_hardware(function, (uint16_t)offset, data,
				     (uint16_t)(length < conventional ? length : conventional));
	if (offset + length > VPASID_CONFIG_CONVENTIONAL)
		log_write(function, offset, data, length);
	function->is_control_written = false;
	if (function->was_reset) {
		log_line(function->log, "guest resets the function");
		if (function->view)
			vpasid_vconfig_reset(function->view);
	}
	return ret;
}

void function_reset(struct function *function)
{
	hardware_reset(&function->hardware);
	if (function->view)
		vpasid_vconfig_reset(function->view);
}

void function_count_irqs(const struct function *function, unsigned int counts[VFIO_PCI_NUM_IRQS])
{
	const struct hardware *hardware = &function->hardware;

	/* As with VFIO: a PCIe function has one for errors, and one that requests its release. */
	counts[VFIO_PCI_INTX_IRQ_INDEX] = hardware->power_on[PCI_INTERRUPT_PIN] ? 1 : 0;
	counts[VFIO_PCI_MSI_IRQ_INDEX] = hardware_msi_vectors(hardware);
	counts[VFIO_PCI_MSIX_IRQ_INDEX] = bars_msix_vectors(hardware->power_on);
	counts[VFIO_PCI_ERR_IRQ_INDEX] = hardware->express ? 1 : 0;
	counts[VFIO_PCI_REQ_IRQ_INDEX] = 1;
}
