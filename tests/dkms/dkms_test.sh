#!/bin/bash
# SPDX-License-Identifier: MIT
#
# dkms_test.sh HOST: the driver's source goes through dkms on a small Debian that
# tests/dkms/make-host has made. What changes there is in memory.
set -u
cd "$(dirname "$0")/../.." || exit
# shellcheck source=tests/overlay.sh
. tests/overlay.sh

# enter HOST DIR: in the namespace
enter() {
	local host=build/dkms/$1 dir=$2 root=$2/root kernels
	mapfile -t kernels <"$host/kernels"
	lay_over "$host/root" "$dir" &&
		make -s -C driver dkms-tree DESTDIR="$PWD/$root" &&
		cp tests/tap.sh tests/dkms/inside.sh "$root/root" || exit
	exec chroot "$root" env -i PATH="$PATH" HOME=/root LC_ALL=C \
		/root/inside.sh "${kernels[@]}"
}

(($#)) || { echo "usage: tests/dkms/dkms_test.sh HOST, one of tests/dkms/hosts/" >&2; exit 2; }
[[ $1 != --entered ]] || enter "${@:2}"
on_debian "dkms on $1" tests/dkms/make-host "build/dkms/$1/run" "$1"
