#!/bin/bash
# SPDX-License-Identifier: MIT
#
# vpasid export: what it writes, promtool finds right, node_exporter serves and NFD reads;
# it says what vpasid list says; and whoever reads it while it is written has all or
# nothing new.
set -uo pipefail
cd "$(dirname "$0")/../.." || exit
. tests/tap.sh
. tests/tools/export.sh

dir=$(mktemp -d)
exporter=
trap '[[ -z $exporter ]] || kill "$exporter"; rm -rf "$dir"' EXIT
chmod 755 "$dir"
# A copy, where the user nobody can't read the checkout
cp "${BUILD:-build}/vpasid" "$dir/vpasid" && chmod 755 "$dir/vpasid"
vpasid=$dir/vpasid
promtool=build/prometheus/promtool
metrics=$dir/metrics
features=$dir/features

# exports STATUS ARG...: `vpasid export ARG...` ends with it; $dir/out, $dir/err
exports() {
	local expected=$1 status
	shift
	"$vpasid" export "$@" >"$dir/out" 2>"$dir/err"
	status=$?
	[[ $status == "$expected" ]] && return
	echo "ended with $status"
	cat "$dir/out" "$dir/err"
	return 1
}

# told TEXT: the last message contained it
told() {
	grep -qF -- "$1" "$dir/err" || { cat "$dir/err"; return 1; }
}

# shown LINE...: the last output had each
shown() {
	local line
	for line; do
		grep -qxF -- "$line" "$dir/out" || { echo "no $line in:"; head -n 12 "$dir/out"; return 1; }
	done
}

# both STATUS ARG...: of each format, to $metrics and $features
both() {
	exports "$1" --format nfd "${@:2}" && cp "$dir/out" "$features" &&
		exports "$1" --format prometheus "${@:2}" && cp "$dir/out" "$metrics"
}

# What is written

says_as_list() {
	both "$1" --sysfs "$2" && as_listed "$2" "$metrics"
}

count_states() {
	local state
	exports 3 --format prometheus --sysfs "$dir/odd" || return
	for state in "enabled $1" "off $2" "asleep $3" "unknown $4" "none $5"; do
		shown "vpasid_functions{state=\"${state% *}\"} ${state#* }" || return
	done
}

# feature NAME: its value
feature() {
	sed -n "s,^feature.node.kubernetes.io/vpasid$1=,,p" "$features"
}

# has_features NAME=VALUE...: a "-" means that there is no such label
has_features() {
	local pair value
	for pair; do
		value=$(feature "${pair%%=*}")
		[[ ${value:--} == "${pair#*=}" ]] || { echo "$pair, and it is: $value"; cat "$features"; return 1; }
	done
}

unknown_is_no_answer() {
	make_host root-only 8 && truncate -s 64 "$dir/root-only/bus/pci/devices/0000:00:00.0/config" || return
	both 3 --sysfs "$dir/root-only" -s 00:00. || return
	told "the PASID of 4 functions is unknown: only root can read" &&
		has_features .enabled=- .exec=- .width=- .functions.unknown=4 .functions.enabled=0 &&
		! grep 'width{bdf\|permission=' "$metrics"
}

sleepers() {
	local device
	make_host asleep 8 || return
	device=$dir/asleep/bus/pci/devices/0000:00:00.0
	echo suspended >"$device/power/runtime_status"
	echo D3cold >"$device/power_state"
	both 0 --sysfs "$dir/asleep" && has_features .enabled=- .functions.asleep=4 || return
	both 0 --sysfs "$dir/asleep" --wake && has_features .enabled=true .functions.asleep=0
}

without() {
	make_host without 8 && rm -r "$dir/without/bus/pci/devices/"*.[0-3] || return
	both 0 --sysfs "$dir/without" && has_features .enabled=false .functions.enabled=0 .width=- &&
		shown 'vpasid_functions{state="none"} 4'
}

