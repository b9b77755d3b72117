// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <linux/pci_regs.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <vpasid/vconfig.h>

#include "model.h"
#include "pci/dump.h"
#include "support/bytes.h"
#include "support/options.h"

#define ALL_ENABLED (VPASID_CTRL_ENABLE | VPASID_CTRL_EXEC | VPASID_CTRL_PRIV)

/* The only function with an extended config space. Returns 0 or a negative errno with @why. */
static int find_only(const struct dump *dump, const char *path, const struct dump_function **only,
		     struct why *why)
{
	size_t count = 0;

	for (size_t i = 0; i < dump->count; i++)
		if (dump->functions[i].size == VPASID_CONFIG_SIZE && !count++)
			*only = &dump->functions[i];
	if (!count)
		return because(why, -ENXIO,
			       "%s: no function has the %d bytes of an extended config space: "
			       "recreate the dump with lspci -xxxx, as root",
			       path, VPASID_CONFIG_SIZE);
	if (count > 1)
		return because(why, -EINVAL,
			       "%s: %zu functions have an extended config space: select one with "
			       "--function, such as %s",
			       path, count, (*only)->bdf.text);
	return 0;
}

static int find_named(const struct dump *dump, const char *path, const struct bdf *bdf,
		      const struct dump_function **found, struct why *why)
{
	size_t count = 0;

	for (size_t i = 0; i < dump->count; i++)
		if (!strcmp(dump->functions[i].bdf.text, bdf->text) && !count++)
			*found = &dump->functions[i];
	if (!count)
		return because(why, -ENOENT, "%s: %s: the dump has no such function", path,
			       bdf->text);
	if (count > 1)
		return because(why, -EINVAL,
			       "%s: %s: the dump has it more than once: keep only one", path,
			       bdf->text);
	return 0;
}

int model_read_dump(struct model *model, const char *path, const struct bdf *bdf, struct why *why)
{
	const struct dump_function *function = NULL;
	struct dump dump;
	int ret = dump_read(path, &dump, why);

	*model = (struct model){ 0 };
	if (ret)
		return ret;
	ret = bdf ? find_named(&dump, path, bdf, &function, why)
		  : find_only(&dump, path, &function, why);
	if (!ret && config_space_take(function, &model->source))
		ret = because(why, model->source.error, "%s: %s: %s", path, function->bdf.text,
			      model->source.why.text);
	dump_free(&dump);
	return ret;
}

static int set_ids(struct model *model, const char *value, struct why *why)
{
	unsigned int vendor, device;
	int end = 0;

	if (strspn(value, "0123456789abcdefABCDEF:") != strlen(value) ||
	    sscanf(value, "%4x:%4x%n", &vendor, &device, &end) != 2 || value[end] ||
	    vendor == 0xffff)
		return because(why, -EINVAL,
			       "%s: write the vendor and device ID, such as 8086:0b25", value);
	model->source.device.vendor = (uint16_t)vendor;
	model->source.device.device = (uint16_t)device;
	put16(model->source.config + PCI_VENDOR_ID, (uint16_t)vendor);
	put16(model->source.config + PCI_DEVICE_ID, (uint16_t)device);
	return 0;
}

static int set_permission(const char *word, struct vpasid_info *info)
{
	if (!strcmp(word, "exec"))
		info->capabilities |= VPASID_CAP_EXEC;
	else if (!strcmp(word, "priv"))
		info->capabilities |= VPASID_CAP_PRIV;
	else
		return -EINVAL;
	return 0;
}

static int parse_pasid(char *words, struct vpasid_info *info)
{
	const char *word = strsep(&words, ",");
	unsigned long width;
	int ret = parse_number(word, VPASID_MAX_WIDTH, &width);

	if (ret || !width)
		return -EINVAL;
	info->width = (uint8_t)width;
	while (!ret && (word = strsep(&words, ",")))
		ret = set_permission(word, info);
	return ret;
}

static int set_pasid(struct model *model, const char *value, struct why *why)
{
	struct vpasid_info info = { .known = VPASID_KNOWN_ENABLED,
				    .source = VPASID_SOURCE_REGISTERS };
	char words[32];

	snprintf(words, sizeof(words), "%s", value);
	if (strlen(value) >= sizeof(words) || parse_pasid(words, &info))
		return because(why, -EINVAL,
			       "%s: write Max PASID Width, 1 to %d, and the permissions, such as "
			       "20,exec,priv",
			       value, VPASID_MAX_WIDTH);
	info.enabled = info.capabilities;
	model->info = info;
	return 0;
}

