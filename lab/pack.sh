# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Putting files of this machine into the VM's tree, with what they need to run,
# and making archives for the kernel of it.

# for_vm FILE: the file that the VM gets for this one. It is another where the VM is of another
# architecture and this one is of this machine's: what was built for that, or is of its Debian.
for_vm() {
	local file=$1 foreign
	if [[ $FOREIGN ]]; then
		foreign=$FOREIGN_ROOT$file
		[[ $file != "$BUILD"/* ]] || foreign=$FOREIGN_BUILD${file#"$BUILD"}
		if [[ -f $foreign ]]; then
			file=$foreign
		elif cmp -s <(printf '\177ELF') <(head -c 4 "$file"); then
			say "$file is of this machine's architecture, and there is no $foreign"
			return 1
		fi
	fi
	echo "$file"
}

# foreign_libraries FILE: its dynamic linker and its libraries, and theirs
foreign_libraries() {
	local library
	while read -r library; do
		[[ $library == /* ]] || library=/$(cd "$FOREIGN_ROOT" && echo usr/lib/*-linux-gnu/"$library")
		echo "$library"
		foreign_libraries "$FOREIGN_ROOT$library"
	done < <(readelf --wide --program-headers --dynamic "$1" 2>/dev/null |
		sed -n 's/.*program interpreter: \(.*\)\]/\1/p; s/.*(NEEDED).*\[\(.*\)\]/\1/p')
}

# The files that a program can't run without: its shared libraries, or, for a
# script, its interpreter. Static programs and plain files need none.
files_needed() {
	local file=$1 interpreter

	if [[ $(head -c 2 "$file" | tr -d '\0') == '#!' ]]; then
		interpreter=$(head -n 1 "$file")
		interpreter=${interpreter#'#!'}
		read -r interpreter _ <<<"$interpreter"
		[[ ! -f $interpreter ]] || echo "$interpreter"
	elif [[ $FOREIGN ]]; then
		foreign_libraries "$file"
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
	local file name=$2 tree=$3
	file=$(for_vm "$1") || return
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