chosen() {
	both 0 --sysfs "$dir/host" -s 00:01. && has_features .functions.enabled=4 &&
		! grep -F '0000:00:00.' "$metrics" || return
	shown 'vpasid_functions{state="none"} 4' && both 0 --sysfs "$dir/host" -d 8086: &&
		has_features .enabled=false && shown 'vpasid_functions{state="none"} 0'
}

same_twice() {
	both 0 --sysfs "$dir/host" && cp "$metrics" "$dir/former" && cp "$features" "$dir/former-features" &&
		sleep 1 && both 0 --sysfs "$dir/host" && cmp "$metrics" "$dir/former" &&
		cmp "$features" "$dir/former-features"
}

expires() {
	local now at
	now=$(date +%s)
	exports 0 --format nfd --expire 3600 --sysfs "$dir/host" && nfd_takes "$dir/out" || return
	at=$(date -d "$(sed -n 's/^# +expiry-time=//p' "$dir/out")" +%s) &&
		((at >= now + 3600 && at <= now + 3660))
}

# 128 kinds of devices
too_large() {
	local i=0 uevent
	make_host kinds 1024 || return
	for uevent in "$dir"/kinds/bus/pci/devices/*.0/uevent; do
		sed -i "s/^PCI_ID=.*/PCI_ID=8086:$(printf %04X $i)/" "$uevent"
		i=$((i + 1))
	done
	exports 3 --format nfd --sysfs "$dir/kinds" && told "NFD doesn't read files of more than 65536 bytes" &&
		[[ ! -s $dir/out ]] && exports 0 --format nfd -s 0: -d 8086: --sysfs "$dir/kinds" &&
		nfd_takes "$dir/out"
}

contents() {
	make_host host 16
	make_odd_host odd
	ok "as vpasid list --json has it" says_as_list 0 "$dir/host"
	ok "NFD takes it" nfd_takes "$features"
	ok "NFD: counted, and the widest" has_features .enabled=true .exec=true .priv=true .width=20 \
		.usable-width=20 .functions.enabled=8 .functions.off=0 -15b3_1023.functions.enabled=8
	ok "a host of oddities: as vpasid list --json has it" says_as_list 3 "$dir/odd"
	ok "a host of oddities: what is known is there" has_features .functions.enabled=16 \
		.functions.off=4 .functions.asleep=4 .functions.unknown=8 .enabled=true .usable-width=20
	ok "a host of oddities: all functions are counted" count_states 16 4 4 8 32
	ok "a host of oddities: NFD takes it" nfd_takes "$features"
	ok "what root alone may read is no answer: status 3" unknown_is_no_answer
	ok "nor is a function that sleeps; --wake looks at it" sleepers
	ok "a host without PASID is one, too: status 0" without
	ok "-s and -d choose" chosen
	ok "nothing changes: not a byte does" same_twice
	ok "--expire: so many seconds from now" expires
	ok "what is too large for NFD is refused; -s and -d help" too_large
}

# That the check can fail
nfd_notices() {
	local edit
	exports 0 --format nfd --expire 60 --sysfs "$dir/host" && nfd_takes "$dir/out" || return
	# shellcheck disable=SC2016 # of sed, the last line
	for edit in 's/=true/= true/' 's/=20$/=-20/' 's/=20$/=/' 's,^feature[^/]*/,,' 's/enabled=/=/' \
		's/vpasid/.vpasid/' 's/+expiry-time/+expiry/' 's/Z$//' 's/=[0-9]*$//' '$s/.*/&\n&/' \
		"s/=20\$/=$(printf '2%.0s' {1..64})/" '1i\\x1b'; do
		sed "$edit" "$dir/out" >"$dir/bad"
		! cmp -s "$dir/out" "$dir/bad" || { echo "$edit changes nothing"; return 1; }
		! nfd_takes "$dir/bad" || { echo "$edit isn't noticed"; return 1; }
	done
	head -c -1 "$dir/out" >"$dir/bad"
	! nfd_takes "$dir/bad"
}

# Prometheus

lint() {
	[[ -z $("$promtool" check metrics <"$1" 2>&1 | tee /dev/stderr) ]]
}

