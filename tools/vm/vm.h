/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A virtual machine that is given functions with their PASID: what its monitor has to be told,
 * and what the host lacks for it.
 */
#ifndef TOOLS_VM_VM_H
#define TOOLS_VM_VM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "explain/chain.h"
#include "explain/viommu.h"
#include "place/request.h"
#include "support/why.h"

/* The monitor, or who starts it. */
enum vmm {
	VMM_QEMU,
	VMM_LIBVIRT, /* which starts QEMU */
	VMM_CLOUD_HYPERVISOR,
	VMMS
};

/* "qemu", "libvirt", "cloud-hypervisor" */
const char *vmm_name(enum vmm vmm);

/* Something that a guest's PASID takes, and that isn't there or isn't known. */
struct vm_lack {
	const char *what;	      /* the name of a need of explain's, or "pasid", or "vmm" */
	enum explain_verdict verdict; /* EXPLAIN_BROKEN or EXPLAIN_UNKNOWN */
	const char *why;
	const char *todo; /* "" if there is nothing to do */
};

/* What a guest misses of ATS or PRI, which SVA takes beside PASID, though it has PASID. */
struct vm_note {
	const char *what; /* "ats" or "pri" */
	struct why why;
};

#define VM_MAX_NOTES 2

/* All needs, and those two */
#define VM_MAX_LACKS (EXPLAIN_MAX_NEEDS + 2)

struct vm_device {
	const struct function *function;
	struct chain chain;
	struct viommu viommu;
	unsigned int iommu; /* those behind one IOMMU of the host's have the same number */
	bool is_integrated; /* it goes onto a root bus, and not behind a root port */
	uint16_t offset;    /* of its PASID capability */
	int error;	    /* if there is no offset, or no such function; with @why */
	struct why why;
	struct vm_lack lacks[VM_MAX_LACKS];
	size_t lack_count;
	struct vm_note notes[VM_MAX_NOTES];
	size_t note_count;
};

struct vm {
	enum vmm vmm;
	struct vm_device *devices;
	size_t count;
	unsigned int iommu_count;
	struct viommu viommu; /* of all */
};

/*
 * Makes a machine of the functions of @places, which outlives it. Returns 0 or -ENOMEM; the caller
 * frees @vm.
 */
int vm_make(const struct places *places, enum vmm vmm, struct vm *vm);
void vm_free(struct vm *vm);

/* Whether there is something to tell the monitor: all functions have PASID, and it can have it. */
bool vm_can_be_written(const struct vm *vm);

/* Finds what the guest misses of ATS and PRI under QEMU. Needs @device->function and viommu. */
void vm_find_notes(struct vm_device *device);

/* Whether QEMU has to be told to hide the function's ATS: a guest could do nothing with it. */
bool vm_hides_ats(const struct vm_device *device);

/* These write what the monitor takes: options, a line each, or a domain of libvirt's. */
void vm_write_qemu(const struct vm *vm, FILE *stream);
void vm_write_libvirt(const struct vm *vm, FILE *stream);
void vm_write_cloud_hypervisor(const struct vm *vm, FILE *stream);

/* The one for its monitor. The caller frees the text; NULL: out of memory. */
char *vm_text(const struct vm *vm);

/* Tells on standard error what is lacking. Returns the command's exit status. */
int vm_complain(const struct vm *vm);
int vm_status(const struct vm *vm);

/* The schema of the JSON. It is documented in vpasid(1). */
#define VM_SCHEMA "vpasid-vm/1"

/* @text is vm_text()'s, or NULL. The caller owns the returned object, and prints it. */
struct json_object *vm_to_json(const struct vm *vm, const char *text);

#endif /* TOOLS_VM_VM_H */
