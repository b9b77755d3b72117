// SPDX-License-Identifier: GPL-2.0-or-later
/* vm/: what is written for a monitor, and what is said to be lacking, on made hosts. */
#include <errno.h>
#include <linux/pci_regs.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "made_vm.h"
#include "support/machine.h"
#include "support/output.h"
#include "support/tree.h"
#include "vm/vm.h"

#define DEVICE	   DEVICES PORT "/" FUNCTION "/"
#define THIRD	   "0000:02:00.1"
#define INTEGRATED "0000:00:02.0"

static struct places places;
static struct vm vm;
static char *text;

static void forget(void)
{
	vm_free(&vm);
	free(text);
	text = NULL;
	places_free(&places);
}

static int teardown(void **state)
{
	forget();
	return tree_teardown(state);
}

/* As places_load() does, but of a host whose kernel and commands can be seen, too. */
static void load(const char *root, const char *const *bdfs, size_t count)
{
	static struct path sysfs;

	forget();
	sysfs = path_of("%s/sys", root);
	host_open(&places.subjects.host, sysfs.text, root, false);
	places.quirks = vpasid_quirks_new();
	places.subjects.functions = calloc(count, sizeof(struct function *));
	places.reports = calloc(count, sizeof(*places.reports));
	assert_true(places.subjects.functions && places.reports);
	places.subjects.count = count;
	for (size_t i = 0; i < count; i++) {
		struct bdf bdf = machine_bdf(bdfs[i]);
		struct function *function = host_function(&places.subjects.host, &bdf);
		struct why why;

		assert_non_null(function);
		assert_int_equal(function_read(function, FUNCTION_CONFIG, &why), 0);
		place_for_vmm(function, &(struct place_options){ 0 }, places.quirks,
			      &places.reports[i]);
		places.subjects.functions[i] = function;
	}
}

static void make(void **state, enum vmm vmm, const char *const *bdfs, size_t count)
{
	load(*state, bdfs, count);
	assert_int_equal(vm_make(&places, vmm, &vm), 0);
	if (vm_can_be_written(&vm))
		text = vm_text(&vm);
}

static void make_one(void **state, enum vmm vmm)
{
	static const char *const bdfs[] = { FUNCTION };

	make(state, vmm, bdfs, 1);
}

static void assert_has(const char *part)
{
	if (!text || !strstr(text, part))
		fail_msg("no %s in: %s", part, text ? text : "nothing");
}

static const struct vm_lack *find_lack(const char *what)
{
	for (size_t i = 0; i < vm.devices[0].lack_count; i++)
		if (!strcmp(vm.devices[0].lacks[i].what, what))
			return &vm.devices[0].lacks[i];
	return NULL;
}

/* Only this is missing, and the exit status says so. */
static void assert_lack(const char *what, int status, const char *why)
{
	const struct vm_lack *lack = find_lack(what);

	if (!lack || !strstr(lack->why, why))
		fail_msg("%s: %s", what, lack ? lack->why : "isn't lacking");
	assert_int_equal(vm.devices[0].lack_count, 1);
	assert_int_equal(vm_status(&vm), status);
}

static void assert_nothing_lacks(void)
{
	for (size_t i = 0; i < vm.count; i++)
		if (vm.devices[i].lack_count)
			fail_msg("%s: %s", vm.devices[i].lacks[0].what, vm.devices[i].lacks[0].why);
	assert_int_equal(vm_status(&vm), EXIT_OK);
}

static void test_qemu(void **state)
{
	char *expected;

	make_one(state, VMM_QEMU);
	assert_nothing_lacks();
	assert_int_equal(
		asprintf(&expected,
			 "-machine q35,kernel-irqchip=split\n"
			 "-object iommufd,id=iommufd0\n"
			 "-device intel-iommu,intremap=on,scalable-mode=on,fsts=on,pasid-bits=20,"
			 "aw-bits=48,fs1gp=on,caching-mode=on\n"
			 "-device pcie-root-port,id=pasid-port0,bus=pcie.0,chassis=100\n"
			 "-device vfio-pci,id=pasid0,host=" FUNCTION ",iommufd=iommufd0,"
			 "bus=pasid-port0,x-vpasid-cap-offset=0x%x\n",
			 vm.devices[0].offset) > 0,
		true);
	assert_string_equal(text, expected);
	assert_true(vm.devices[0].offset >= 0x100);
	free(expected);
}

