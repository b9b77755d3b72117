#!/bin/sh
# SPDX-License-Identifier: MIT
#
# selftests.sh PF: a PF and a VF pass, fail and skip the tests that the kernel has for
# VFIO as they do on stock vfio-pci alone: each program there, then on the driver with the
# module that answers. Its rows are compared, not judged: some fail on this kernel anyway.
. tests/lab/vm/lib.sh
pf=$1
bin=$PWD/build/selftests/bin
results=/tmp/selftests
mkdir "$results"

# program_of NAME: what the kernel's tree calls it
program_of() {
	case $1 in
	device | sriov_uapi) echo "vfio_pci_$1_test" ;;
	init_perf) echo "vfio_pci_device_init_perf_test" ;;
	dma_mapping) echo "vfio_dma_mapping_test" ;;
	mmio) echo "vfio_dma_mapping_mmio_test" ;;
	esac
}

# rows: of a program's output, a line for each test: "pass NAME", "fail NAME" with the
# places in the source that said so, "skip NAME" with the reason.
rows() {
	awk '
		/^1\.\.[0-9]+$/ { planned = substr($0, 4) }
		/^(# )?[a-z_\/]+\.c:[0-9]+:/ {
			sub(/^# /, "")
			split($0, place, ":")
			where = where " " place[1] ":" place[2]
		}
		/^(not )?ok [0-9]+ / {
			seen++
			verdict = /^not/ ? "fail" : /# SKIP/ ? "skip" : "pass"
			sub(/^(not )?ok [0-9]+ /, "")
			print verdict, $0 (verdict == "fail" ? where : "")
			where = ""
		}
		END {
			if (!planned || seen != planned)
				print "early end: " seen + 0 " of " planned + 0 " tests"
		}'
}

# of_mode MODE: the rows of that IOMMU mode, and those that name none
of_mode() {
	awk -v mode="$1" '{
		split($2, name, ".")
		if (name[2] !~ /^(vfio_type1|iommufd)/ || name[2] ~ "^" mode "(_|$)")
			print
	}'
}

# name_of stock|ours: for the reader
name_of() {
	case $1 in
	stock) echo vfio-pci ;;
	ours) [ "$MODULE" = "$DRIVER" ] && echo "$DRIVER" || echo "$DRIVER with $MODULE" ;;
	esac
}

# driver_of_run stock|ours: the driver, once what belongs to it is loaded and nothing else
driver_of_run() {
	case $1 in
	stock)
		modprobe -r "$MODULE" 2>/dev/null
		[ ! -e "/sys/module/$MODULE" ] && echo vfio-pci
		;;
	ours) load && echo "$DRIVER" ;;
	esac
}

# run WHERE stock|ours NAME BDF...: runs a program, once for each mode if it doesn't try all modes
# itself
run() {
	file=$results/$1.$3.$2
	name=$3
	export SELFTESTS_DRIVER SELFTESTS_MODE
	shift 3
	for SELFTESTS_MODE in vfio_type1_iommu vfio_type1v2_iommu; do
		if [ "$name" = device ] || [ ! -e "$file.output" ]; then
			timeout 300 "$bin/$(program_of "$name")" "$@" >"$file.output" 2>&1
		fi
		rows <"$file.output" | of_mode "$SELFTESTS_MODE" >"$file.$SELFTESTS_MODE"
	done
}

# run_all WHERE stock|ours BDF...: the first function's tests; init_perf's are of all at once
run_all() {
	where=$1
	who=$2
	SELFTESTS_DRIVER=$(driver_of_run "$who") || return
	shift 2
	for bdf; do
		bind "$bdf" "$SELFTESTS_DRIVER" || return
	done
	for name in device dma_mapping mmio; do
		run "$where" "$who" "$name" "$1"
	done
	run "$where" "$who" init_perf "$@"
	free "$@"
}

# run_sriov stock|ours: the program makes a VF itself, so the PF may have none
run_sriov() {
	SELFTESTS_DRIVER=$(driver_of_run "$1") && bind "$pf" "$SELFTESTS_DRIVER" || return
	run PF "$1" sriov_uapi "$pf"
	free "$pf"
}

# free BDF...: no driver has them, so that its module can go
free() {
	for bdf; do
		echo "$bdf" >"$PCI/devices/$bdf/driver/unbind"
	done
}

# count FILE: "8 pass, 2 fail", of the tests in it
count() {
	for verdict in pass fail skip; do
		number=$(grep -c "^$verdict " "$1")
		[ "$number" = 0 ] || printf '%s%s %s' "${separator-}" "$number" "$verdict"
		[ "$number" = 0 ] || separator=', '
	done
	[ "${separator-}" ] || printf 'no test'
	unset separator
}

# same STOCK OURS: row by row, whole, and not all for nothing
same() {
	diff "$1" "$2" && grep -q '^pass ' "$1" && ! grep '^early' "$1" && return
	grep -q '^early' "$2" && tail -n 15 "${2%.*}.output" | sed 's/^/    /'
	return 1
}

# compare WHERE NAME WORDS: a row for each mode
compare() {
	for mode in vfio_type1_iommu vfio_type1v2_iommu; do
		short=${mode#vfio_}
		stock=$results/$1.$2.stock.$mode
		ours=$results/$1.$2.ours.$mode
		ok "$2 on $3, ${short%_iommu}: $(count "$ours"), as on vfio-pci" same "$stock" "$ours"
	done
}

modprobe vfio-pci enable_sriov=1
echo 4 >/proc/sys/vm/nr_hugepages

for who in stock ours; do
	ok "the programs run with the PF on $(name_of "$who")" run_all PF "$who" "$pf"
done
for name in device dma_mapping mmio init_perf; do
	compare PF "$name" "the PF"
done

# The PF of QEMU 7.2's NVMe is reset when it is opened, and its VF then stays in D3cold: so
# resets are forbidden.
echo >"$PCI/devices/$pf/reset_method"
for who in stock ours; do
	ok "sriov_uapi runs with the PF on $(name_of "$who")" run_sriov "$who"
done
compare PF sriov_uapi "the PF"

bind "$pf" nvme
make_vfs "$pf" 2
# shellcheck disable=SC2046 # a list of BDFs
set -- $(vfs_of "$pf")
for who in stock ours; do
	ok "the programs run with two VFs on $(name_of "$who")" run_all VF "$who" "$@"
done
for name in device dma_mapping mmio init_perf; do
	compare VF "$name" "a VF"
done
plan
