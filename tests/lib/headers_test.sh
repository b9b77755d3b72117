#!/bin/bash
# SPDX-License-Identifier: MIT
#
# Every public header compiles alone, in the strictest C and C++ that its users
# may have, and the uAPI's structs are laid out as documented in both.
set -u
cd "$(dirname "$0")/../.." || exit
. tests/tap.sh

flags=(-Wall -Wextra -Werror -pedantic -fsyntax-only -Iinclude -Iinclude/uapi -Ibuild/include)

compiles() { # compiles LANGUAGE STANDARD CODE
	echo "$3" | gcc -x "$1" -std="$2" "${flags[@]}" -
}

for header in include/vpasid/*.h build/include/vpasid/*.h include/uapi/linux/*.h; do
	name=${header#build/}
	name=${name#include/}
	name=${name#uapi/}
	for language in "c c99" "c c2x" "c++ c++11" "c++ c++20"; do
		read -r lang std <<<"$language"
		ok "<$name> alone as $std" compiles "$lang" "$std" "#include <$name>
extern int some_declaration;"
	done
done

layout='
#include <stddef.h>
#include <linux/vfio_pasid.h>
typedef struct vfio_device_feature_pasid pasid;
typedef struct vfio_device_feature_pasid_ext ext;
struct a { HOLDS_MEMBERS };'
checks=(
	'sizeof(pasid) == 4' 'offsetof(pasid, capabilities) == 0' 'offsetof(pasid, width) == 2'
	'sizeof(ext) == 8' 'offsetof(ext, enabled) == 4' 'offsetof(ext, iommu_width) == 6'
	'VFIO_DEVICE_FEATURE_PASID == 11' 'VFIO_DEVICE_FEATURE_PASID_STABLE == 0xf01b'
	'VFIO_DEVICE_PASID_CAP_EXEC == 1' 'VFIO_DEVICE_PASID_CAP_PRIV == 2'
	'offsetof(ext, flags) == 7' 'VFIO_DEVICE_PASID_IOMMU_WIDTH == 1'
)
members=
for check in "${checks[@]}"; do
	members+="char m${#members}[($check) ? 1 : -1];"
done
ok "uAPI layout and values in C" compiles c c99 "${layout/HOLDS_MEMBERS/$members}"
ok "uAPI layout and values in C++" compiles c++ c++11 "${layout/HOLDS_MEMBERS/$members}"

# A caller's struct has no bytes that the caller hasn't set: include/vpasid/info.h
without_padding() {
	echo '#include <vpasid/vpasid.h>' | "$1" -x c -std=c99 -Wpadded "${flags[@]}" -
}
ok "no public struct has padding" without_padding gcc
ok "nor on i686" without_padding i686-linux-gnu-gcc

# For `#if`, so only numbers may be in it.
at_least='#include <vpasid/version.h>
#define V(a, b, c) VPASID_VERSION_AT_LEAST(VPASID_VERSION_MAJOR + (a), VPASID_VERSION_MINOR + (b), \
					   VPASID_VERSION_PATCH + (c))
#if !V(0, 0, 0) || V(0, 0, 1) || V(0, 1, 0) || V(1, 0, 0) || V(0, 1, -1) || V(1, -1, -1)
#error "too new"
#endif
#if !VPASID_VERSION_AT_LEAST(0, 0, 99) || !VPASID_VERSION_AT_LEAST(0, 1, 99) || !V(-1, 9, 9)
#error "too old"
#endif
extern int some_declaration;'
ok "the version can be asked in C" compiles c c99 "$at_least"
ok "the version can be asked in C++" compiles c++ c++11 "$at_least"

plan