/* One intel-iommu for all: it has what each of the host's can do. */
static void test_several(void **state)
{
	static const char *const bdfs[] = { FUNCTION, SECOND, INTEGRATED };
	const char *root = *state;

	add_function(root, PORT "/", SECOND, PCI_EXP_TYPE_ENDPOINT, "dmar1");
	add_function(root, "", INTEGRATED, PCI_EXP_TYPE_RC_END, "dmar0");
	add_iommu(root, "dmar1");
	/* 16 bits, and no pages of 1 GiB */
	tree_file(root, "sys/class/iommu/dmar1/intel-iommu/ecap", "3ef7686f050df\n");
	tree_file(root, "sys/class/iommu/dmar1/intel-iommu/cap", "18ed008c40780c66\n");
	make(state, VMM_QEMU, bdfs, 3);
	assert_nothing_lacks();
	assert_has("pasid-bits=15,aw-bits=48,fs1gp=off,");
	assert_has("id=pasid-port1,bus=pcie.0,chassis=101\n");
	assert_has("host=" SECOND ",iommufd=iommufd0,bus=pasid-port1,");
	assert_has("host=" INTEGRATED ",iommufd=iommufd0,bus=pcie.0,");
	assert_null(strstr(text, "pasid-port2"));
	assert_int_equal(vm.iommu_count, 2);
	assert_int_equal(vm.devices[2].iommu, vm.devices[0].iommu);

	make(state, VMM_LIBVIRT, bdfs, 3);
	assert_has("<qemu:property name='pasid-bits' type='unsigned' value='15'/>");
	assert_has("<address type='pci' bus='0x00' slot='0x12'/>");
}

static void test_libvirt(void **state)
{
	char offset[128];

	make_one(state, VMM_LIBVIRT);
	assert_nothing_lacks();
	assert_has("<driver name='vfio' iommufd='yes'/>");
	assert_has("<address domain='0x0000' bus='0x01' slot='0x00' function='0x0'/>");
	assert_has("<driver intremap='on' caching_mode='on' aw_bits='48'/>");
	assert_has("<qemu:property name='fs1gp' type='bool' value='true'/>");
	snprintf(offset, sizeof(offset),
		 "<qemu:property name='x-vpasid-cap-offset' type='unsigned' value='%u'/>",
		 vm.devices[0].offset);
	assert_has(offset);

	/* The driver that it has is kept, if the schema accepts its name. */
	put_on_vfio(*state, DEVICES PORT "/" FUNCTION, "pasid_vfio_pci", "dmar0");
	make_one(state, VMM_LIBVIRT);
	assert_has("<driver name='vfio' model='pasid_vfio_pci' iommufd='yes'/>");
	put_on_vfio(*state, DEVICES PORT "/" FUNCTION, "a'b", "dmar0");
	make_one(state, VMM_LIBVIRT);
	assert_has("<driver name='vfio' iommufd='yes'/>");
}

/* It is told what it takes, and that no guest has PASID by that. */
static void test_cloud_hypervisor(void **state)
{
	make_one(state, VMM_CLOUD_HYPERVISOR);
	assert_string_equal(text, "--platform iommufd=on\n"
				  "--device path=/sys/bus/pci/devices/" FUNCTION "/\n");
	assert_lack("vmm", EXIT_NO_PASID, "no PASID capability");

	tree_file(*state, "proc/sys/kernel/osrelease", "6.18.0\n");
	make_one(state, VMM_CLOUD_HYPERVISOR);
	assert_has("--platform iommufd=on,vfio_p2p_dma=off\n");
	assert_int_equal(rmdir(path_of("%s/sys/class/misc/iommu", (char *)*state).text), 0);
	make_one(state, VMM_CLOUD_HYPERVISOR);
	assert_null(strstr(text, "--platform"));
}

