#!/bin/bash
# SPDX-License-Identifier: MIT
#
# tests/support/apart.sh COMMAND...: runs it on this machine, as root of it, with /usr, /etc and this
# checkout to itself: what it changes there is in memory, and no other process sees it. Nothing is
# installed in /usr/local.
set -euo pipefail

# own DIRECTORY
own() {
	local layer
	layer=$(mktemp -d -p "$APART_DIR")
	mkdir "$layer/upper" "$layer/work"
	mount -t overlay overlay "$1" -o "lowerdir=$1,upperdir=$layer/upper,workdir=$layer/work"
}

if [[ ${APART_DIR-} ]]; then
	directory=$PWD
	mount -t tmpfs tmpfs "$APART_DIR"
	own /usr
	own /etc
	own "$(realpath "$(dirname "$0")/../..")"
	mount -t tmpfs -o mode=755 tmpfs /usr/local
	mkdir -p /usr/local/{bin,include,lib,sbin,share/man}
	cd "$directory" # as it is now
	exec "$@"
fi

APART_DIR=$(mktemp -d)
export APART_DIR
trap 'rmdir "$APART_DIR"' EXIT
as_root=()
((!EUID)) || as_root=(--map-root-user)
unshare --mount "${as_root[@]}" -- "$0" "$@"
