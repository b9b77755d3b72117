#!/bin/sh
# SPDX-License-Identifier: MIT
#
# systemd.sh PF SYSTEMCTL: systemd itself runs the units of doc/fleet, confined as they say.
# vpasid export has the rights that it needs, and no others.
. tests/lab/vm/lib.sh
pf=$1
systemctl=$2
metrics=/var/lib/prometheus/node-exporter/vpasid.prom
features=/etc/kubernetes/node-feature-discovery/features.d/vpasid
units=/run/systemd/system

# systemd must be the first process: it gets a PID namespace, where it is. It has no other units
# here, so the targets that it needs are empty.
start_systemd() {
	mount -t tmpfs tmpfs /run && mount -t cgroup2 cgroup2 /sys/fs/cgroup || return
	mkdir -p "$units" "${metrics%/*}" "${features%/*}"
	for target in sysinit basic shutdown timers idle; do
		printf '[Unit]\nDefaultDependencies=no\n' >"$units/$target.target"
	done
	# as Debian's package of node_exporter has it
	chown 1000:1000 "${metrics%/*}"
	unshare -p -f -m --mount-proc env -i container=lab PATH="$PATH" \
		/lib/systemd/systemd --system --unit=idle.target --log-target=console >/tmp/systemd 2>&1 &
	soon test -S /run/systemd/private
	systemd=$(pidof systemd) && return
	cat /tmp/systemd
	return 1
}

# systemd answers only inside of its namespace.
systemctl() {
	nsenter -t "$systemd" -p -m "$systemctl" "$@"
}

# The units with both of the lines that the user may choose from; EDIT is for sed
install_units() { # install_units [EDIT]
	vpasid=$(which vpasid)
	sed -e "s,@BINDIR@,${vpasid%/*},; s/^#\(ExecStart\|ReadWritePaths\)=/\1=/" -e "${1-}" \
		doc/fleet/vpasid-export.service.in >"$units/vpasid-export.service" &&
		cp doc/fleet/vpasid-export.timer "$units" && systemctl daemon-reload
}

run_unit() {
	rm -f "$metrics" "$features"
	systemctl start vpasid-export.service && return
	systemctl show -p Result -p ExecMainStatus vpasid-export.service
	return 1
}

# written FORMAT FILE [OPTION...]: it has the facts, whatever its expiry date
written() {
	format=$1
	file=$2
	shift 2
	vpasid export --format "$format" "$@" | grep -v expiry-time >/tmp/expected
	grep -v expiry-time "$file" >/tmp/actual
	diff /tmp/expected /tmp/actual
}

# The drop-in, by which there are metrics of vpasid check
install_check() {
	mkdir -p "$units/vpasid-export.service.d"
	sed "s,@BINDIR@,${vpasid%/*}," doc/fleet/check.conf.in >"$units/vpasid-export.service.d/check.conf" &&
		systemctl daemon-reload
}

# The check looks at what the drop-in shows: without that it finds less.
differs_without() { # differs_without SETTING
	install_check && sed -i "/^$1=/d" "$units/vpasid-export.service.d/check.conf" &&
		systemctl daemon-reload && run_unit && ! written prometheus "$metrics" --for vmm >/dev/null
}

# fails_with EDIT STATUS: the unit fails, as vpasid ends with that status
fails_with() {
	install_units "$1" && ! run_unit >/dev/null || return
	says "$2" systemctl show -p ExecMainStatus --value vpasid-export.service
}

# The file is there, or is replaced by another one.
replaced() {
	replaced_before=$(stat -c %i "$metrics" 2>/dev/null)
	soon is_another
}

is_another() {
	replaced_now=$(stat -c %i "$metrics" 2>/dev/null) && [ "$replaced_now" != "$replaced_before" ]
}

make_vfs "$pf" 4
ok "systemd starts" start_systemd
ok "it takes the units" install_units
ok "it runs the service" run_unit
ok "metrics are written, in another user's directory" written prometheus "$metrics"
ok "all is known" grep -qx 'vpasid_functions{state="enabled"} 5' "$metrics"
ok "labels are written" written nfd "$features"
ok "they expire" grep -q '^# +expiry-time=20' "$features"
ok "without CAP_SYS_ADMIN it can't read: it is confined" \
	fails_with 's/=CAP_SYS_ADMIN /=/' 3
ok "elsewhere than told it can't write" fails_with '/^ReadWritePaths/d' 3

# What vpasid check requires to see everything
install_units
ok "the drop-in is taken" install_check
ok "it runs the service, too" run_unit
ok "metrics have what vpasid check finds, all of it" written prometheus "$metrics" --for vmm
ok "there are some" grep -q '^vpasid_check{for="vmm",question="iommufd"' "$metrics"
ok "without ProcSubset=all they would be others" differs_without ProcSubset
rm -r "$units/vpasid-export.service.d"

# The timer as on a host that has been up for long, but with a shorter period
install_units
run_unit
mkdir -p "$units/vpasid-export.timer.d"
printf '[Timer]\nOnBootSec=\nOnBootSec=1\nOnUnitInactiveSec=1\nRandomizedDelaySec=0\nAccuracySec=1\n' \
	>"$units/vpasid-export.timer.d/soon.conf"
rm "$metrics"
ok "the timer is taken" systemctl daemon-reload
ok "it starts" systemctl start vpasid-export.timer
ok "it starts the service" replaced
ok "and again" replaced
plan
