# shellcheck shell=bash
# SPDX-License-Identifier: MIT
#
# The one build with the address, leak and undefined-behaviour sanitizers, whose findings end a
# program. It is clang's, and also has what libFuzzer counts by, so that fuzz targets are part of it.
SANITIZED=build/sanitized

# set_up_sanitized: a static program can't have sanitizers, so those of the lab are left out.
set_up_sanitized() {
	if [[ ! -e $SANITIZED/build.ninja ]]; then
		# What the sanitizers need isn't in a library that is linked: no b_lundef.
		meson setup "$SANITIZED" -Db_sanitize=address,undefined -Db_lundef=false \
			-Dc_args='-fsanitize=fuzzer-no-link -fno-sanitize-recover=all' \
			-Dlab=disabled -Dbench=disabled
	elif [[ -n $(find tests/fuzz -name '*_fuzz.c' -newer "$SANITIZED/build.ninja") ]]; then
		meson setup --reconfigure "$SANITIZED"
	fi
}

# sanitize [TARGET...]: builds these there, or all but the fuzz targets. Of two tests that want to,
# one waits.
sanitize() {
	(
		flock 8
		export CC=clang CXX=clang++ # ninja may run meson, too
		set_up_sanitized && ninja -C "$SANITIZED" "$@"
	) 8>"$SANITIZED.lock"
}
