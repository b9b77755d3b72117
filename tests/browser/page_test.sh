#!/bin/bash
# SPDX-License-Identifier: MIT
#
# vpasid report's pages in a Chromium, which scripts/chromium downloads. With SHOTS=DIRECTORY,
# pictures of them are there afterwards.
set -uo pipefail
cd "$(dirname "$0")/../.." || exit
. tests/tap.sh

vpasid=${BUILD:-build}/vpasid
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
recordings=(tests/corpus/recordings/*.tar.gz)

needs "Chromium" scripts/chromium
mkdir "$dir/fleet"
python3 tests/support/recorded_hosts.py "$dir/fleet" 20 "${recordings[@]}"
"$vpasid" report --html "$dir/one.html" --record tests/corpus/recordings/intel-6.12.tar.gz 2>/dev/null &&
	"$vpasid" report --html "$dir/several.html" "$dir"/fleet/* 2>/dev/null || exit
python3 tests/browser/page_test.py "$dir"
