/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The running kernel: which one it is, and how it was built and booted.
 */
#ifndef TOOLS_FACTS_KERNEL_H
#define TOOLS_FACTS_KERNEL_H

#include <stdbool.h>
#include <stdio.h>

#include "facts/command_line.h"
#include "facts/cpu.h"
#include "support/fact.h"

#define KERNEL_RELEASE_SIZE 72

struct kernel {
	char release[KERNEL_RELEASE_SIZE]; /* "" if unknown */
	char config[128];	  /* the file with its configuration, "" if there is none */
	bool is_own_config;	  /* the running kernel itself provides that file */
	enum fact pci_pasid;	  /* CONFIG_PCI_PASID */
	enum fact intel;	  /* CONFIG_INTEL_IOMMU, the driver; then: */
	enum fact intel_on;	  /* CONFIG_INTEL_IOMMU_DEFAULT_ON, or ..._INTGPU_OFF */
	enum fact intel_scalable; /* CONFIG_INTEL_IOMMU_SCALABLE_MODE_DEFAULT_ON */
	enum fact amd;		  /* CONFIG_AMD_IOMMU */
	enum fact smmuv3;	  /* CONFIG_ARM_SMMU_V3; then: */
	enum fact smmuv3_iommufd; /* CONFIG_ARM_SMMU_V3_IOMMUFD */
	enum fact passthrough;	  /* CONFIG_IOMMU_DEFAULT_PASSTHROUGH */
	enum fact iommufd;	  /* CONFIG_IOMMUFD */
	enum fact vfio_pci;	  /* CONFIG_VFIO_PCI */
	enum fact vfio_cdev;	  /* CONFIG_VFIO_DEVICE_CDEV */
	enum fact intel_svm;	  /* CONFIG_INTEL_IOMMU_SVM */
	enum fact smmuv3_sva;	  /* CONFIG_ARM_SMMU_V3_SVA */
	struct command_line command_line;
	struct cpu cpu; /* what it uses of the processors */
};

/* Reads the files below @root ("" for this host's own). */
void kernel_read(const char *root, struct kernel *kernel);

/* Its release alone; "" if unknown. */
void kernel_read_release(const char *root, char *release);

/* Whether a kernel of that release is as new as @major.@minor; unknown if its release is. */
enum fact kernel_since(const char *release, unsigned int major, unsigned int minor);

/* Copies the lines of a configuration that kernel_read() reads. */
void kernel_config_filter(FILE *in, FILE *out);

#endif /* TOOLS_FACTS_KERNEL_H */
