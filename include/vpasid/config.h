/* SPDX-License-Identifier: MIT */
/*
 * The layout of a function's extended config space: which capability stands
 * where, and how far each reaches.
 */
#ifndef VPASID_CONFIG_H
#define VPASID_CONFIG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <vpasid/api.h>

VPASID_BEGIN_DECLS

/**
 * VPASID_CONFIG_CONVENTIONAL - bytes of a conventional config space; where the
 *	extended space begins (PCIe r6.0, 7.2.2)
 * VPASID_CONFIG_SIZE - bytes of a config space with its extended part
 * VPASID_CONFIG_MIN - bytes of a config space's header; a reader who isn't root
 *	gets these alone from sysfs
 */
#define VPASID_CONFIG_CONVENTIONAL 0x100
#define VPASID_CONFIG_SIZE	   0x1000
#define VPASID_CONFIG_MIN	   0x40

/**
 * VPASID_MAX_SPANS - the most headers that an extended config space can hold
 * VPASID_MAX_FINDINGS - how many findings a struct vpasid_layout has room for
 */
#define VPASID_MAX_SPANS    960
#define VPASID_MAX_FINDINGS 64

/**
 * VPASID_EXT_CAP_NULL - ID of the Null Extended Capability (7.9.28), and of a
 *	capability that somebody (VFIO, for one) has hidden at the chain's head
 * VPASID_EXT_CAP_PASID - ID of the PASID Extended Capability (7.8.9)
 */
#define VPASID_EXT_CAP_NULL  0x0000
#define VPASID_EXT_CAP_PASID 0x001b

/**
 * VPASID_CAP_LENGTH - bytes of a PASID Extended Capability, physical or virtual:
 *	the header, the Capability and the Control register (7.8.9)
 */
#define VPASID_CAP_LENGTH 8

/**
 * VPASID_SPAN_EXACT - &vpasid_span.length is what the specification and the
 *	capability's own registers say. Without it the length isn't known, and the
 *	span is taken to reach to the next header above it, or to the end of the
 *	space: vendor-specific registers, an ID or a version that isn't known here,
 *	registers that contradict each other.
 * VPASID_SPAN_CUT - the length by specification reaches into the next header or
 *	beyond the end of the space; &vpasid_span.length ends there, and isn't exact
 * VPASID_SPAN_HIDDEN - a header with ID 0 that others hang on; when VFIO hides
 *	the chain's head it leaves this. Four bytes, exact; what it hid may still
 *	stand behind it.
 */
#define VPASID_SPAN_EXACT  (1u << 0)
#define VPASID_SPAN_CUT	   (1u << 1)
#define VPASID_SPAN_HIDDEN (1u << 2)

/**
 * struct vpasid_span - one extended capability
 * @offset: Of its header, from the start of config space: 0x100 to 0xffc,
 *	a multiple of 4.
 * @length: Bytes, the header included: 4 to 0xf00, a multiple of 4.
 * @next: The header's Next Capability Offset with its two reserved bits masked.
 * @id: The header's Capability ID.
 * @version: The header's Capability Version, 0 to 15.
 * @flags: VPASID_SPAN_*.
 */
struct vpasid_span {
	uint16_t offset;
	uint16_t length;
	uint16_t next;
	uint16_t id;
	uint8_t version;
	uint8_t flags;
};