lint_notices() {
	local edit
	for edit in 's/max_pasid_width/max_pasid_width_bits/' 's/\\"/"/' '/^# HELP/d' 's/} 1$/} /' \
		's/"enabled"} /"enabled" /'; do
		sed "$edit" "$metrics" >"$dir/bad"
		! cmp -s "$metrics" "$dir/bad" || { echo "$edit changes nothing"; return 1; }
		! lint "$dir/bad" 2>/dev/null || { echo "$edit isn't noticed"; return 1; }
	done
}

served() {
	scrape "$dir/scraped" && grep -q '^node_textfile_scrape_error 0$' "$dir/scraped" &&
		grep -q '^node_textfile_mtime_seconds{file=".*/vpasid.prom"}' "$dir/scraped" &&
		diff <(grep '^vpasid' "$1" | sort) <(grep '^vpasid' "$dir/scraped" | sort)
}

# Each block of the page, as the rule that promtool checks
queries() {
	awk 'BEGIN { print "groups: [{ name: page, rules: [" }
		/^```promql$/ { printf "{ record: query, expr: \047"; inside = 1; count++; next }
		inside && /^```$/ { print "\047 }," ; inside = 0 }
		inside { print }
		END { print "] }]"; exit count < 3 }' doc/fleet.md >"$dir/rules.yml" || return
	"$promtool" check rules "$dir/rules.yml"
}

prometheus() {
	local name
	has "promtool and node_exporter" scripts/prometheus || return
	for name in without host odd; do
		both "$([[ $name == odd ]] && echo 3 || echo 0)" --sysfs "$dir/$name" >/dev/null
		ok "promtool has nothing to say: $name" lint "$metrics"
	done
	ok "promtool notices what is wrong" lint_notices
	mkdir "$dir/textfile"
	exports 3 --format prometheus --sysfs "$dir/odd" --output "$dir/textfile/vpasid.prom"
	ok "node_exporter starts" starts "$dir/textfile"
	ok "node_exporter serves all of it as it is, odd names, too" served "$metrics"
	ok "queries of the page: promtool finds them right" queries
	ok "alert rules: promtool finds them right" "$promtool" check rules doc/fleet/alerts.yml
	ok "alert rules: they fire when they should" "$promtool" test rules tests/tools/alerts_test.yml
}

# While it is written

# reader FILE: until $dir/stop is there; whether it always was $dir/one or $dir/two and
# alone, and how often it was which
reader() {
	local one=0 two=0
	while [[ ! -e $dir/stop ]]; do
		cat "$1" >"$dir/read"
		if cmp -s "$dir/read" "$dir/one"; then
			one=$((one + 1))
		elif cmp -s "$dir/read" "$dir/two"; then
			two=$((two + 1))
		else
			echo "neither the one nor the other: $(stat -c %s "$dir/read") bytes"
			return 1
		fi
		# shellcheck disable=SC2012 # a name that a reader reads
		[[ $(ls "${1%/*}") == "${1##*/}" ]] || { echo "not alone"; return 1; }
	done
	echo "$one times the one, $two times the other"
	((one && two))
}

# under_readers WRITER FORMAT: 200 writes by `WRITER NUMBER FORMAT FILE`, and a reader that
# comes at any time
under_readers() {
	local i status file=$dir/read-by/vpasid.prom
	rm -rf "$dir/stop" "$dir/read-by"
	mkdir "$dir/read-by"
	"$vpasid" export --format "$2" --sysfs "$dir/few" >"$dir/one"
	"$vpasid" export --format "$2" --sysfs "$dir/many" >"$dir/two"
	! cmp -s "$dir/one" "$dir/two" && cp "$dir/one" "$file" || return
	reader "$file" >"$dir/reads" &
	for ((i = 0; i < 200; i++)); do
		"$1" $((i % 2)) "$2" "$file" || break
	done
	touch "$dir/stop"
	wait $!
	status=$?
	cat "$dir/reads"
	return "$((status || i < 200))"
}

