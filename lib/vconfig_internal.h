/* SPDX-License-Identifier: MIT */
/*
 * What the files vconfig*.c share. None of this is exported; the prefix is for those who link the
 * static library.
 */
#ifndef VCONFIG_INTERNAL_H
#define VCONFIG_INTERNAL_H

#include <stdbool.h>
#include <stdint.h>

#include <vpasid/vconfig.h>

#include "dwords.h"

/**
 * struct vpasid_vcap - a virtual capability of a view
 * @cap: What it is, and where it stands.
 * @initial: Its bytes as they are in a new view and after a reset. The header isn't filled in.
 * @writable: The bits that the guest can write.
 * @write: Writes the bits that a guest may write, and calls the VMM's callbacks if they change. The
 *	bytes begin at @offset of config space, and end within the capability's last dword.
 */
struct vpasid_vcap {
	struct vpasid_cap cap;
	uint8_t *initial;
	uint8_t *writable;
	void (*write)(struct vpasid_vconfig *vconfig, const struct vpasid_vcap *vcap, size_t offset,
		      const uint8_t *data, size_t length);
};

/* Of a dword; a guest's writes to the view's go nowhere. */
enum {
	OWNER_DEVICE,
	OWNER_VIEW,
	OWNER_CAP
};

_Static_assert(OWNER_CAP + VPASID_MAX_CAPS <= UINT8_MAX, "an owner is a byte");

/**
 * struct vpasid_vconfig - a guest's view of one function
 * @config: The dwords that are the view's own, as the guest reads them; the others as
 *	they were in the snapshot.
 * @owners: Who answers for each dword: OWNER_DEVICE, OWNER_VIEW, or a virtual capability, as
 *	OWNER_CAP plus its number.
 * @pointers: The dwords of which only the pointer isn't as the device has it.
 * @ops: The callbacks behind the view; all NULL if there is nothing.
 * @opaque: Handed to the callbacks.
 * @digest: The digest of the function's layout.
 * @digest_lengths: The same, as states of version 1 have it.
 * @pasid: Where the virtual PASID stands; 0 if there is none.
 * @flr_pcie: Offset of the byte of Device Control that holds Initiate Function Level
 *	Reset; 0 if the function has no such reset.
 * @flr_af: Offset of the byte of Advanced Features Control that holds Initiate FLR; 0 if
 *	the function has no such reset.
 * @cap_count: How many virtual capabilities there are.
 * @caps: They, in the placement's order.
 * @bytes: Where their bytes are.
 */
struct vpasid_vconfig {
	uint8_t config[VPASID_CONFIG_SIZE];
	uint8_t owners[VPASID_CONFIG_SIZE / DWORD];
	struct dwords pointers;
	struct vpasid_vconfig_ops ops;
	void *opaque;
	uint64_t digest;
	uint64_t digest_lengths;
	uint16_t pasid;
	uint16_t flr_pcie;
	uint16_t flr_af;
	unsigned int cap_count;
	struct vpasid_vcap caps[VPASID_MAX_CAPS];
	uint8_t bytes[];
};

/**
 * vpasid_vconfig_link() - put the virtual capabilities into the chain
 * @vconfig: The view, which has the function's own config space and the capabilities.
 * @layout: The layout of that config space.
 * @request: Tells what is masked.
 *
 * Writes all headers that must change, those of the virtual capabilities among them, and zeros
 * over what is taken out.
 */
void vpasid_vconfig_link(struct vpasid_vconfig *vconfig, const struct vpasid_layout *layout,
			 const struct vpasid_vconfig_request *request);

/**
 * vpasid_vconfig_make_registers() - fill in what the virtual capabilities are made of
 * @vconfig: The view; its capabilities have room for their bytes.
 * @layout: The layout of the function's config space.
 * @request: The request, which has been checked otherwise.
 * @width: Max PASID Width.
 *
 * Return: 0, or -EINVAL if a capability has no registers, or those of another one.
 */
int vpasid_vconfig_make_registers(struct vpasid_vconfig *vconfig,
				  const struct vpasid_layout *layout,
				  const struct vpasid_vconfig_request *request, unsigned int width);

/**
 * vpasid_vcap_set() - set a virtual capability's registers, and tell of changes
 * @vconfig: The view.
 * @vcap: The capability.
 * @registers: All of its bytes behind the header, which are valid.
 * @control: VPASID_PRI_RESET to tell the page request interface to forget what is outstanding;
 *	else 0.
 */
void vpasid_vcap_set(struct vpasid_vconfig *vconfig, const struct vpasid_vcap *vcap,
		     const uint8_t *registers, uint16_t control);

/**
 * vpasid_vcap_w1c() - tell which bits are cleared by writing ones
 * @vcap: The capability.
 * @at: Which byte of it.
 *
 * Return: the bits.
 */
uint8_t vpasid_vcap_w1c(const struct vpasid_vcap *vcap, unsigned int at);

/**
 * vpasid_vcap_own() - tell which bits change by themselves
 * @vcap: The capability.
 * @at: Which byte of it.
 *
 * Return: the bits.
 */
uint8_t vpasid_vcap_own(const struct vpasid_vcap *vcap, unsigned int at);

#endif /* VCONFIG_INTERNAL_H */
