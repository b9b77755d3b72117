#!/bin/bash
# SPDX-License-Identifier: MIT
#
# QEMU 11.1's own parser takes the option that vpasid place prints, and vpasid refuses what
# that parser refuses. QEMU is asked for a device that isn't there, and complains of that
# after it has taken the option. It checks where in config space the offset is only when it
# has the device, so this can't be tested here.
set -uo pipefail
cd "$(dirname "$0")/../.." || exit
. tests/tap.sh

quirks=$(mktemp -d)
trap 'rmdir "$quirks"' EXIT
absent=ffff:1f:1f.7

# qemu_says TEXT OPTION
qemu_says() {
	local said
	said=$(lab/limit 60 lab/root qemu-system-x86_64 -nodefaults -display none -machine q35 \
		-device "vfio-pci,host=$absent,$2" </dev/null 2>&1)
	grep -qF -- "$1" <<<"$said" || { echo "$said"; return 1; }
}

taken() {
	qemu_says "$absent: no such host device" "$1"
}

option_of() { # option_of DUMP ARG...: what vpasid place prints for it is the option
	option=$(build/vpasid place --format qemu --quirks "$quirks" --file "tests/corpus/dumps/$1" \
		"${@:2}" 2>/dev/null) && [[ $option == x-vpasid-cap-offset=0x* ]]
}

# QEMU must refuse an unknown option, or the rows below would prove nothing.
ok "QEMU 11.1 knows its options" qemu_says "x-vpasid-cap-offsets' not found" x-vpasid-cap-offsets=0x100
while read -r dump arguments; do
	# shellcheck disable=SC2086 # words
	ok "$dump $arguments: vpasid place prints an option" option_of "$dump" $arguments
	ok "$dump $arguments: QEMU takes it: $option" taken "$option"
done <<-END
	accelerator
	accelerator --offset 0x500
	integrated
END

prints_none() {
	! option_of "$1" && [[ ! $option ]]
}

ok "bare: QEMU takes any offset and gives no PASID, so vpasid place prints none" prints_none bare

refused_by_vpasid() {
	build/vpasid place --format qemu --quirks "$quirks" --file tests/corpus/dumps/accelerator \
		--offset "$1"
	(($? == 2))
}

for value in -1 65536 0x10000 18446744073709551617 xyz 0x 1.5 ''; do
	ok "'$value': QEMU refuses it" qemu_says "Parameter 'x-vpasid-cap-offset' expects" \
		"x-vpasid-cap-offset=$value"
	ok "'$value': vpasid refuses it" refused_by_vpasid "$value"
done
plan
