#!/bin/sh
# SPDX-License-Identifier: MIT
#
# report.sh TOPOLOGY: what the topology plants is what the feature reports, for
# each SR-IOV PF in it and for each of its 4 VFs; zeros where it plants nothing,
# or where the host's IOMMU doesn't do PASID.
. tests/lab/vm/lib.sh
topology=$1

# planted PATH: WIDTH CAPABILITIES of what the topology plants there
planted() {
	sed 's/#.*//' "$topology" | awk -v path="$1" '
		$1 == "plant" && $2 == path && $3 == "pasid" {
			for (i = 4; i <= NF; i++) {
				if ($i ~ /^width=/) width = substr($i, 7)
				if ($i == "exec") capabilities += 1
				if ($i == "priv") capabilities += 2
			}
		}
		END { print width + 0, capabilities + 0 }'
}

# enabled CONTROL: that, if the topology has the kernel use PASIDs
enabled() {
	grep -q '^iommu  *on$' "$topology" && echo "$1" || echo 0000
}

# drivers_of_vfs PF: one for each VF, on one line
drivers_of_vfs() {
	for vf in $(vfs_of "$1"); do
		driver_of "$vf"
	done | xargs
}

load
while read -r path; do
	pf=$(bdf_of "$path")
	capability=$(planted "$path")
	width=${capability% *}
	capabilities=${capability#* }
	user=$(enabled "$(control_of_user "$capabilities")")
	host=$(enabled "$(control_of_host "$capabilities")")
	what="width=$width $(echo "$capabilities" | sed 's/0/none/; s/1/exec/; s/2/priv/; s/3/exec+priv/')"

	ok "PF $pf on $DRIVER" bind "$pf" "$DRIVER"
	ok "PF $pf: $what, by Control $user" \
		says "$(answer "$user" "$width" "$capabilities")" ask "$pf" "$TOKEN"
	ok "PF $pf: 4 VFs" make_vfs "$pf" 4
	ok "PF $pf: its VFs follow it to $DRIVER" says "$DRIVER $DRIVER $DRIVER $DRIVER" \
		drivers_of_vfs "$pf"
	for vf in $(vfs_of "$pf"); do
		ok "VF $vf of $pf: $what, by Control $host" \
			says "$(answer "$host" "$width" "$capabilities")" ask "$vf" "$TOKEN"
	done
	echo 0 >"$PCI/devices/$pf/sriov_numvfs"
done <<END
$(awk '$1 == "nvme" && $3 ~ /^vfs=/ { print $2 }' "$topology")
END
plan
