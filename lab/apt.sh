# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Packages of a suite, downloaded by an apt that has state of its own: no root is
# needed and nothing outside build/ changes. The mirrors and the keys are those that
# this machine's apt trusts. Source it after lib.sh.

APT=$LANES/apt

# signed_by SOURCE: the keyring that a file of apt's sources names, if it does
signed_by() {
	sed -n 's/^Signed-By:[[:blank:]]*\(\/[^[:blank:]]*\).*/\1/p
		s/^deb.*\[.*signed-by=\([^] ]*\).*/\1/p' "$1" | head -n 1
}

# source_of SUITE: "URI SOURCE" of a suite that this machine's apt knows
source_of() {
	# shellcheck disable=SC2016 # apt-get replaces them
	apt-get indextargets --no-release-info --format '$(RELEASE) $(REPO_URI) $(SOURCESENTRY)' \
		'Created-By: Packages' 'Component: main' |
		awk -v suite="$1" '$1 == suite && !found { sub(/:[0-9]+$/, "", $3); print $2, $3; found = 1 }'
}

# A suite that this machine doesn't use comes from where its own comes from.
sibling_of() {
	local codename
	codename=$(sed -n 's/^VERSION_CODENAME=//p' /etc/os-release)
	case $1 in
	*-security) echo "$codename-security" ;;
	*) echo "$codename" ;;
	esac
}

# sources SUITE...: apt's sources, with those suites only
sources() {
	local suite uri source keyring
	for suite; do
		read -r uri source < <(source_of "$suite") ||
			read -r uri source < <(source_of "$(sibling_of "$suite")") ||
			fail "apt's sources have neither $suite nor $(sibling_of "$suite"):" \
				"add one of them to /etc/apt/sources.list"
		keyring=$(signed_by "$source")
		printf '%s\n' "Types: deb" "URIs: $uri" "Suites: $suite" "Components: main" \
			${keyring:+"Signed-By: $keyring"} ''
	done
}

# Everything that apt writes goes under $APT; the machine's hooks are not ours.
write_config() {
	mkdir -p "$APT"/{state/lists/partial,cache/archives/partial,log}
	: >"$APT/state/status"
	cat >"$APT/apt.conf" <<-END
		#clear APT::Update::Pre-Invoke;
		#clear APT::Update::Post-Invoke;
		#clear APT::Update::Post-Invoke-Success;
		#clear DPkg::Post-Invoke;
		APT::Sandbox::User "$(id -un)";
		APT::Update::Error-Mode "any";
		APT::Get::List-Cleanup "true";
		Acquire::Languages "none";
		Acquire::Retries "3";
		Dir::State "$APT/state";
		Dir::State::status "$APT/state/status";
		Dir::Cache "$APT/cache";
		Dir::Log "$APT/log";
		Dir::Etc::sourcelist "$APT/lane.sources";
		Dir::Etc::sourceparts "-";
		APT::Architectures { "$(dpkg --print-architecture)"; ${FOREIGN:+"\"$FOREIGN\";"} };
	END
}

apt() {
	local program=$1
	shift
	"$program" --config-file "$APT/apt.conf" "$@"
}

# quietly WHAT COMMAND ARG...: what it prints is shown if it fails
quietly() {
	local what=$1
	shift
	"$@" >"$APT/log/last" 2>&1 && return
	cat "$APT/log/last" >&2
	fail "$what failed: see above; check the network and /etc/apt, then try again"
}

# apt_prepare SUITE...: reads the lists of their packages, and of those that the lane's
# architecture has, as NAME:arm64. Nobody else uses $APT meanwhile.
apt_prepare() {
	write_config
	sources "$@" >"$APT/lane.sources"
	quietly "apt-get update" apt apt-get update
}

# apt_download DIRECTORY PACKAGE...: into the directory, which has nothing else then
apt_download() {
	local directory=$1
	shift
	rm -rf "$directory"
	mkdir -p "$directory"
	(cd "$directory" && quietly "apt-get download" apt apt-get download "$@")
}

# apt_download_all DIRECTORY PACKAGE...: these and all that they depend on
apt_download_all() {
	local directory=$1
	shift
	rm -rf "$directory"
	mkdir -p "$directory/partial"
	quietly "apt-get install --download-only" apt apt-get install --yes --download-only \
		--no-install-recommends -o Dir::Cache::archives="$directory" "$@"
}
