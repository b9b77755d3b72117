# shellcheck shell=bash disable=SC2034,SC2154
# SPDX-License-Identifier: MIT
#
# For export_test.sh: made hosts, and what their readers want. $dir is a directory of the
# test's own, $vpasid the command.

# make_host NAME COUNT: $dir/NAME, to stand for /sys
make_host() {
	mkdir "$dir/$1" && build/tests/tools/make_host "$dir/$1" "$2"
}

# put FUNCTION OFFSET BYTES: into its config space; BYTES are printf's
put() {
	# shellcheck disable=SC2059 # they are the format
	printf "$3" | dd of="$1/config" bs=1 seek=$(($2)) conv=notrunc status=none
}

# make_odd_host NAME: a host whose PFs are, one after the other: as they should be,
# switched off, asleep, without an answer, bound to a driver with an odd name, without an
# IOMMU and IDs, on an IOMMU without PASID, readable by root alone. Each has 3 VFs.
make_odd_host() {
	local pf devices=$dir/$1/bus/pci/devices
	make_host "$1" 64
	put "$devices/0000:00:01.0" 0x3c6 '\0\0'
	echo suspended >"$devices/0000:00:02.0/power/runtime_status"
	echo D3cold >"$devices/0000:00:02.0/power_state"
	put "$devices/0000:00:03.0" 0x100 '\377\377\377\377'
	sed -i '1s/.*/DRIVER=a"b\\c\x1b[2J\xff\xe2\x80\xae"} 1/' "$devices/0000:00:04.0/uevent"
	pf=$devices/0000:00:05.0
	echo DRIVER=idxd >"$pf/uevent"
	rm "$pf/iommu"
	pf=$devices/0000:00:06.0
	mkdir -p "$dir/$1/class/iommu/dmar1/intel-iommu"
	echo d2008c222f0686 >"$dir/$1/class/iommu/dmar1/intel-iommu/cap"
	echo f020df >"$dir/$1/class/iommu/dmar1/intel-iommu/ecap"
	ln -sfn ../../../../class/iommu/dmar1 "$pf/iommu"
	truncate -s 64 "$devices/0000:00:07.0/config"
}

# samples FILE: each with its value, by name; without those of the program and of totals
samples() {
	grep -E '^vpasid_(function|iommu)_' "$1" | sort
}

# as_listed HOST FILE: the samples are what `vpasid list --json` says
as_listed() {
	"$vpasid" list --json --sysfs "$1" 2>/dev/null | jq -r -f tests/tools/metrics.jq | sort >"$dir/listed"
	[[ -s $dir/listed ]] && diff "$dir/listed" <(samples "$2")
}

# nfd_takes FILE: it is what NFD's local source reads and its master makes labels of:
# https://kubernetes-sigs.github.io/node-feature-discovery/stable/usage/customization-guide
# and Kubernetes's rules for names and values of labels
nfd_takes() {
	(($(stat -c %s "$1") <= 65536)) || { echo "it is too large"; return 1; }
	[[ $(tail -c 1 "$1" | od -An -tx1) == ' 0a' ]] || { echo "it ends within a line"; return 1; }
	LC_ALL=C awk '
		function bad(why) { print NR ": " why ": " $0; failed = 1 }
		function is_word(text) {
			return length(text) <= 63 && text ~ /^[A-Za-z0-9]([A-Za-z0-9_.-]*[A-Za-z0-9])?$/
		}
		/^# \+/ {
			if ($0 !~ /^# \+expiry-time=[0-9][0-9][0-9][0-9]-[01][0-9]-[0-3][0-9]T[0-2][0-9]:[0-5][0-9]:[0-6][0-9]Z$/)
				bad("no directive")
		}
		/^#/ { next }
		{
			equals = index($0, "=")
			key = substr($0, 1, equals - 1)
			value = substr($0, equals + 1)
			slash = index(key, "/")
			if (!equals) bad("no value")
			if (key in seen) bad("it is there already")
			if (substr(key, 1, slash) != "feature.node.kubernetes.io/") bad("no namespace")
			if (!is_word(substr(key, slash + 1))) bad("no name")
			if (!is_word(value)) bad("no value for a label")
			seen[key]
			labels++
		}
		END { exit failed || !labels }' "$1"
}

# starts DIRECTORY: a node_exporter on its files; $port has the answers
starts() {
	build/prometheus/prometheus-node-exporter --web.listen-address=127.0.0.1:0 \
		--collector.disable-defaults --collector.textfile \
		--collector.textfile.directory="$1" >"$dir/exporter" 2>&1 &
	exporter=$!
	for ((i = 0; i < 100; i++)); do
		port=$(sed -n 's/.*Listening on" address=127.0.0.1:\([0-9]*\).*/\1/p' "$dir/exporter")
		[[ -z $port ]] || return 0
		sleep 0.1
	done
	cat "$dir/exporter"
	return 1
}

# scrape FILE: what Prometheus would get
scrape() {
	local connection
	exec {connection}<>"/dev/tcp/127.0.0.1/$port" || return
	printf 'GET /metrics HTTP/1.0\r\n\r\n' >&"$connection"
	cat <&"$connection" >"$1"
	exec {connection}>&-
	grep -q '^HTTP/1.0 200 ' "$1" || { cat "$1"; return 1; }
}