/**
 * enum vpasid_finding_code - what is odd about a layout
 * @VPASID_FINDING_ALL_ONES: A header reads as all ones: nobody answers there.
 *	Breaks the chain.
 * @VPASID_FINDING_BELOW: A next pointer leads below 0x100. Breaks the chain.
 * @VPASID_FINDING_TRUNCATED: A next pointer leads to where the snapshot has no
 *	bytes, or a capability's registers lie there. Breaks the chain.
 * @VPASID_FINDING_LOOP: A next pointer leads to a header that was seen before.
 *	The chain ends there; all that it can reach is known.
 * @VPASID_FINDING_EMPTY: A next pointer leads to a dword of zeros. The chain
 *	ends there.
 * @VPASID_FINDING_INSIDE: A header stands inside the registers of another
 *	capability.
 * @VPASID_FINDING_UNALIGNED: A next pointer has a reserved bit set; it is masked
 *	as the specification asks (7.6.3).
 * @VPASID_FINDING_BACKWARD: A next pointer leads to a lower offset. Legal, and
 *	seen in hardware.
 * @VPASID_FINDING_DUPLICATE: A second PASID capability.
 * @VPASID_FINDING_HIDDEN_HEAD: The chain's head has ID 0; see VPASID_SPAN_HIDDEN.
 * @VPASID_FINDING_INEXACT: A capability's length isn't known.
 * @VPASID_FINDING_CUT: See VPASID_SPAN_CUT.
 *
 * &vpasid_finding.offset is the header's that the finding is about: the one with
 * the pointer for those that are about a pointer, the one that is pointed to for
 * ALL_ONES, INSIDE, DUPLICATE, HIDDEN_HEAD, INEXACT and CUT.
 */
enum vpasid_finding_code {
	VPASID_FINDING_ALL_ONES = 1,
	VPASID_FINDING_BELOW = 2,
	VPASID_FINDING_TRUNCATED = 3,
	VPASID_FINDING_LOOP = 4,
	VPASID_FINDING_EMPTY = 5,
	VPASID_FINDING_INSIDE = 6,
	VPASID_FINDING_UNALIGNED = 7,
	VPASID_FINDING_BACKWARD = 8,
	VPASID_FINDING_DUPLICATE = 9,
	VPASID_FINDING_HIDDEN_HEAD = 10,
	VPASID_FINDING_INEXACT = 11,
	VPASID_FINDING_CUT = 12,
};

/**
 * struct vpasid_finding - something odd about a layout
 * @code: enum vpasid_finding_code.
 * @offset: Of the header that it is about.
 * @value: What was found: the pointer as it stands for those about a pointer;
 *	the other header's offset for INSIDE and DUPLICATE; else 0.
 */
struct vpasid_finding {
	uint16_t code;
	uint16_t offset;
	uint16_t value;
};

/**
 * struct vpasid_layout - the extended capabilities of one function
 * @size: Bytes of config space that were looked at.
 * @broken: The chain breaks off: capabilities may stand where none is known.
 * @span_count: How many of @spans are valid.
 * @finding_count: How many findings there are. Those beyond VPASID_MAX_FINDINGS
 *	are counted, but not kept.
 * @spans: In the order of the chain, which needn't be that of the offsets.
 * @findings: In the order in which the walk came upon them.
 *
 * Some 10 KiB of plain data: it owns nothing and may be copied. What lies behind
 * the counts isn't initialised. Its size is part of the ABI.
 */
struct vpasid_layout {
	uint16_t size;
	bool broken;
	uint16_t span_count;
	uint16_t finding_count;
	struct vpasid_span spans[VPASID_MAX_SPANS];
	struct vpasid_finding findings[VPASID_MAX_FINDINGS];
};

/**
 * vpasid_layout_read() - walk the chain of extended capabilities
 * @config: The first @size bytes of a function's config space, as the function
 *	has them: little-endian, whatever the machine. No alignment is needed.
 * @size: Of @config: VPASID_CONFIG_MIN to VPASID_CONFIG_SIZE.
 *	VPASID_CONFIG_CONVENTIONAL and less have no extended capabilities.
 * @layout: Filled in on success.
 *
 * The vendor ID may be all ones: that is how a VF's is in hardware.
 *
 * Thread-safe; allocates nothing. The time is bounded by VPASID_MAX_SPANS, and
 * grows with the number of capabilities, not with @size.
 *
 * Return: the number of spans; 0 for a function without extended capabilities.
 *	Whatever is odd about the chain is a finding, not an error. Or
 *	-EINVAL	@size is out of range,
 *	-EIO	all of the header is ones: the device is gone or asleep.
 */
