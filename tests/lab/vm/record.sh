#!/bin/sh
# SPDX-License-Identifier: MIT
#
# record.sh PF PLAIN: of a recording, the commands print what they print of the live host it is of,
# to the byte. It identifies no machine, and to make it changes nothing.
. tests/lab/vm/lib.sh
pf=$(bdf_of "$1")
plain=$(bdf_of "$2")
absent=0000:77:00.0

# record: makes /tmp/recording, in which nothing is missing
record() {
	rm -f /tmp/recording
	ends 0 vpasid record -o /tmp/recording
}

# record_as_user: makes one with gaps
record_as_user() {
	mkdir -m 777 /tmp/user
	ends 1 as_user vpasid record -o /tmp/user/recording && mv /tmp/user/recording /tmp/recording
}

# same ARG...: what vpasid prints, and how it ends
same() {
	$as vpasid "$@" >/tmp/live 2>/tmp/live.err
	same_status=$?
	$as vpasid "$@" --record /tmp/recording >/tmp/recorded 2>/tmp/recorded.err
	[ $? = $same_status ] && cmp -s /tmp/live /tmp/recorded &&
		cmp -s /tmp/live.err /tmp/recorded.err && return
	echo "of the recording, otherwise: $*"
	diff /tmp/live /tmp/recorded
	diff /tmp/live.err /tmp/recorded.err
	return 1
}
as=

# same_of_each ARG...: for each of $subjects
same_of_each() {
	for function in $subjects; do
		same "$@" "${function##*/}" || return
	done
}

# same_of_all: rows for each command
same_of_all() {
	ok "$1: list" same list
	ok "$1: list --all --json" same list --all --json
	ok "$1: export" same export --format prometheus --for vmm
	for purpose in vmm sva guest-sva pasid; do
		ok "$1: check --for $purpose" same check --for "$purpose"
		ok "$1: explain --for $purpose" same explain --for "$purpose" "$pf"
	done
	ok "$1: check --json" same check --json
	ok "$1: show" same show "$pf"
	ok "$1: show --json" same_of_each show --json
	ok "$1: explain" same explain "$pf"
	ok "$1: explain --json" same_of_each explain --json
	ok "$1: map" same map "$pf"
	ok "$1: map --json" same_of_each map --json
	ok "$1: place" same place "$pf"
	ok "$1: place --format json" same_of_each place --format json --cap pasid,pri,ats
	ok "$1: vm" same vm --for qemu "$pf"
}

# has TEXT: the recording, decompressed
has() {
	gunzip -c /tmp/recording | grep -qF -e "$1"
}

lacks_text() {
	! has "$1"
}

# lacks FILE: it has not the first word of that
lacks() {
	read -r lacks_word _ <"$1" && [ "${#lacks_word}" -ge 4 ] && ! has "$lacks_word"
}

# configs: how many config spaces it has
configs() {
	gunzip -c /tmp/recording | tr '\0' '\n' | grep -c "^vpasid-record/.*/config$"
}

# log_text: what messages of the IOMMU's driver begin with, as /dev/kmsg has them
log_text() {
	case $(iommu_kind) in
	intel) echo '-;DMAR: ' ;;
	amd) echo '-;AMD-Vi: ' ;;
	*) echo '-;arm-smmu-v3 ' ;;
	esac
}

functions() {
	set -- "$PCI"/devices/*
	echo $#
}

mkdir -p /usr/libexec
cat >/usr/libexec/qemu-kvm <<'END'
#!/bin/sh
echo 'QEMU emulator version 11.1.0'
END
chmod 755 /usr/libexec/qemu-kvm
# Nothing may change between the two answers: nvme probes VFs in the background, and QEMU 7.2's
# VFs fail, which makes nvme of 6.1 release them some time later.
echo 0 >"$PCI/devices/$pf/sriov_drivers_autoprobe"
make_vfs "$pf" 4
vf=$(vfs_of "$pf" | head -n 1)
for function in "$pf" "$plain"; do
	settle "$function"
done
subjects="$pf $vf $plain 0000:00:1c.0 $absent"
ok "a host can be recorded whole" record
same_of_all "on its own drivers"

ok "it has the config space of each function" says "$(functions)" configs
ok "the serial number of a function: in its config space" \
	grep -q "tsrqxwvu" "$PCI/devices/$plain/config"
ok "but not in the recording" lacks_text tsrqxwvu
for file in /sys/class/nvme/nvme0/serial /proc/sys/kernel/random/boot_id; do
	ok "nor is $file" lacks "$file"
done
ok "the command line has words that nobody reads" grep -q console= /proc/cmdline
ok "and the recording has not" lacks_text console=

ok "it has what the kernel says of the IOMMU" has "$(log_text)"

ok "to make one writes to no config space" writes_nothing vpasid record -o /tmp/another
ok "and leaves nothing but the file" [ "$(echo /tmp/another*)" = /tmp/another ]

# The others are as they were.
subjects="$pf $vf"
load
make_vfs "$pf" 0
ok "a PF on $DRIVER" bind "$pf" "$DRIVER"
make_vfs "$pf" 4
ok "and a VF" bind "$vf" "$DRIVER"
ok "they are recorded" record
same_of_all "on $DRIVER"
modprobe vfio-pci && modprobe vfio_pasid
make_vfs "$pf" 0
ok "a PF on vfio-pci, and vfio_pasid" bind "$pf" vfio-pci
ok "it is recorded" record
subjects=$pf
same_of_all "on vfio-pci"

ok "a user gets a part" record_as_user
ok "and is told so" told "only root can read more"
as=as_user
same_of_all "as a user"
as=
plan
