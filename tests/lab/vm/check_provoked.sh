#!/bin/sh
# SPDX-License-Identifier: MIT
#
# check_provoked.sh: what vpasid check finds after something has been broken in a running host; and
# its advice helps, where it can be followed here.
. tests/lab/vm/lib.sh
modules=/lib/modules/$(uname -r)

# found VERDICT QUESTION TEXT: as vpasid check says
found() {
	tells vpasid check >/dev/null
	shown "^$1 +$2 .*$3"
}

# Before 6.12.32, and from 6.13 to 6.14, only this project reports PASID.
needed=PASS unsigned=WARN
! is_before 6.12 || needed=FAIL unsigned=FAIL

# The configuration isn't part of every kernel's package.
has_config() {
	ls build/lanes/*/root/boot/config-"$(uname -r)" >/dev/null 2>&1
}

# Debian's kernels are built without iommufd and VFIO's character devices. Their configuration says so.
# vpasid can know this only then.
config_rows() {
	mkdir -p /boot
	cp build/lanes/*/root/boot/config-"$(uname -r)" /boot/
	ok "with the kernel's configuration: it has PASID" found PASS kernel "CONFIG_PCI_PASID"
	ok "no iommufd" found FAIL iommufd "CONFIG_IOMMUFD"
	ok "no character devices of VFIO" found FAIL vfio "CONFIG_VFIO_DEVICE_CDEV"
	ok "and the project's modules are needed" found FAIL driver "isn't installed for this kernel"
	unsigned=FAIL
}

ok "without QEMU" found WARN qemu "PATH has no QEMU"
mkdir -p /usr/libexec
printf '#!/bin/sh\necho "QEMU emulator version 7.2.19 (Debian)"\n' >/usr/libexec/qemu-kvm
chmod 755 /usr/libexec/qemu-kvm
ok "with QEMU 7.2" found FAIL qemu "QEMU 7.2 \(/usr/libexec/qemu-kvm\)"
sed -i s/7.2.19/11.1.0/ /usr/libexec/qemu-kvm
ok "with QEMU 11.1" found PASS qemu "QEMU 11.1"

mv "$modules/modules.dep" /tmp/modules.dep
ok "without modules.dep" found "(UNKNOWN|PASS)" driver "may not be installed"
grep -v pasid /tmp/modules.dep >"$modules/modules.dep"
ok "without the project's modules" found $needed driver "isn't installed for this kernel"
[ -e /dev/iommu ] || ! has_config || config_rows
mv /tmp/modules.dep "$modules/modules.dep"
ok "with them again" found PASS driver "is installed"

ok "a kernel that loads modules without a signature" found PASS signature "also loads modules without a signature"
echo Y >/sys/module/module/parameters/sig_enforce
ok "and one that doesn't" found $unsigned signature "pasid_vfio_pci isn't signed"
ok "refuses it, indeed" ends 1 modprobe pasid_vfio_pci

if [ -e /dev/iommu ]; then
	ok "with iommufd" found PASS iommufd ""
else
	ok "without iommufd" found FAIL iommufd "iommufd is missing"
fi
plan
