#!/bin/sh
# SPDX-License-Identifier: MIT
#
# unprivileged.sh PF PLAIN: without root, each command says what it can't read or do and what to
# do about it, prints what it can, and changes nothing. Names of processes, devices and
# drivers that were made to harm do no harm.
. tests/lab/vm/lib.sh
pf=$1
plain=$2

# host: everything that the command could change
host() {
	for function in "$PCI"/devices/*; do
		echo "${function##*/} $(driver_of "${function##*/}")" "$(cat "$function/driver_override")"
	done
	cut -d ' ' -f 1 /proc/modules | sort
	find /run /root "$OLDPWD" /tmp -type f ! -name stdout ! -name stderr ! -name rows | sort
}

unchanged() {
	host >/dev/shm/now
	diff /dev/shm/before /dev/shm/now
}

# user_ends STATUS COMMAND ARG...: vpasid ends with that status for a user
user_ends() {
	user_status=$1
	verb=$2
	shift 2
	ends "$user_status" as_user vpasid "$verb" -D "$@"
}

# nothing_shown: the last output was empty
nothing_shown() {
	[ -z "$stdout" ] && return
	echo "$stdout"
	return 1
}

# no_raw_bytes: stdout and stderr have no control character but the newline
no_raw_bytes() {
	! tr -d '\n' </tmp/stdout | tr -cd '\000-\037\177' | grep -q . &&
		! tr -d '\n' </tmp/stderr | tr -cd '\000-\037\177' | grep -q .
}

ROOT="run as root"
BEYOND="reading its config space beyond the first 64 bytes requires root: $ROOT; or give list, show, explain, map or place, by --file, the output of \`lspci -xxxx -s $pf\` run as root"

cd /tmp || exit
host >/dev/shm/before
ok "a user is none to whom sysfs shows more than 64 bytes" says 64 \
	as_user sh -c "wc -c <$PCI/devices/$pf/config"

# A function on its own driver
ok "query: 3" user_ends 3 query "$pf"
ok "it says that it isn't on VFIO" told "bound to nvme, which isn't a VFIO driver"
ok "and has the kind, the driver and the name" shown "^$pf +PF +nvme +-.* - +Red Hat"
ok "bind: 3" user_ends 3 bind "$pf"
ok "it says to run as root" told "driver_override: Permission denied; $ROOT"
ok "and that nothing was changed" told "nothing was changed"
ok "bind --force: 3, too" user_ends 3 bind --force "$pf" "$plain"
ok "of each function" told "$plain: can't write to"
ok "bind --json" user_ends 3 bind --json "$pf"
ok "refused" shown '"result": "refused"'
ok "bind --dry-run: it could be" user_ends 0 bind --dry-run "$pf"
ok "says it" shown "^$pf: can be bound to pasid_vfio_pci"
ok "and what isn't seen" told "without root not every use of a function is visible"
ok "unbind: 3" user_ends 3 unbind "$pf"
ok "there is nothing to unbind it from" told "which isn't a VFIO driver"
ok "map: 3" user_ends 3 map "$pf"
ok "it says what isn't seen, and what to do" told "$pf: $BEYOND"
ok "map --json has the name" user_ends 3 map --json "$pf"
ok "and no capabilities" shown '"capabilities": null'
ok "map --json: the name" shown '"name": "Red Hat'
ok "map --svg makes no file" user_ends 3 map --svg /tmp/picture.svg "$pf"
ok "none at all" test ! -e /tmp/picture.svg
ok "place: 3" user_ends 3 place "$pf"
ok "it says so, too" told "$pf: $BEYOND"
ok "place --format json has the kind" user_ends 3 place --format json "$pf"
ok "of a PF" shown '"kind": "pf"'
ok "place --format qemu: 3" user_ends 3 place --format qemu "$pf"
ok "with no option" nothing_shown
ok "place --emit: 3" user_ends 3 place --emit "$pf"
ok "with no bytes" nothing_shown
ok "a function that isn't there: 3" user_ends 3 map 00:13.0
ok "is told as such" told "no such PCI function on this host"
ok "all is as it was" unchanged

