#!/bin/sh
# SPDX-License-Identifier: MIT
#
# report.sh TOPOLOGY: what the topology plants is what the feature reports, for
# each SR-IOV PF in it and for each of its 4 VFs; zeros where it plants nothing,
# or where the host's IOMMU doesn't do PASID.
. tests/lab/vm/lib.sh
topology=$1

# planted: a line for each SR-IOV PF, "PATH WIDTH CAPABILITIES"
planted() {
	awk '
		{ sub(/#.*/, "") }
		$1 == "iommu" { pasid = $2 == "scalable" }
		$1 == "nvme" && $3 ~ /^vfs=/ { path[++paths] = $2 }
		$1 == "plant" && $3 == "pasid" {
			for (i = 4; i <= NF; i++) {
				if ($i ~ /^width=/) width[$2] = substr($i, 7)
				if ($i == "exec") capabilities[$2] += 1
				if ($i == "priv") capabilities[$2] += 2
			}
		}
		END {
			for (i = 1; i <= paths; i++)
				print path[i], pasid * width[path[i]], pasid * capabilities[path[i]]
		}' "$topology"
}

permissions() { # CAPABILITIES
	case $1 in
	0) echo none ;;
	1) echo exec ;;
	2) echo priv ;;
	3) echo exec+priv ;;
	esac
}

# drivers_of_vfs PF: one for each VF
drivers_of_vfs() {
	for vf in $(vfs_of "$1"); do
		driver_of "$vf"
	done
}

modprobe pasid_vfio_pci enable_sriov=1
while read -r path width capabilities; do
	pf=$(bdf_of "$path")
	expected="width=$width capabilities=$capabilities enabled=$capabilities \
iommu_width=$(iommu_width "$width") reserved=0,0"
	what="width=$width $(permissions "$capabilities")"

	ok "PF $pf on pasid_vfio_pci" bind "$pf" pasid_vfio_pci
	ok "PF $pf: $what" says "$expected" ask "$pf" "$TOKEN"
	ok "PF $pf: 4 VFs" make_vfs "$pf" 4
	ok "PF $pf: its VFs follow it to pasid_vfio_pci" says \
		"pasid_vfio_pci
pasid_vfio_pci
pasid_vfio_pci
pasid_vfio_pci" drivers_of_vfs "$pf"
	for vf in $(vfs_of "$pf"); do
		ok "VF $vf of $pf: $what" says "$expected" ask "$vf" "$TOKEN"
	done
	echo 0 >"$PCI/devices/$pf/sriov_numvfs"
done <<END
$(planted)
END
plan
