#!/bin/sh
# SPDX-License-Identifier: MIT
#
# show.sh PF PLAIN PORT: vpasid show on a live host says of registers what setpci and lspci read,
# and of the rest what sysfs has. It changes, opens and wakes nothing.
. tests/lab/vm/lib.sh
pf=$(bdf_of "$1")
plain=$(bdf_of "$2")
port=$(bdf_of "$3")

# labelled LABEL: of what show prints, in /tmp/show, prints what is behind that label. A label
# below another one is "ABOVE/LABEL".
labelled() {
	awk -v label="$1" '
		BEGIN { if (split(label, part, "/") > 1) { above = part[1]; label = part[2] } }
		/^  [^ ]/  { under = $1 }
		above      { if (under == above && /^    [^ ]/ && $1 == label) found = 1 }
		!above     { if (/^  [^ ]/ && $1 == label) found = 1 }
		found      { sub("^ +" label " +", ""); print; exit }' /tmp/show
}

# field BDF LABEL [OPTION]...: what show has now behind that label
field() {
	field_bdf=$1 field_label=$2
	shift 2
	vpasid show "$@" "$field_bdf" >/tmp/show 2>&1
	labelled "$field_label"
}

# reg BDF ID OFFSET.WIDTH: a register of an extended capability, by setpci
reg() {
	setpci -s "$1" "ECAP$2+$3"
}

# look BDF...: what lspci says of them now, for `at` and `bits`. To start lspci for each row
# would take most of the test's time.
look() {
	for function; do
		lspci -n -vv -s "$function" >"/tmp/lspci.$function"
	done
}

# at BDF TITLE: where lspci has that capability, as 180
at() {
	sed -n "s/.*Capabilities: \[\([0-9a-f]*\) v[0-9]*\] $2.*/\1/p" "/tmp/lspci.$1"
}

# bits BDF REGISTER: what lspci has of it in words
bits() {
	sed -n "s/^[[:space:]]*$2:[[:space:]]*//p; T; q" "/tmp/lspci.$1"
}

# has BDF REGISTER TEXT: lspci has that of it
has() {
	case " $(bits "$1" "$2")," in *" $3"[,\ ]*) return 0 ;; esac
	return 1
}

# What show must say, from what other programs say

pasid_line() { # of BDF
	echo "at 0x$(at "$1" "Process Address Space ID"): capability 0x$(reg "$1" 1b 4.w), control 0x$(reg "$1" 1b 6.w)"
}

ats_line() {
	echo "at 0x$(at "$1" "Address Translation Service"): capability 0x$(reg "$1" f 4.w), control 0x$(reg "$1" f 6.w)"
}

pri_line() {
	echo "at 0x$(at "$1" "Page Request Interface"): control 0x$(reg "$1" 13 4.w), status 0x$(reg "$1" 13 6.w)"
}

yes_or_no() { # COMMAND ARG...
	"$@" && echo yes || echo no
}

permission() { # BDF NAME
	if ! has "$1" PASIDCap "$2+"; then
		echo "not supported"
	elif has "$1" PASIDCtl "$2+"; then
		echo "supported, enabled"
	else
		echo "supported, disabled"
	fi
}

width() {
	bits "$1" PASIDCap | sed 's/.*Width: //' | { read -r hex && echo "$((0x$hex)) bits"; }
}

unit() { # of ATS
	bits "$1" ATSCtl | sed 's/.*Unit: //' | { read -r hex && echo "$((4096 << 0x$hex)) bytes"; }
}

queue() {
	bits "$1" ATSCap | sed 's/.*Depth: //' | { read -r hex && echo "$((0x$hex ? 0x$hex : 32)) invalidations"; }
}

requests() {
	echo "$((0x$(reg "$1" 13 8.l))) outstanding at most, $((0x$(reg "$1" 13 c.l))) allowed"
}

