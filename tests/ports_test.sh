#!/bin/bash
# SPDX-License-Identifier: MIT
#
# tests/ports_test.sh [ROW...]: the library where it may go: on a machine that has a C compiler
# and nothing else, in each form, in other projects, and on other libcs and architectures, where
# its unit and property tests run. A row is one of those below, all of them by default.
set -uo pipefail
cd "$(dirname "$0")/.." || exit
[[ ${APART_DIR-} ]] || exec tests/support/apart.sh "$0" "$@"
. tests/tap.sh

root=$PWD
dir=$(mktemp -d /dev/shm/ports.XXXXXX)
trap 'rm -rf --one-file-system "$dir"' EXIT
unset PKG_CONFIG_PATH PKG_CONFIG_LIBDIR PKG_CONFIG_SYSROOT_DIR LD_LIBRARY_PATH CFLAGS LDFLAGS
libdir=$(scripts/where libdir /usr/local)

rows=(alone shared static both subproject cmake musl i686 arm64 s390x)
(($#)) || set -- "${rows[@]}"

# apart COMMAND: what it sets and exports is its own
apart() {
	("$@")
}

# What the rows test is whether it builds, links and runs. The unit tests of `make` have the flags
# that a user's library has.
quick=(-Doptimization=0 -Ddebug=false)

# How many spaces the property tests make. Another architecture is emulated.
declare -A spaces=([find]=20000 [place]=1000 [vconfig]=400 [vfio_view]=2000)

# quietly COMMAND...: what it prints is shown if it fails
quietly() {
	"$@" >"$dir/log" 2>&1 && return
	tail -n 20 "$dir/log"
	return 1
}

# build NAME MESON-OPTION...: into $dir/NAME, once
build() {
	[[ -e $dir/$1 ]] || quietly meson setup "$dir/$1" "$root" --libdir="$libdir" "${@:2}" &&
		quietly ninja -C "$dir/$1"
}

# installs NAME: and nothing else is in /usr/local, which this test has for itself
installs() {
	find /usr/local -mindepth 1 -delete
	quietly meson install -C "$dir/$1" --no-rebuild && ldconfig
}

only_library=("${quick[@]}" -Dtools=disabled -Dtests=disabled -Dlab=disabled)

cat >"$dir/use.c" <<'C'
#include <stdio.h>
#include <vpasid/vpasid.h>
#if !VPASID_VERSION_AT_LEAST(0, 2, 0)
#error "these aren't the headers of the checkout"
#endif
int main(void)
{
	struct vpasid_quirks *quirks = vpasid_quirks_new();
	const struct vpasid_device realtek = {
		.argsz = sizeof(realtek),
		.vendor = 0x10ec,
		.device = 0x8168,
	};
	int ret = vpasid_quirks_load_builtin(quirks);

	printf("%s %d %d\n", vpasid_version(), ret,
	       vpasid_quirks_match(quirks, &realtek, NULL, 0));
	vpasid_quirks_free(quirks);
	return 0;
}
C

# uses PROGRAM...: it says the version, and that the quirks are in the library
uses() {
	local said
	said=$("$@") || return
	echo "$said"
	[[ $said == "$(sed -n "s/^  version: '\(.*\)',/\1/p" meson.build) 0 1" ]]
}

# link NAME CC-OPTION...: a program with the installed library
link() {
	local name=$1
	shift
	# shellcheck disable=SC2046 # words
	quietly gcc "$dir/use.c" -o "$dir/$name.use" "$@" $(pkg-config --static --cflags --libs libvpasid)
}

row_alone() {
	tests/support/bare.sh "$0" bare
}

# lacks LIBRARY HEADER PACKAGE: neither pkg-config nor the compiler knows it
lacks() {
	if pkg-config --exists "$3" || gcc -include "$2" -E -xc /dev/null >/dev/null 2>&1 ||
		gcc -shared -xc /dev/null "-l$1" -o "$dir/lacks.so" 2>/dev/null; then
		echo "the machine isn't bare: it has $3"
		return 1
	fi
}

# What doc/vmm.md has, on a machine that has a C compiler alone: for row_alone
row_bare() {
	local part
	lacks z zlib.h zlib && lacks json-c json-c/json.h json-c && lacks pci pci/pci.h libpci &&
		lacks cmocka cmocka.h cmocka &&
		CFLAGS='-O0 -g0' quietly meson setup "$dir/alone" "$root" --libdir="$libdir" &&
		cp "$dir/log" "$dir/said" && quietly meson install -C "$dir/alone" && ldconfig || return
	for part in tools device bench; do
		grep -qE "^ *$part *: NO$" "$dir/said" || { echo "meson says nothing of $part"; return 1; }
	done
	# shellcheck disable=SC2046 # words
	quietly gcc "$dir/use.c" -o "$dir/alone.use" $(pkg-config --cflags --libs libvpasid) &&
		uses "$dir/alone.use" && link alone -static &&
		uses "$dir/alone.use" && [[ ! -e $dir/alone/vpasid && ! -e /usr/local/bin ]] || return
	! meson setup "$dir/refused" "$root" -Dtools=enabled >"$dir/said" 2>&1 &&
		grep -q '^[^ ]*: ERROR: Dependency "json-c" not found' "$dir/said"
}

# The tests link with it as the command does.
row_shared() {
	build shared "${quick[@]}" -Ddefault_library=shared -Dtests=disabled -Dtools=disabled -Dlab=disabled &&
		installs shared && link shared &&
		uses "$dir/shared.use" &&
		[[ ! -e /usr/local/$libdir/libvpasid.a ]] &&
		quietly meson configure "$dir/shared" -Dtests=enabled &&
		quietly ninja -C "$dir/shared" tests/lib/query_test &&
		quietly "$dir/shared/tests/lib/query_test"
}

# Whoever links the archive gets no names but the library's.
row_static() {
	build static -Ddefault_library=static "${only_library[@]}" && installs static &&
		link static -static && uses "$dir/static.use" || return
	[[ -z $(find /usr/local -name '*.so*') ]] &&
		! nm -g --defined-only "/usr/local/$libdir/libvpasid.a" |
		awk 'NF == 3 { print $3 }' | grep -v ^vpasid_
}

row_both() {
	local version soname
	version=$(sed -n "s/^  version: '\(.*\)',/\1/p" meson.build)
	soname=libvpasid.so.${version%.*}
	build both "${only_library[@]}" && installs both && link both -static &&
		uses "$dir/both.use" && link both &&
		uses "$dir/both.use" &&
		objdump -p "$dir/both.use" | grep -q "NEEDED *$soname\$" &&
		[[ -e /usr/local/$libdir/$soname ]]
}

# As another project has it: in subprojects/, asked for as a dependency.
row_subproject() {
	local project=$dir/project
	mkdir -p "$project/subprojects"
	ln -s "$root" "$project/subprojects/vfio-pasid"
	cp "$dir/use.c" "$project"
	cat >"$project/meson.build" <<-'END'
		project('other', 'c')
		vpasid = dependency('libvpasid', version: '>=0.2', fallback: 'vfio-pasid')
		executable('use', 'use.c', dependencies: vpasid)
	END
	find /usr/local -mindepth 1 -delete
	quietly meson setup "$dir/parent" "$project" "${quick[@]}" &&
		quietly ninja -C "$dir/parent" && uses "$dir/parent/use" &&
		[[ ! -e $dir/parent/subprojects/vfio-pasid/vpasid &&
		! -e $dir/parent/subprojects/vfio-pasid/tests ]]
}

# By pkg-config, as doc/vmm-reference.md has it
row_cmake() {
	mkdir -p "$dir/cmake"
	cp "$dir/use.c" "$dir/cmake"
	{
		echo 'cmake_minimum_required(VERSION 3.13)'
		echo 'project(other C)'
		# shellcheck disable=SC2016 # a fence
		sed -n '/^```cmake$/,/^```$/p' doc/vmm-reference.md | grep -v '^```'
	} | sed 's/\<vmm\>/use/g; s/use\.c\>/use.c/' >"$dir/cmake/CMakeLists.txt"
	grep -q IMPORTED_TARGET "$dir/cmake/CMakeLists.txt" &&
		build both "${only_library[@]}" && installs both &&
		quietly cmake -S "$dir/cmake" -B "$dir/cmake/build" &&
		quietly cmake --build "$dir/cmake/build" &&
		uses "$dir/cmake/build/use"
}

# cross NAME CC CPU ENDIAN WRAPPER [C-ARGUMENT...]: meson's description of a machine
cross() {
	local arguments
	arguments=$(printf "'%s', " "${@:6}")
	# shellcheck disable=SC2016 # quotes of meson's
	cat >"$dir/$1.cross" <<-END
		[binaries]
		c = '$2'
		ar = 'ar'
		strip = 'strip'
		${5:+exe_wrapper = '$5'}
		[built-in options]
		c_args = [${6:+$arguments}]
		c_link_args = ['-static']
		b_pie = false
		[host_machine]
		system = 'linux'
		cpu_family = '$3'
		cpu = '$3'
		endian = '$4'
	END
	[[ $2 == *-gcc && $2 != musl-gcc ]] && sed -i "s/^ar = .*/ar = '${2%gcc}ar'/" "$dir/$1.cross"
	return 0
}

# runs NAME WRAPPER: the tests of the library that was built there
runs() {
	local test count=0 name
	for test in "$dir/$1"/tests/lib/*_test; do
		CMOCKA_MESSAGE_OUTPUT=TAP quietly ${2:+"$2"} "$test" || { echo "${test##*/}"; return 1; }
		count=$((count + 1))
	done
	for name in "${!spaces[@]}"; do
		quietly ${2:+"$2"} "$dir/$1/tests/property/${name}_property" "${spaces[$name]}" ||
			{ echo "$name"; return 1; }
		count=$((count + 1))
	done
	echo "$count programs"
	((count >= 20))
}

# port NAME CC CPU ENDIAN WRAPPER [C-ARGUMENT...]
port() {
	command -v "$2" >/dev/null || { echo "$2 is missing: scripts/deps tests"; return 1; }
	[[ ! $5 ]] || command -v "$5" >/dev/null || { echo "$5 is missing: scripts/deps tests"; return 1; }
	cross "$@"
	build "$1" --cross-file "$dir/$1.cross" \
		"${quick[@]}" -Ddefault_library=static -Dtests=enabled -Dtools=disabled \
		-Dlab=disabled &&
		runs "$1" "$5"
}

# musl has no headers of the kernel; glibc's come last.
row_musl() {
	port musl musl-gcc x86_64 little '' -idirafter /usr/include -idirafter \
		"/usr/include/$(gcc -print-multiarch)"
}

row_i686() {
	port i686 i686-linux-gnu-gcc x86 little ''
}

# QEMU computes what -mbranch-protection signs return addresses with much faster in a way of its own.
row_arm64() {
	QEMU_CPU=max,pauth-impdef=on port arm64 aarch64-linux-gnu-gcc aarch64 little qemu-aarch64-static
}

row_s390x() {
	port s390x s390x-linux-gnu-gcc s390x big qemu-s390x-static
}

declare -A what=(
	[alone]="on a machine without libpci, json-c and zlib the library is built, installed and used"
	[bare]="as row_alone has it"
	[shared]="-Ddefault_library=shared: library and tests"
	[static]="-Ddefault_library=static: an archive with no name but the library's own"
	[both]="both: linked statically, and by a soname of this ABI"
	[subproject]="as a subproject of meson: the library, and nothing else of the project"
	[cmake]="by CMake, as doc/vmm-reference.md has it"
	[musl]="musl: unit and property tests"
	[i686]="i686: unit and property tests"
	[arm64]="arm64: unit and property tests"
	[s390x]="s390x, big-endian: unit and property tests"
)
for row; do
	ok "${what[$row]}" apart "row_$row"
done
plan