by_export() {
	"$vpasid" export --format "$2" --sysfs "$dir/$([[ $1 == 1 ]] && echo few || echo many)" --output "$3"
}

in_two_parts() {
	[[ -e $dir/stop ]] || kill -0 $! 2>/dev/null || return
	head -c 100 "$dir/one" >"$3"
	sleep 0.01
	tail -c +101 "$dir/one" >>"$3"
}

scraped_meanwhile() {
	local i
	for ((i = 0; i < 60; i++)); do
		by_export $((i % 2)) prometheus "$dir/textfile/vpasid.prom" || return
		((i % 3)) || { scrape "$dir/scraped" && grep -q '^node_textfile_scrape_error 0$' "$dir/scraped" &&
			grep -q '^vpasid_iommu_max_pasid_width' "$dir/scraped"; } || return
	done
}

atomic() {
	make_host few 16
	make_host many 64
	ok "200 writes of metrics: a reader has the one or the other" under_readers by_export prometheus
	ok "200 writes of features: so it has" under_readers by_export nfd
	ok "what is written in two parts is noticed" fails under_readers in_two_parts prometheus
	[[ -z $exporter ]] || ok "node_exporter meanwhile: no error" scraped_meanwhile
}

fails() {
	! "$@"
}

# What can't be written

refuses() { # refuses TEXT FILE
	exports 3 --format prometheus --sysfs "$dir/host" --output "$2" && told "$1" && [[ ! -s $dir/out ]]
}

untouched() { # untouched FILE
	[[ $(cat "$1") == old && $(ls -A "${1%/*}") == "${1##*/}" ]]
}

places() {
	local place=$dir/places
	mkdir -p "$place/directory"
	ln -s file "$place/link"
	mkfifo "$place/pipe"
	echo old >"$place/file"
	refuses "none/x: can't create a file in its directory: No such file or directory" "$place/none/x" &&
		refuses "it is a directory; name a file" "$place/directory" &&
		refuses "it is a symbolic link; name the file itself" "$place/link" &&
		refuses "it isn't a regular file; name a file" "$place/pipe" &&
		refuses "it isn't a regular file; name a file" /dev/full && refuses "it isn't a regular file" /dev/null &&
		[[ -c /dev/full && -c /dev/null && $(cat "$place/file") == old ]] &&
		[[ $(ls -A "$place") == $'directory\nfile\nlink\npipe' ]]
}

# On a file system with room for less
full() {
	mkdir "$dir/small"
	# shellcheck disable=SC2016 # for the shell in there
	unshare --mount "$BASH" -c 'mount -t tmpfs -o size=16k none "$1/small" && echo old >"$1/small/vpasid.prom" &&
		"$1/vpasid" export --format prometheus --sysfs "$1/many" --output "$1/small/vpasid.prom" 2>"$1/err"
		echo "status $?"; ls -A "$1/small"; cat "$1/small/vpasid.prom"' - "$dir" >"$dir/out"
	told "vpasid.prom: can't write it: No space left on device" || return
	diff "$dir/out" <(printf '%s\n' "status 3" vpasid.prom old)
}

forbidden() {
	mkdir -m 755 "$dir/forbidden"
	echo old >"$dir/forbidden/vpasid.prom"
	chmod 666 "$dir/forbidden/vpasid.prom"
	setpriv --reuid=65534 --regid=65534 --clear-groups "$vpasid" export --format prometheus \
		--sysfs "$dir/host" --output "$dir/forbidden/vpasid.prom" 2>"$dir/err"
	[[ $? == 3 ]] && told "can't create a file in its directory: Permission denied" &&
		untouched "$dir/forbidden/vpasid.prom"
}

writes() {
	(umask 077 && exports 0 --format nfd --sysfs "$dir/host" --output "$dir/written") &&
		[[ ! -s $dir/out && $(stat -c %a "$dir/written") == 644 ]] &&
		exports 0 --format nfd --sysfs "$dir/host" && cmp "$dir/out" "$dir/written"
}

