#!/bin/sh
# SPDX-License-Identifier: MIT
#
# qemu_boot.sh DIRECTORY: a stock kernel boots in a stock QEMU in this VM, with the PF on stock
# vfio-pci, by the options that vpasid vm prints. DIRECTORY has the guest's kernel, its initramfs,
# and what the PF's disk begins with.
. tests/lab/vm/lib.sh
. tests/lab/vm/inner.sh
pf=0000:00:05.0
log=/tmp/guest.log

# What lab/run tells its kernels, too: nothing here depends on it but the time that it takes. The
# guest's own DMA isn't translated (iommu=pt), as tables of its own would have to be nested.
cmdline="console=ttyS0 quiet intel_iommu=on,sm_on iommu=pt tsc=reliable no_timer_check \
cryptomgr.notests=1 initcall_blacklist=jent_mod_init,trace_eval_init,tracer_init_tracefs \
watchdog_thresh=60 rcupdate.rcu_cpu_stall_timeout=300 initramfs_async=0 \
nvme_core.io_timeout=300 nvme_core.admin_timeout=300 panic=-1"

hardware() {
	dd if="$PLANTER/$pf/config" bs=1 skip=$((0x186)) count=2 2>/dev/null | hexdump -v -e '1/2 "%04x"'
}

# boot OPTION...: in the background; it is up to the guest to end
boot() {
	INNER_PRELOAD=$PRELOAD "$INNER" "$@" -accel tcg,thread=single -cpu qemu64 -m 384 \
		-nodefaults -no-user-config -display none -no-reboot -serial "file:$log" \
		-kernel "$dir/kernel" -initrd "$dir/initramfs" -append "$cmdline" \
		</dev/null >/tmp/qemu.log 2>&1 &
	qemu=$!
}

# at_end COMMAND ARG...: does this when the guest has shown all, while it still runs. If it never
# does, lab/run's time is over.
at_end() {
	until grep -q '^guest: end' "$log" 2>/dev/null || ! kill -0 "$qemu" 2>/dev/null; do
		sleep 1
	done
	"$@"
}

# guest_says TEXT: a line of the guest's has it
guest_says() {
	tr -d '\r' <"$log" | grep -F "guest: $1" && return
	cat /tmp/qemu.log
	tail -n 30 "$log"
	return 1
}

# The lines of the capability, as lspci shows them
capability() {
	tr -d '\r' <"$log" | sed -n 's/^guest: lspci: //p' | awk '
		!/^[[:blank:]]+PASIDC/ { found = /Capabilities: .*Process Address Space ID/ }
		found                  { gsub(/[[:blank:]]+/, " "); sub(/^ /, ""); print }'
}

dir=$1
modprobe vfio-pci
bind "$pf" vfio-pci
ok "vpasid place has an option" ends 0 vpasid place --format qemu "$pf"
option=$stdout
ok "vpasid vm has all of them" ends 1 vpasid vm --for qemu "$pf"
ok "and says that this host lacks nested translation and the function ATS, and nothing else" says \
	"vpasid: $pf: qemu-nesting: dmar0 doesn't support nested translation of a guest's page tables: its ECAP lacks NEST
vpasid: $pf: ats: the function has no ATS, without which Linux in the guest doesn't share address spaces with it (SVA)" \
	echo "$stderr"
echo "vpasid vm --for qemu $pf:"
echo "$stdout" | sed 's/^/  /'
is=$(hardware)
without_nesting
# shellcheck disable=SC2086 # words
boot $stdout
at_end hardware >/tmp/while
echo "The guest's lspci -vv of the PF:"
capability | sed 's/^/  /'

ok "a Debian kernel boots in it" guest_says "6.12"
ok "the guest's lspci has PASID at vpasid's $option, and its kernel has enabled it" says \
	"Capabilities: [$(printf '%x' "${option#*=}") v1] Process Address Space ID (PASID)
PASIDCap: Exec+ Priv+, Max PASID Width: $(printf '%02x' "$(iommu_width 20)")
PASIDCtl: Enable+ Exec+ Priv+" capability
ok "its nvme driver has the PF" guest_says "driver: nvme"
ok "which lives" guest_says "state: live"
ok "and reads a block" guest_says "read: $(head -n 1 "$dir/disk")"
ok "the hardware's PASID Control is $is all the time" says "0007 0007" echo "$is $(cat /tmp/while)"
wait "$qemu"
ok "the guest ends" says 0 echo $?
plan
