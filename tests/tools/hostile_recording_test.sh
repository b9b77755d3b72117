#!/bin/bash
# SPDX-License-Identifier: MIT
#
# Recordings that were made to harm, and some that weren't: what isn't a recording is refused, with
# an error that says why; nothing of it is written anywhere, and it takes no more memory than a
# large host. "built" is vpasid as it is built, "sanitized" has the address and
# undefined-behaviour sanitizers.
set -uo pipefail
cd "$(dirname "$0")/../.." || exit
. tests/tap.sh
. tests/support/hostile.sh
. tests/support/sanitized.sh

[[ ${1:-} == @(built|sanitized) ]] || { echo "usage: $0 built|sanitized" >&2; exit 2; }
dir=$(mktemp -d -p /dev/shm)
trap 'rm -rf "$dir"' EXIT
mkdir "$dir/cwd" "$dir/outside" "$dir/tree" "$dir/made" "$dir/none"
echo 0x1234 >"$dir/outside/secret"
hex "$DUMP" >"$dir/config"
as=()

case $1 in
built)
	memory=$((1 << 20))
	vpasid=$PWD/${BUILD:-build}/vpasid
	;;
sanitized)
	memory=
	ok "it builds with sanitizers" sanitize vpasid
	vpasid=$PWD/$SANITIZED/vpasid
	;;
esac

# takes FILE: whatever is in it, each command has an answer
takes() {
	json "0 1" list --json --all --record "$1" &&
		json "0 3" show --json --record "$1" "$BDF" && runs "0 3" show --record "$1" "$BDF" &&
		json "0 1 3" explain --json --for guest-sva --record "$1" "$BDF" &&
		json "0 1 3" check --json --record "$1" &&
		runs "0 1 3" check --for sva --record "$1" &&
		json "0 3" map --json --quirks "$dir/none" --record "$1" "$BDF" &&
		runs "0 1 3" vm --for qemu --quirks "$dir/none" --record "$1" "$BDF" &&
		runs "0 3" export --format prometheus --record "$1" &&
		runs "0 1" record --list "$1"
}

refused() { # refused FILE WHY
	refuses "$2" list --record "$1" && ask says err "$1" &&
		refuses "$2" record --list "$1" && [[ ! -s $dir/out ]]
}

start_checker
python3 tests/support/recordings.py "$dir/config" "$dir/made" >"$dir/rows" || exit
ask remember
while IFS=$'\t' read -r name refusal; do
	if [[ $refusal ]]; then
		ok "refused: $name" refused "$dir/made/$name" "$refusal"
	else
		ok "taken: $name" takes "$dir/made/$name"
	fi
done <"$dir/rows"
ok "a directory" refuses "Is a directory" list --record "$dir/tree"
ok "no file" refuses "No such file" list --record "$dir/absent"
ok "a file that doesn't end" refuses "behind its end" list --record /dev/zero
ok "nothing was written" ask unchanged
plan
