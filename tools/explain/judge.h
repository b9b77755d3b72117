/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Judgements about a host, which hold for every function behind one of its IOMMUs. Each writes to
 * @link what was found and what to do; explain_judge() uses them for a function, and check/ for the
 * host.
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

/* Why there is no IOMMU; or, if the kernel uses some, why none covers a function. */
void explain_judge_no_iommu(const struct iommu_presence *presence, const struct kernel *kernel,
			    struct link *link);

/*
 * The mode that PASID requires. @domain is the type of a function's default domain, "" if it isn't
 * known. Returns whether the domain still has to be judged: for AMD's, by
 * explain_judge_amd_domain().
 */
bool explain_judge_iommu_mode(const struct iommu *iommu, const struct kernel *kernel,
			      const char *domain, struct link *link);

/* The width of its PASIDs. */
void explain_judge_iommu_pasid(const struct iommu *iommu, struct link *link);

/* Whether AMD's driver attaches anything to a PASID. */
void explain_judge_attach(const struct iommu *iommu, const char *release, struct link *link);

/* What QEMU requires of a host; @kind is that of the guest's virtual IOMMU. */
void explain_judge_iommufd(enum fact has_iommufd, const struct kernel *kernel, struct link *link);
void explain_judge_qemu_kernel(const struct kernel *kernel, enum viommu_kind kind,
			       struct link *link);
void explain_judge_nesting(const struct iommu *iommu, struct link *link);
void explain_judge_address_bits(const struct iommu *iommu, struct link *link);

/*
 * What the kernel requires before a device can share a process's address space: of itself, and of
 * the IOMMU, which walks the processors' page tables.
 */
void explain_judge_sva_kernel(const struct kernel *kernel, const struct iommu *iommu,
			      struct link *link);
void explain_judge_sva_iommu(const struct iommu *iommu, const struct cpu *cpu, struct link *link);

/* What a guest can't use. */
#define EXPLAIN_NO_SHARED_QUEUES                                                             \
	"shared work queues (ENQCMD) require KVM to translate PASIDs, which mainline Linux " \
	"up to 7.3 doesn't do: processes in a guest can use only dedicated ones"

/* Whether the guest's kernel can do that with the virtual IOMMU of QEMU. */
void explain_judge_viommu_sva(enum viommu_kind kind, struct link *link);

#endif /* TOOLS_EXPLAIN_JUDGE_H */
