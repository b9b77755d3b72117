// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A domain of libvirt's, 12.1 or later, whose <driver> has iommufd. As of 12.8 it has no elements
 * for the first stage, the PASIDs and the pages of Intel's IOMMU, nor for a capability's offset: a
 * qemu:override has those. Aliases of our own name the devices, so that it also fits in a domain
 * that has more of them.
 */
#include <ctype.h>
#include <linux/pci_regs.h>
#include <string.h>

#include "vfio/vfio.h"
#include "vm/vm.h"

/* Slots of the root bus from here on are free, unless somebody says otherwise. */
#define FIRST_SLOT 0x10
#define FIRST_BUS  0x80
#define BUSES	   0x10

/* On Arm, the controller of an IOMMU's root bus, and that of a function's root port. */
static unsigned int bus_of(const struct vm *vm, size_t number)
{
	return 1 + vm->devices[number].iommu;
}

static unsigned int port_of(const struct vm *vm, size_t number)
{
	return 1 + vm->iommu_count + (unsigned int)number;
}

static void write_head(const struct vm *vm, FILE *stream)
{
	bool is_arm = vm->viommu.kind == VIOMMU_SMMUV3;

	fprintf(stream,
		"<domain type='kvm' xmlns:qemu='http://libvirt.org/schemas/domain/qemu/1.0'>\n"
		"  <name>pasid</name>\n"
		"  <memory unit='GiB'>4</memory>\n"
		"  <vcpu>2</vcpu>\n"
		"  <os%s>\n"
		"    <type arch='%s' machine='%s'>hvm</type>\n"
		"  </os>\n"
		"  <features>\n"
		"    <acpi/>\n"
		"    %s\n"
		"  </features>\n"
		"  <devices>\n"
		"    <controller type='pci' index='0' model='pcie-root'/>\n",
		is_arm ? " firmware='efi'" : "", is_arm ? "aarch64" : "x86_64",
		is_arm ? "virt" : "q35", is_arm ? "<gic version='3'/>" : "<ioapic driver='qemu'/>");
}

static void write_intel(const struct viommu *viommu, FILE *stream)
{
	fprintf(stream,
		"    <iommu model='intel'>\n"
		"      <driver intremap='on' caching_mode='on'%s aw_bits='%d'/>\n"
		"      <alias name='ua-pasid-iommu'/>\n"
		"    </iommu>\n",
		viommu->has_device_iotlb ? " iotlb='on'" : "", VIOMMU_ADDRESS_BITS);
}

/* Without ssidsize, QEMU takes the host's. */
static void write_smmuv3(const struct vm *vm, FILE *stream)
{
	for (unsigned int i = 0; i < vm->iommu_count; i++)
		fprintf(stream,
			"    <controller type='pci' index='%u' model='pcie-expander-bus'>\n"
			"      <target busNr='%u'/>\n"
			"    </controller>\n",
			1 + i, FIRST_BUS + i * BUSES);
	for (size_t i = 0; i < vm->count; i++)
		fprintf(stream,
			"    <controller type='pci' index='%u' model='pcie-root-port'>\n"
			"      <address type='pci' bus='0x%02x' slot='0x%02zx'/>\n"
			"    </controller>\n",
			port_of(vm, i), bus_of(vm, i), i);
	for (unsigned int i = 0; i < vm->iommu_count; i++)
		fprintf(stream,
			"    <iommu model='smmuv3'>\n"
			"      <driver pciBus='%u' accel='on'/>\n"
			"    </iommu>\n",
			1 + i);
}

/*
 * Behind a root port is where libvirt puts a function by itself, and the only place that it has for
 * one on a pcie-expander-bus; QEMU makes an endpoint of what is integrated then.
 */
static void write_address(const struct vm *vm, size_t number, FILE *stream)
{
	if (vm->viommu.kind == VIOMMU_SMMUV3)
		fprintf(stream, "      <address type='pci' bus='0x%02x' slot='0x00'/>\n",
			port_of(vm, number));
	else if (vm->devices[number].is_integrated)
		fprintf(stream, "      <address type='pci' bus='0x00' slot='0x%02zx'/>\n",
			FIRST_SLOT + number);
}

