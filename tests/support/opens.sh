# shellcheck shell=sh
# SPDX-License-Identifier: MIT
#
# For test scripts, of bash and of busybox: which files a program opens.

# opened_once DEVICES PROGRAM ARG...: whether PROGRAM opens some file below DEVICES, sysfs's
# directory of PCI functions, and none twice; prints those that it does.
opened_once() {
	opens_devices=$1
	opens_trace=$(mktemp)
	shift
	# with the paths of the directories that names are relative to
	strace -f -y -e trace=open,openat -o "$opens_trace" "$@" >/dev/null 2>&1
	# openat(3</sys/bus/pci/devices>, "0000:00:05.0/config", ...) = 4</sys/devices/...>
	sed -n 's/.* = [0-9]*<\(.*\)>$/\1/p' "$opens_trace" |
		grep "/[0-9a-f]*:[0-9a-f][0-9a-f]:[0-9a-f][0-9a-f]\.[0-7]/" >"$opens_trace.files"
	sort "$opens_trace.files" | uniq -d >"$opens_trace.twice"
	cat "$opens_trace.twice"
	[ -s "$opens_trace.files" ] && [ ! -s "$opens_trace.twice" ]
	opens_status=$?
	grep -q "$opens_devices" "$opens_trace" || opens_status=1
	rm -f "$opens_trace" "$opens_trace.files" "$opens_trace.twice"
	return $opens_status
}