/* "512", or "512,pasid" if responses have a PASID */
static int set_pri(struct model *model, const char *value, struct why *why)
{
	char words[32], *rest = words;
	unsigned long capacity;

	snprintf(words, sizeof(words), "%s", value);
	if (strlen(value) >= sizeof(words) ||
	    parse_number(strsep(&rest, ","), UINT16_MAX, &capacity) || !capacity ||
	    (rest && strcmp(rest, "pasid") != 0))
		return because(why, -EINVAL,
			       "%s: write how many page requests may be outstanding, such as 512, "
			       "or 512,pasid if responses to them have a PASID",
			       value);
	model->pri_capacity = (uint32_t)capacity;
	model->pri_takes_pasid = rest;
	return 0;
}

/* "64K", "1M", "4096" */
static int parse_size(const char *text, uint64_t *size)
{
	static const char units[] = "KMG";
	size_t digits = strspn(text, "0123456789");
	const char *unit = text[digits] ? strchr(units, text[digits]) : NULL;

	if (!digits || digits > 9 || (text[digits] && (!unit || text[digits + 1])))
		return -EINVAL;
	*size = strtoul(text, NULL, 10);
	if (unit)
		*size <<= 10 * (unit - units + 1);
	return *size ? 0 : -EINVAL;
}

static int set_bar(struct model *model, const char *value, struct why *why)
{
	uint64_t size;

	if (value[0] < '0' || value[0] >= '0' + PCI_STD_NUM_BARS || value[1] != '=' ||
	    parse_size(value + 2, &size))
		return because(why, -EINVAL,
			       "%s: write a BAR, 0 to %d, and its size, such as 0=64K", value,
			       PCI_STD_NUM_BARS - 1);
	model->bar_sizes[value[0] - '0'] = size;
	return 0;
}

static int set_vf(struct model *model, const char *value, struct why *why)
{
	if (*value)
		return because(why, -EINVAL, "%s: vf has no value", value);
	model->source.device.kind = VPASID_FUNCTION_VF;
	return 0;
}

int model_set(struct model *model, const char *name, const char *value, struct why *why)
{
	static const struct {
		const char *name;
		int (*set)(struct model *model, const char *value, struct why *why);
	} settings[] = {
		{ "ids", set_ids }, { "pasid", set_pasid }, { "pri", set_pri },
		{ "bar", set_bar }, { "vf", set_vf },
	};

	for (size_t i = 0; i < sizeof(settings) / sizeof(settings[0]); i++)
		if (!strcmp(name, settings[i].name))
			return settings[i].set(model, value, why);
	return -ENOENT;
}

/*
 * Makes the answer of a host that has enabled everything that the capability supports. If the list
 * of capabilities is broken, or the capability has no room for its registers, there is no answer.
 */
static int read_pasid(struct model *model, struct why *why)
{
	const uint8_t *config = model->source.config;
	const struct vpasid_span *span;
	struct vpasid_layout layout;
	uint16_t capability;
	int ret = vpasid_layout_read(config, VPASID_CONFIG_SIZE, &layout);

	if (ret < 0)
		return because(why, ret, "its header reads as all ones: it was asleep or gone");
	span = vpasid_layout_find(&layout, VPASID_EXT_CAP_PASID);
	if (!span && !layout.broken)
		model->info.source = VPASID_SOURCE_REGISTERS; /* there is no PASID */
	if (!span || !(span->flags & VPASID_SPAN_EXACT))
		return 0;
	capability = get16(config + span->offset + PCI_PASID_CAP);
	ret = vpasid_info_from_registers(capability, ALL_ENABLED, &model->info);
	return !ret ? 0
		    : because(why, ret,
			      "the PASID capability at 0x%03x is invalid: it reads as %04x; set the "
			      "PASID with --pasid",
			      span->offset, capability);
}

int model_complete(struct model *model, struct why *why)
{
	if (!config_space_has_ids(&model->source))
		return because(why, -EINVAL,
			       "its IDs read as ones, like a VF's: say what they are with --ids");
	return model->info.width ? 0 : read_pasid(model, why);
}
