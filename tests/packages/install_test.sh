#!/bin/bash
# SPDX-License-Identifier: MIT
#
# install_test.sh SUITE: the Debian packages of build/deb on a small Debian that
# tests/packages/make-root has made. What changes there is in memory.
set -u
cd "$(dirname "$0")/../.." || exit
# shellcheck source=tests/overlay.sh
. tests/overlay.sh

# enter SUITE DIR: in the namespace
enter() {
	local suite=$1 dir=$2 root=$2/root
	lay_over "build/install/$suite" "$dir" &&
		mount -t sysfs sysfs "$root/sys" &&
		mkdir "$root/root/packages" &&
		cp build/deb/*.deb "$root/root/packages" &&
		cp tests/tap.sh tests/packages/inside.sh "$root/root" || exit
	exec chroot "$root" env -i PATH="$PATH" HOME=/root LC_ALL=C.UTF-8 /root/inside.sh
}

(($#)) || { echo "usage: tests/packages/install_test.sh SUITE, as bookworm or trixie" >&2; exit 2; }
[[ $1 != --entered ]] || enter "${@:2}"
on_debian "the packages on $1" tests/packages/make-root "build/install/$1.run" "$1"
