# SPDX-License-Identifier: MIT
#
# What of the options that `vpasid vm --for qemu` prints isn't in libvirt's command line for the
# same functions: a line each, and false; or true. Three lists of words come in: those options,
# libvirt's command line, and the one that it makes without an iommufd. $help is what QEMU prints
# for `-device DRIVER,help`.

# {DRIVER: {PROPERTY: {type, default}}}
def properties:
	reduce split("\n")[] as $line ({};
		if $line | endswith(" options:") then .driver = ($line | rtrimstr(" options:"))
		else .driver as $driver |
			reduce ($line | capture("^  (?<name>[^=]+)=<(?<type>\\w+)" +
				".*?(\\(default: (?<default>[^()]*)\\))?$")) as $property
				(.; .all[$driver][$property.name] = $property)
		end) | .all;

# The value of JSON that QEMU accepts for a property of that type
def value($type):
	if $type == "bool" then . == "on"
	elif $type | tostring | startswith("uint") then
		if startswith("0x") then
			reduce (ltrimstr("0x") | explode[]) as $digit (0;
				. * 16 + $digit - (if $digit < 58 then 48 else 87 end))
		else tonumber end
	else . end;

# words OPTION: what follows it, each time
def words($option):
	. as $words | [range(length - 1) | select($words[.] == $option) | $words[. + 1]];

def options($kind):
	split(",") | {($kind): .[0]} +
		(.[1:] | map(capture("^(?<key>[^=]+)=(?<value>.*)$")) | from_entries);

# JSON includes QEMU's defaults.
def device($known):
	if startswith("{") then
		fromjson | ($known[.driver] // {} | map_values(select(.default) |
			.type as $type | .default | value($type))) + .
	else
		options("driver") | .driver as $driver |
			with_entries($known[$driver][.key].type as $type | .value |= value($type))
	end;

def object:
	if startswith("{") then fromjson else options("qom-type") end;

# A name is replaced by what it stands for; a chassis is a name, too.
def whole($by_id):
	del(.id, .chassis) | with_entries(
		if .key | IN("bus", "primary-bus", "iommufd") then
			.value as $id | .value = ($by_id[$id] // null | if . then whole($by_id) else $id end)
		else . end);

# The IOMMUs and the functions, in their order
def devices($known):
	(words("-object") | map(object)) as $objects |
	(words("-device") | map(device($known))) as $devices |
	($objects + $devices | map(select(.id) | {key: .id, value: .}) | from_entries) as $by_id |
	$devices | map(select(.driver | IN("intel-iommu", "arm-smmuv3", "vfio-pci")) | whole($by_id));

# libvirt writes the machine's version; on a test's machine it has no KVM.
def machine:
	words("-machine")[0] | options("type") | del(.accel) |
		with_entries(.key |= gsub("_"; "-")) |
		.type |= (sub("^pc-q35"; "q35") | sub("-[0-9.]+$"; ""));

def lacks($have):
	. as $want | paths(type | IN("object", "array") | not) as $path |
		select(($have | try getpath($path) catch null) != ($want | getpath($path))) |
		"\($path | map(tostring) | join(".")): \($want | getpath($path)) is wanted, " +
		"\($have | try getpath($path) catch null) is there";

# With an iommufd libvirt opens the function, and gives QEMU what it opened, not a name.
input as $wanted | input as $given | input as $named | ($help | properties) as $known |
($named | devices($known) | map(.host)) as $hosts |
($given | devices($known) | to_entries | map(.value + {host: $hosts[.key]})) as $have |
[$wanted | (machine | lacks($given | machine)),
	({devices: devices($known)} | (.devices | map(.driver)) as $drivers |
		if $drivers == ($have | map(.driver)) then lacks({devices: $have})
		else "\($drivers) are wanted, \($have | map(.driver)) are there" end)] |
if . == [] then true else .[], false end
