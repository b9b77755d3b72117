#!/bin/bash
# SPDX-License-Identifier: MIT
#
# All that shared virtual addressing asks for in config space: vpasid-device serves a physical and a
# virtual function, and with device-iotlb=on and svm=on of QEMU's VT-d a stock guest has ATS, PASID
# and PRI enabled. KERNEL is the lane.
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

serve_both() {
	serve "$dir/dsa" --profile device/profiles/dsa.conf &&
		serve "$dir/vf" --profile device/profiles/vf.conf || return
	cat >"$dir/guest.topo" <<-END
		iommu on
		$(shared_memory 1024)
		qemu  -global intel-iommu.device-iotlb=on -global intel-iommu.svm=on
		$(device "$dir/dsa" 00:06.0)
		$(device "$dir/vf" 00:07.0)
	END
}

boot() {
	lab/run --qemu 11.1 --kernel "$kernel" --memory 1024 --timeout "${LAB_TIMEOUT:-1500}" \
		--topology "$dir/guest.topo" --copy tests/tap.sh --copy tests/lab/vm \
		--copy tests/viommu/vm -- tests/viommu/vm/sva.sh 00:06.0 00:07.0 \
		>"$dir/rows" 2>"$dir/boot"
	status=$?
	((status <= 1)) || { tail -n 40 "$dir/boot" "$dir/rows"; return 1; }
}

ok "$kernel: vpasid-device serves a PF and a VF" serve_both
ok "$kernel: a stock QEMU 11.1 and kernel boot with them" boot
relay "$dir/rows" "$kernel"
for name in dsa vf; do
	ok "$kernel: $name: its log has the guest's ATS" grep -q 'ATS Control is 0x8.*Enable+' \
		"$dir/$name.log"
	ok "$kernel: $name: its log has the guest's PRI" grep -q \
		'PRI Control is 0x0001: Enable+, 32 page requests' "$dir/$name.log"
done
ok "$kernel: all servers end in good order" end_all
plan
