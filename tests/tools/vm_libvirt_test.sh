#!/bin/bash
# SPDX-License-Identifier: MIT
#
# vpasid vm --for libvirt: what it writes is valid by libvirt's own schema, whatever the host is.
set -uo pipefail
cd "$(dirname "$0")/../.." || exit
. tests/tap.sh
. tests/tools/vm_hosts.sh

vpasid=${BUILD:-build}/vpasid
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT

# valid HOST BDF...: there is a domain, and it is valid
valid() {
	local host=$1
	shift
	"$vpasid" vm --for libvirt --sysfs "$dir/$host" "$@" >"$dir/domain.xml"
	[[ -s $dir/domain.xml ]] || return
	scripts/libvirt valid "$dir/domain.xml" || { cat "$dir/domain.xml"; return 1; }
}

notices() {
	valid plain 0000:00:00.0 && sed -i 's/ iommufd=/ iommufs=/' "$dir/domain.xml" &&
		! scripts/libvirt valid "$dir/domain.xml"
}

needs "libvirt's schemas" scripts/libvirt
make_hosts
ok "a PF" valid plain 0000:00:00.0
ok "a PF and its VFs" valid plain 0000:00:00.{0,1,2,3}
ok "an IOMMU with fewer PASIDs and larger pages" valid narrow 0000:00:00.0
ok "integrated and not, with drivers of their own" valid mixed 0000:00:00.{0,1}
ok "with ATS" grep -q " iotlb='on'" "$dir/domain.xml"
ok "ATS that the host's IOMMU doesn't take" valid no-ats 0000:00:00.{0,1}
ok "it is off" grep -q "name='ats' type='string' value='off'" "$dir/domain.xml"
ok "behind Arm's SMMUv3" valid arm 0000:00:00.1
ok "behind two of them, one integrated" valid arm 0000:00:00.{0,1,2,3}
ok "what is wrong would be noticed" notices
plan
