#!/bin/sh
# SPDX-License-Identifier: MIT
#
# command.sh PF PLAIN DISK: what people see of vpasid, and what it does to drivers.
. tests/lab/vm/lib.sh
. tests/support/opens.sh
pf=$1
plain=$2
disk=$3

# What the kernel does to PASID Control of a function that nobody has opened, and of one that
# query has; and how query ends then
host=$(control_of_host 3)
user=$(control_while_asked 3)
found=$(query_status "$user")
found_by_stock=$(query_status_of_stock "$user")
found_vf=$(query_status "$host")

# has_no_todo_of_vfio: explain, whose output is in $stdout, wants no other driver and no module of
# VFIO's; QEMU wants an iommufd
has_no_todo_of_vfio() {
	! echo "$stdout" | grep -E 'to do.*(vpasid bind|modprobe [^ ]*(pasid|vfio))'
}

# A function and its driver
ok "query of a function on nvme: 3" ends 3 vpasid query "$pf"
ok "and it says what to do" told "bound to nvme, which isn't a VFIO driver; use \`vpasid bind $pf\`"
ok "query of no function: 3" ends 3 vpasid query 00:13.0
ok "and it says so" told "no such PCI function"
ok "usage: 2" ends 2 vpasid query --nonsense "$pf"
ok "bind to stock vfio-pci" ends 0 vpasid bind --driver vfio-pci "$pf"
ok "query falls back to sysfs: $found_by_stock" ends "$found_by_stock" vpasid query "$pf"
registers=$(queried "$user" 20 3)
ok "with the registers' answer" shown \
	"^$pf +PF +vfio-pci +${registers% +*} +($(sysfs_width 20) +sysfs|${registers##* +} +sysfs, iommufd) "
ok "and says so" told "read from config space through sysfs instead"
ok "and opens no file of a function twice" opened_once "$PCI/devices" vpasid query "$pf"
ok "unbind from it" ends 0 vpasid unbind "$pf"

# With vfio_pasid, stock vfio-pci is a full answer.
modprobe vfio_pasid
ok "bind to stock vfio-pci, with vfio_pasid" ends 0 vpasid bind --driver vfio-pci "$pf"
ok "query, with vfio_pasid: $found" ends "$found" vpasid query "$pf"
ok "with vfio_pasid's answer" shown \
	"^$pf +PF +vfio-pci +$(queried "$user" 20 3) +vfio-feature by vfio_pasid"
tells vpasid show "$pf"
ok "show names it" shown "^ +reporter +vfio_pasid$"
tells vpasid explain "$pf"
ok "so does explain" shown "^ +ok +report +vfio_pasid reports PASID to the VMM in place of vfio-pci$"
ok "and there is nothing to do about VFIO" has_no_todo_of_vfio
rmmod vfio_pasid

ok "bind to pasid_vfio_pci, which loads it" ends 0 vpasid bind "$pf"
ok "query: $found" ends "$found" vpasid query "$pf"
ok "it opens no file of a function twice" opened_once "$PCI/devices" vpasid query "$pf"
ok "with the driver's answer" shown \
	"^$pf +PF +pasid_vfio_pci +$(queried "$user" 20 3) +vfio-feature"
ok "bind again changes nothing" ends 0 vpasid bind "$pf"
ok "unbind" ends 0 vpasid unbind "$pf"
ok "nvme has the function back" says nvme driver_of "$pf"
ok "without an override" says "(null)" cat "$PCI/devices/$pf/driver_override"
ok "bind of a function without PASID" ends 0 vpasid bind "$plain"
ok "query of it: 1" ends 1 vpasid query "$plain"
ok "with width 0" shown "^$plain +function +pasid_vfio_pci +0 +no +no +no +- +vfio-feature"
ends 0 vpasid unbind "$plain"
bind "$plain" vfio-pci
ends 0 vpasid bind "$plain"
ok "unbind of a function that was overridden before" ends 0 vpasid unbind "$plain"
ok "restores the driver" says vfio-pci driver_of "$plain"
ok "and the override" says vfio-pci cat "$PCI/devices/$plain/driver_override"
ok "a driver that isn't there can't be bound" ends 3 vpasid bind --driver no_such "$pf"
ok "nvme still has the function" says nvme driver_of "$pf"

# A PF and its VFs
ok "bind the PF" ends 0 vpasid bind "$pf"
echo 1 >/sys/module/pasid_vfio_pci/parameters/enable_sriov
make_vfs "$pf" 2
vfs=$(vfs_of "$pf" | xargs)
# shellcheck disable=SC2086 # a list
ok "query of the PF and its VFs needs no token" ends "$found" vpasid query "$pf" $vfs
ok "the VF says whose it is" shown \
	"^${vfs#* } +VF of $pf +pasid_vfio_pci +$(queried "$host" 20 3)"
# shellcheck disable=SC2086
ok "and opens no file of a function twice" opened_once "$PCI/devices" vpasid query "$pf" $vfs
# shellcheck disable=SC2086
ok "with a token" ends "$found" vpasid query --vf-token "$TOKEN" "$pf" $vfs
ok "a VF alone, with the token" ends "$found_vf" vpasid query --vf-token "$TOKEN" "${vfs#* }"
ok "a VF alone, with a wrong one: 3" ends 3 vpasid query \
	--vf-token 00000000-0000-0000-0000-000000000000 "${vfs#* }"
ok "and it says that it is the token" told "token"
ok "a PF with VFs can't be bound elsewhere" ends 3 vpasid bind --driver vfio-pci "$pf"
ok "and it says how" told "sriov_numvfs"
echo 0 >"$PCI/devices/$pf/sriov_numvfs"

# In use
hold "$pf" >/tmp/held &
holder=$!
while ! grep -q open /tmp/held; do sleep 0.1; done
ok "query of a device that is open elsewhere: 3" ends 3 vpasid query "$pf"
ok "and it names the process" told "$holder"
ok "unbind of it: 3" ends 3 vpasid unbind "$pf"
kill "$holder"
wait "$holder"
ok "unbind when it is closed" ends 0 vpasid unbind "$pf"

node=$(basename "$PCI/devices/$disk"/nvme/nvme*)n1
dd if=/dev/zero of="/dev/$node" bs=1M count=16 2>/dev/null
mkswap "/dev/$node" >/dev/null
swapon "/dev/$node"
ok "a disk that is swapped to isn't taken: 3" ends 3 vpasid bind "$disk"
ok "and it says why" told swap
ok "nvme still has it" says nvme driver_of "$disk"
swapoff "/dev/$node"
ok "it is when it isn't in use" ends 0 vpasid bind "$disk"

# Machines read
ok "--json" ends 1 vpasid query --json "$disk"
ok "has a schema" shown '"schema": "vpasid-query/1"'
ok "and the answer" shown '"enabled": false'
plan
