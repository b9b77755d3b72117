#!/bin/bash -eu
# SPDX-License-Identifier: MIT
#
# Builds the fuzz targets as OSS-Fuzz's base-builder asks for them, at the top of the checkout. It
# sets CC, CXX, CFLAGS, CXXFLAGS, LIB_FUZZING_ENGINE, WORK and OUT. The machines that run them have
# none of our libraries, so those are linked statically.
. tests/fuzz/targets.sh

mapfile -t targets < <(all_targets)

# buildtype=plain: how to optimize is in CFLAGS.
rm -rf "$WORK/build"
meson setup "$WORK/build" --buildtype=plain --default-library=static -Dprefer_static=true \
	-Db_lundef=false -Dtools=enabled -Ddevice=enabled -Dlab=disabled -Dbench=disabled \
	-Dfuzzing_engine="$LIB_FUZZING_ENGINE"
binaries=("${targets[@]/%/_fuzz}")
ninja -C "$WORK/build" "${binaries[@]/#/tests/fuzz/}"
cp device/profiles/dsa.conf "$OUT/"

# install_target TARGET
install_target() {
	local program=$1_fuzz seeds=$WORK/seeds/$1 words
	cp "$WORK/build/tests/fuzz/$program" "$OUT/"
	rm -rf "$seeds" && mkdir -p "$seeds"
	# with the time of now: zip has none before 1980
	tar -xJmf "tests/fuzz/corpus/$1.tar.xz" -C "$seeds"
	python3 -m zipfile -c "$OUT/${program}_seed_corpus.zip" "$seeds"/*
	words=$(dictionary "$1")
	[[ -z $words ]] || cp "$words" "$OUT/$program.dict"
	printf '[libfuzzer]\nmax_len = %d\ntimeout = 10\n' "$(max_len "$1")" >"$OUT/$program.options"
}

for target in "${targets[@]}"; do
	install_target "$target"
done
