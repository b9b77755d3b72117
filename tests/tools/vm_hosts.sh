# shellcheck shell=bash
# SPDX-License-Identifier: MIT
#
# For tests of what `vpasid vm` prints: made hosts, each in a directory of its own under $dir.
# Source it. Each has a PF and three VFs, which have PASID, and others, which don't.

# shellcheck disable=SC2154 # the test's own
host() { # NAME
	mkdir "$dir/$1" && "${BUILD:-build}/tests/tools/make_host" "$dir/$1" 8
}

# What a function is, in its PCI Express Capability: 9 is a Root Complex Integrated Endpoint
make_integrated() { # HOST BDF
	printf '\x92' | dd of="$dir/$1/bus/pci/devices/$2/config" bs=1 seek=98 conv=notrunc status=none
}

give_iommu() { # HOST BDF IOMMU
	mkdir -p "$dir/$1/class/iommu/$3"
	ln -sfn "../../../../class/iommu/$3" "$dir/$1/bus/pci/devices/$2/iommu"
}

give_driver() { # HOST BDF DRIVER
	ln -sfn "../../../../drivers/$3" "$dir/$1/bus/pci/devices/$2/driver"
	mkdir -p "$dir/$1/bus/pci/devices/$2/vfio-dev/vfio0"
}

# plain; narrow, whose IOMMU has PASIDs of 16 bits, and pages of 1 GiB; no-ats, whose IOMMU takes no
# ATS; mixed, with integrated endpoints and others, and drivers that libvirt knows or can't know;
# arm, with two SMMUv3s
make_hosts() {
	local function
	host plain
	host narrow
	sed -i 's/^99e/97e/' "$dir/narrow/class/iommu/dmar0/intel-iommu/ecap"
	sed -i 's/^/1/' "$dir/narrow/class/iommu/dmar0/intel-iommu/cap"
	host no-ats
	echo 99e2ff0505a >"$dir/no-ats/class/iommu/dmar0/intel-iommu/ecap" # without DT
	host mixed
	make_integrated mixed 0000:00:00.0
	give_driver mixed 0000:00:00.0 pasid_vfio_pci
	give_driver mixed 0000:00:00.1 "odd'>name"
	host arm
	for function in 0 1 2 3; do
		give_iommu arm "0000:00:00.$function" "smmu3.0x000000000905000$((function % 2))"
	done
	make_integrated arm 0000:00:00.0
}
