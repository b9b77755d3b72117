// SPDX-License-Identifier: MIT
/*
 * What the library makes of data that its caller has already: info.h, iommu.h, guest.h, and
 * vpasid_device_from_config(). The input ends with what a kernel has filled in (struct tail), and
 * begins with a config space, so that a dump is a good input.
 */
#include <errno.h>
#include <linux/vfio_pasid.h>
#include <string.h>

#include <vpasid/config.h>
#include <vpasid/guest.h>
#include <vpasid/info.h>
#include <vpasid/iommu.h>
#include <vpasid/quirks.h>

#include "fuzz.h"

#define PERMISSIONS	(VPASID_CAP_EXEC | VPASID_CAP_PRIV)
#define HW_INFO		40
#define MAX_FIELDS	64
#define MAX_FINDINGS	16
#define MAX_PORTS	8
#define PORT_ABSENT	0x80
#define PORT_OTHER_TYPE 0x40

/* Bytes alone: any of them, at any address, is an input. */
struct tail {
	uint8_t hw_info[HW_INFO + 8];
	uint8_t hw_size;
	uint8_t hw_flags;
	uint8_t payload[8];
	uint8_t payload_size;
	uint8_t feature;
	uint8_t iommu[sizeof(struct vpasid_iommu)];
	uint8_t iommu_argsz;
	uint8_t config_size[2];
	uint8_t kind;
	uint8_t device_argsz;
	uint8_t wants;
	uint8_t flags;
	uint8_t guest_iommu;
	uint8_t room;
	uint8_t port_count;
	uint8_t ports[MAX_PORTS];
	uint8_t finding[sizeof(struct vpasid_guest_finding)];
};

static uint8_t config[VPASID_CONFIG_SIZE];

/* Half of the sizes are right; the others are 0 to @most. */
static size_t size_of(uint8_t said, size_t right, size_t most)
{
	return said & 0x80 ? (said & 0x7f) % (most + 1) : right;
}

static bool is_zero(const void *data, size_t size)
{
	const uint8_t *bytes = data;

	for (size_t i = 0; i < size; i++) {
		if (bytes[i])
			return false;
	}
	return true;
}

/* Answers of the host */

static void check_info(int ret, const struct vpasid_info *info)
{
	if (ret) {
		check(is_zero(info, sizeof(*info)));
		return;
	}
	check(info->width <= VPASID_MAX_WIDTH);
	check(!(info->capabilities & ~PERMISSIONS) && !(info->enabled & ~info->capabilities));
	check(info->width || !info->capabilities);
	check(!(info->known & ~(VPASID_KNOWN_ENABLED | VPASID_KNOWN_IOMMU_WIDTH)));
	check(info->known & VPASID_KNOWN_ENABLED || !info->enabled);
	check(info->known & VPASID_KNOWN_IOMMU_WIDTH || !info->iommu_width);
	check(vpasid_info_usable_width(info) <= info->width);
	check(strcmp(vpasid_source_name(info->source), "unknown") != 0);
	check(is_zero(info->reserved, sizeof(info->reserved)) && !info->attach_refused);
}

static int read_hw_info(const struct tail *tail, struct vpasid_info *info)
{
	size_t size = size_of(tail->hw_size, HW_INFO, sizeof(tail->hw_info));
	int ret;

	memset(info, 0x5a, sizeof(*info));
	ret = vpasid_info_from_hw_info(tail->hw_info, size, tail->hw_flags, info);
	check_info(ret, info);
	if (size < HW_INFO || tail->hw_flags & ~VPASID_HW_INFO_TELLS_PASID)
		check(ret == -EINVAL);
	else if (tail->hw_info[28] > VPASID_MAX_WIDTH)
		check(ret == -EPROTO);
	else
		check(!ret || (ret == -ENODATA && !tail->hw_info[28] && !tail->hw_flags));
	check(ret || (info->source == VPASID_SOURCE_IOMMUFD && info->width == tail->hw_info[28]));
	return ret;
}

