// SPDX-License-Identifier: GPL-2.0-only
/*
 * Preloaded into a stock QEMU that runs in the lab's VM. QEMU asks iommufd for page tables that a
 * guest's can be nested in (IOMMU_HWPT_ALLOC_NEST_PARENT). The VT-d that the lab emulates has no
 * nested translation (ECAP.NEST), so the kernel refuses, and QEMU with it. This drops that one
 * flag from the request, and says so: the page tables are then ordinary ones, with which a guest
 * works as long as it doesn't translate by its virtual IOMMU. All else goes to the kernel as it
 * is.
 */
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/syscall.h>
#include <unistd.h>

/* As in linux/iommufd.h, which the machine may not have */
#define HWPT_ALLOC  0x3b89ul
#define NEST_PARENT (1u << 0)

/* What struct iommu_hwpt_alloc begins with */
struct hwpt_alloc {
	uint32_t size;
	uint32_t flags;
};

/* The C library's, whose declaration differs between libraries */
int ioctl(int fd, unsigned long request, ...);

int ioctl(int fd, unsigned long request, ...)
{
	va_list list;
	void *argument;

	va_start(list, request);
	argument = va_arg(list, void *);
	va_end(list);

	if (request == HWPT_ALLOC) {
		struct hwpt_alloc *alloc = argument;

		if (alloc->flags & NEST_PARENT)
			fprintf(stderr, "without-nesting: dropped IOMMU_HWPT_ALLOC_NEST_PARENT\n");
		alloc->flags &= ~NEST_PARENT;
	}
	return (int)syscall(SYS_ioctl, fd, request, argument);
}
