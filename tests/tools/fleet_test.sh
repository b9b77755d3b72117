#!/bin/bash
# SPDX-License-Identifier: MIT
#
# doc/fleet: the rules and the dashboard have what vpasid export prints of made hosts and of
# recordings, and node_exporter serves; Prometheus's own tools read them, and the rules say what
# has happened to those hosts.
set -uo pipefail
cd "$(dirname "$0")/../.." || exit
. tests/tap.sh
. tests/tools/export.sh

vpasid=${BUILD:-build}/vpasid
dir=$(mktemp -d)
exporter=
trap '[[ -z $exporter ]] || kill "$exporter"; rm -rf "$dir"' EXIT
promtool=build/prometheus/promtool
rules=doc/fleet
export METRICS=$dir/metrics
mkdir "$METRICS"
files=(alerts.yml recording.yml dashboard.json)
hosts=()

fleet() {
	python3 tests/tools/fleet.py "$@"
}

# tell HOST WHEN OPTION...: prints what its node_exporter would serve
tell() {
	local file=$METRICS/$1-$2.prom
	"$vpasid" export --format prometheus --for vmm "${@:3}" >"$file" 2>"$dir/err"
	[[ -s $file ]] || { cat "$dir/err"; return 1; }
}

# A host that loses the PASID of a PF, and whose IOMMU is in legacy mode after a reboot
make_metrics() {
	local recording name
	make_host changed 16 && make_odd_host odd && tell changed before --sysfs "$dir/changed" &&
		tell odd before --sysfs "$dir/odd" || return
	put "$dir/changed/bus/pci/devices/0000:00:00.0" 0x3c6 '\0\0'
	echo f020df >"$dir/changed/class/iommu/dmar0/intel-iommu/ecap"
	tell changed after --sysfs "$dir/changed" && cp "$METRICS"/odd-{before,after}.prom || return
	hosts=(changed odd)
	for recording in tests/corpus/recordings/*.tar.gz; do
		name=${recording##*/} name=${name%.tar.gz}
		tell "$name" before --record "$recording" && cp "$METRICS/$name"-{before,after}.prom || return
		hosts+=("$name")
	done
}

scraped() {
	mkdir "$dir/textfile" && cp "$METRICS/changed-after.prom" "$dir/textfile/vpasid.prom" &&
		starts "$dir/textfile" && scrape "$dir/scrape" && grep '^node_textfile' "$dir/scrape" >"$METRICS/node.prom"
}

queries() {
	fleet rules "$1" >"$dir/rules.yml" && "$promtool" check rules "$dir/rules.yml"
}

told_by_rules() {
	fleet test "$1/dashboard.json" "${hosts[@]}" >"$dir/test.yml" && "$promtool" test rules "$dir/test.yml"
}

# changed EDIT CHECK...: after that edit of the files, the check fails
changed() {
	local edit=$1
	shift
	rm -rf "$dir/fleet" && mkdir "$dir/fleet" || return
	for file in "${files[@]}"; do
		sed "$edit" "$rules/$file" >"$dir/fleet/$file"
	done
	! cmp -s <(cat "$dir/fleet/"*) <(cat "${files[@]/#/$rules/}") || { echo "$edit changes nothing"; return 1; }
	! RULES=$dir/fleet "$@" >"$dir/out" 2>&1 || { echo "$edit isn't noticed"; return 1; }
	! grep Traceback "$dir/out" || { cat "$dir/out"; return 1; }
}

notices() {
	local there=("${files[@]/#/$dir/fleet/}")
	for edit in 's/vpasid_functions{/vpasid_function{/' 's/record: instance:vpasid_export/record: instance:vpasid/' \
		's/vpasid_check, for/vpasid_check, purpose/' 's/(vpasid_build_info, i/(vpasid_build, i/'; do
		changed "$edit" fleet names "${there[@]}" || return
	done
	# shellcheck disable=SC2016 # Grafana's variable
	changed 's/"w": 12/"w": 13/' fleet layout "$dir/fleet/dashboard.json" &&
		changed 's/\$instance/$host/' fleet layout "$dir/fleet/dashboard.json" &&
		changed 's/count(/count((/' queries "$dir/fleet/dashboard.json" || return
	for edit in 's/state="off"/state="of"/' 's/verdict="fail"/verdict="warn"/' 's/> 3600/> 36000/' \
		's/\[1w\]/[1m]/' 's/kind!="vf"/kind="vf"/' 's/expr: max by/expr: min by/' 's/(instance, bdf)/(bdf)/' \
		's/verdict=\\"fail\\"/verdict=\\"failed\\"/' 's/for: 1h/for: 5h/' 's/time() - min/time() + min/'; do
		changed "$edit" told_by_rules "$dir/fleet" || return
	done
}

# The part of Prometheus's configuration on the page, with the rules where it says
configuration() {
	mkdir -p "$dir/etc/vpasid" && cp "$rules"/*.yml "$dir/etc/vpasid" || return
	awk '/^```yaml$/ { getline; mine = /^# .*prometheus.yml/ } /^```$/ { mine = 0 } mine' doc/fleet.md |
		sed "s,/etc/prometheus,$dir/etc," >"$dir/etc/prometheus.yml"
	"$promtool" check config "$dir/etc/prometheus.yml" >"$dir/out" 2>&1 &&
		[[ $(grep -c 'SUCCESS: 5 rules found' "$dir/out") == 2 ]] && return
	cat "$dir/out"
	return 1
}

has "promtool and node_exporter" scripts/prometheus || { plan; exit; }
ok "hosts, before and after something has happened: metrics" make_metrics
ok "node_exporter serves them" scraped
for file in "${files[@]}"; do
	ok "$file: each metric is exported" fleet names "$rules/$file"
done
ok "dashboard.json: panels are in their places" fleet layout "$rules/dashboard.json"
ok "dashboard.json: promtool reads its expressions" queries "$rules/dashboard.json"
ok "recording.yml: promtool finds it right" "$promtool" check rules "$rules/recording.yml"
ok "rules say what has happened, and each panel has an answer" told_by_rules "$rules"
ok "what isn't right is found" notices
ok "fleet.md: Prometheus's configuration" configuration
plan