# acs BDF: as in the path
acs() {
	redirects=- forwards=-
	! has "$1" ACSCtl ReqRedir+ || redirects=+
	! has "$1" ACSCtl UpstreamFwd+ || forwards=+
	echo "ACS at 0x$(at "$1" "Access Control Services"): 0x$(reg "$1" d 6.w) of 0x$(reg "$1" d 4.w), ReqRedir$redirects UpstreamFwd$forwards"
}

# prefixes BDF: Device Capabilities 2, bit 21
prefixes() {
	[ $((0x$(setpci -s "$1" CAP_EXP+24.l) >> 21 & 1)) = 1 ] && echo "TLP prefixes" || echo "no TLP prefixes"
}

# way BDF: its lines of the path, blanks made one
way() {
	vpasid show "$1" | awk '/^  path / { here = 1 } /^  IOMMU / { here = 0 }
		here { sub("^  path", ""); gsub(" +", " "); sub("^ ", ""); print }'
}

iommu_title() {
	case $(iommu_kind) in
	intel) echo "Intel VT-d" ;;
	amd) echo AMD-Vi ;;
	smmuv3) echo "Arm SMMUv3" ;;
	esac
}

pasids_line() { # the beginning; sysfs has nothing of an SMMUv3's
	case $(iommu_kind) in
	smmuv3) echo "unknown: " ;;
	*) echo "$(iommu_name) supports PASIDs of $(iommu_width 99) bit" ;;
	esac
}

ids() { # BDF: as lspci has them
	lspci -n -s "$1" | awk '{ print $3 ", revision " ($5 ? substr($5, 1, 2) : "00") }'
}

attribute() { # BDF NAME
	cat "$PCI/devices/$1/$2"
}

begins() { # TEXT COMMAND ARG...: it prints a line that begins so
	begins_with=$1
	shift
	begins_got=$("$@")
	case $begins_got in "$begins_with"*) return ;; esac
	echo "got: $begins_got, expected: $begins_with"
	return 1
}

# registers NAME BDF PF: rows of all of them; PASID's and PRI's are the PF's
registers() {
	its="" name=$1 bdf=$2 of=$3
	[ "$bdf" = "$of" ] || its="its PF's, "
	vpasid show "$bdf" >/tmp/show 2>&1
	ok "$name: PASID's registers are what setpci reads" says "$its$(pasid_line "$of")" labelled PASID
	ok "$name: PASID is enabled if lspci says so" \
		says "$(yes_or_no has "$of" PASIDCtl Enable+)" labelled PASID/enabled
	ok "$name: Max PASID Width" says "$(width "$of")" labelled PASID/width
	ok "$name: EXEC" says "$(permission "$of" Exec)" labelled PASID/EXEC
	ok "$name: PRIV" says "$(permission "$of" Priv)" labelled PASID/PRIV
	ok "$name: ATS's registers are its own" says "$(ats_line "$bdf")" labelled ATS
	ok "$name: ATS is enabled if lspci says so" \
		says "$(yes_or_no has "$bdf" ATSCtl Enable+)" labelled ATS/enabled
	ok "$name: Smallest Translation Unit" says "$(unit "$bdf")" labelled ATS/STU
	ok "$name: Invalidate Queue Depth" says "$(queue "$bdf")" labelled ATS/queue
	ok "$name: PRI's registers" says "$its$(pri_line "$of")" labelled PRI
	ok "$name: PRI is enabled, and stopped, if lspci says so" \
		says "$(yes_or_no has "$of" PRICtl Enable+)$(! has "$of" PRISta Stopped+ || echo ", stopped")" \
		labelled PRI/enabled
	ok "$name: page requests" says "$(requests "$of")" labelled PRI/requests
}

