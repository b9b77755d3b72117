/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Judgements about a host, which hold for every function behind an IOMMU of it. Each says in
 * @link what was found, and what to do; explain_judge() takes them for a function, and check/ for
 * the host.
 */
#ifndef TOOLS_EXPLAIN_JUDGE_H
#define TOOLS_EXPLAIN_JUDGE_H

#include <stdbool.h>

#include "explain/chain.h"
#include "explain/viommu.h"
#include "facts/cpu.h"
#include "facts/host.h"
#include "facts/iommu.h"
#include "facts/kernel.h"

/* @iommu is NULL if there is none, or none is known. */
void explain_judge_kernel(const struct kernel *kernel, enum host_kind kind,
			  const struct iommu *iommu, struct link *link);

/* Why there is no IOMMU; if the kernel drives some, why none covers a function. */
void explain_judge_no_iommu(const struct iommu_presence *presence, const struct kernel *kernel,
			    struct link *link);

/*
 * The mode that PASID asks for. @domain is the type of a function's default domain, "" if it isn't
 * known. Returns whether that is left to judge: for AMD's, by explain_judge_amd_domain().
 */
bool explain_judge_iommu_mode(const struct iommu *iommu, const struct kernel *kernel,
			      const char *domain, struct link *link);

/* The width of its PASIDs. */
void explain_judge_iommu_pasid(const struct iommu *iommu, struct link *link);

/* Whether AMD's driver attaches anything to a PASID. */
void explain_judge_attach(const struct iommu *iommu, const char *release, struct link *link);

/* What QEMU asks a host for; and @kind is that of the virtual IOMMU above the host's. */
void explain_judge_iommufd(enum fact has_iommufd, const struct kernel *kernel, struct link *link);
void explain_judge_qemu_kernel(const struct kernel *kernel, enum viommu_kind kind,
			       struct link *link);
void explain_judge_nesting(const struct iommu *iommu, struct link *link);
void explain_judge_address_bits(const struct iommu *iommu, struct link *link);

/*
 * What the kernel asks for before a device shares a process's address space: of itself, and of the
 * IOMMU, which walks the page tables of the processors.
 */
void explain_judge_sva_kernel(const struct kernel *kernel, const struct iommu *iommu,
			      struct link *link);
void explain_judge_sva_iommu(const struct iommu *iommu, const struct cpu *cpu, struct link *link);

/* What a guest can't have. */
#define EXPLAIN_NO_SHARED_QUEUES                                                          \
	"shared work queues (ENQCMD) need KVM to translate PASIDs, which mainline Linux " \
	"doesn't do, up to 7.3: a guest's processes have dedicated ones alone"

/* Whether the virtual IOMMU that QEMU gives a guest lets the guest's kernel do that. */
void explain_judge_viommu_sva(enum viommu_kind kind, struct link *link);

#endif /* TOOLS_EXPLAIN_JUDGE_H */
