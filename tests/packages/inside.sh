#!/bin/bash
# SPDX-License-Identifier: MIT
#
# inside.sh: what a user of the Debian packages has, from `apt install` to `apt purge`, on a small
# Debian with the packages in ./packages.
set -u
cd "$(dirname "$0")" || exit
# shellcheck source=tests/tap.sh
. ./tap.sh

export DEBIAN_FRONTEND=noninteractive
packages=()
for file in packages/*.deb; do
	packages+=("$(dpkg-deb -f "$file" Package)")
done
version=$(dpkg-deb -f packages/vpasid_*.deb Version)
version=${version%-*}
kernel=$(basename "$(dirname /lib/modules/*/build)")
modules=(pasid_vfio_pci vfio_pasid)

# installed PATTERN: the paths that match it, of files of our packages
installed() {
	dpkg -L "${packages[@]}" | grep -xE "$1" | sort -u
}

# Each file, with its mode and size or target. What apt and dpkg keep of their own work isn't the
# packages': logs, caches, the databases. ldconfig's cache is compared by what is in it.
list_files() {
	find / -xdev \( -path /root -o -path /tmp -o -path /var/log -o -path /var/cache -o -path /var/lib/dpkg \
		-o -path /var/lib/apt -o -path /etc/ld.so.cache \) -prune \
		-o \( -type l -printf '%p -> %l\n' -o -type d -printf '%p %m\n' -o -printf '%p %m %s\n' \) | sort
	ldconfig -p
}