/* Each is reported, and the options are printed anyway. */
static void test_lacks(void **state)
{
	const char *root = *state;

	assert_int_equal(rmdir(path_of("%s/sys/class/misc/iommu", root).text), 0);
	make_one(state, VMM_QEMU);
	assert_lack("qemu-iommufd", EXIT_NO_PASID, "iommufd is missing");
	assert_non_null(text);
	tree_directory(root, "sys/class/misc/iommu");

	tree_file(root, "proc/sys/kernel/osrelease", "6.12.117\n");
	make_one(state, VMM_QEMU);
	assert_lack("qemu-kernel", EXIT_NO_PASID, "before Linux 6.15");
	tree_file(root, "proc/sys/kernel/osrelease", "7.3.4\n");

	tree_file(root, "sys/class/iommu/dmar0/intel-iommu/ecap", "3ef9e82f050df\n");
	make_one(state, VMM_LIBVIRT);
	assert_lack("qemu-nesting", EXIT_NO_PASID, "lacks NEST");
	assert_non_null(text);
	add_iommu(root, "dmar0");

	tree_file(root, "sys/class/iommu/dmar0/intel-iommu/cap", "-1\n");
	make_one(state, VMM_QEMU);
	assert_lack("qemu-aw-bits", EXIT_ERROR, "doesn't report");
	assert_has("fs1gp=off");
	add_iommu(root, "dmar0");

	put_on_vfio(root, DEVICES PORT "/" FUNCTION, "nvme", "dmar0");
	assert_int_equal(unlink(path_of("%s/" DEVICE "vfio-dev/vfio0/dev", root).text), 0);
	assert_int_equal(rmdir(path_of("%s/" DEVICE "vfio-dev/vfio0", root).text), 0);
	assert_int_equal(rmdir(path_of("%s/" DEVICE "vfio-dev", root).text), 0);
	make_one(state, VMM_QEMU);
	assert_lack("vfio", EXIT_NO_PASID, "isn't a VFIO driver");
	assert_string_equal(find_lack("vfio")->todo, "vpasid bind " FUNCTION);
}

/* PASID is off, or isn't there, or there is no monitor that has it. */
static void test_no_pasid(void **state)
{
	const char *root = *state;
	uint8_t config[VPASID_CONFIG_SIZE];

	machine_fill_endpoint(config);
	machine_put(config, 0x184 + 2, 2, 0);
	machine_write_config(root, DEVICES PORT "/" FUNCTION, config, sizeof(config));
	make_one(state, VMM_QEMU);
	assert_lack("pasid", EXIT_NO_PASID, "PASID is disabled");
	assert_non_null(text);

	machine_put(config, 0x100, 4, PCI_EXT_CAP_ID_ACS | 1 << 16);
	machine_write_config(root, DEVICES PORT "/" FUNCTION, config, sizeof(config));
	make_one(state, VMM_QEMU);
	assert_lack("pasid", EXIT_NO_PASID, "no PASID capability");
	assert_null(text);
}

/* Alone behind the head, PASID is all that VFIO could show: QEMU has nothing to insert behind. */
static void test_no_chain(void **state)
{
	uint8_t config[VPASID_CONFIG_SIZE];

	machine_fill_endpoint(config);
	machine_put(config, 0x100, 4, PCI_EXT_CAP_ID_PASID | 1 << 16);
	machine_put(config, 0x104, 4, 0x1406 | 7 << 16);
	machine_write_config(*state, DEVICES PORT "/" FUNCTION, config, sizeof(config));
	make_one(state, VMM_QEMU);
	assert_int_equal(vm.devices[0].error, -ENOSPC);
	assert_non_null(strstr(vm.devices[0].why.text, "gives the guest no PASID"));
	assert_int_equal(vm_status(&vm), EXIT_ERROR);
	assert_null(text);
}

static void test_other_iommus(void **state)
{
	const char *root = *state;

	put_on_vfio(root, DEVICES PORT "/" FUNCTION, "vfio-pci", "ivhd0");
	tree_file(root, "sys/class/iommu/ivhd0/amd-iommu/features", "5000f000069cf:0\n");
	make_one(state, VMM_QEMU);
	assert_null(text);
	assert_non_null(find_lack("viommu"));
	assert_int_equal(vm_status(&vm), EXIT_NO_PASID);
	make_one(state, VMM_CLOUD_HYPERVISOR);
	assert_non_null(text);

	put_on_vfio(root, DEVICES PORT "/" FUNCTION, "vfio-pci", "virtio0");
	tree_directory(root, "sys/class/iommu/virtio0");
	make_one(state, VMM_LIBVIRT);
	assert_null(text);
	assert_int_equal(vm_status(&vm), EXIT_NO_PASID);
}

static void add_smmus(const char *root)
{
	put_on_vfio(root, DEVICES PORT "/" FUNCTION, "vfio-pci", "smmu3.0x1000");
	add_function(root, PORT "/", SECOND, PCI_EXP_TYPE_ENDPOINT, "smmu3.0x2000");
	add_function(root, "", INTEGRATED, PCI_EXP_TYPE_RC_END, "smmu3.0x1000");
	add_function(root, PORT "/", THIRD, PCI_EXP_TYPE_ENDPOINT, "smmu3.0x2000");
}

