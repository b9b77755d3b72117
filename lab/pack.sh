# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Putting files of this machine into the VM's tree, with what they need to run,
# and making archives for the kernel of it.

# The files that a program can't run without: its shared libraries, or, for a
# script, its interpreter. Static programs and plain files need none.
files_needed() {
	local file=$1 interpreter

	if [[ $(head -c 2 "$file" | tr -d '\0') == '#!' ]]; then
		interpreter=$(head -n 1 "$file")
		interpreter=${interpreter#'#!'}
		read -r interpreter _ <<<"$interpreter"
		[[ ! -f $interpreter ]] || echo "$interpreter"
	else
		# "libc.so.6 => /lib/libc.so.6 (0x...)", "/lib64/ld.so (0x...)"
		ldd "$file" 2>/dev/null |
			sed -n 's/.*=> \(\/.*\) (0x.*/\1/p; s/^[[:blank:]]*\(\/.*\) (0x.*/\1/p'
	fi
}

# has NAME TREE...: whether one of the trees has it. A link counts even if it leads nowhere
# on this machine.
has() {
	local name=$1 tree
	shift
	for tree; do
		[[ ! -e $tree$name && ! -L $tree$name ]] || return 0
	done
	return 1
}

# put_needed FILE TREE [BASE]: copies what the file needs into TREE, unless TREE has it, or
# BASE, the tree that TREE will be laid over
put_needed() {
	local file=$1 needed
	shift
	[[ -x $file ]] || return 0
	while read -r needed; do
		has "$needed" "$@" || put "$needed" "$needed" "$@"
	done < <(files_needed "$file")
}

# put FILE NAME TREE [BASE]: a file, under that name, with what it needs
put() {
	local file=$1 name=$2 tree=$3
	shift 2
	mkdir -p "$(dirname "$tree$name")" &&
		cp -L --remove-destination --preserve=mode,timestamps "$file" "$tree$name" &&
		put_needed "$file" "$@"
}

# put_directory DIRECTORY NAME TREE [BASE]: the same with a directory and all in it
put_directory() {
	local directory=$1 name=$2 tree=$3 file
	shift 2
	mkdir -p "$tree$name" && cp -a "$directory/." "$tree$name/" || return
	while read -r -d '' file; do
		put_needed "$file" "$@"
	done < <(find "$directory" -type f -perm /111 -print0)
}

# pack TREE: prints it as the kernel wants an initramfs
pack() {
	(cd "$1" && find . -print0 | cpio --null --create --format=newc --owner=0:0 --quiet)
}
