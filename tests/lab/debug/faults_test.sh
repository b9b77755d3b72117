#!/bin/bash
# SPDX-License-Identifier: MIT
#
# When memory runs out on the way to an answer, the user gets an error and nothing else
# happens. This takes a kernel with fault injection. The kernel itself may mishandle a
# failure: so stock vfio-pci is tested first, and only its faults are allowed.
set -u
cd "$(dirname "$0")/../../.." || exit
. tests/tap.sh
. tests/lab/boot.sh

dir=build/faults
mkdir -p "$dir"

# boot DRIVER: tests it in the VM, and keeps rows and faults in files
boot() {
	copies=(--log "$dir/$1.log")
	in_vm default faults.sh 0000:00:05.0 "$1" >"$dir/$1.rows" 2>"$dir/$1.boot"
	status=$?
	# faults of the kernel, which are to be compared, are status 125
	[[ $status == [01] || $status == 125 ]] && [[ -s $dir/$1.log ]] && return
	tail -n 40 "$dir/$1.boot" | sed 's/^/    /'
	return 1
}

# faults DRIVER: who complained, as "WARNING: vfio_group_release", each once
faults() {
	sed -nE 's/^(WARNING:) .* at [^ ]* ([^+ ]+).*/\1 \2/p
		s/^(BUG: .* in [^+ ]+).*/\1/p
		s/.*(unreferenced object).*/\1/p' "$dir/$1.log" | sort -u
}

no_more_faults() {
	faults vfio-pci >"$dir/theirs"
	faults pasid_vfio_pci >"$dir/ours"
	[[ -z $(comm -13 "$dir/theirs" "$dir/ours" | tee /dev/stderr) ]]
}

# A backtrace names the callers, too; the first line says where the fault is.
not_in_the_driver() {
	! grep -E '^(WARNING|BUG|RIP: ).*pasid_vfio_pci' "$dir/pasid_vfio_pci.log"
}

ok "stock vfio-pci's run" boot vfio-pci
echo "on stock vfio-pci the kernel complains of:"
faults vfio-pci | sed 's/^/  /'
ok "pasid_vfio_pci's run" boot pasid_vfio_pci
relay "$dir/pasid_vfio_pci.rows"
ok "the kernel complains of nothing that it doesn't of stock vfio-pci" no_more_faults
ok "and of nothing in pasid_vfio_pci" not_in_the_driver
plan
