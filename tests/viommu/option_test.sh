#!/bin/bash
# SPDX-License-Identifier: MIT
#
# QEMU 11.1's own parser takes the option that vpasid place prints, and all those that vpasid vm
# prints; and vpasid refuses what that parser refuses. QEMU is asked for a device that isn't there,
# and complains of that after it has taken the option. It checks where in config space the offset
# is, and what the host's IOMMU can do, only when it has the device, so this can't be tested here.
set -uo pipefail
cd "$(dirname "$0")/../.." || exit
. tests/tap.sh

quirks=$(mktemp -d)
host=$(mktemp -d)
trap 'rmdir "$quirks"; rm -rf "$host"' EXIT
absent=ffff:1f:1f.7

# qemu_says TEXT OPTION
qemu_says() {
	local said
	said=$(lab/limit 60 lab/root qemu-system-x86_64 -nodefaults -display none -machine q35 \
		-device "vfio-pci,host=$absent,$2" </dev/null 2>&1)
	grep -qF -- "$1" <<<"$said" || { echo "$said"; return 1; }
}

taken() {
	[[ $1 ]] && qemu_says "$absent: no such host device" "$1"
}

option_of() { # option_of DUMP ARG...: what vpasid place prints for it is the option
	option=$(build/vpasid place --format qemu --quirks "$quirks" --file "tests/corpus/dumps/$1" \
		"${@:2}" 2>/dev/null) && [[ $option == x-vpasid-cap-offset=0x* ]]
}

# vm ARG...: sets options to what vpasid vm prints for these functions of the made host
vm() {
	mapfile -t options < <(build/vpasid vm --for qemu --quirks "$quirks" --sysfs "$host" "$@" 2>/dev/null)
	((${#options[@]} > 3))
}

# starts PROGRAM EDIT: QEMU has that machine, as far as sed's EDIT leaves it, until it is told to
# quit. An iommufd that isn't there stands for the host's; it is looked at with a device alone.
starts() {
	local words
	# shellcheck disable=SC2001 # a program of sed's
	read -ra words < <(sed "s/iommufd,id=[^ ]*/&,fd=3/; $2" <<<"${options[*]}")
	echo quit | lab/limit 60 lab/root "$1" -nodefaults -display none -S -monitor stdio \
		"${words[@]}" 3<>/dev/null 2>&1
}

# ends TEXT PROGRAM EDIT: it doesn't, and says why
ends() {
	local said
	! said=$(starts "${@:2}") && grep -qF -- "$1" <<<"$said" && return 0
	echo "$said"
	return 1
}

# In the place of each of the host's functions, one of QEMU's own
emulated='s/vfio-pci,id=[^ ]*\(,bus=[^, ]*\)[^ ]*/virtio-rng-pci\1/g'
emulated_arm="$emulated; s/accel=kvm/accel=tcg/; s/,accel=on,ssidsize=auto//g"
build/tests/tools/make_host "$host" 8
ok "vpasid vm prints options" vm 0000:00:00.0 0000:00:00.2
ok "vpasid vm: QEMU takes all of them" ends "0000:00:00.0: no such host device" qemu-system-x86_64 ''
ok "vpasid vm: QEMU starts with its own functions there" starts qemu-system-x86_64 "$emulated"
ok "vpasid vm: QEMU refuses an IOMMU with other addresses" \
	ends "supported value for aw-bits is: 48" qemu-system-x86_64 "$emulated; s/aw-bits=48/aw-bits=39/"
ok "vpasid vm: with ATS" grep -q 'device-iotlb=on$' <<<"${options[*]/%/$'\n'}"
echo 99e2ff0505a >"$host/class/iommu/dmar0/intel-iommu/ecap" # without DT
ok "vpasid vm, no ATS on the host: it prints options" vm 0000:00:00.0 0000:00:00.2
ok "vpasid vm, no ATS on the host: ATS is off" grep -q ',ats=off$' <<<"${options[*]/%/$'\n'}"
ok "vpasid vm, no ATS on the host: QEMU takes all of them" \
	ends "0000:00:00.0: no such host device" qemu-system-x86_64 ''
for function in 0 2; do
	mkdir -p "$host/class/iommu/smmu3.$function"
	ln -sfn "../../../../class/iommu/smmu3.$function" "$host/bus/pci/devices/0000:00:00.$function/iommu"
done
ok "vpasid vm, Arm: it prints options" vm 0000:00:00.0 0000:00:00.2
ok "vpasid vm, Arm: QEMU takes them but for KVM" ends "SMMUv3 accel=on requires KVM" \
	qemu-system-aarch64 's/accel=kvm/accel=tcg/'
ok "vpasid vm, Arm: QEMU starts with its own functions and IOMMU there" starts qemu-system-aarch64 \
	"$emulated_arm"

# QEMU must refuse an unknown option, or the rows below would prove nothing.
ok "QEMU 11.1 knows its options" qemu_says "x-vpasid-cap-offsets' not found" x-vpasid-cap-offsets=0x100
while read -r dump arguments; do
	# shellcheck disable=SC2086 # words
	ok "$dump $arguments: vpasid place prints an option" option_of "$dump" $arguments
	ok "$dump $arguments: QEMU takes it: $option" taken "$option"
done <<-END
	accelerator
	accelerator --offset 0x500
	integrated
END

prints_none() {
	! option_of "$1" && [[ ! $option ]]
}

ok "bare: QEMU takes any offset and gives no PASID, so vpasid place prints none" prints_none bare

refused_by_vpasid() {
	build/vpasid place --format qemu --quirks "$quirks" --file tests/corpus/dumps/accelerator \
		--offset "$1"
	(($? == 2))
}

for value in -1 65536 0x10000 18446744073709551617 xyz 0x 1.5 ''; do
	ok "'$value': QEMU refuses it" qemu_says "Parameter 'x-vpasid-cap-offset' expects" \
		"x-vpasid-cap-offset=$value"
	ok "'$value': vpasid refuses it" refused_by_vpasid "$value"
done
plan
