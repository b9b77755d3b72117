# shellcheck shell=bash
# SPDX-License-Identifier: MIT
#
# vpasid-device for QEMU: source it from the top of the checkout.
servers=()

# name_of PATH: of the files of the function there
name_of() {
	echo "${1//[:\/.]/-}"
}

# serve NAME ARG...: starts a server with these options at NAME.socket; its log is NAME.log
serve() {
	local name=$1
	shift
	: >"$name.out"
	build/vpasid-device --socket "$name.socket" --log "$name.log" "$@" >"$name.out" 2>"$name.err" &
	servers+=($!)
	for _ in {1..500}; do
		! grep -q '^serving' "$name.out" || return 0
		kill -0 $! 2>/dev/null || break
		sleep 0.02
	done
	cat "$name.err"
	return 1
}

# end_all: ends all servers; fails if one doesn't end in good order
end_all() {
	local server status=0
	for server in "${servers[@]}"; do
		kill "$server" && wait "$server" || status=1
	done
	servers=()
	return $status
}

# For a topology file. QEMU passes the guest's memory to the server, so it has to be shared.
# Only in caching mode does QEMU's IOMMU tell vfio-user what the guest maps.
shared_memory() { # shared_memory MIB
	cat <<-END
		qemu  -object memory-backend-memfd,id=ram,size=$1M,share=on -machine memory-backend=ram
		qemu  -global intel-iommu.caching-mode=on
	END
}

# device NAME PATH: the function that is served there, at PATH as in a topology
device() {
	local bus=pcie.0 slot=${2##*[:/]}
	[[ $2 != */* ]] || { bus=${2%/*} && bus=${bus##*:}; }
	case $bus in
	pcie.0) ;;
	*) bus=$(printf 'port-%02x' $((16#${bus%.*} << 3 | ${bus#*.}))) ;;
	esac
	echo "qemu  -device {\"driver\":\"vfio-user-pci\",\"socket\":{\"type\":\"unix\",\"path\":\"$1.socket\"},\"bus\":\"$bus\",\"addr\":\"$slot\"}"
}
