#!/bin/sh
# SPDX-License-Identifier: MIT
#
# long.sh PF PORT OFF replay SEED GENERATION PROCESS THREAD NUMBER: makes the calls of one program.
# long.sh PF PORT OFF SECONDS SEED PHASE...: a run of long_run for each phase, of so many seconds,
# again and again until all seconds are over. A phase is DRIVER/GUARD. How often each call was made
# is printed at the end.
. tests/lab/vm/lib.sh
IOMMU_WIDTH=$(iommu_width 20)
export IOMMU_WIDTH

pf=0000:$1
ported=$(bdf_of "$2/00.0")
off=$(bdf_of "$3/00.0")
if [ "$4" = replay ]; then
	shift 3
	exec long_run "$@" "$pf" "$ported" "$off"
fi

duration=$4 seed=$5
end=$(($(date +%s) + duration))
shift 5
# Each phase comes, and at least once every hour.
phase_seconds=$((duration / $#))
[ "$phase_seconds" -le 600 ] || phase_seconds=600

# Its progress is printed at once.
exec 4>&2
tell_and_run() {
	long_run "$@" 2>&4
}

# run_phase DRIVER/GUARD
run_phase() {
	LAB_DRIVER=${1%/*} program "phase $phase" tell_and_run "$phase_seconds" "$((seed + phase))" \
		"${1#*/}" /tmp/counts "$pf" "$ported" "$off"
	phase=$((phase + 1))
}

phase=1
until [ "$phase" -gt $# ] && [ "$(date +%s)" -ge "$end" ]; do
	for each; do
		run_phase "$each"
		[ "$phase" -le $# ] || [ "$(date +%s)" -lt "$end" ] || break
	done
done

echo "  calls, and how many succeeded:"
awk '
	{ made[$3 " " $4 " " $5] += $1; well[$3 " " $4 " " $5] += $2 }
	END { for (name in made) printf "  %9d %9d  %s\n", made[name], well[name], name }
' /tmp/counts | sort -k 3
plan