/* An IOMMU for each of the host's; what sysfs doesn't show of them isn't known. */
static void test_smmuv3(void **state)
{
	static const char *const bdfs[] = { FUNCTION, SECOND, INTEGRATED, THIRD };

	add_smmus(*state);
	make(state, VMM_QEMU, bdfs, 4);
	assert_int_equal(vm_status(&vm), EXIT_ERROR);
	assert_non_null(find_lack("qemu-nesting"));
	assert_string_equal(
		text,
		"-machine virt,accel=kvm,gic-version=3\n"
		"-object iommufd,id=iommufd0\n"
		"-device pxb-pcie,id=pasid-bus0,bus=pcie.0,bus_nr=128\n"
		"-device arm-smmuv3,accel=on,ssidsize=auto,id=pasid-smmu0,"
		"primary-bus=pasid-bus0\n"
		"-device pxb-pcie,id=pasid-bus1,bus=pcie.0,bus_nr=144\n"
		"-device arm-smmuv3,accel=on,ssidsize=auto,id=pasid-smmu1,"
		"primary-bus=pasid-bus1\n"
		"-device pcie-root-port,id=pasid-port0,bus=pasid-bus0,chassis=100\n"
		"-device vfio-pci,id=pasid0,host=" FUNCTION ",iommufd=iommufd0,bus=pasid-port0,"
		"x-vpasid-cap-offset=0xff8\n"
		"-device pcie-root-port,id=pasid-port1,bus=pasid-bus1,chassis=101\n"
		"-device vfio-pci,id=pasid1,host=" SECOND ",iommufd=iommufd0,bus=pasid-port1,"
		"x-vpasid-cap-offset=0xff8\n"
		"-device vfio-pci,id=pasid2,host=" INTEGRATED ",iommufd=iommufd0,bus=pasid-bus0,"
		"x-vpasid-cap-offset=0xff8\n"
		"-device pcie-root-port,id=pasid-port3,bus=pasid-bus1,chassis=103\n"
		"-device vfio-pci,id=pasid3,host=" THIRD ",iommufd=iommufd0,bus=pasid-port3,"
		"x-vpasid-cap-offset=0xff8\n");
}

/* The numbers of controllers, buses and slots in libvirt's domain, in their order */
static void assert_numbers(const char *const *parts, size_t count)
{
	const char *at = text;

	assert_non_null(text);
	for (size_t i = 0; i < count; i++) {
		const char *found = strstr(at, parts[i]);

		if (found)
			at = found + strlen(parts[i]);
		else
			fail_msg("no %s behind the previous ones in: %s", parts[i], text);
	}
}

static void test_smmuv3_of_libvirt(void **state)
{
	static const char *const bdfs[] = { FUNCTION, SECOND, INTEGRATED, THIRD };
	static const char *const parts[] = {
		"<os firmware='efi'>\n    <type arch='aarch64' machine='virt'>hvm</type>\n",
		"<acpi/>\n    <gic version='3'/>\n",
		"index='0' model='pcie-root'/>\n    <controller type='pci' index='1' "
		"model='pcie-expander-bus'>\n      <target busNr='128'/>\n",
		"index='2' model='pcie-expander-bus'>\n      <target busNr='144'/>\n",
		"index='3' model='pcie-root-port'>\n      <address type='pci' bus='0x01' "
		"slot='0x00'/>\n",
		"index='4' model='pcie-root-port'>\n      <address type='pci' bus='0x02' "
		"slot='0x01'/>\n",
		"index='5' model='pcie-root-port'>\n      <address type='pci' bus='0x01' "
		"slot='0x02'/>\n",
		"index='6' model='pcie-root-port'>\n      <address type='pci' bus='0x02' "
		"slot='0x03'/>\n    </controller>\n    <iommu model='smmuv3'>\n      "
		"<driver pciBus='1' accel='on'/>\n",
		"<driver pciBus='2' accel='on'/>\n    </iommu>\n    <hostdev ",
		"<alias name='ua-pasid0'/>\n      <address type='pci' bus='0x03' slot='0x00'/>\n",
		"<alias name='ua-pasid1'/>\n      <address type='pci' bus='0x04' slot='0x00'/>\n",
		"<alias name='ua-pasid2'/>\n      <address type='pci' bus='0x05' slot='0x00'/>\n",
		"<alias name='ua-pasid3'/>\n      <address type='pci' bus='0x06' slot='0x00'/>\n",
		"<qemu:override>\n    <qemu:device alias='ua-pasid0'>\n",
		"<qemu:device alias='ua-pasid3'>\n      <qemu:frontend>\n        <qemu:property "
		"name='x-vpasid-cap-offset' type='unsigned' value='4088'/>\n      "
		"</qemu:frontend>\n    </qemu:device>\n  </qemu:override>\n</domain>\n",
	};

	add_smmus(*state);
	make(state, VMM_LIBVIRT, bdfs, 4);
	assert_numbers(parts, sizeof(parts) / sizeof(parts[0]));
	assert_null(strstr(text, "intel"));
}