# Dumps that root has made can be used without root.
as_user lspci -xxxx -s "$pf" >/dev/shm/short
lspci -xxxx -s "$pf" >/dev/shm/dump
chmod 644 /dev/shm/*
ok "map --file" user_ends 0 map --file /dev/shm/dump
ok "draws" shown "PASID goes here"
ok "place --file" user_ends 0 place --file /dev/shm/dump
ok "has a place" shown "^  offset  0x"
ok "place --format qemu --file" user_ends 0 place --format qemu --file /dev/shm/dump
ok "place --emit --file" user_ends 0 place --emit --file /dev/shm/dump
ok "map of a user's dump: 3" user_ends 3 map --file /dev/shm/short
ok "it is to be made by root" told "recreate it by"
ok "place of it: 3" user_ends 3 place --file /dev/shm/short "$pf"
ok "it says how much there is" told "only 64 bytes"
ok "map --sysfs of this host's: 3" user_ends 3 map --sysfs /sys "$pf"

# A function on VFIO
ends 0 vpasid bind "$pf"
group=$(basename "$(readlink "$PCI/devices/$pf/iommu_group")")
host >/dev/shm/before
ok "query of a function on VFIO: 3" user_ends 3 query "$pf"
ok "it says what may not be opened, and what to do" told \
	"no permission to open /dev/vfio/$group: $ROOT, or grant your user access to it"
ok "and has the kind and the driver" shown "^$pf +PF +pasid_vfio_pci +-"
ok "query --json: 3" user_ends 3 query --json "$pf"
ok "has the driver" shown '"driver": "pasid_vfio_pci"'
ok "and the error" shown '"error": "no permission'
ok "unbind: 3" user_ends 3 unbind "$pf"
ok "it says to run as root" told "driver_override: Permission denied; $ROOT"
ok "unbind --force: 3" user_ends 3 unbind --force "$pf"
ok "unbind --dry-run" user_ends 0 unbind --dry-run "$pf"
ok "says what isn't seen" told "not every use of a function is visible"
ok "bind, where it is bound already" user_ends 0 bind "$pf"
ok "all is as it was" unchanged
chown 1000 "/dev/vfio/$group"
ok "query of a user who was given it: 0" user_ends 0 query "$pf"
ok "has the answer" shown "^$pf +PF +pasid_vfio_pci +20 +yes +yes +yes +$(iommu_width 20) +vfio-feature"
ends 0 vpasid unbind "$pf"
ends 0 vpasid bind --driver vfio-pci "$pf"
chown 1000 "/dev/vfio/$group"
ok "query, where the driver doesn't report it: 3" user_ends 3 query "$pf"
ok "says what would help" told "doesn't report PASID (what to do: modprobe vfio_pasid)"
ok "and who may read the registers" told "reading the config space of $pf beyond its first 64 bytes requires root"
ends 0 vpasid unbind "$pf"

# Names that were made to harm: of a process that has the function open
ends 0 vpasid bind "$pf"
odd=$(printf 'h\033[2J\nx')
cp "$(command -v hold)" "/tmp/$odd"
"/tmp/$odd" "$pf" >/dev/shm/held &
holder=$!
while ! grep -q open /dev/shm/held; do sleep 0.1; done
ok "query of a function that a process with such a name has open: 3" ends 3 vpasid query "$pf"
ok "the name is escaped" told "process $holder (h\\x1b[2J\\x0ax)"
ok "nothing raw" no_raw_bytes
ok "JSON has it, too" ends 3 vpasid query --json "$pf"
ok "escaped twice" shown 'h\\\\x1b\[2J'
kill "$holder"
wait "$holder"
rm "/tmp/$odd"

# of devices
ids=/usr/share/misc/pci.ids
mv "$ids" /dev/shm/ids
vendor=$(sed 's/0x//' "$PCI/devices/$pf/vendor") device=$(sed 's/0x//' "$PCI/devices/$pf/device")
# shellcheck disable=SC2016 # the names are so
printf '%s  Ev\033[2Jil\n\t%s  \342\200\256\377$(id)\n' "$vendor" "$device" >"$ids"
ok "query of a device with such a name" ends 0 vpasid query "$pf"
ok "the name is escaped" shown 'Ev\\x1b\[2Jil \\xe2\\x80\\xae\\xff\$\(id\)$'
ok "nothing raw" no_raw_bytes
ok "map" ends 0 vpasid map "$pf"
ok "escapes it, too" shown "^$pf  Ev\\\\x1b\\[2Jil"
ok "nothing raw" no_raw_bytes
ok "place --format qemu" ends 0 vpasid place --format qemu "$pf"
ok "the option alone" shown '^x-vpasid-cap-offset=0x[0-9a-f]{3}$'
ok "place --emit" ends 0 vpasid place --emit "$pf"
ok "nothing raw" no_raw_bytes
echo "this is no list of names" >"$ids"
ok "query where the names can't be understood: 0" ends 0 vpasid query "$pf"
ok "says so" told "pci.ids"
ok "and has numbers" shown "vfio-feature +Device $vendor:$device$"
ok "map, too" ends 0 vpasid map "$pf"
ok "says so, too" told "pci.ids"
mv /dev/shm/ids "$ids"
ends 0 vpasid unbind "$pf"

# of drivers: modprobe gets the name as one word, and no shell reads it
cat >/dev/shm/modprobe <<'SH'
#!/bin/sh
echo "modprobe has $# words: $*"
exit 1
SH
chmod +x /dev/shm/modprobe
before=$(cat /proc/sys/kernel/modprobe)
echo /dev/shm/modprobe >/proc/sys/kernel/modprobe
# shellcheck disable=SC2016 # not here, and nowhere
driver='x;touch pwned;$(touch pwned)`touch pwned`'
ok "bind to a driver with a shell's words in its name, which has no module: 3" ends 3 \
	vpasid bind --driver "$driver" "$pf"
ok "it says that" told "no module of that name is installed"
modules=/lib/modules/$(uname -r)/modules.dep
cp "$modules" /dev/shm/modules.dep
echo "kernel/$driver.ko:" >>"$modules"
ok "and if there is one: 3" ends 3 vpasid bind --driver "$driver" "$pf"
# shellcheck disable=SC2016
ok "one word" shown '^modprobe has 2 words: -- x;touch pwned;\$\(touch pwned\)`touch pwned`$'
cp /dev/shm/modules.dep "$modules"
ok "nothing else ran" test ! -e pwned
ok "no such path" ends 2 vpasid bind --driver ../../x "$pf"
echo "$before" >/proc/sys/kernel/modprobe
plan