# identity NAME BDF: rows of what sysfs and lspci have of it
identity() {
	name=$1 bdf=$2
	vpasid show "$bdf" >/tmp/show 2>&1
	ok "$name: its name" begins "$bdf  $(lspci -s "$bdf" | sed 's/^[^:]*:[^:]*: //; s/ (rev .*//')" \
		cat /tmp/show
	ok "$name: IDs and revision" says "$(ids "$bdf")" labelled ID
	ok "$name: class" begins "$(attribute "$bdf" class | sed 's/^0x//'), " labelled class
	ok "$name: driver" says "$(driver_of "$bdf")" labelled driver
	ok "$name: power" says \
		"$(attribute "$bdf" power_state), $(attribute "$bdf" power/runtime_status)" field "$bdf" power
	ok "$name: IOMMU group and domain" says \
		"$(basename "$(readlink "$PCI/devices/$bdf/iommu_group")"), domain $(attribute "$bdf" iommu_group/type)" \
		labelled group
}

# Shows the PF as to a user who may read 64 bytes of config space
as_nobody() {
	start-stop-daemon -S -c nobody -x "$(which vpasid)" -- show -D "$pf" >/tmp/stdout || return
	grep '^  state       unknown$' /tmp/stdout && grep "^  IOMMU       $(iommu_name)" /tmp/stdout &&
		grep "^  type        unknown: reading its config space" /tmp/stdout &&
		grep "^  PASID       unknown: reading its config space" /tmp/stdout
}

reads_of() { # BDF
	cat "$PLANTER/$1/reads"
}

# looks_at BDF [OPTION]...: show has read its config space
looks_at() {
	reads_before=$(reads_of "$1")
	vpasid show "$@" >/dev/null
	[ "$(reads_of "$1")" != "$reads_before" ]
}

lets_sleep() { # BDF
	! looks_at "$1"
}

exported() { # BDF: its state, by export
	vpasid export --format prometheus 2>/dev/null |
		sed -n "s/^vpasid_function_state{bdf=\"$1\",state=\"\(.*\)\"} 1\$/\1/p"
}

others_let_sleep() { # BDF
	reads_before=$(reads_of "$1")
	vpasid list >/dev/null 2>&1
	vpasid export --format nfd >/dev/null 2>&1
	vpasid explain "$1" >/dev/null
	vpasid place "$1"
	vpasid map "$1"
	[ "$(reads_of "$1")" = "$reads_before" ]
}

titles() { # BDF...: with which their parts begin
	vpasid show "$@" | grep -o "^[0-9a-f][0-9a-f:.]*" | xargs
}

# json BDF MEMBER: offset and registers in that object
json() {
	vpasid show --json "$1" | awk -v in_object="\"$2\":" '
		$1 == in_object { here = 1 }
		here && $1 ~ /offset|capability|control|status/ { gsub(",", ""); printf "%s%s", n++ ? " " : "", $2 }
		here && /}/ { exit }'
}

numbers() { # BDF ID TITLE
	echo "$((0x$(at "$1" "$3"))) $((0x$(reg "$1" "$2" 4.w))) $((0x$(reg "$1" "$2" 6.w)))"
}

mkdir -p /etc
echo nobody:x:65534:65534::/:/bin/sh >>/etc/passwd
modprobe pasid_vfio_pci enable_sriov=1
make_vfs "$pf" 2
vf=$(vfs_of "$pf" | head -n 1)
sleep 1

look "$pf" "$vf" "$plain" "$port"
host=$(control_of_host 1)
state=enabled
[ "$host" != 0000 ] || state=off
ok "the kernel has made $host of the PF's PASID Control" says "$host" control "$pf"
ok "PF: state" says $state field "$pf" state
ok "VF: state" says $state field "$vf" state
ok "a function without PASID: state" says none field "$plain" state
ok "PF: kind" says "PF, 2 of 4 VFs" field "$pf" kind
ok "VF: kind" says "VF of $pf" field "$vf" kind
ok "a function that is neither: kind" says function field "$plain" kind
identity PF "$pf"
identity VF "$vf"
identity port "$port"
registers PF "$pf" "$pf"
registers VF "$vf" "$pf"
ok "none of them is there where lspci has none" says "" at "$plain" "\(Process\|Address\|Page Request\)"
for capability in PASID ATS PRI; do
	ok "so says show of $capability" says none field "$plain" "$capability"
