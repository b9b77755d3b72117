# shellcheck shell=bash
# SPDX-License-Identifier: MIT
#
# For tests that change the root directory of a small Debian. Source it.

# on_debian WHAT MAKE RUN NAME: makes the small Debian NAME with MAKE, if it isn't there. Then runs
# the script again in a mount namespace of its own, where its function enter gets NAME and a
# directory for lay_over(), RUN.XXXX, which is removed afterwards.
on_debian() {
	local what=$1 make=$2 run=$3 name=$4 status
	. tests/tap.sh
	((!EUID)) || { skip "$what" "not root: chroot and mounts require it" && plan && exit; }
	needs "a small Debian, $name" "$make" "$name"
	run=$(mktemp -d "$run.XXXX")
	unshare --mount -- "$0" --entered "$name" "$run"
	status=$?
	rmdir "$run"
	return $status
}

# lay_over ROOT DIRECTORY: DIRECTORY/root is ROOT, but changes to it are kept in memory. Call it in a
# mount namespace of the test's own (unshare --mount), so that all of it goes when the test ends,
# however it does.
lay_over() {
	mount -t tmpfs memory "$2" && mkdir "$2"/{upper,work,root} &&
		mount -t overlay overlay "$2/root" \
			-o "lowerdir=$1,upperdir=$2/upper,workdir=$2/work" &&
		mount --rbind /dev "$2/root/dev" &&
		mount -t proc proc "$2/root/proc"
}
