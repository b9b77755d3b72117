#!/bin/bash
# SPDX-License-Identifier: MIT
#
# All that shared virtual addressing asks for in config space: vpasid-device serves the functions
# below, and with device-iotlb=on and svm=on of QEMU's VT-d a stock guest turns ATS, PASID and PRI on.
# KERNEL is the lane.
set -uo pipefail
cd "$(dirname "$0")/../.." || exit
. tests/tap.sh
. tests/lab/boot.sh
. tests/viommu/serve.sh
kernel=${KERNEL:-6.12}

dir=build/guest/sva-$kernel
rm -rf "$dir"
mkdir -p "$dir"
trap end_all EXIT

# For each function its place in the guest, the permissions that the guest is offered, how many page
# requests may be outstanding, and the options of vpasid-device
cat >"$dir/functions" <<END
00:06.0        Exec-  Priv+  512  --profile device/profiles/dsa.conf
00:07.0        Exec+  Priv+  512  --profile device/profiles/vf.conf
00:08.0        Exec+  Priv-  64   --dump tests/corpus/dumps/accelerator --pasid 16,exec --pri 64,pasid
00:1c.0/00.0   Exec-  Priv+  512  --profile device/profiles/dsa.conf
END

serve_all() {
	local path options
	cat >"$dir/guest.topo" <<-END
		iommu on
		port  00:1c.0
		$(shared_memory 1024)
		qemu  -global intel-iommu.device-iotlb=on -global intel-iommu.svm=on
	END
	while read -r path _ _ _ options; do
		# shellcheck disable=SC2086 # words
		serve "$dir/$(name_of "$path")" $options || return
		device "$dir/$(name_of "$path")" "$path" >>"$dir/guest.topo"
	done <"$dir/functions"
}

boot() {
	lab/run --qemu 11.1 --kernel "$kernel" --memory 1024 --timeout "${LAB_TIMEOUT:-1500}" \
		--topology "$dir/guest.topo" --copy tests/tap.sh --copy tests/lab/vm \
		--copy tests/viommu/vm --copy "$dir/functions" \
		-- tests/viommu/vm/sva.sh "$dir/functions" >"$dir/rows" 2>"$dir/boot"
	status=$?
	((status <= 1)) || { tail -n 40 "$dir/boot" "$dir/rows"; return 1; }
}

# PCIe leaves it open what a function does whose PASID is turned on while ATS is on already.
in_order() {
	sed -n 's/.*\(PASID\|ATS\|PRI\) Control is.*Enable+.*/\1/p' "$1" | head -n 3 | tr '\n' ' ' |
		grep -x 'PASID ATS PRI ' || { cat "$1"; return 1; }
}

ok "$kernel: vpasid-device serves $(wc -l <"$dir/functions") functions" serve_all
ok "$kernel: a stock QEMU 11.1 and kernel boot with them" boot
relay "$dir/rows" "$kernel"
while read -r path _ _ requests _; do
	log=$dir/$(name_of "$path").log
	ok "$kernel $path: its log has the guest's ATS" grep -qx 'ATS Control is 0x8000: Enable+ STU 0' \
		"$log"
	ok "$kernel $path: its log has the guest's PRI" grep -qx \
		"PRI Control is 0x0001: Enable+, $requests page requests" "$log"
	ok "$kernel $path: PASID is turned on first, then ATS, then PRI" in_order "$log"
	ok "$kernel $path: its log: the function's own registers are as they were" grep -qx \
		"client disconnected; the function's own extended config space is unchanged" "$log"
done <"$dir/functions"
ok "$kernel: all servers end in good order" end_all
plan
