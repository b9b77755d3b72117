#!/bin/bash
# SPDX-License-Identifier: MIT
#
# What vpasid map --svg writes, libxml2 reads, whatever a function is called and whatever
# the quirks that are known of it cite; and it says there what the picture in text says.
set -uo pipefail
cd "$(dirname "$0")/../.." || exit
. tests/tap.sh

vpasid=${BUILD:-build}/vpasid
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
mkdir "$dir/quirks"
accelerator=tests/corpus/dumps/accelerator

# The functions of a dump that have an extended config space
extended() {
	awk '/^[0-9a-f:]*:[0-9a-f][0-9a-f]\.[0-7] / { bdf = $1 }
		/^ff0: / { print (bdf ~ /:.*:/ ? "" : "0000:") bdf }' "$1" | sort -u
}

# draw ARG...: to $dir/svg; the exit status is the command's
draw() {
	rm -f "$dir/svg"
	"$vpasid" map --quirks "$dir/quirks" --svg "$dir/svg" "$@" 2>"$dir/err"
}

well_formed() {
	xmllint --noout --nonet "$1"
}

# texts CLASS FILE: its texts according to the parser, a line each
texts() {
	xmllint --nonet --xpath "//*[local-name() = 'text' and @class = '$1']/text()" "$2" 2>/dev/null |
		sed 's/&lt;/</g; s/&gt;/>/g; s/&amp;/\&/g'
}

# The capabilities and the place of PASID, of the picture in text and of the other
legend() {
	LC_ALL=C "$vpasid" map --quirks "$dir/quirks" "$@" 2>/dev/null |
		sed -nE 's/^[A-Z@]  ([0-9a-f]{3}-[0-9a-f]{3}) +[0-9]+  (.*)/\1  \2/p' | sort
}

svg_legend() {
	texts text "$1" | grep -E '^[0-9a-f]{3}-[0-9a-f]{3}  ' | sort
}

# One function, if there is a picture of it
check_function() {
	local status text_status
	"$vpasid" map --quirks "$dir/quirks" --file "$@" >"$dir/text" 2>/dev/null
	text_status=$?
	draw --file "$@"
	status=$?
	[[ $status == "$text_status" ]] || { echo "$2: status $status, not $text_status"; return 1; }
	if [[ ! -s $dir/text ]]; then
		[[ ! -e $dir/svg ]] || { echo "$2: a picture in SVG alone"; return 1; }
		return 0
	fi
	well_formed "$dir/svg" || return
	diff <(legend --file "$@") <(svg_legend "$dir/svg") || return
	drawn=$((drawn + 1))
}

check_dump() {
	local function
	while read -r function; do
		check_function "$1" "$function" || return
	done < <(extended "$1")
}

dumps() {
	local dump
	for dump; do
		drawn=0
		[[ -n $(extended "$dump") ]] || continue
		ok "${dump##*/}: a document for each picture" check_dump "$dump"
		total=$((total + drawn))
	done
}

# What isn't well-formed is found, and so is what isn't said
notices() {
	draw --file "$accelerator" && well_formed "$dir/svg" || return
	cp "$dir/svg" "$dir/good"
	local edit
	# shellcheck disable=SC2016 # of sed, the last line
	for edit in 's/&/\&amp/; s/AER/\&AER/' 's/AER/<AER/' 's/AER/\x01/' 's/AER/\xff/' '$d' \
		's/AER/\xef\xbf\xbe/'; do
		sed "$edit" "$dir/good" >"$dir/bad"
		! cmp -s "$dir/good" "$dir/bad" || return
		! well_formed "$dir/bad" || { echo "$edit"; return 1; }
	done
	sed 's/AER v2/AER v1/' "$dir/good" >"$dir/bad"
	! diff <(legend --file "$accelerator") <(svg_legend "$dir/bad")
}

# cites BYTES: a quirk whose source they are. Their escapes are those of printf.
cites() {
	printf 'device 1b36:fff0\n offset 0xfd8\n source "%b"\n' "$1" >"$dir/quirks/a.conf"
}