/* The function has ATS and PRI behind SR-IOV. */
static void add_ats_and_pri(const char *root)
{
	uint8_t config[VPASID_CONFIG_SIZE];

	machine_fill_endpoint(config);
	machine_put(config, 0x200, 4, PCI_EXT_CAP_ID_SRIOV | 1 << 16 | 0x300u << 20);
	machine_put(config, 0x300, 4, PCI_EXT_CAP_ID_ATS | 1 << 16 | 0x310u << 20);
	machine_put(config, 0x310, 4, PCI_EXT_CAP_ID_PRI | 1 << 16);
	machine_write_config(root, DEVICES PORT "/" FUNCTION, config, sizeof(config));
}

static void assert_note(size_t number, const char *what, const char *why)
{
	assert_true(number < vm.devices[0].note_count);
	assert_string_equal(vm.devices[0].notes[number].what, what);
	if (!strstr(vm.devices[0].notes[number].why.text, why))
		fail_msg("%s: %s", what, vm.devices[0].notes[number].why.text);
}

/* What QEMU has of them depends on the host's IOMMU; that no page request comes is always told. */
static void test_ats_and_pri(void **state)
{
	const char *root = *state;

	make_one(state, VMM_QEMU);
	assert_nothing_lacks();
	assert_null(strstr(text, "device-iotlb"));
	assert_int_equal(vm.devices[0].note_count, 1);
	assert_note(0, "ats", "the function has no ATS");

	add_ats_and_pri(root);
	make_one(state, VMM_QEMU);
	assert_nothing_lacks();
	assert_has(",caching-mode=on,device-iotlb=on\n");
	assert_null(strstr(text, "ats="));
	assert_null(strstr(text, "svm="));
	assert_int_equal(vm.devices[0].note_count, 1);
	assert_note(0, "pri", "forward page requests");
	make_one(state, VMM_LIBVIRT);
	assert_has("<driver intremap='on' caching_mode='on' iotlb='on' aw_bits='48'/>");
	assert_null(strstr(text, "'ats'"));

	/* ECAP without DT */
	tree_file(root, "sys/class/iommu/dmar0/intel-iommu/ecap", "3ef9e86f050db\n");
	make_one(state, VMM_QEMU);
	assert_nothing_lacks();
	assert_null(strstr(text, "device-iotlb"));
	assert_has(",ats=off\n");
	assert_int_equal(vm.devices[0].note_count, 2);
	assert_note(0, "ats", "dmar0 doesn't support ATS (its ECAP lacks DT)");
	make_one(state, VMM_LIBVIRT);
	assert_null(strstr(text, "iotlb"));
	assert_has("<qemu:property name='ats' type='string' value='off'/>");

	/* Nobody shows what an SMMUv3 can do. */
	put_on_vfio(root, DEVICES PORT "/" FUNCTION, "vfio-pci", "smmu3.0x1000");
	make_one(state, VMM_QEMU);
	assert_null(strstr(text, "ats="));
	assert_int_equal(vm.devices[0].note_count, 1);
	assert_note(0, "pri", "forward page requests");
}

/* One virtual IOMMU for all: it has a device IOTLB if one of them can use it. */
static void test_ats_of_one(void **state)
{
	static const char *const bdfs[] = { FUNCTION, SECOND }, *const other[] = { SECOND,
										   FUNCTION };
	const char *root = *state;

	add_ats_and_pri(root);
	add_function(root, PORT "/", SECOND, PCI_EXP_TYPE_ENDPOINT, "dmar0");
	make(state, VMM_QEMU, bdfs, 2);
	assert_has("device-iotlb=on");
	assert_int_equal(vm.devices[1].note_count, 1);
	assert_string_equal(vm.devices[1].notes[0].what, "ats");
	make(state, VMM_QEMU, other, 2);
	assert_has("device-iotlb=on");
}

#define TREE_TEST(test) cmocka_unit_test_setup_teardown(test, made_vm_setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TREE_TEST(test_qemu),	     TREE_TEST(test_several),
		TREE_TEST(test_libvirt),     TREE_TEST(test_cloud_hypervisor),
		TREE_TEST(test_lacks),	     TREE_TEST(test_no_pasid),
		TREE_TEST(test_no_chain),    TREE_TEST(test_other_iommus),
		TREE_TEST(test_smmuv3),	     TREE_TEST(test_smmuv3_of_libvirt),
		TREE_TEST(test_ats_and_pri), TREE_TEST(test_ats_of_one),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