static int read_feature(const struct tail *tail, struct vpasid_info *info)
{
	static const uint32_t features[] = {
		VFIO_DEVICE_FEATURE_PASID_STABLE,
		VFIO_DEVICE_FEATURE_PASID,
		VFIO_DEVICE_FEATURE_PASID + 1,
	};
	size_t size =
		size_of(tail->payload_size, tail->payload_size & 1 ? 4 : 8, sizeof(tail->payload));
	uint32_t feature = features[tail->feature % 3];
	int ret;

	memset(info, 0x5a, sizeof(*info));
	ret = vpasid_info_from_feature(feature, tail->payload, size, info);
	check_info(ret, info);
	if ((size != 4 && size != 8) || feature == VFIO_DEVICE_FEATURE_PASID + 1)
		check(ret == -EINVAL);
	else
		check(ret == (tail->payload[2] > VPASID_MAX_WIDTH ? -EPROTO : 0));
	check(ret || info->width == tail->payload[2]);
	return ret;
}

/* Two answers grant no more than either. */
static void check_combined(const struct vpasid_info *function, const struct vpasid_info *iommufd)
{
	struct vpasid_info both;

	vpasid_info_combine(function, iommufd, &both);
	check_info(0, &both);
	check(both.source == function->source && both.second == iommufd->source);
	check(vpasid_info_usable_width(&both) <= vpasid_info_usable_width(function));
	check(!iommufd->width || vpasid_info_usable_width(&both) <= iommufd->width);
	check(!(both.capabilities & ~function->capabilities));
	check(!(both.enabled & ~iommufd->enabled) || !iommufd->width);
	check(both.ats_refused == iommufd->ats_refused);
}

static void ask_host(const struct tail *tail)
{
	struct vpasid_info hw, feature;
	int hw_ret = read_hw_info(tail, &hw);
	int feature_ret = read_feature(tail, &feature);

	if (!hw_ret && !feature_ret)
		check_combined(&feature, &hw);
}

/* IOMMUs */

static void check_fields(const struct vpasid_iommu *iommu, bool is_known)
{
	struct vpasid_iommu_field regs[MAX_FIELDS], fields[MAX_FIELDS], found;
	size_t reg_count = vpasid_iommu_registers(iommu, regs, MAX_FIELDS);
	size_t count = vpasid_iommu_fields(iommu, fields, MAX_FIELDS);

	check(!!reg_count == is_known && !!count == is_known);
	check(reg_count <= MAX_FIELDS && count <= MAX_FIELDS);
	check(vpasid_iommu_fields(iommu, NULL, 0) == count);
	for (size_t i = 0; i < count; i++) {
		const struct vpasid_iommu_field *field = &fields[i];
		size_t reg = 0;

		while (reg < reg_count && strcmp(regs[reg].reg, field->reg) != 0)
			reg++;
		check(reg < reg_count && field->low + field->bits <= regs[reg].bits);
		check((regs[reg].value >> field->low & ((1ull << field->bits) - 1)) ==
		      field->value);
		check(!vpasid_iommu_field_find(iommu, field->name, &found));
		check(!memcmp(&found, field, sizeof(found)));
	}
	check(vpasid_iommu_field_find(iommu, "no such field", &found) < 0);
}

static void check_abilities(const struct vpasid_iommu_abilities *abilities)
{
	check(abilities->pasid_width <= VPASID_MAX_WIDTH);
	check(abilities->stage1_width <= 64 && abilities->stage2_width <= 64 &&
	      abilities->output_width <= 64);
	check(abilities->stage1 <= 1 && abilities->stage2 <= 1 && abilities->nested <= 1);
	check(abilities->stage1 || !abilities->stage1_width);
	check(abilities->ats <= VPASID_ABILITY_YES && abilities->pri <= VPASID_ABILITY_YES);
	check(abilities->stage1_1gib <= VPASID_ABILITY_YES &&
	      abilities->coherent <= VPASID_ABILITY_YES);
	check(is_zero(abilities->reserved, sizeof(abilities->reserved)));
}