stdout_full() {
	"$vpasid" export --format prometheus --sysfs "$dir/host" >/dev/full 2>"$dir/err"
	[[ $? == 3 ]] && told "can't write the output"
}

refusals() {
	ok "a file has what stdout would have, and everybody may read it" writes
	ok "no directory, a directory, a link, a pipe, a device: refused, and left alone" places
	ok "stdout that is full is an error" stdout_full
	if ((EUID)); then
		skip "a full disk, a directory of another user" "not root"
		return
	fi
	ok "a full disk: the file is as it was, and nothing is left beside it" full
	ok "a directory of another user: so it is" forbidden
}

# usage_error TEXT ARG...
usage_error() {
	exports 2 "${@:2}" && told "$1" && [[ ! -s $dir/out ]]
}

usage() {
	ok "usage: no format" usage_error "--format is missing" --sysfs "$dir/host"
	ok "usage: an unknown format" usage_error "--format csv: not prometheus or nfd" --format csv
	ok "usage: a BDF" usage_error "select functions by -s" --format nfd 0000:00:00.0
	ok "usage: what is no slot" usage_error "-s what: " --format nfd -s what --sysfs "$dir/host"
	ok "usage: --expire 0" usage_error "not a number of seconds" --format nfd --expire 0
	ok "usage: --expire of metrics" usage_error "--expire requires --format nfd" --format prometheus --expire 60
	ok "usage: --for of labels" usage_error "--for requires --format prometheus" --format nfd --for vmm
	ok "usage: what is no purpose" usage_error "--for all: must be vmm" --format prometheus --for all
	ok "usage: a dump tells too little" usage_error "unknown option --file" --format nfd --file x
	ok "no such tree" exports 3 --format nfd --sysfs "$dir/none"
}

# The units, and what is said of all this

unit() {
	mkdir -p "$dir/units"
	sed "s,@BINDIR@,$dir," doc/fleet/vpasid-export.service.in >"$dir/units/vpasid-export.service"
	cp doc/fleet/vpasid-export.timer "$dir/units"
	systemd-analyze verify --man=no "$dir"/units/*
}

# systemd's measure: 0.0 is safe, 10.0 isn't. Root and CAP_SYS_ADMIN have their price.
confined() {
	systemd-analyze security --offline=yes --threshold=15 "$dir/units/vpasid-export.service"
}

confined_notices() {
	sed -i '/^CapabilityBoundingSet/d' "$dir/units/vpasid-export.service"
	! confined
}

units() {
	if ! type systemd-analyze >/dev/null 2>&1; then
		skip "units" "no systemd-analyze: it is in the package systemd"
		return
	fi
	ok "units: systemd has nothing to say" unit
	ok "units: little is left open" confined
	ok "units: what leaves more open is noticed" confined_notices
}

# Each name in the pages, but for those with a * or of files, is one that is exported
documented() {
	both 3 --sysfs "$dir/odd" && exports 3 --format prometheus --for vmm --sysfs "$dir/odd" &&
		cp "$dir/out" "$metrics" || return
	grep -o '^vpasid_[a-z_]*' "$metrics" | sort -u >"$dir/names"
	grep -oh 'vpasid_[a-z_]*[a-z]' doc/fleet.md doc/man/vpasid-export.1 doc/fleet/alerts.yml | sort -u >"$dir/told"
	diff "$dir/told" "$dir/names" || return
	sed -n 's,^feature.node.kubernetes.io/vpasid\.\([^=]*\)=.*,\1,p' "$features" | sort -u >"$dir/names"
	sed -n 's/^\.It vpasid\.\([^ ]*\) Ta .*/\1/p' doc/man/vpasid-export.1 | sort -u >"$dir/told"
	diff "$dir/told" "$dir/names"
}

contents
ok "what NFD wouldn't take is noticed" nfd_notices
prometheus
atomic
refusals
usage
units
ok "the pages name what there is, all of it and nothing else" documented
plan
