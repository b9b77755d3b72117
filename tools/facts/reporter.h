/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What reports a function's PASID to a VMM, and the driver that a function needs for VFIO.
 */
#ifndef TOOLS_FACTS_REPORTER_H
#define TOOLS_FACTS_REPORTER_H

#include "facts/function.h"

enum reporter {
	REPORTER_UNKNOWN,
	REPORTER_NONE,
	REPORTER_PASID_VFIO_PCI, /* its driver */
	REPORTER_VFIO_PASID,	 /* the module that answers in place of any vfio-pci driver */
	REPORTER_IOMMUFD,	 /* IOMMU_GET_HW_INFO */
};

/* Needs FUNCTION_VFIO, FUNCTION_VFIO_PASID and FUNCTION_KERNEL. */
enum reporter function_reporter(const struct function *function);

/*
 * Whether the driver or the module keeps VFIO's users, and so guests, from the registers of the
 * function's own PASID capability. Needs FUNCTION_VFIO_PASID.
 */
enum fact function_is_guarded(const struct function *function);

/* iommufd reports PASID since Linux 6.15, and since 6.12.32 in that long-term series. */
enum fact iommufd_reports(const struct kernel *kernel);

/* "pasid_vfio_pci", "vfio_pasid", "iommufd", "none", "unknown" */
const char *reporter_name(enum reporter reporter);

/* Drivers' names have up to this many characters, with the final NUL. */
#define REPORTER_DRIVER_SIZE 64

/*
 * The vfio-pci variant driver that the kernel's modules have for the function, for example
 * mlx5_vfio_pci: with another driver the function can't do what that one is for, such as
 * migration. @driver is "" if there is none, or it isn't known. Needs FUNCTION_KERNEL.
 */
void function_variant(const struct function *function, char driver[REPORTER_DRIVER_SIZE]);

/*
 * The `vpasid bind` that gives the function to the VFIO driver that it needs. @command is "" for a
 * bridge, a PF with VFs and a function without an IOMMU group, which VFIO doesn't take. Needs
 * FUNCTION_KERNEL.
 */
void function_bind_command(const struct function *function, struct why *command);

/*
 * What to do about a function on VFIO that neither its driver nor vfio_pasid reports the PASID of.
 * Needs FUNCTION_VFIO_PASID.
 */
const char *function_report_todo(const struct function *function);

/* Whether `vpasid bind` refuses it for being on the denylist. Needs FUNCTION_VFIO. */
bool function_is_refused(const struct function *function);

/* Whether a VFIO driver is a variant driver: any but vfio-pci and pasid_vfio_pci. */
bool driver_is_variant(const char *driver);

/* Whether it is one of those that Linux has, up to 7.3. */
bool driver_is_kernels_variant(const char *driver);

/* Copies the lines of modules.alias that variant drivers have. */
void vfio_aliases_filter(FILE *in, FILE *out);

#endif /* TOOLS_FACTS_REPORTER_H */