/* As a program with a later or an earlier struct hands it in. */
static void ask_iommu(const struct tail *tail)
{
	struct {
		struct vpasid_iommu iommu;
		uint8_t more[32];
	} given = { 0 };
	struct vpasid_iommu_abilities abilities;
	size_t argsz = size_of(tail->iommu_argsz, sizeof(given.iommu), sizeof(given));
	bool is_known;
	int ret;

	memcpy(&given.iommu, tail->iommu, sizeof(tail->iommu));
	memcpy(given.more, tail->hw_info, sizeof(given.more));
	given.iommu.argsz = (uint32_t)argsz;
	given.iommu.type %= 6;
	memset(&abilities, 0x5a, sizeof(abilities));
	ret = vpasid_iommu_decode(&given.iommu, &abilities);
	is_known = !ret;
	if (ret)
		check(is_zero(&abilities, sizeof(abilities)));
	check(!ret || ret == -EOPNOTSUPP || ret == -EPROTO || ret == -EINVAL || ret == -E2BIG);
	check((ret == -EINVAL) == (argsz < sizeof(uint32_t)));
	check((ret == -E2BIG) ==
	      (argsz > sizeof(given.iommu) && !is_zero(given.more, argsz - sizeof(given.iommu))));
	if (is_known)
		check_abilities(&abilities);
	check_fields(&given.iommu, is_known);
	check(!is_known || strcmp(vpasid_iommu_type_name(given.iommu.type), "unknown") != 0);
}

/* Devices */

static void ask_device(const struct tail *tail)
{
	struct {
		struct vpasid_device device;
		uint8_t more[16];
	} given;
	size_t size = (sizeof(config) + (tail->config_size[0] | tail->config_size[1] << 8)) %
		      (sizeof(config) + 64);
	size_t argsz = size_of(tail->device_argsz, sizeof(given.device), sizeof(given));
	const struct vpasid_device *device = &given.device;
	bool is_wrong = size < VPASID_CONFIG_MIN || size > sizeof(config) || tail->kind > 1;
	int ret;

	memset(&given, 0x5a, sizeof(given));
	given.device.argsz = (uint32_t)argsz;
	ret = vpasid_device_from_config(config, size, tail->kind, &given.device);
	check((ret == -EINVAL) == (is_wrong || argsz < sizeof(uint32_t)));
	check(!ret || ret == -EINVAL || ret == -EIO || ret == -ENODATA);
	for (size_t i = argsz; i < sizeof(given); i++)
		check(i < sizeof(uint32_t) || ((uint8_t *)&given)[i] == 0x5a);
	if (argsz < sizeof(*device))
		return;
	check(device->argsz == argsz && is_zero(given.more, argsz - sizeof(*device)));
	check(!ret || (!device->vendor && !device->device));
	if (ret == -EINVAL || ret == -EIO)
		check(is_zero((uint8_t *)&given + sizeof(uint32_t), argsz - sizeof(uint32_t)));
	check(ret || device->vendor != 0xffff);
	check(ret || (device->vendor == (config[0] | config[1] << 8) &&
		      device->device == (config[2] | config[3] << 8)));
	check(ret || (device->revision == config[8] && device->kind == tail->kind));
}

/* Guests */

static void check_described(const struct vpasid_guest_finding *finding)
{
	char whole[VPASID_GUEST_TEXT], cut[VPASID_GUEST_TEXT];
	int length = vpasid_guest_describe(finding, whole, sizeof(whole));
	size_t size = finding->value % sizeof(cut);

	check(length > 0 && (size_t)length < sizeof(whole) && strlen(whole) == (size_t)length);
	check(vpasid_guest_describe(finding, NULL, 0) == length);
	memset(cut, 0x5a, sizeof(cut));
	check(vpasid_guest_describe(finding, cut, size) == length);
	if (size) {
		size_t shown = (size_t)length < size ? (size_t)length : size - 1;

		check(!memcmp(cut, whole, shown) && !cut[shown]);
	}
	for (size_t i = size; i < sizeof(cut); i++)
		check(cut[i] == 0x5a);
}

static bool has_cap(uint16_t id)
{
	static struct vpasid_layout layout;

	return vpasid_layout_read(config, sizeof(config), &layout) > 0 &&
	       vpasid_layout_find(&layout, id);
}

