# shellcheck shell=bash
# SPDX-License-Identifier: MIT
#
# What the scripts of this folder share: how the fuzz targets are built, what they begin with and
# how they are run. Source it at the top of the checkout.
. tests/support/sanitized.sh

fuzz=build/fuzz
spaces=build/corpus/spaces
kept=$fuzz/kept

all_targets() {
	local source
	for source in tests/fuzz/*_fuzz.c; do
		source=${source##*/}
		echo "${source%_fuzz.c}"
	done
}

build() {
	local targets=("${@/%/_fuzz}")
	sanitize tests/lib/layout_dump tests/fuzz/device_seeds "${targets[@]/#/tests/fuzz/}"
}

# The config spaces of the dumps, as a function has them
convert() {
	local dump
	scripts/corpus && mkdir -p "$spaces" || return
	for dump in build/corpus/pciutils/*; do
		"$SANITIZED/tests/lib/layout_dump" -o "$spaces" "$dump" || return
	done
	mkdir -p "$fuzz/seeds/device" && "$SANITIZED/tests/fuzz/device_seeds" "$fuzz/seeds/device" &&
		disguise && record
}

# A dump in its other forms
disguise() {
	local seeds=$fuzz/seeds/dump all=("$spaces"/*)
	mkdir -p "$seeds" && cp "${all[0]}" "$seeds/raw" && xxd "$seeds/raw" >"$seeds/xxd" &&
		hexdump -C "$seeds/raw" >"$seeds/hexdump" &&
		sed 's/^/> /; s/$/\r/' tests/corpus/dumps/conventional >"$seeds/mail"
}

# Recordings as they are, a sound one that the target packs, and its manifest
record() {
	local made=$fuzz/recordings manifests=$fuzz/seeds/recording archives=$fuzz/seeds/archive
	local sound="$fuzz/recordings/sound, not compressed" file
	rm -rf "$manifests" "$archives"
	mkdir -p "$made" "$manifests" "$archives" &&
		python3 tests/support/recordings.py "$fuzz/seeds/dump/raw" "$made" >/dev/null &&
		tar -xOf "$sound" vpasid-record/manifest >"$manifests/manifest" &&
		{ printf '\3' && cat "$sound"; } >"$archives/packed" || return
	while IFS= read -r file; do
		{ printf '\0' && cat "$file"; } >"$archives/${file##*/}" || return
	done < <(find "$made" -type f -size "-$(max_len archive)c")
}

# unpack TARGET: what is kept of its corpus, to $kept/TARGET
unpack() {
	rm -rf "${kept:?}/$1" && mkdir -p "$kept/$1" &&
		tar -xJf "tests/fuzz/corpus/$1.tar.xz" -C "$kept/$1"
}

# seeds TARGET: directories without blanks
seeds() {
	case $1 in
	quirks) echo data/quirks ;;
	archive | device | recording) echo "$fuzz/seeds/$1" ;;
	dump) echo build/corpus/pciutils tests/corpus/dumps "$fuzz/seeds/dump" ;;
	version) ;;
	*) echo "$spaces" ;;
	esac
}

# Bytes of input: a space, for a view flags behind it, for a place flags, a list and a text
max_len() {
	case $1 in
	archive | dump | recording) echo 20000 ;;
	place) echo 5000 ;;
	vconfig_state) echo 4608 ;;
	vfio_view) echo 4097 ;;
	*) echo 4096 ;;
	esac
}

# dictionary TARGET: prints the file, if there is one
dictionary() {
	local words=tests/fuzz/$1.dict
	[[ $1 != place ]] || words=tests/fuzz/quirks.dict
	[[ ! -e $words ]] || echo "$words"
}
