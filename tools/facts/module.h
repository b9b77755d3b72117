/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The project's kernel modules on a host, and whether its kernel loads modules without a signature.
 */
#ifndef TOOLS_FACTS_MODULE_H
#define TOOLS_FACTS_MODULE_H

#include <stdio.h>

#include "facts/host.h"

/* The module that answers for functions of any vfio-pci driver; PASID_DRIVER is the other one. */
#define PASID_MODULE "vfio_pasid"

/* What to do where they aren't installed. */
#define MODULES_TODO                                                                                \
	"install the modules from vfio-pasid's sources: `make -C driver modules modules_install`, " \
	"then `depmod`; or install them by DKMS"

struct module {
	enum fact loaded;
	enum fact installed;	 /* modprobe finds it for the running kernel; if so: */
	enum fact has_signature; /* its file ends in one; unknown if the file is compressed */
};

/* @name is spelled with _. */
void module_read(struct host *host, const char *name, struct module *module);

/* Whether the kernel has that PCI driver now; unknown in a recorded sysfs without any. */
enum fact host_has_driver(const struct host *host, const char *name);

struct module_policy {
	enum fact secure_boot; /* the firmware's */
	enum fact sig_enforce; /* the kernel's module.sig_enforce */
	enum fact lockdown;    /* integrity or confidentiality */
	bool asks_lockdown;    /* the kernel's command line does */
};

void module_policy_read(struct host *host, struct module_policy *policy);

/* Whether the kernel loads only modules with a valid signature. */
enum fact module_policy_enforces(const struct module_policy *policy);

/* What is read of modules.dep: the names of the project's modules; and of a module: its end. */
void modules_filter(FILE *in, FILE *out);
void module_filter(FILE *in, FILE *out);

/* If it does, why. */
const char *module_policy_reason(const struct module_policy *policy);

/* Of that reason and a module */
#define MODULE_UNSIGNED "the kernel loads only signed modules (%s), and %s isn't signed"

/* What to do then */
#define MODULE_SIGNATURE_TODO                                                                    \
	"install them by DKMS, which signs them, and have the firmware trust its key: `mokutil " \
	"--import /var/lib/dkms/mok.pub`, then reboot"

#endif /* TOOLS_FACTS_MODULE_H */
