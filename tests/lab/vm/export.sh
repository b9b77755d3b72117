#!/bin/sh
# SPDX-License-Identifier: MIT
#
# export.sh PF SETPRIV: vpasid export on a live host says what vpasid list says, with no more
# rights than its systemd unit has, and lets a sleeping function sleep. SETPRIV is that of
# util-linux, as busybox's has no bounding set.
. tests/lab/vm/lib.sh
pf=$1
setpriv=$2
width=$(sysfs_width 20)
# what isn't known has no label
usable="usable-width=$width "
[ "$width" != - ] || usable=

# as_listed [OPTION]...: the samples are what the list says
as_listed() {
	vpasid list --json "$@" 2>/dev/null | jq -r -f tests/tools/metrics.jq | sort >/tmp/listed
	vpasid export --format prometheus "$@" 2>/dev/null | grep -E '^vpasid_(function|iommu)_' |
		sort >/tmp/exported
	[ -s /tmp/listed ] && diff /tmp/listed /tmp/exported
}

# labels [OPTION]...: prints those of the node
labels() {
	vpasid export --format nfd "$@" 2>/dev/null |
		sed -n 's,^feature.node.kubernetes.io/vpasid\.,,p' | tr '\n' ' '
}

# functions STATE: how many there are
functions() {
	vpasid export --format prometheus 2>/dev/null | sed -n "s/^vpasid_functions{state=\"$1\"} //p"
}

# with CAPABILITIES COMMAND ARG...: runs it with these alone, as CapabilityBoundingSet= does
with() {
	with_set=-all$(echo "$1" | sed 's/ *CAP_/,+/g' | tr '[:upper:]' '[:lower:]')
	shift
	"$setpriv" --bounding-set="$with_set" --no-new-privs "$@"
}

# replaces FORMAT FILE: it is replaced by a file with what otherwise goes to stdout
replaces() {
	echo old >"$2"
	vpasid export --format "$1" --output "$2" && vpasid export --format "$1" >/tmp/exported &&
		diff /tmp/exported "$2"
}

# page_shows: the outputs in doc/fleet.md are of this machine, with one of Intel's of 1 bit; what
# check finds is this machine's own
page_shows() {
	{ vpasid export --format prometheus --for vmm && vpasid export --format nfd; } |
		sed '/^vpasid_check{/s/ [01]$//' >/tmp/exported
	awk '/^```text$/ { inside = 1; next } /^```$/ { inside = 0 } inside' doc/fleet.md |
		sed "/^vpasid_check{/s/ [01]$//; s/dmar0/$(iommu_name)/; /usable\|iommu_max/s/1\$/$width/; / -\$\|=-\$/d" >/tmp/shown
	[ "$(wc -l </tmp/shown)" -ge 15 ] && ! grep -vxFf /tmp/exported /tmp/shown
}

ok "a PF: as the list has it" as_listed
make_vfs "$pf" 4
ok "a PF and 4 VFs: as the list has it" as_listed
ok "all 5 are counted" says 5 functions enabled
ok "labels" says "enabled=true exec=true priv=true width=20 ${usable}functions.off=0 \
functions.enabled=5 functions.asleep=0 functions.unknown=0 " labels
ok "doc/fleet.md shows just that" page_shows
ok "a file of metrics is replaced" replaces prometheus /tmp/vpasid.prom
ok "a file of labels is replaced" replaces nfd /tmp/vpasid

# With the rights of the systemd unit
unit=$(sed -n 's/^CapabilityBoundingSet=//p' doc/fleet/vpasid-export.service.in)
mkdir /tmp/others
chown 1000:1000 /tmp/others
ok "the capabilities of the unit are enough, also in another user's directory" \
	ends 0 with "$unit" vpasid export --format nfd --output /tmp/others/vpasid
ok "without CAP_DAC_OVERRIDE they aren't" \
	ends 3 with CAP_SYS_ADMIN vpasid export --format nfd --output /tmp/others/vpasid
ok "it says so" told "/tmp/others/vpasid: can't create a file in its directory: Permission denied"
ok "without CAP_SYS_ADMIN they aren't" ends 3 with CAP_DAC_OVERRIDE vpasid export --format nfd
ok "it says so" told "only root can read their config space"
ok "a user has none" ends 3 as_user vpasid export --format nfd
ok "and no answer that looks like one" shown "vpasid.functions.unknown=[1-9]"
ok "nor another" [ -z "$(echo "$stdout" | grep -E '\.(enabled|exec|priv|width|usable-width)=[^0]')" ]

setpci -s "$pf" 0x186.w=0
ok "switched off behind the kernel's back: as the list has it" as_listed
ok "labels say that there is none" says "enabled=false exec=false priv=false functions.off=5 \
functions.enabled=0 functions.asleep=0 functions.unknown=0 " labels
setpci -s "$pf" 0x186.w=7

echo 0 >"$PCI/devices/$pf/sriov_numvfs"
modprobe pasid_vfio_pci
bind "$pf" pasid_vfio_pci
ok "bound to a VFIO driver, unused: it is suspended, in D3hot" soon says suspended \
	cat "$PCI/devices/$pf/power/runtime_status"
ok "as the list has it" as_listed
ok "labels say what it has" says "enabled=true exec=true priv=true width=20 ${usable}\
functions.off=0 functions.enabled=1 functions.asleep=0 functions.unknown=0 " labels
ok "it sleeps on" says suspended cat "$PCI/devices/$pf/power/runtime_status"
ok "--wake looks: as the list has it" as_listed --wake
ok "labels say what it has" says "enabled=true exec=true priv=true width=20 ${usable}\
functions.off=0 functions.enabled=1 functions.asleep=0 functions.unknown=0 " labels --wake
ok "and it sleeps again" soon says suspended cat "$PCI/devices/$pf/power/runtime_status"
plan