done
path="$pf endpoint $(prefixes "$pf") no ACS
$port root port $(prefixes "$port") $(acs "$port")"
ok "PF: the way up, with TLP prefixes and ACS" says "$path" way "$pf"
ok "VF: its PF's" says "$path" way "$vf"
ok "an integrated one: no port above it" \
	says "$plain root complex integrated endpoint $(prefixes "$plain") no ACS" way "$plain"
ok "the IOMMU" says "$(iommu_name), $(iommu_title)" field "$pf" IOMMU
ok "how wide its PASIDs are" begins "$(pasids_line)" field "$pf" PASIDs
ok "JSON has PASID's numbers" says "$(numbers "$pf" 1b "Process Address")" json "$vf" pasid
ok "JSON has ATS's numbers" says "$(numbers "$vf" f "Address Translation")" json "$vf" ats
ok "JSON has PRI's numbers" says "$(numbers "$pf" 13 "Page Request")" json "$vf" pri

# Other values, behind the kernel's back
setpci -s "$pf" ECAP1b+6.w=2 ECAPf+6.w=8003 ECAP13+4.w=1 ECAP13+c.l=1ff
setpci -s "$vf" ECAPf+6.w=8001
look "$pf" "$vf"
ok "PASID switched off behind the kernel's back: state" says off field "$vf" state
registers "PF, changed" "$pf" "$pf"
registers "VF, changed" "$vf" "$pf"
setpci -s "$pf" ECAP1b+6.w=3 ECAPf+6.w=0 ECAP13+4.w=0
setpci -s "$vf" ECAPf+6.w=0

ok "who isn't root sees the rest" as_nobody
lspci -xxxx >/tmp/dump
ok "a dump has the same registers" says "$(field "$vf" PASID)" field "$vf" PASID --file /tmp/dump
ok "a recorded sysfs has them, too" says "$(field "$vf" PASID)" field "$vf" PASID --sysfs /sys
ok "no config space is written" writes_nothing vpasid show "$pf" "$vf" "$plain" "$port"
ok "all of them are shown, in their order" says "$vf $pf $port" titles "$vf" "$pf" "$port"
ok "one that isn't there is an error" ends 3 vpasid show "$pf" 0000:00:1f.7
ok "it is named" told "0000:00:1f.7: no such PCI function"
ok "the others are shown" shown "^$pf "

# VFIO has it
bind "$plain" pasid_vfio_pci
group=$(basename "$(readlink "$PCI/devices/$plain/iommu_group")")
ok "bound: by whom" says "bound to pasid_vfio_pci" field "$plain" VFIO
ok "bound: by override" says pasid_vfio_pci field "$plain" override
ok "bound: the group's node is there" test -c "/dev/vfio/$group"
ok "bound: it is told" says "/dev/vfio/$group" field "$plain" VFIO/group
hold "$plain" >/tmp/held &
holder=$!
while ! grep -q open /tmp/held; do sleep 0.1; done
ok "shown while a process has it: nothing is opened" says "/dev/vfio/$group" field "$plain" VFIO/group
kill "$holder"
wait "$holder"

# Asleep, with the port above
echo 0 >"$PCI/devices/$pf/sriov_numvfs"
bind "$pf" pasid_vfio_pci
echo auto >"$PCI/devices/$port/power/control"
ok "bound and unused, it is suspended" soon says suspended attribute "$pf" power/runtime_status
ok "so is the port above" soon says suspended attribute "$port" power/runtime_status
echo "$pf" >"$PLANTER/watch"
ok "show says so" says asleep field "$pf" state
ok "show doesn't look at it" lets_sleep "$pf"
ok "so does the list" says asleep listed "$pf"
ok "so does export" says asleep exported "$pf"
ok "list, export, explain, place and map don't look at it either" others_let_sleep "$pf"
ok "it sleeps on" says suspended attribute "$port" power/runtime_status
ok "--wake looks" looks_at "$pf" --wake
plan
