# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Makes the root directory of a small Debian, with mmdebstrap. Source it after lib.sh and apt.sh.

# make_debian DIRECTORY "SUITE..." "PACKAGE..." MMDEBSTRAP-OPTION...: complete or not at all; a
# previous one is replaced. mmdebstrap mounts this machine's /proc, /sys and /dev/shm in it. In a
# namespace of its own, these mounts end with it, also if it is killed: what is removed here later
# must never be what they show.
make_debian() {
	local root=$1 log=$1.log packages=$3 suites
	read -ra suites <<<"$2"
	shift 3
	((!EUID)) || fail "making ${root#"$ROOT/"} requires root; run $PROGRAM as root, once"
	need mmdebstrap mmdebstrap
	say "making a Debian ${suites[0]} with $packages; the log: $log"
	mkdir -p "$(dirname "$root")"
	rm -rf --one-file-system "$root.new"
	sources "${suites[@]}" >"$root.sources"
	unshare --mount mmdebstrap --include="${packages// /,}" --aptopt='Acquire::Retries "3"' \
		"$@" "${suites[0]}" "$root.new" "$root.sources" 2>&1 | tee "$log" |
		sed -un "s|^I: \(.*[^.]\)\.*$|$PROGRAM: \1|p" >&2 ||
		{ grep '^E:' "$log" >&2; fail "${root#"$ROOT/"} could not be made: see above"; }
	rm -rf --one-file-system "$root"
	mv "$root.new" "$root"
}
