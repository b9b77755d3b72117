# SPDX-License-Identifier: MIT
#
# Of what `vpasid list --json` prints: the samples that `vpasid export` must have for each
# function and IOMMU, in no order.
def pair(name; value):
	"\(name)=\"\(value // "" | gsub("\\\\"; "\\\\") | gsub("\""; "\\\""))\"";
def id(part): if .id then "0x" + (.id | split(":")[part]) else "" end;
def number: if type == "boolean" then (if . then 1 else 0 end) else . end;
def sample(name; labels; value):
	if value == null then empty else "vpasid_\(name){\(labels)} \(value | number)" end;

(.devices[] | . as $function | pair("bdf"; .bdf) as $bdf |
	sample("function_info"; [$bdf, pair("device_id"; id(1)), pair("driver"; .driver),
		pair("iommu"; .iommu), pair("kind"; .kind), pair("pf"; .pf),
		pair("vendor_id"; id(0))] | join(","); 1),
	(("off", "enabled", "asleep", "unknown") as $state |
		sample("function_state"; "\($bdf),\(pair("state"; $state))";
			$function.state == $state)),
	sample("function_max_pasid_width"; $bdf; .width),
	sample("function_usable_pasid_width"; $bdf; .usable_width),
	(("exec", "priv") as $permission | "\($bdf),\(pair("permission"; $permission))" as $labels |
		sample("function_permission_supported"; $labels; $function[$permission]),
		sample("function_permission_enabled"; $labels; $function["\($permission)_enabled"]))),
([.devices[] | select(.iommu_width != null) | { iommu, iommu_width }] | unique[] |
	sample("iommu_max_pasid_width"; pair("iommu"; .iommu); .iommu_width))
