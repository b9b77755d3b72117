#!/bin/bash
# SPDX-License-Identifier: MIT
#
# inside.sh OLDER NEWER: what dkms makes of the driver's source, on a Debian that has these
# two kernels, in the words of an admin who runs the first and gets the second.
set -u
cd "$(dirname "$0")" || exit
# shellcheck source=tests/tap.sh
. ./tap.sh

older=$1 newer=$2
source=$(echo /usr/src/pasid-vfio-pci-*)
version=${source##*-}
package=(-m pasid-vfio-pci -v "$version")
modules=(pasid_vfio_pci vfio_pasid)

# status_is STATUS [KERNEL]: as dkms tells it, and nothing else
status_is() {
	local expected="pasid-vfio-pci/$version${2:+, $2, $(uname -m)}: $1"
	diff <(dkms status "${package[@]}" ${2:+-k "$2"}) <(echo "$expected")
}

has_none_for() {
	! dkms status "${package[@]}" | grep -F ", $1, " && [[ ! -e /lib/modules/$1/updates/dkms ]]
}

info() { # info FIELD KERNEL MODULE
	modinfo -F "$1" -k "$2" "$3"
}

add() {
	dkms add "${package[@]}" && status_is added
}

build() {
	dkms build "${package[@]}" -k "$older" && status_is built "$older"
}

says_nothing() {
	local log module
	log=$(echo "/var/lib/dkms/pasid-vfio-pci/$version/$older"/*/log/make.log)
	for module in "${modules[@]}"; do
		grep -q "LD \[M\].*/$module\.ko" "$log" || return
	done
	! grep -iE 'warning|error:' "$log"
}

install() {
	dkms install "${package[@]}" -k "$older" && status_is installed "$older"
}

# One file, and it's the one that modprobe and modinfo take.
is_in_place() { # is_in_place KERNEL MODULE
	local files
	mapfile -t files < <(find "/lib/modules/$1/" -name "${2//_/[_-]}.ko*")
	printf '%s\n' "${files[@]}"
	[[ ${files[*]} == "/lib/modules/$1/updates/dkms/$2.ko"* ]] &&
		[[ ${files[*]} == "$(info filename "$1" "$2")" ]]
}

are_in_place() { # are_in_place KERNEL
	local module
	for module in "${modules[@]}"; do
		is_in_place "$1" "$module" || return
	done
}

# What modprobe would load, up to our module: the kernel's own vfio-pci-core comes before it.
is_loadable() { # is_loadable KERNEL MODULE
	local loaded
	mapfile -t loaded < <(modprobe --show-depends -S "$1" "$2")
	printf '%s\n' "${loaded[@]}"
	((${#loaded[@]})) && [[ ${loaded[-1]} == "insmod $(info filename "$1" "$2") " ]] &&
		[[ ${loaded[*]} == *"insmod /lib/modules/$1/kernel/drivers/vfio/pci/vfio-pci-core.ko"*updates/* ]]
}

# A kernel only loads modules that were built for it.
has_vermagic() { # has_vermagic KERNEL MODULE
	local magic
	magic=$(info vermagic "$1" "$2" | tee /dev/stderr)
	[[ $magic == "$1 "* && $magic == "$(info vermagic "$1" vfio-pci)" ]]
}

has_version() { # has_version KERNEL MODULE
	[[ $(info version "$1" "$2" | tee /dev/stderr) == "$version" ]]
}

# Those of vfio-pci that pasid_vfio_pci has only where vfio-pci's aren't the core's: there
# vfio-pci-core has no function by which they are set.
parameters_of() { # parameters_of KERNEL MODULE
	echo "guard (bool)"
	[[ $2 == pasid_vfio_pci ]] || return 0
	printf '%s (bool)\n' disable_denylist enable_sriov
	grep -q vfio_pci_core_set_params "/lib/modules/$1/modules.symbols" ||
		printf '%s (bool)\n' nointxmask disable_idle_d3
}

has_parameters() { # has_parameters KERNEL MODULE
	diff <(info parm "$1" "$2" | sed -E 's/:.*( \(.*\))$/\1/' | sort) \
		<(parameters_of "$1" "$2" | sort)
}

# No alias loads the module: it takes a device only if somebody chooses it. Stock vfio-pci has an
# alias, which shows that this looks in the right place.
has_no_alias() { # has_no_alias KERNEL MODULE
	info filename "$1" "$2" && [[ -z $(info alias "$1" "$2" | tee /dev/stderr) ]] &&
		[[ $(info alias "$1" vfio-pci) ]] &&
		! grep pasid "/lib/modules/$1/modules.alias" && grep -q vfio_pci "/lib/modules/$1/modules.alias"
}

check() { # check KERNEL
	local module
	for module in "${modules[@]}"; do
		ok "$1: $module is in updates/dkms, and no other of its name" is_in_place "$1" "$module"
		ok "$1: modprobe finds $module, and vfio-pci-core before it" is_loadable "$1" "$module"
		ok "$1: the vermagic of $module is that of the kernel's own vfio-pci" \
			has_vermagic "$1" "$module"
		ok "$1: the version of $module is that of the package" has_version "$1" "$module"
		ok "$1: the parameters of $module are those of $module(4)" has_parameters "$1" "$module"
		ok "$1: $module has no alias" has_no_alias "$1" "$module"
	done
}

autoinstall() {
	dkms autoinstall -k "$newer" && status_is installed "$newer" && status_is installed "$older"
}

# What the scripts of a kernel's packages run.
hooks() { # hooks DIRECTORY
	run-parts --exit-on-error --arg="$newer" "/etc/kernel/$1.d"
}

goes_with_its_kernel() {
	hooks prerm && has_none_for "$newer" && status_is installed "$older" && are_in_place "$older"
}

comes_with_its_headers() {
	hooks header_postinst && status_is installed "$newer" && are_in_place "$newer"
}

# As on a kernel that is built without VFIO. 77: dkms's status for what isn't to be built
is_not_built_without_vfio() {
	local build=/lib/modules/$newer/build files=(.config include/config/auto.conf) status
	hooks prerm && tar -C "$build" -cf /tmp/saved "${files[@]}" || return
	(cd "$build" && sed -i '/^CONFIG_VFIO_PCI_CORE=/d' "${files[@]}")
	dkms build "${package[@]}" -k "$newer"
	status=$?
	tar -C "$build" -xf /tmp/saved && rm /tmp/saved
	((status == 77)) && has_none_for "$newer" && autoinstall
}

remove() {
	dkms remove "${package[@]}" --all && [[ -z $(dkms status | tee /dev/stderr) ]]
}

install_at_once() {
	dkms install "pasid-vfio-pci/$version" -k "$older" && status_is installed "$older" &&
		are_in_place "$older"
}

# Each file, with its mode and size or target; depmod's with what is in them.
list_files() {
	find / -xdev \( -type l -printf '%p -> %l\n' -o -type d -printf '%p %m\n' \
		-o -printf '%p %m %s\n' \) | sort
	cksum "/lib/modules/$older"/modules.* "/lib/modules/$newer"/modules.*
}

nothing_is_left() {
	diff <(echo "$before") <(list_files)
}

depmod "$older" && depmod "$newer" || exit
before=$(list_files)

ok "dkms add takes the tree that make dkms-tree lays out" add
ok "$older: dkms build" build
ok "$older: neither compiler nor modpost complains" says_nothing
ok "$older: dkms install" install
check "$older"
ok "$newer: dkms autoinstall builds and installs it for another kernel, too" autoinstall
check "$newer"
ok "$newer: when the kernel is removed, so is its module, and no other" goes_with_its_kernel
ok "$newer: when its headers are installed, the module is" comes_with_its_headers
ok "$newer: if it were built without VFIO, the module would not be" is_not_built_without_vfio
ok "dkms remove --all: dkms knows nothing of it" remove
ok "$older: dkms install does all three, as doc/hosts.md has it" install_at_once
ok "dkms remove --all: dkms knows nothing of it, again" remove
ok "and no file is left or changed" nothing_is_left
plan
