#!/bin/bash
# SPDX-License-Identifier: MIT
#
# The project's version is one: that of meson.build. Packages, modules and pages have it, too.
set -uo pipefail
cd "$(dirname "$0")/.." || exit
. tests/tap.sh

version=$(sed -n "s/^  version: '\(.*\)',/\1/p" meson.build)

# is WHAT COMMAND ARG...: each line that the command prints is that, and there is one
is() {
	local what=$1 lines
	shift
	mapfile -t lines < <("$@" | sort -u)
	printf '%s\n' "${lines[@]}"
	[[ ${#lines[@]} == 1 && ${lines[0]} == "$what" ]]
}

# How often a page names the driver's package with a version
dkms_versions() {
	grep -oE 'pasid-vfio-pci[-/][0-9][0-9.]*[0-9]' "$1" | sed 's/.*[-/]//'
}

of_program() {
	"build/$1" --version | sed -n '1s/.* //p'
}

abi_of() {
	grep -ohE '(libvpasid\.so\.|VPASID_|libvpasid>=|libvpasid-)[0-9]+\.[0-9]+' "$@" |
		sed 's/.*[^0-9]\([0-9]*\.[0-9]*\)$/\1/'
}

ok "meson.build has one" grep -qxE '[0-9]+\.[0-9]+\.[0-9]+' <<<"$version"
ok "driver/dkms.conf" is "$version" sed -n 's/^PACKAGE_VERSION="\(.*\)"/\1/p' driver/dkms.conf
ok "vfio-pasid.spec" is "$version" sed -n 's/^Version: *//p' vfio-pasid.spec
for module in pasid_vfio_pci vfio_pasid; do
	ok "$module's MODULE_VERSION" is "$version" \
		sed -n 's/^MODULE_VERSION("\(.*\)");/\1/p' "driver/$module.c"
done
for page in doc/hosts.md doc/pasid_vfio_pci.4; do
	ok "$page: the package of the driver" is "$version" dkms_versions "$page"
done
ok "CHANGELOG.md begins with it" is "$version" \
	sed -n '/^## /{ s/^## \([0-9.]*\).*/\1/p; q }' CHANGELOG.md
for program in vpasid vpasid-device; do
	ok "build/$program --version" is "$version" of_program "$program"
done
ok "the soname, and what asks for the library, have its first two numbers" is "${version%.*}" \
	abi_of doc/vmm-reference.md CHANGELOG.md lib/libvpasid.map
plan
