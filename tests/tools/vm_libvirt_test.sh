#!/bin/bash
# SPDX-License-Identifier: MIT
#
# vpasid vm --for libvirt: what it writes is valid by libvirt's own schema, whatever the host is.
set -uo pipefail
cd "$(dirname "$0")/../.." || exit
. tests/tap.sh

vpasid=${BUILD:-build}/vpasid
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT

# host NAME: a made one, of a PF and three VFs, which have PASID, and others, which don't
host() {
	mkdir "$dir/$1" && "${BUILD:-build}/tests/tools/make_host" "$dir/$1" 8
}

# What a function is, in its PCI Express Capability: 9 is a Root Complex Integrated Endpoint
make_integrated() { # HOST BDF
	printf '\x92' | dd of="$dir/$1/bus/pci/devices/$2/config" bs=1 seek=98 conv=notrunc status=none
}

give_iommu() { # HOST BDF IOMMU
	mkdir -p "$dir/$1/class/iommu/$3"
	ln -sfn "../../../../class/iommu/$3" "$dir/$1/bus/pci/devices/$2/iommu"
}

give_driver() { # HOST BDF DRIVER
	ln -sfn "../../../../drivers/$3" "$dir/$1/bus/pci/devices/$2/driver"
	mkdir -p "$dir/$1/bus/pci/devices/$2/vfio-dev/vfio0"
}

# valid HOST BDF...: there is a domain, and it is valid
valid() {
	local host=$1
	shift
	"$vpasid" vm --for libvirt --sysfs "$dir/$host" "$@" >"$dir/domain.xml"
	[[ -s $dir/domain.xml ]] || return
	scripts/libvirt "$dir/domain.xml" || { cat "$dir/domain.xml"; return 1; }
}

notices() {
	valid plain 0000:00:00.0 && sed -i 's/ iommufd=/ iommufs=/' "$dir/domain.xml" &&
		! scripts/libvirt "$dir/domain.xml"
}

needs "libvirt's schemas" scripts/libvirt

host plain
host mixed
make_integrated mixed 0000:00:00.0
give_driver mixed 0000:00:00.0 pasid_vfio_pci
give_driver mixed 0000:00:00.1 "odd'>name"
host no-ats
echo 99e2ff0505a >"$dir/no-ats/class/iommu/dmar0/intel-iommu/ecap" # without DT
host arm
for function in 0 1 2 3; do
	give_iommu arm "0000:00:00.$function" "smmu3.0x000000000905000$((function % 2))"
done
make_integrated arm 0000:00:00.0

ok "a PF" valid plain 0000:00:00.0
ok "a PF and its VFs" valid plain 0000:00:00.{0,1,2,3}
ok "integrated and not, with drivers of their own" valid mixed 0000:00:00.{0,1}
ok "with ATS" grep -q " iotlb='on'" "$dir/domain.xml"
ok "ATS that the host's IOMMU doesn't take" valid no-ats 0000:00:00.{0,1}
ok "it is off" grep -q "name='ats' type='string' value='off'" "$dir/domain.xml"
ok "behind Arm's SMMUv3" valid arm 0000:00:00.1
ok "behind two of them, one integrated" valid arm 0000:00:00.{0,1,2,3}
ok "what is wrong would be noticed" notices
plan
