#!/bin/bash
# SPDX-License-Identifier: MIT
#
# scripts/abi notices what breaks programs: the library is built anew from headers with one change
# of each kind.
set -u
cd "$(dirname "$0")/../.." || exit
. tests/tap.sh

dir=$(mktemp -d /dev/shm/abi.XXXXXX)
trap 'rm -rf --one-file-system "$dir"' EXIT

# build: $dir/changed.so, of what is in $dir
build() {
	gcc -std=gnu11 -D_GNU_SOURCE -w -g -O0 -fPIC -shared -fvisibility=hidden -I"$dir/lib" \
		-I"$dir/include" -Iinclude/uapi -Ibuild/include \
		"-Wl,--version-script=$dir/lib/libvpasid.map" "$dir"/lib/*.c build/lib/builtin_quirks.c \
		-o "$dir/changed.so"
}

# notices WHAT: scripts/abi fails, and says this
notices() {
	grep -F "$1" "$dir/said" || { cat "$dir/said"; return 1; }
	((differed))
}

refuses() {
	! scripts/abi "$dir/changed.so" 2>"$dir/said" && grep -q 'no debug information' "$dir/said"
}

cp -r include lib "$dir"
sed -i 's/^\tuint32_t wants;/\tuint32_t added;\n&/' "$dir/include/vpasid/guest.h"
sed -i 's/unsigned int vpasid_info_usable_width(/uint64_t vpasid_info_usable_width(/' \
	"$dir/include/vpasid/info.h" "$dir/lib/info.c"
sed -i '/^\tvpasid_version;/d' "$dir/lib/libvpasid.map"
sed -i 's/VPASID_PLACE_GAP = 3/VPASID_PLACE_GAP = 5/' "$dir/include/vpasid/place.h"
sed -i 's/\(define VPASID_SPAN_HIDDEN.*\)2)/\13)/' "$dir/include/vpasid/config.h"
build
scripts/abi "$dir/changed.so" "$dir/include/vpasid" >"$dir/said" 2>&1
differed=$?

ok "a member in the middle of a struct" notices "'uint32_t added'"
ok "a function that returns another type" notices "return type changed:"
ok "an enumerator that has another number" notices "> VPASID_PLACE_GAP = 5"
ok "a flag that has another bit" notices "> VPASID_SPAN_HIDDEN = (1u << 3)"
ok "a function that isn't exported any more" notices "'function const char* vpasid_version()'"
strip --strip-debug "$dir/changed.so"
ok "a library without debug information can't be compared" refuses
plan
