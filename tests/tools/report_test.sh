#!/bin/bash
# SPDX-License-Identifier: MIT
#
# What vpasid report writes: XML that is HTML, which says what the other commands say, fetches
# nothing, and grows by little with each host; whatever a host calls itself.
set -uo pipefail
cd "$(dirname "$0")/../.." || exit
. tests/tap.sh
. tests/tools/vm_hosts.sh

vpasid=${BUILD:-build}/vpasid
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
recordings=(tests/corpus/recordings/*.tar.gz)
intel=tests/corpus/recordings/intel-6.12.tar.gz
page=$dir/page.html

# report ARG...: to $page; the exit status is the command's
report() {
	rm -f "$page"
	"$vpasid" report --html "$page" "$@" 2>"$dir/err"
}

# nodes XPATH: how many there are
nodes() {
	xmllint --nonet --xpath "count($1)" "$page" 2>/dev/null
}

# Well-formed, and all is in it: no element or attribute names anything outside. Links lead to what
# is there, and no id is there twice.
is_sound() {
	local attribute dangling
	xmllint --noout --nonet "$page" || return
	for attribute in src srcset action poster data background style onclick onerror onload; do
		[[ $(nodes "//@$attribute") == 0 ]] || { echo "an attribute $attribute"; return 1; }
	done
	[[ $(nodes "//*[local-name() = 'script']") == 1 ]] || { echo "scripts"; return 1; }
	[[ $(nodes "//*[local-name() = 'style']") == 1 ]] || { echo "styles"; return 1; }
	[[ $(nodes "//@href[not(starts-with(., '#'))] | //@*[contains(., '://')]") == 0 ]] ||
		{ echo "links out"; return 1; }
	! grep -E '@import|url\([^#]' "$page" || return
	dangling=$(comm -23 <(values href | sed 's/^#//' | sort -u) <(values id | sort -u))
	[[ -z $dangling ]] || { echo "links to nothing: $dangling"; return 1; }
	[[ -z $(values id | sort | uniq -d) ]] || { echo "ids twice"; return 1; }
}

# values ATTRIBUTE
values() {
	xmllint --nonet --xpath "//@$1" "$page" 2>/dev/null | sed 's/^ *[a-z]*="//; s/"$//'
}

agrees() {
	python3 tests/tools/report_agrees.py "$vpasid" "$page" "$@"
}

# one PURPOSE ARG...: a page about one host is sound, and says what it should
one() {
	local purpose=$1
	shift
	report ${purpose:+--for "$purpose"} "$@" || { cat "$dir/err"; return 1; }
	is_sound && agrees "$purpose" "$@"
}

# What another command says otherwise is found.
notices() {
	local edit
	one "" --record "$intel" || return
	cp "$page" "$dir/good"
	for edit in 's/>FAIL</>PASS</' 's/<code>tlp-prefix</<code>acs</' 's/>broken</>ok</' \
		's/goes to <code>0x.../goes to <code>0x120/' 's/>enabled</>off</' 's/>sure</>likely</' \
		's/dmar0/dmar1/' 's/To do: boot/To do: boots/'; do
		sed "$edit" "$dir/good" >"$page"
		! cmp -s "$page" "$dir/good" || { echo "$edit changes nothing"; return 1; }
		! agrees "" --record "$intel" || { echo "$edit isn't seen"; return 1; }
	done
	for edit in 's/<body>/<body><img src="x"\/>/' 's/href="#c0"/href="#c99"/' 's/<p>/<p onclick="x">/' \
		's/id="c1"/id="c0"/' 's/<h1>/<h1>\&nbsp;/' 's/color-scheme: light/background: url(x);&/'; do
		sed "$edit" "$dir/good" >"$page"
		! cmp -s "$page" "$dir/good" || { echo "$edit changes nothing"; return 1; }
		! is_sound || { echo "$edit is taken for sound"; return 1; }
	done
}

hostile() {
	python3 tests/support/recorded_hosts.py "$dir" hostile "$intel"
	one "" --record "$dir"/*alert*.tar.gz || return
	grep -q '<td>\\x1b\[31m\\xff\\xc2\\x9b\\xe2\\x80\\xae&lt;/td&gt;&lt;/title&gt;&lt;script&gt;' "$page" &&
		grep -q 'Linux 6.12.0-&lt;img src=&quot;x&quot; onerror=alert(2)&gt;&amp;amp;' "$page"
}

hostile_among_others() {
	report "$dir"/*alert*.tar.gz "$intel" || { cat "$dir/err"; return 1; }
	is_sound && grep -q '>&quot;&gt;&lt;script&gt;alert(3)&lt;&amp;'"'.tar.gz<" "$page"
}

# The script's hash is what the page allows, and the page allows nothing else.
has_policy() {
	local hash
	hash=$(xmllint --nonet --xpath "string(//*[local-name() = 'script'])" "$page" | head -c -1 |
		sha256sum | xxd -r -p | base64)
	[[ $(values content | head -n 1) == "default-src 'none'; style-src 'unsafe-inline'; script-src 'sha256-$hash'; base-uri 'none'; form-action 'none'" ]]
}

# counts RECORDING: its functions, those that can use PASID, and what check finds
counts() {
	local bdf usable=0 bdfs
	mapfile -t bdfs < <("$vpasid" list -p --record "$1" 2>/dev/null | cut -f 1)
	for bdf in "${bdfs[@]}"; do
		"$vpasid" explain --record "$1" "$bdf" >/dev/null 2>&1 && usable=$((usable + 1))
	done
	echo "${#bdfs[@]} $usable $("$vpasid" check --json --record "$1" 2>/dev/null |
		jq -r '[.findings[].verdict] | [("FAIL", "UNKNOWN", "WARN") as $v |
			map(select(. == $v)) | length] | join(" ")')"
}

# Several functions: each has a row, with the answers of list, check and explain
several() {
	local recording name row expected
	report "$dir"/fleet/host-000* || { cat "$dir/err"; return 1; }
	is_sound || return
	for recording in "$dir"/fleet/host-000*; do
		name=${recording##*/}
		row=$(xmllint --nonet --xpath "//*[@id = 'summary']//*[local-name() = 'tr'][*[1] = '$name']" \
			"$page" | sed 's/<[^>]*>/ /g' | xargs)
		expected="$name $("$vpasid" check --json --record "$recording" 2>/dev/null |
			jq -r .verdict) * $(counts "$recording") 2026-*"
		# shellcheck disable=SC2053 # a pattern
		[[ $row == $expected ]] || { echo "$row, not $expected"; return 1; }
	done
}

