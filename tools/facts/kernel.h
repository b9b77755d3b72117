/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The running kernel: which one it is, and how it was built and booted.
 */
#ifndef TOOLS_FACTS_KERNEL_H
#define TOOLS_FACTS_KERNEL_H

#include <stdbool.h>

#include "support/fact.h"

struct kernel {
	char release[72];	  /* "" if unknown */
	char config[128];	  /* the file with its configuration, "" if there is none */
	bool is_own_config;	  /* the running kernel itself provides that file */
	enum fact pci_pasid;	  /* CONFIG_PCI_PASID */
	enum fact intel_on;	  /* CONFIG_INTEL_IOMMU_DEFAULT_ON, or ..._INTGPU_OFF */
	enum fact intel_scalable; /* CONFIG_INTEL_IOMMU_SCALABLE_MODE_DEFAULT_ON */
	enum fact iommufd;	  /* CONFIG_IOMMUFD */
	bool has_command_line;
	char command_line[4096];
};

/* Reads the files below @root ("" for this host's own). */
void kernel_read(const char *root, struct kernel *kernel);

#endif /* TOOLS_FACTS_KERNEL_H */
