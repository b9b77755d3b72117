#!/bin/bash
# SPDX-License-Identifier: MIT
#
# What the headers let several threads do at a time is no race, by ThreadSanitizer; and it would
# notice one.
set -u
cd "$(dirname "$0")/../.." || exit
. tests/tap.sh

dir=$(mktemp -d /dev/shm/threads.XXXXXX)
trap 'rm -rf --one-file-system "$dir"' EXIT

build() {
	gcc -std=gnu11 -D_GNU_SOURCE -w -g -O1 -fsanitize=thread -pthread -Ilib -Iinclude -Iinclude/uapi \
		-Ibuild/include lib/*.c build/lib/builtin_quirks.c tests/lib/threads.c -o "$dir/threads"
}

# Without random addresses, which ThreadSanitizer can't handle on every kernel
run() {
	TSAN_OPTIONS=exitcode=66 timeout 60 setarch --addr-no-randomize "$dir/threads" "$1"
}

# On a busy machine one thread may end before another begins, and then there is no race to notice.
notices_a_race() {
	local try
	for try in {1..20}; do
		run race >"$dir/said" 2>&1
		(($? == 66)) && grep -q '^WARNING: ThreadSanitizer: data race' "$dir/said" && return
		echo "run $try: no race"
	done
	return 1
}

ok "library and test build with ThreadSanitizer" build
ok "threads read a view and share quirks, another has a view of its own" run share
ok "a thread that writes to a view which others read is a race" notices_a_race
plan