/* Names that the schema takes; ours do. */
static bool is_name(const char *text)
{
	while (isalnum((unsigned char)*text) || *text == '_' || *text == '-')
		text++;
	return !*text;
}

/*
 * libvirt binds one that has no driver of VFIO's, and gives it back; the driver that it has now, it
 * is to keep.
 */
static void write_function(const struct vm *vm, size_t number, FILE *stream)
{
	const struct pci_function *pci = &vm->devices[number].function->pci;
	bool has_model = pci->on_vfio && strcmp(pci->driver, "vfio-pci") != 0 && *pci->driver &&
			 is_name(pci->driver);

	fprintf(stream,
		"    <hostdev mode='subsystem' type='pci' managed='yes'>\n"
		"      <driver name='vfio'%s%s%s iommufd='yes'/>\n"
		"      <source>\n"
		"        <address domain='0x%04x' bus='0x%02x' slot='0x%02x' function='0x%x'/>\n"
		"      </source>\n"
		"      <alias name='ua-pasid%zu'/>\n",
		has_model ? " model='" : "", has_model ? pci->driver : "", has_model ? "'" : "",
		pci->bdf.domain, pci->bdf.bus, pci->bdf.device, pci->bdf.function, number);
	write_address(vm, number, stream);
	fprintf(stream, "    </hostdev>\n");
}

static void write_property(const char *name, const char *type, const char *value, FILE *stream)
{
	fprintf(stream, "        <qemu:property name='%s' type='%s' value='%s'/>\n", name, type,
		value);
}

static void begin_override(const char *alias, FILE *stream)
{
	fprintf(stream,
		"    <qemu:device alias='%s'>\n"
		"      <qemu:frontend>\n",
		alias);
}

static void end_override(FILE *stream)
{
	fprintf(stream, "      </qemu:frontend>\n"
			"    </qemu:device>\n");
}

static void override_iommu(const struct viommu *viommu, FILE *stream)
{
	char bits[sizeof("4294967295")];

	snprintf(bits, sizeof(bits), "%u", viommu->pasid_bits);
	begin_override("ua-pasid-iommu", stream);
	write_property("scalable-mode", "bool", "true", stream);
	write_property("fsts", "bool", "true", stream);
	write_property("pasid-bits", "unsigned", bits, stream);
	write_property("fs1gp", "bool", viommu->has_1gib_pages ? "true" : "false", stream);
	end_override(stream);
}

static void override_function(const struct vm *vm, size_t number, FILE *stream)
{
	char alias[sizeof("ua-pasid18446744073709551615")], offset[sizeof("65535")];

	snprintf(alias, sizeof(alias), "ua-pasid%zu", number);
	snprintf(offset, sizeof(offset), "%u", vm->devices[number].offset);
	begin_override(alias, stream);
	write_property("x-vpasid-cap-offset", "unsigned", offset, stream);
	if (vm_hides_ats(&vm->devices[number]))
		write_property("ats", "string", "off", stream);
	end_override(stream);
}

void vm_write_libvirt(const struct vm *vm, FILE *stream)
{
	write_head(vm, stream);
	if (vm->viommu.kind == VIOMMU_SMMUV3)
		write_smmuv3(vm, stream);
	else
		write_intel(&vm->viommu, stream);
	for (size_t i = 0; i < vm->count; i++)
		write_function(vm, i, stream);
	fprintf(stream, "  </devices>\n"
			"  <qemu:override>\n");
	if (vm->viommu.kind == VIOMMU_INTEL)
		override_iommu(&vm->viommu, stream);
	for (size_t i = 0; i < vm->count; i++)
		override_function(vm, i, stream);
	fprintf(stream, "  </qemu:override>\n"
			"</domain>\n");
}
