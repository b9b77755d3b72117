#!/bin/bash
# SPDX-License-Identifier: MIT
#
# tests/support/bare.sh COMMAND...: runs it, as on a machine that has a C compiler and libc's
# headers, and no library's. In a mount namespace of its own, /usr/include has the files of libc's
# and the kernel's headers alone, there are no files of pkg-config and of CMake, no library to
# link with but those that a compiler takes, and /usr/local is empty.
set -euo pipefail

if [[ ${BARE_DIR-} ]]; then
	lib=$1
	shift
	# The links lead to where the libraries are now.
	mount --bind "$lib" "$BARE_DIR/orig"
	mount --bind "$BARE_DIR/lib" "$lib"
	mount --bind "$BARE_DIR/include" /usr/include
	for there in /usr/lib/pkgconfig /usr/share/pkgconfig /usr/lib/cmake /usr/share/cmake; do
		[[ ! -d $there ]] || mount --bind "$BARE_DIR/none" "$there"
	done
	mount -t tmpfs tmpfs /usr/local
	exec "$@"
fi

BARE_DIR=$(mktemp -d /dev/shm/bare.XXXXXX)
export BARE_DIR
trap 'rm -rf --one-file-system "$BARE_DIR"' EXIT
unset CPATH C_INCLUDE_PATH LIBRARY_PATH PKG_CONFIG_PATH PKG_CONFIG_LIBDIR
triplet=$(gcc -print-multiarch)
lib=/usr/lib/$triplet
kept=$(dpkg -L libc6-dev linux-libc-dev)

mkdir "$BARE_DIR"/{include,lib,orig,none}
sed -n 's,^/usr/include/\(.*[.]h\)$,\1,p' <<<"$kept" |
	tar -C /usr/include -cf - -T - | tar -C "$BARE_DIR/include" -xf -

# To link with a library takes a lib*.so that leads to one, or a lib*.a.
find "$lib" -mindepth 1 -maxdepth 1 -printf "$BARE_DIR/orig/%f\\0" | xargs -0 ln -s -t "$BARE_DIR/lib"
for file in "$lib"/lib*.so "$lib"/lib*.a; do
	[[ $file == *.so && ! -L $file || $'\n'$kept$'\n' == *$'\n'"$file"$'\n'* ]] ||
		rm -f "$BARE_DIR/lib/${file##*/}"
done
rm -f "$BARE_DIR/lib/pkgconfig" "$BARE_DIR/lib/cmake"
as_root=()
((!EUID)) || as_root=(--map-root-user)
unshare --mount "${as_root[@]}" -- "$0" "$lib" "$@"
