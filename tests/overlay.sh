# shellcheck shell=bash
# SPDX-License-Identifier: MIT
#
# For tests that change the root directory of a small Debian. Source it.

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
