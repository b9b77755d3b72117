#!/bin/bash
# SPDX-License-Identifier: MIT
#
# The long run on a kernel with KCSAN, whose processors really run at the same time: no data race is
# in our modules. The kernel itself has races, which are listed.
set -u
cd "$(dirname "$0")/../../.." || exit
. tests/tap.sh
. tests/lab/boot.sh
export LAB_KERNEL=${LAB_KERNEL:-6.12-kcsan} LAB_QEMU=${LAB_QEMU:-11.1} LAB_ACCEL=${LAB_ACCEL:-mttcg}

dir=build/races
mkdir -p "$dir"
log=$dir/kernel.log

# KCSAN must report a race that is made on purpose. Otherwise, a run without reports would prove
# nothing.
made_race() {
	local copies=(--log "$dir/made.log")
	LAB_TIMEOUT=900 in_vm storm race.sh 00:05.0 >"$dir/made"
	grep -q '^ok 1 ' "$dir/made" &&
		grep -aqE 'KCSAN: data-race in debugfs_(read|write)_file_bool' "$dir/made.log"
}

# The run itself. Status 125 is that of races, which are looked at below.
run() {
	LAB_LOG=$log MINUTES=${MINUTES:-10} tests/lab/long/long_test.sh >"$dir/rows" 2> >(tee "$dir/boot" >&2)
	status=$?
	[[ $status == [01] || $status == 125 ]] && [[ -s $log ]]
}

# races: "FUNCTION / FUNCTION" of each report; a function of a module has "[MODULE]" after it
races() {
	sed -nE 's/.*BUG: KCSAN: data-race in (.*)/\1/p' "$log"
}

# other_faults: the log's other faults
other_faults() {
	lab/scan-log <(grep -av 'BUG: KCSAN: ' "$log")
}

# in_ours: reports with a frame of one of our modules first on either side
in_ours() {
	races | grep -E '\[(pasid_vfio_pci|vfio_pasid)\]'
	grep -aE -A 2 '(read|write)( \(.*\))? to 0x' "$log" | grep -E '\[(pasid_vfio_pci|vfio_pasid)\]'
}

ok "KCSAN reports a race that is made" made_race
ok "the run" run
relay "$dir/rows"
ok "KCSAN has watched" grep -aq 'kcsan: enabled' "$log"
ok "no data race is in our modules" test -z "$(in_ours | tee /dev/stderr)"
ok "and the kernel reports nothing but races" test -z "$(other_faults | tee /dev/stderr)"
echo "  races in the kernel itself, and how often each was reported:"
races | sort | uniq -c | sort -rn | sed 's/^/  /'
plan