static void check_finding(const struct vpasid_guest_finding *finding,
			  const struct vpasid_guest_request *request)
{
	check(finding->code >= VPASID_GUEST_ABSENT && finding->code <= VPASID_GUEST_PRI_UNUSED);
	check(finding->hop <= request->port_count);
	check(finding->stops && !(finding->stops & ~request->wants));
	check(!finding->hop || finding->stops == VPASID_GUEST_PASID);
	check(!finding->offset || (finding->offset >= VPASID_CONFIG_CONVENTIONAL &&
				   finding->offset <= VPASID_CONFIG_SIZE - 4));
	check(is_zero(finding->reserved, sizeof(finding->reserved)));
	check(finding->code != VPASID_GUEST_NO_PASID || !has_cap(VPASID_EXT_CAP_PASID));
	check(finding->code != VPASID_GUEST_NO_ATS || !has_cap(VPASID_EXT_CAP_ATS));
	check(finding->code != VPASID_GUEST_NO_PRI || !has_cap(VPASID_EXT_CAP_PRI));
	check_described(finding);
}

/* A port is like the function, but of another type, or absent. */
static const void *make_port(uint8_t said, uint8_t *port)
{
	int express = vpasid_conventional_find(config, sizeof(config), 0x10);

	if (said & PORT_ABSENT) {
		memset(port, 0xff, sizeof(config));
		return port;
	}
	if (!(said & PORT_OTHER_TYPE) || express <= 0)
		return config;
	memcpy(port, config, sizeof(config));
	port[express + 2] = (uint8_t)((port[express + 2] & 0xf) | said << 4);
	return port;
}

static void ask_guest(const struct tail *tail)
{
	static uint8_t made[MAX_PORTS][VPASID_CONFIG_SIZE];
	struct vpasid_guest_finding findings[MAX_FINDINGS], few[MAX_FINDINGS];
	const void *ports[MAX_PORTS];
	const struct vpasid_guest_request request = {
		.argsz = sizeof(request),
		.wants = tail->wants & 0x80 ? tail->wants : tail->wants & 7,
		.flags = tail->flags & 0x80 ? tail->flags : tail->flags & 1,
		.iommu = tail->guest_iommu,
		.config = config,
		.ports = ports,
		.port_count = tail->port_count % (MAX_PORTS + 1),
	};
	size_t room = tail->room % (MAX_FINDINGS + 1);
	int count;

	for (size_t i = 0; i < request.port_count; i++)
		ports[i] = make_port(tail->ports[i], made[i]);
	count = vpasid_guest_check(&request, findings, MAX_FINDINGS);
	check((count == -EINVAL) == (request.wants > 7 || request.flags > 1));
	check(count >= 0 || count == -EINVAL);
	check(request.wants || count <= 0);
	for (int i = 0; i < count && i < MAX_FINDINGS; i++) {
		check_finding(&findings[i], &request);
		check(!i || findings[i].hop >= findings[i - 1].hop);
	}

	memset(few, 0x5a, sizeof(few));
	check(vpasid_guest_check(&request, few, room) == count);
	for (size_t i = 0; i < MAX_FINDINGS; i++) {
		if (i < room && (int)i < count)
			check(!memcmp(&few[i], &findings[i], sizeof(few[i])));
		else
			check(few[i].code == 0x5a5a && few[i].value == 0x5a5a);
	}
}

/* Findings that no check makes: to describe them does no harm. */
static void describe_strange(const struct tail *tail)
{
	struct vpasid_guest_finding finding;

	memcpy(&finding, tail->finding, sizeof(finding));
	finding.code %= 32;
	check_described(&finding);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct tail tail;

	if (size < sizeof(tail) || size > sizeof(config))
		return 0;
	memset(config, 0, sizeof(config));
	memcpy(config, data, size - sizeof(tail));
	memcpy(&tail, data + size - sizeof(tail), sizeof(tail));
	ask_host(&tail);
	ask_iommu(&tail);
	ask_device(&tail);
	ask_guest(&tail);
	describe_strange(&tail);
	return 0;
}

/* Most changes are to what isn't the space, which is longer. */
size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t max_size, unsigned int seed)
{
	struct tail tail;

	if (size < sizeof(tail) || seed % 4 == 0)
		return LLVMFuzzerMutate(data, size, max_size);
	LLVMFuzzerMutate(data + size - sizeof(tail), sizeof(tail), sizeof(tail));
	return size;
}
