// SPDX-License-Identifier: GPL-2.0-or-later
/* QEMU and libvirt, as far as they are installed here. */
#include "check/check.h"
#include "facts/program.h"

/* QEMU 11.1 is what explain/judge_qemu.c knows. */
static void check_qemu(struct check *check)
{
	struct finding *finding = check_add(check, CHECK_QEMU, "");
	struct program qemu;

	program_find_qemu(&qemu);
	if (qemu.is_found == FACT_UNKNOWN) {
		finding_say(finding, CHECK_UNKNOWN, "the recording has no information about QEMU");
	} else if (qemu.is_found == FACT_NO) {
		finding_say(finding, CHECK_WARN, "PATH has no QEMU for this machine");
		finding_todo(finding, "install QEMU 11.1 or later, unless you use another VMM");
	} else if (!qemu.has_version) {
		finding_say(finding, CHECK_UNKNOWN, "%s doesn't report its version", qemu.path);
	} else if (program_since(&qemu, 11, 1)) {
		finding_say(finding, CHECK_PASS,
			    "QEMU %u.%u (%s) supports PASID for vfio-pci "
			    "devices",
			    qemu.major, qemu.minor, qemu.path);
	} else {
		finding_say(finding, program_since(&qemu, 11, 0) ? CHECK_WARN : CHECK_FAIL,
			    "QEMU %u.%u (%s): PASID for vfio-pci devices is known to work with "
			    "11.1 and later",
			    qemu.major, qemu.minor, qemu.path);
		finding_todo(finding, "install QEMU 11.1 or later");
	}
}

/* `vpasid vm --for libvirt` prints a domain for 12.1. */
static void check_libvirt(struct check *check)
{
	struct finding *finding = check_add(check, CHECK_LIBVIRT, "");
	struct program libvirt;

	program_find_libvirt(&libvirt);
	if (libvirt.is_found == FACT_UNKNOWN) {
		finding_say(finding, CHECK_UNKNOWN,
			    "the recording has no information about "
			    "libvirt");
	} else if (libvirt.is_found == FACT_NO) {
		finding_say(finding, CHECK_PASS,
			    "libvirt isn't installed; QEMU can be started without it");
	} else if (!libvirt.has_version) {
		finding_say(finding, CHECK_WARN, "%s doesn't report its version", libvirt.path);
	} else if (program_since(&libvirt, 12, 1)) {
		finding_say(finding, CHECK_PASS, "libvirt %u.%u (%s) opens devices through iommufd",
			    libvirt.major, libvirt.minor, libvirt.path);
	} else {
		finding_say(finding, CHECK_WARN,
			    "libvirt %u.%u (%s): a domain with PASID is known to work with 12.1 "
			    "and later",
			    libvirt.major, libvirt.minor, libvirt.path);
		finding_todo(finding, "install libvirt 12.1 or later, or start QEMU without it");
	}
}

/* Those of a recorded sysfs's host can't be asked. */
void check_programs(struct host *host, struct check *check)
{
	if (host->kind != HOST_LIVE)
		return;
	check_qemu(check);
	check_libvirt(check);
}
