#!/bin/bash
# SPDX-License-Identifier: MIT
#
# vpasid vm --for libvirt: of the domain, libvirt makes a command line for QEMU 11.1 that has all
# that `--for qemu` prints for the same functions. They are those of made hosts, which libvirt sees
# as its own.
set -uo pipefail
cd "$(dirname "$0")/../.." || exit
. tests/tap.sh
. tests/tools/vm_hosts.sh

vpasid=${BUILD:-build}/vpasid
# in the checkout, which lab/root has
dir=$(mktemp -d "$PWD/build/libvirt-test.XXXXXX")
trap 'rm -rf "$dir"' EXIT

# command_line HOST NAME: libvirt's, of the domain on standard input, in NAME.json. No machine need
# have KVM for this.
command_line() {
	sed "s/^<domain type='kvm'/<domain type='qemu'/" >"$dir/$2.xml"
	lab/limit 60 scripts/libvirt command-line "$dir/$2.xml" "$dir/$1" "$dir/state" >"$dir/$2" &&
		xargs printf '%s\n' <"$dir/$2" | words >"$dir/$2.json"
}

# words: those on standard input, a line each, as JSON
words() {
	jq -Rn '[inputs | select(. != "")]'
}

# help_of NAME: what QEMU says of the properties of its devices, in help. It is the QEMU that
# libvirt would start.
help_of() {
	local qemu
	qemu=$(grep -o '/usr/bin/qemu-system-[a-z0-9_]*' "$dir/$1" | head -n 1)
	# shellcheck disable=SC2016 # the inner shell's
	lab/limit 60 lab/root sh -c 'for device; do "$0" -device "$device,help" || exit; done' \
		"$qemu" "${@:2}" >"$dir/help"
}

# agrees HOST BDF...: libvirt's command line has what QEMU's options say.
agrees() {
	local host=$1 drivers
	shift
	"$vpasid" vm --for libvirt --sysfs "$dir/$host" "$@" >"$dir/domain"
	"$vpasid" vm --for qemu --sysfs "$dir/$host" "$@" 2>/dev/null >"$dir/options"
	[[ -s $dir/domain && -s $dir/options ]] || return
	command_line "$host" given <"$dir/domain" || return
	sed "s/ iommufd='yes'//" "$dir/domain" | command_line "$host" named || return
	xargs -n 1 <"$dir/options" | words >"$dir/wanted.json"
	mapfile -t drivers < <(sed -n 's/^-device \([^,]*\).*/\1/p' "$dir/options" | sort -u)
	help_of given "${drivers[@]}" || return
	compare || { cat "$dir/options" "$dir/given"; return 1; }
}

# compare: 1 if they don't agree, and more if they can't be compared
compare() {
	jq -nre --rawfile help "$dir/help" -f tests/qemu/libvirt.jq \
		"$dir"/{wanted,given,named}.json
}

# Each of QEMU's options, if it were another. Devices may have other names, and a chassis is one.
notices() {
	local option other
	while read -r option; do
		other=7
		[[ $option != *=off ]] || other=on
		sed "s/\b$option\b/${option%%=*}=$other/" "$dir/options" | xargs -n 1 | words \
			>"$dir/wanted.json"
		compare
		(($? == 1)) || { echo "$option isn't compared"; return 1; }
	done < <(grep -oE '[^ ,]+=[^ ,]+' "$dir/options" | grep -vE '^(id|chassis)=|^accel=kvm$' | sort -u)
}

needs "libvirt" scripts/libvirt
needs "QEMU 11.1" lab/root
mkdir "$dir/state"
make_hosts
# libvirt asks whether a host has IOMMU groups, and no more of them.
mkdir -p "$dir"/{plain,narrow,mixed,arm}/kernel/iommu_groups/0

ok "a PF" agrees plain 0000:00:00.0
ok "a PF and its VFs" agrees plain 0000:00:00.{0,1,2,3}
ok "an IOMMU with fewer PASIDs and larger pages" agrees narrow 0000:00:00.0
ok "integrated and not, with drivers of their own" agrees mixed 0000:00:00.{0,1}
ok "what is wrong would be noticed" notices
# an integrated endpoint is behind a root port only in the domain
ok "behind Arm's SMMUv3" agrees arm 0000:00:00.1
ok "behind two of them" agrees arm 0000:00:00.{1,2,3}
ok "what is wrong there would be noticed" notices
plan
