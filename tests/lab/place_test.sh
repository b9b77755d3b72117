#!/bin/bash
# SPDX-License-Identifier: MIT
#
# What vpasid place emits is planted in functions: the stock kernel's VT-d driver finds each
# PASID capability where it was placed, and enables it.
set -u
cd "$(dirname "$0")/../.." || exit
. tests/tap.sh
. tests/lab/boot.sh

dir=$(machine_dir place)
mkdir "$dir/quirks"

# emit FUNCTION DUMP OPTION...: plants in the function what is emitted for a dump
emit() {
	local function=$1 dump=$2
	shift 2
	build/vpasid place --quirks "$dir/quirks" --emit "$@" --file "tests/corpus/dumps/$dump" \
		>"$dir/$function.dump" &&
		printf '%s\n' "nvme $function" "plant $function dump $function.dump" \
			>>"$dir/emitted.topo"
}

# The capabilities as lspci shows them, which must be found in the VM, too
capabilities() {
	lspci -vv -F "$1" 2>/dev/null |
		sed -n 's/^\tCapabilities: \(\[[0-9a-f]* v[0-9]*\].*\)/\1/p' >"${1%.dump}.capabilities"
}

# and an SR-IOV PF with a capability of its own
cat >"$dir/emitted.topo" <<'END'
iommu on
nvme  00:0a.0 vfs=4
plant 00:0a.0 pasid width=17 exec
END
ok "a gap is found below registers that nobody declares" emit 00:05.0 accelerator
ok "a place in the middle of the space, for 16 bits" emit 00:06.0 accelerator --offset 0x500 --width 16
ok "a placeholder at 0x100 leads to it, where there is no capability" emit 00:07.0 bare
ok "at the end, where VFIO hides the function's own at the head" emit 00:08.0 integrated
ok "elsewhere, with a placeholder in place of the function's own" \
	emit 00:09.0 integrated --offset 0xabc
for dump in "$dir"/*.dump; do
	capabilities "$dump"
done

# FUNCTION OFFSET, the Capability register, and what Control must hold when the kernel
# has enabled all that is supported
cat >"$dir/expected" <<'END'
00:05.0 0xfd8 1400 0001
00:06.0 0x500 1000 0001
00:07.0 0xff8 1400 0001
00:08.0 0xff8 1406 0007
00:09.0 0xabc 1406 0007
END

boot() {
	lab/run --timeout 300 --topology "$dir/emitted.topo" --copy tests/tap.sh --copy tests/lab/vm --copy "$dir" \
		-- tests/lab/vm/place.sh "$dir" >"$dir/rows" 2>"$dir/boot"
	status=$?
	((status <= 1)) || { tail -n 40 "$dir/boot"; return 1; }
}

ok "a kernel boots with those functions" boot
relay "$dir/rows"
plan