install() {
	apt-get install --yes ./packages/*.deb &&
		[[ $(dpkg-query -W -f '${db:Status-Abbrev}\n' "${packages[@]}" | sort -u) == "ii " ]]
}

# Owner, mode and content are as in the packages; a directory of the system is no other one.
is_verified() {
	[[ -z $(dpkg --verify "${packages[@]}" | tee /dev/stderr) ]]
}

is_version() { # is_version COMMAND
	[[ $("$1" --version | tee /dev/stderr) == *"$version"* ]]
}

helps() { # helps COMMAND
	"$1" --help | tee /dev/stderr | grep -qi "^usage: $1"
}

# By a user who isn't root
lists() {
	setpriv --reuid=nobody --regid=nogroup --clear-groups vpasid list --all
}

# As lspci -xxx prints it
answers_of_a_dump() {
	local offset
	{
		echo '00:00.0 Host bridge: Device 1234:5678'
		for ((offset = 0; offset < 256; offset += 16)); do
			printf '%02x: 34 12 78 56%s\n' "$offset" "$(printf ' 00%.0s' {1..12})"
		done
	} >dump
	vpasid show --file dump 00:00.0 | tee /dev/stderr | grep -q 1234
}

# The profiles are the package's. It says where it serves, and ends at SIGTERM.
serves() {
	local server status
	vpasid-device --profile dsa --socket "$PWD/socket" >served 2>&1 &
	server=$!
	until [[ -S socket ]] || ! kill -0 "$server"; do sleep 0.1; done
	kill "$server"
	wait "$server"
	status=$?
	cat served
	[[ $status == 0 || $status == 143 ]] && grep -q socket served
}

# Each page, or what it links to, is found by its name and section, and rendered without a complaint.
has_pages() {
	local page name section pages
	mapfile -t pages < <(installed '/usr/share/man/man./[^/]*\.gz')
	((${#pages[@]} >= 4)) || return
	for page in "${pages[@]}"; do
		name=$(basename "$page" .gz) section=${page%.gz}
		section=${section##*.}
		[[ $(realpath "$(man -w "$section" "${name%.*}")") == "$(realpath "$page")" ]] ||
			{ echo "$page isn't found"; return 1; }
		man --warnings "$section" "${name%.*}" >rendered 2>complaints || return
		[[ -s rendered && ! -s complaints ]] || { cat complaints; return 1; }
	done
}

# As readline calls it, through the loader of bash-completion
bash_completes() { # bash_completes COMMAND WORD EXPECTED
	bash -c '
		. /usr/share/bash-completion/bash_completion
		loader=_completion_loader
		! declare -F _comp_load >/dev/null || loader=_comp_load
		"$loader" "$1"
		function=$(complete -p "$1" | sed "s/.*-F \([^ ]*\).*/\1/")
		COMP_WORDS=("$1" "$2") COMP_CWORD=1 COMP_LINE="$1 $2" COMP_POINT=${#COMP_LINE}
		"$function" "$1" "$2" "$1"
		printf "%s\n" "${COMPREPLY[@]}"' bash "$@" | tee /dev/stderr | grep -qx -e "$3 *"
}

zsh_knows() { # zsh_knows COMMAND
	zsh -c 'autoload -Uz compinit && compinit -D -u && print -- $_comps[$1] && autoload +X -Uz $_comps[$1]' \
		zsh "$1" | tee /dev/stderr | grep -qx _vpasid
}

fish_completes() { # fish_completes COMMAND WORD EXPECTED
	fish -c "complete -C '$1 $2'" | tee /dev/stderr | grep -q "^$3"
}

is_configured() {
	[[ $(pkg-config --modversion libvpasid | tee /dev/stderr) == "$version" ]]
}

compile() { # compile PROGRAM OPTION...
	local program=$1 flags
	shift
	cat >ask.c <<-'C'
		#include <stdio.h>
		#include <linux/vfio_pasid.h>
		#include <vpasid/vpasid.h>
		int main(void)
		{
			struct vpasid_info info;

			printf("%s %d\n", vpasid_version(), vpasid_query_device(-1, &info));
			return 0;
		}
	C
	read -ra flags < <(pkg-config "$@" --cflags --libs libvpasid)
	gcc -Wall -Werror "${@/#--static/-static}" ask.c -o "$program" "${flags[@]}" &&
		[[ $("./$program" | tee /dev/stderr) == "$version -9" ]]
}

# The loader finds the library where the package has it, and that is the only one.
loads_the_library() {
	local library
	library=$(ldd shared | sed -n 's/.*libvpasid[^ ]* => \([^ ]*\) .*/\1/p' | tee /dev/stderr)
	[[ $(dpkg -S "$(realpath "$library")") == libvpasid0.2:* ]]
}

# The copy in /usr/share/doc isn't for writing to.
builds_examples() {
	cp -r /usr/share/doc/vfio-pasid/examples . && make -C examples all &&
		examples/vmm 2>&1 | tee /dev/stderr | grep -q 'usage: vmm'
}

has_modules() {
	local module
	[[ $(dkms status | tee /dev/stderr) == "pasid-vfio-pci/$version, $kernel, $(uname -m): installed" ]] || return
	for module in "${modules[@]}"; do
		[[ $(modinfo -F version -k "$kernel" "$module" | tee /dev/stderr) == "$version" ]] || return
	done
}

reinstall() {
	apt-get install --yes --reinstall ./packages/*.deb && is_verified && has_modules
}

# A rule that `vpasid bind --persist` of the package would write, of another vpasid, and of an admin
write_rules() {
	local rules=/etc/udev/rules.d
	echo 'RUN+="/usr/bin/vpasid bind --kept 0000:6a:01.0"' >$rules/05-vpasid-0000:6a:01.0.rules
	echo 'RUN+="/usr/local/bin/vpasid bind --kept 0000:6b:01.0"' >$rules/05-vpasid-0000:6b:01.0.rules
	echo 'RUN+="/usr/bin/vpasid bind --kept 0000:6c:01.0"' >$rules/70-own.rules
}

rules_are() {
	[[ $(cd /etc/udev/rules.d && echo *) == "$*" ]]
}

remove() {
	apt-get remove --yes "${packages[@]}" && hash -r && ! command -v vpasid vpasid-device &&
		[[ -z $(dkms status | tee /dev/stderr) ]] && ! modinfo -k "$kernel" "${modules[@]}" &&
		rules_are 05-vpasid-0000:6a:01.0.rules 05-vpasid-0000:6b:01.0.rules 70-own.rules
}

# apt knows the packages no longer that have left nothing behind.
purge() {
	local left
	mapfile -t left < <(dpkg-query -W -f '${db:Status-Abbrev} ${Package}\n' | sed -n 's/^rc  *//p')
	apt-get purge --yes "${left[@]}" &&
		rules_are 05-vpasid-0000:6b:01.0.rules 70-own.rules
}

# All that came with the packages goes: their dependencies, too, of which others are recommended by
# packages that were there.
nothing_is_left() {
	rm /etc/udev/rules.d/* && apt-get autoremove --purge --yes -o APT::AutoRemove::RecommendsImportant=false \
		-o APT::AutoRemove::SuggestsImportant=false >/dev/null &&
		diff <(echo "$before") <(list_files)
}

# What the removal of the modules leaves: the directory of the rules that are written here, and
# depmod's lists, which a kernel that boots has already
mkdir -p /etc/udev/rules.d
depmod "$kernel" 2>/dev/null # it warns that there are headers alone
before=$(list_files)
ok "apt installs the packages, with what they depend on" install
ok "dpkg finds the files as they were packaged" is_verified
ok "vpasid --version" is_version vpasid
ok "vpasid --help" helps vpasid
ok "vpasid list: a user lists the functions of this host" lists
ok "vpasid show: and one of a dump" answers_of_a_dump
ok "vpasid-device --version" is_version vpasid-device
ok "vpasid-device --help" helps vpasid-device
ok "vpasid-device serves a function of a packaged profile" serves
ok "man finds and renders each page" has_pages
ok "bash completes vpasid" bash_completes vpasid expl explain
ok "bash completes vpasid-device" bash_completes vpasid-device --sock --socket
ok "zsh has a completion for vpasid" zsh_knows vpasid
ok "zsh has a completion for vpasid-device" zsh_knows vpasid-device
ok "fish completes vpasid" fish_completes vpasid expl explain
ok "fish completes vpasid-device" fish_completes vpasid-device --sock --socket
ok "pkg-config finds the library" is_configured
ok "a program compiles and runs with the shared library" compile shared
ok "the loader takes the library of the package" loads_the_library
ok "a program compiles and runs with the static library" compile static --static
ok "the packaged examples build and run" builds_examples
ok "DKMS has built both modules for $kernel" has_modules
ok "the packages can be installed again" reinstall
write_rules
ok "apt remove: commands and modules are gone, configuration stays" remove
ok "apt purge: the udev rules of the packaged vpasid are gone, others stay" purge
ok "no file is left or changed" nothing_is_left
plan