# note SOURCE EXPECTED: what the picture says of the quirk, where lines are joined again
note() {
	cites "$1"
	draw --file "$accelerator" || { cat "$dir/err"; return 1; }
	well_formed "$dir/svg" || return
	actual=$(texts text "$dir/svg" | sed -n '/^quirk:/,$p' | tr -d '\n')
	actual=${actual#quirk:}
	actual=${actual# }
	[[ $actual == "$2" ]] && return
	echo "expected: $2"
	echo "     got: $actual"
	return 1
}

# refused SOURCE: the quirk isn't taken, and there is no picture
refused() {
	cites "$1"
	draw --file "$accelerator"
	[[ $? == 3 && ! -e $dir/svg ]] || return
	grep -F 'a.conf:3: say where the information is from, in double quotes' "$dir/err"
}

repeat() { # repeat TEXT TIMES
	local i
	for ((i = 0; i < $2; i++)); do
		printf '%s' "$1"
	done
}

quirks() {
	ok "a source with markup" note '<b>&amp; ]]> <!-- %s \047x\047' "<b>&amp; ]]> <!-- %s 'x'"
	ok "a source in UTF-8" note 'Größe 寸法 😀' 'Größe 寸法 😀'
	ok "what isn't UTF-8 is shown in hexadecimal" note 'a\0377\0300\0200\0355\0240\0200b' \
		'a\xff\xc0\x80\xed\xa0\x80b'
	ok "so is U+009B, which terminals take for ESC [" note 'a\0302\0233m' 'a\xc2\x9bm'
	ok "what XML has no character for is, too" note 'a\0357\0277\0276\0357\0277\0277b' \
		'a\xef\xbf\xbe\xef\xbf\xbfb'
	ok "400 bytes that lines can't be broken in" note "$(repeat '&' 400)" "$(repeat '&' 400)"
	ok "nor between characters of one byte" note "$(repeat 寸 133)" "$(repeat 寸 133)"
	ok "a source with a control byte: no picture" refused 'a\033[mb'
	ok "a source with a tab: no picture" refused 'a\tb'
	ok "a source that is longer: no picture" refused "$(repeat x 401)"
	rm "$dir/quirks/a.conf"
}

# named BYTES EXPECTED: the function's name, by a pci.ids of our own that is laid over the
# system's for this alone
named() {
	printf '1b36  Maker\n\tfff0  %b\n' "$1" >"$dir/pci.ids"
	rm -f "$dir/svg"
	# shellcheck disable=SC2016 # for the shell in there
	unshare --mount "$BASH" -c 'mount --bind "$1" "$2" && shift 2 && exec "$@"' - "$dir/pci.ids" \
		"$pci_ids" "$vpasid" map --quirks "$dir/quirks" --svg "$dir/svg" --file "$accelerator" ||
		return
	well_formed "$dir/svg" || return
	actual=$(texts title "$dir/svg")
	[[ $actual == "0000:00:05.0  $2" ]] && return
	echo "expected: 0000:00:05.0  $2"
	echo "     got: $actual"
	return 1
}

names() {
	pci_ids=/usr/share/misc/pci.ids
	if ! unshare --mount mount --bind "$pci_ids" "$pci_ids" 2>"$dir/err"; then
		skip "names" "no pci.ids can be laid over $pci_ids: not root"
		return
	fi
	ok "a name with markup" named '</text><script>"&\0047' "Maker </text><script>\"&'"
	ok "a name with control bytes" named 'a\033[2J\001\0177b' 'Maker a\x1b[2J\x01\x7fb'
	ok "a name that isn't UTF-8" named 'Gr\0366\0337e \0370\0210\0200\0200\0200' \
		'Maker Gr\xf6\xdfe \xf8\x88\x80\x80\x80'
	ok "a name in UTF-8" named 'Größe 寸法' 'Maker Größe 寸法'
	ok "a name that is longer than a line" named "$(repeat '<' 85)" "Maker $(repeat '<' 74)"
	ok "a name that libpci cuts" named "$(repeat '<' 500)" \
		"Maker $(repeat '<' 74)"
}

cannot_be_written() {
	"$vpasid" map --quirks "$dir/quirks" --svg /dev/full --file "$accelerator" 2>"$dir/err"
	[[ $? == 3 ]] && grep "can't write /dev/full" "$dir/err"
}

total=0
dumps tests/corpus/dumps/*
ok "there are pictures of broken chains, too: $total" test "$total" -ge 5
ok "what isn't right is found" notices
quirks
names
ok "a picture that can't be written is an error" cannot_be_written
needs dumps scripts/corpus
total=0
dumps build/corpus/pciutils/*
ok "there are pictures: $total" test "$total" -ge 50
plan