VPASID_API int vpasid_layout_read(const void *config, size_t size, struct vpasid_layout *layout);

/**
 * vpasid_layout_find() - the first capability with an ID
 * @layout: From vpasid_layout_read().
 * @id: Capability ID.
 *
 * Return: one of @layout's spans, or NULL.
 */
VPASID_API const struct vpasid_span *vpasid_layout_find(const struct vpasid_layout *layout,
							uint16_t id);

/**
 * vpasid_read_dword - reads one dword of a function's config space
 * @opaque: What vpasid_ext_cap_find() was given.
 * @offset: Of the dword: 0x100 to 0xffc, a multiple of 4.
 * @value: Where to put it, in the machine's byte order.
 *
 * Return: 0, -ENODATA if config space ends before @offset, or another negative errno.
 */
typedef int vpasid_read_dword(void *opaque, uint16_t offset, uint32_t *value);

/**
 * vpasid_ext_cap_find() - find an extended capability by as few reads as it takes
 * @read: Called for each header of the chain up to the one with @id, and for nothing else.
 * @opaque: Handed to @read.
 * @id: Capability ID.
 *
 * For those who have no snapshot of config space and don't want one: on hardware each
 * dword takes about a microsecond. The chain is the one that vpasid_layout_read() walks,
 * and the answer is what vpasid_layout_find() would say.
 *
 * Thread-safe; allocates nothing. @read is called VPASID_MAX_SPANS times at most, and
 * never twice for one offset.
 *
 * Return: the offset of the first capability with @id; 0 if the function has none. Or
 *	-EPROTO	the chain breaks off before such a capability (a header reads as all
 *		ones, a pointer leads below 0x100, or to where @read says -ENODATA):
 *		whether there is one isn't known. A chain that is a loop or leads to
 *		zeros ends there, and doesn't break off,
 *	any errno of @read but -ENODATA. If there isn't even a dword at 0x100, the
 *		function has no extended capabilities.
 */
VPASID_API int vpasid_ext_cap_find(vpasid_read_dword *read, void *opaque, uint16_t id);

/**
 * vpasid_layout_digest() - a layout in 64 bits
 * @layout: From vpasid_layout_read().
 *
 * FNV-1a (64 bits) over the layout's size and each span in the order of the
 * chain: size, then ID, version, offset, length and flags, each as a
 * little-endian 16-bit number. Two functions with the same capabilities in the
 * same places have the same digest on any machine; the contents of registers
 * that have no say in a length don't matter. No secret, and no proof against
 * somebody who wants two layouts to look alike.
 *
 * Return: the digest.
 */
VPASID_API uint64_t vpasid_layout_digest(const struct vpasid_layout *layout);

/**
 * vpasid_finding_describe() - a finding as a sentence
 * @finding: One of a layout's.
 * @text: Where to put it, with a null byte at its end; may be NULL if @size is 0.
 * @size: Of @text. VPASID_FINDING_TEXT is enough for any.
 *
 * As "the capability at 0x140 points to 0x0fc, which is below 0x100", without a
 * full stop.
 *
 * Return: the sentence's length, as snprintf(3) has it.
 */
VPASID_API int vpasid_finding_describe(const struct vpasid_finding *finding, char *text,
				       size_t size);

/**
 * VPASID_FINDING_TEXT - bytes that a finding's sentence needs at most
 */
#define VPASID_FINDING_TEXT 128

/**
 * vpasid_ext_cap_name() - what an extended capability is called
 * @id: Capability ID.
 *
 * Return: a static string, the short name of PCIe r6.0's table of IDs where there
 *	is one: "AER", "SR-IOV", "PASID"; NULL for an ID that isn't defined.
 */
VPASID_API const char *vpasid_ext_cap_name(uint16_t id);

VPASID_END_DECLS

#endif /* VPASID_CONFIG_H */