# what check finds wrong on any is among the problems
has_problems() {
	local found
	found=$(for recording in "$dir"/fleet/host-000*; do
		"$vpasid" check --json --record "$recording" 2>/dev/null
	done | jq -r '.findings[] | select(.verdict != "PASS") | .found' | sort -u)
	diff <(echo "$found") <(xmllint --nonet --xpath \
		"//*[@id = 'problems']//*[local-name() = 'tr']/*[3]/text()" "$page" |
		grep -vx Found | sort -u)
}

one_damaged() {
	report "$dir/fleet/host-0000.tar.gz" "$dir/err" "$dir/fleet/host-0001.tar.gz"
	[[ $? == 3 ]] && is_sound && grep -q "err: it is damaged or truncated" "$page"
}

# cost FILE COUNT: bytes and KiB of memory for that many recordings, in $dir/cost
cost() {
	local kib
	kib=$(python3 -c 'import resource, subprocess, sys
subprocess.run(sys.argv[1:], stderr=subprocess.DEVNULL, check=True)
print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)' \
		"$vpasid" report --html "$page" "${fleet[@]:0:$2}") || return
	echo "$(stat -c %s "$page") $kib" >"$dir/$1"
}

# 10 times as many hosts take no more than 12 times as much, and 1,000 no more than 5 MB.
is_linear() {
	local few many
	fleet=("$dir"/fleet/*)
	cost few 30 && cost many 300 || return
	read -ra few <"$dir/few"
	read -ra many <"$dir/many"
	echo "30: ${few[*]}, 300: ${many[*]}"
	((many[0] < 12 * few[0] && many[1] < 12 * few[1] && many[0] * 10 / 3 < 5000000))
}

grows_by_rows() {
	local few many
	mkdir "$dir/few-functions" "$dir/many-functions"
	build/tests/tools/make_host "$dir/few-functions" 200 || return
	build/tests/tools/make_host "$dir/many-functions" 2000 || return
	report --sysfs "$dir/few-functions" && few=$(stat -c %s "$page") || return
	report --sysfs "$dir/many-functions" && many=$(stat -c %s "$page") || return
	echo "200: $few bytes, 2000: $many bytes"
	((many < 10 * few))
}

to_stdout() {
	report --record "$intel" || return
	"$vpasid" report --html - --record "$intel" 2>/dev/null | diff - "$page"
}

# What was there stays, and no other file does.
replaces_or_leaves() {
	mkdir "$dir/there"
	echo old >"$dir/there/page"
	ln -s page "$dir/there/link"
	! "$vpasid" report --html "$dir/there/link" --record "$intel" 2>"$dir/err" || return
	grep -F "it is a symbolic link; name the file itself" "$dir/err" || return
	! "$vpasid" report --html "$dir/there/page" --record "$dir/err" 2>/dev/null || return
	[[ $(<"$dir/there/page") == old ]] || return
	"$vpasid" report --html "$dir/there/page" --record "$intel" 2>/dev/null || return
	[[ $(wc -l <"$dir/there/page") -gt 100 && $(find "$dir/there" -mindepth 1 | wc -l) == 2 ]]
}

# refuses PATTERN ARG...: by a usage error
refuses() {
	local pattern=$1
	shift
	"$vpasid" report "$@" 2>"$dir/err"
	[[ $? == 2 ]] && grep -e "$pattern" "$dir/err"
}

make_hosts
for recording in "${recordings[@]}"; do
	name=${recording##*/}
	ok "$name" one "" --record "$recording"
	for purpose in pasid vmm sva guest-sva; do
		ok "$name for $purpose" one "$purpose" --record "$recording"
	done
done
ok "the script is what the page allows" has_policy
for host in plain narrow mixed arm; do
	ok "a made host, $host" one "" --sysfs "$dir/$host"
done
ok "this host" one "vmm"
ok "what is wrong would be noticed" notices
ok "hostile names" hostile
ok "hostile names among other hosts" hostile_among_others
mkdir "$dir/fleet"
python3 tests/support/recorded_hosts.py "$dir/fleet" 300 "${recordings[@]}"
ok "several hosts" several
ok "what is wrong on one of them" has_problems
ok "one that can't be read" one_damaged
ok "more hosts take as much more" is_linear
ok "more functions take a row each" grows_by_rows
ok "to the standard output" to_stdout
ok "a file is replaced as a whole" replaces_or_leaves
ok "no file" refuses "--html FILE is missing"
ok "a recording and a tree" refuses "--record and --sysfs can't be combined" --html x --record x --sysfs y
ok "another purpose" refuses "--for x" --html x --for x
plan
