/* SPDX-License-Identifier: MIT */
/*
 * The layout of a function's extended config space: the offset and the length of each capability.
 * Also finds a single capability, extended or conventional.
 */
#ifndef VPASID_CONFIG_H
#define VPASID_CONFIG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <vpasid/api.h>

VPASID_BEGIN_DECLS

/**
 * VPASID_CONFIG_CONVENTIONAL - bytes of a conventional config space; the extended space begins
 *	after them (PCIe r6.0, 7.2.2)
 * VPASID_CONFIG_SIZE - bytes of a config space with its extended part
 * VPASID_CONFIG_MIN - bytes of a config space's header; in sysfs, only root can read more than
 *	these
 */
#define VPASID_CONFIG_CONVENTIONAL 0x100
#define VPASID_CONFIG_SIZE	   0x1000
#define VPASID_CONFIG_MIN	   0x40

/**
 * VPASID_MAX_SPANS - the largest number of headers in an extended config space
 * VPASID_MAX_FINDINGS - the number of findings for which a struct vpasid_layout has room
 */
#define VPASID_MAX_SPANS    960
#define VPASID_MAX_FINDINGS 64

/**
 * VPASID_EXT_CAP_NULL - ID of the Null Extended Capability (7.9.28); VFIO also leaves it where it
 *	hides the first capability of the chain
 * VPASID_EXT_CAP_ATS - ID of the ATS Extended Capability (10.5.1)
 * VPASID_EXT_CAP_PRI - ID of the Page Request Extended Capability (10.5.2)
 * VPASID_EXT_CAP_PASID - ID of the PASID Extended Capability (7.8.9)
 */
#define VPASID_EXT_CAP_NULL  0x0000
#define VPASID_EXT_CAP_ATS   0x000f
#define VPASID_EXT_CAP_PRI   0x0013
#define VPASID_EXT_CAP_PASID 0x001b

/**
 * VPASID_CAP_LENGTH - bytes of a PASID Extended Capability, physical or virtual:
 *	the header, the Capability register and the Control register (7.8.9)
 * VPASID_ATS_LENGTH - bytes of an ATS Extended Capability (10.5.1)
 * VPASID_PRI_LENGTH - bytes of a Page Request Extended Capability (10.5.2)
 */
#define VPASID_CAP_LENGTH 8
#define VPASID_ATS_LENGTH 8
#define VPASID_PRI_LENGTH 16

/**
 * VPASID_SPAN_EXACT - &vpasid_span.length is that of the specification and the capability's own
 *	registers. Without this flag, the length is unknown, because the registers are
 *	vendor-specific or contradict each other, or the library doesn't know the ID or the version.
 *	The span then reaches to the next header above it, or to the end of the space.
 * VPASID_SPAN_CUT - according to the specification, the capability would reach into the next header
 *	or beyond the end of the space. &vpasid_span.length ends there, and isn't exact.
 * VPASID_SPAN_HIDDEN - a header with ID 0 that points to another one. VFIO leaves such a header
 *	where it hides the first capability of the chain. Its length of four bytes is exact; the
 *	registers of the hidden capability may still follow it.
 */
#define VPASID_SPAN_EXACT  (1u << 0)
#define VPASID_SPAN_CUT	   (1u << 1)
#define VPASID_SPAN_HIDDEN (1u << 2)

/**
 * struct vpasid_span - one extended capability
 * @offset: The offset of its header from the start of config space: 0x100 to 0xffc, a multiple of
 *	4.
 * @length: Its length in bytes, including the header: 4 to 0xf00, a multiple of 4.
 * @next: The header's Next Capability Offset with its two reserved bits masked.
 * @id: The header's Capability ID.
 * @version: The header's Capability Version, 0 to 15.
 * @flags: VPASID_SPAN_*.
 * @reserved: 0, reserved for later fields.
 */
struct vpasid_span {
	uint16_t offset;
	uint16_t length;
	uint16_t next;
	uint16_t id;
	uint8_t version;
	uint8_t flags;
	uint16_t reserved;
};

/**
 * enum vpasid_finding_code - the kinds of irregularities of a layout
 * @VPASID_FINDING_ALL_ONES: A header reads as all ones: the device doesn't respond. This breaks the
 *	chain.
 * @VPASID_FINDING_BELOW: A next pointer leads below 0x100. This breaks the chain.
 * @VPASID_FINDING_TRUNCATED: A next pointer leads beyond the end of the snapshot,
 *	or a capability's registers reach beyond it. This breaks the chain.
 * @VPASID_FINDING_LOOP: A next pointer leads to an earlier header. The chain ends there, and
 *	everything that it can reach is known.
 * @VPASID_FINDING_EMPTY: A next pointer leads to a dword of zeros. The chain
 *	ends there.
 * @VPASID_FINDING_INSIDE: A header is inside the registers of another capability.
 * @VPASID_FINDING_UNALIGNED: A next pointer has a reserved bit set; the bit is masked, as the
 *	specification requires (7.6.3).
 * @VPASID_FINDING_BACKWARD: A next pointer leads to a lower offset. This is legal,
 *	and some hardware has it.
 * @VPASID_FINDING_DUPLICATE: There is a second PASID capability.
 * @VPASID_FINDING_HIDDEN_HEAD: The first header has ID 0; see VPASID_SPAN_HIDDEN.
 * @VPASID_FINDING_INEXACT: A capability's length is unknown.
 * @VPASID_FINDING_CUT: A capability has no room for all of its registers; see
 *	VPASID_SPAN_CUT.
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
 * struct vpasid_finding - an irregularity of a layout
 * @code: The kind: enum vpasid_finding_code.
 * @offset: The offset of the header that it is about. A finding about a pointer is about the header
 *	with that pointer, but ALL_ONES is about the header that reads as all ones.
 * @value: For a finding about a pointer, the pointer as it was read, with its reserved bits. For
 *	INSIDE, the offset of the capability that contains the header; for DUPLICATE, the offset of
 *	the first PASID capability. For all others, and for TRUNCATED registers, 0.
 * @reserved: 0, reserved for later fields.
 */
struct vpasid_finding {
	uint16_t code;
	uint16_t offset;
	uint16_t value;
	uint16_t reserved;
};

/**
 * struct vpasid_layout - the extended capabilities of one function
 * @size: The number of bytes of config space that were examined.
 * @broken: The chain is broken, so there may be unknown capabilities.
 * @loops: The chain leads back to an earlier header. Everything that it can reach is known, but no
 *	sound device has such a chain.
 * @span_count: The number of valid @spans.
 * @finding_count: The number of findings. Those beyond VPASID_MAX_FINDINGS are counted, but not
 *	kept.
 * @reserved: 0, reserved for later fields.
 * @spans: The capabilities in the order of the chain, which need not be that of their offsets.
 * @findings: The irregularities, in the order in which they were found. The first finding that
 *	breaks the chain or makes it a loop is always kept: if there is no room left, it replaces
 *	the last one.
 *
 * This is plain data of about 12 KiB: it contains no pointers and may be copied. Elements beyond
 * the counts aren't initialised. Its size is part of the ABI.
 */
struct vpasid_layout {
	uint16_t size;
	bool broken;
	bool loops;
	uint16_t span_count;
	uint16_t finding_count;
	uint16_t reserved[8];
	struct vpasid_span spans[VPASID_MAX_SPANS];
	struct vpasid_finding findings[VPASID_MAX_FINDINGS];
};

/**
 * vpasid_layout_read() - walk the chain of extended capabilities
 * @config: The first @size bytes of the function's config space, little-endian on any machine, as
 *	the function has it. No alignment is needed.
 * @size: The number of bytes of @config: VPASID_CONFIG_MIN to VPASID_CONFIG_SIZE. There are no
 *	extended capabilities in the first VPASID_CONFIG_CONVENTIONAL bytes.
 * @layout: Filled in on success.
 *
 * The vendor ID may be all ones, as it is in a VF's own config space.
 *
 * Thread-safe; allocates nothing. The time is bounded by VPASID_MAX_SPANS, and
 * grows with the number of capabilities, not with @size.
 *
 * Return: the number of spans; 0 for a function without extended capabilities. Irregularities of
 *	the chain are findings, not errors. Or
 *	-EINVAL	@size is out of range,
 *	-EIO	all of the header reads as ones: the device is gone or asleep.
 */
VPASID_API int vpasid_layout_read(const void *config, size_t size, struct vpasid_layout *layout);

/**
 * vpasid_layout_find() - find the first capability with an ID
 * @layout: What vpasid_layout_read() has filled in.
 * @id: Capability ID.
 *
 * Return: one of @layout's spans, or NULL.
 */
VPASID_API const struct vpasid_span *vpasid_layout_find(const struct vpasid_layout *layout,
							uint16_t id);

/**
 * vpasid_layout_find_break() - find what breaks a chain, or makes it a loop
 * @layout: What vpasid_layout_read() has filled in.
 *
 * Return: the first of @layout's findings with the code ALL_ONES, BELOW, TRUNCATED or LOOP; NULL if
 *	the chain is neither broken nor a loop.
 */
VPASID_API const struct vpasid_finding *
vpasid_layout_find_break(const struct vpasid_layout *layout);

/**
 * vpasid_read_dword - reads one dword of a function's config space
 * @opaque: The @opaque of vpasid_ext_cap_find().
 * @offset: The offset of the dword: 0x100 to 0xffc, a multiple of 4.
 * @value: Set to the dword, in the machine's byte order.
 *
 * Return: 0, -ENODATA if config space ends before @offset, or another negative errno.
 */
typedef int vpasid_read_dword(void *opaque, uint16_t offset, uint32_t *value);

/**
 * vpasid_ext_cap_find() - find an extended capability with as few reads as possible
 * @read: Only called for each header of the chain up to the one with @id.
 * @opaque: Passed to @read.
 * @id: Capability ID.
 *
 * For callers without a snapshot of config space: on hardware, reading a dword takes about a
 * microsecond. The function walks the chain like vpasid_layout_read(), and the result is the same
 * as that of vpasid_layout_find().
 *
 * Thread-safe; allocates nothing. @read is called at most VPASID_MAX_SPANS times, and never twice
 * for one offset.
 *
 * Return: the offset of the first capability with @id; 0 if the function has none. Or
 *	-EPROTO	the chain is broken before such a capability, so it is unknown whether there is one:
 *		a header reads as all ones, or a pointer leads below 0x100 or to an offset for which
 *		@read returns -ENODATA,
 *	-errno	another error of @read.
 *	A chain that loops or leads to zeros isn't broken, but ends there. If the result of @read
 *	at 0x100 is -ENODATA, the function has no extended capabilities.
 */
VPASID_API int vpasid_ext_cap_find(vpasid_read_dword *read, void *opaque, uint16_t id);

/**
 * vpasid_conventional_find() - find a conventional capability
 * @config: The first @size bytes of the function's config space, as the function has it. No
 *	alignment is needed.
 * @size: The number of bytes of @config: VPASID_CONFIG_MIN to VPASID_CONFIG_SIZE.
 * @id: Capability ID (PCI_CAP_ID_* of <linux/pci_regs.h>).
 *
 * Only the capability's first four bytes are known to be in @config. The caller must
 * check that the registers it reads end within @size and VPASID_CONFIG_CONVENTIONAL.
 *
 * Thread-safe; allocates nothing. If the list loops, the search ends there.
 *
 * Return: the offset of the first capability with @id; 0 if the function has none. Or
 *	-EINVAL	@size is out of range,
 *	-EPROTO	the list is broken before such a capability, so it is unknown whether there is one:
 *		a pointer leads into the header or beyond the end of @config, or an ID reads as all
 *		ones.
 */
VPASID_API int vpasid_conventional_find(const void *config, size_t size, uint8_t id);

/**
 * vpasid_layout_digest() - compute a digest of a layout, with 64 bits
 * @layout: What vpasid_layout_read() has filled in.
 *
 * The digest is FNV-1a (64 bits) of the ID, the version and the offset of each span, in the order
 * of the chain; each is a little-endian 16-bit number. Two functions with the same capabilities at
 * the same offsets have the same digest on any machine, and with any version of this library.
 * Lengths aren't included, because they depend on what the library knows, not only on the function.
 * The digest isn't secret, and it doesn't protect against an attacker who constructs two layouts
 * with the same digest.
 *
 * Return: the digest.
 */
VPASID_API uint64_t vpasid_layout_digest(const struct vpasid_layout *layout);

/**
 * vpasid_finding_describe() - describe a finding in a sentence
 * @finding: One of a layout's findings.
 * @text: The buffer for the sentence and a null byte; may be NULL if @size is 0.
 * @size: The number of bytes of @text. VPASID_FINDING_TEXT is enough for any finding.
 *
 * The sentence has no full stop, as in "the capability at 0x140 points to 0x0fc, which
 * is below 0x100".
 *
 * Return: the length of the whole sentence, as snprintf(3) returns it.
 */
VPASID_API int vpasid_finding_describe(const struct vpasid_finding *finding, char *text,
				       size_t size);

/**
 * VPASID_FINDING_TEXT - the maximum size of a finding's sentence, in bytes
 */
#define VPASID_FINDING_TEXT 128

/**
 * vpasid_ext_cap_name() - return the name of an extended capability
 * @id: Capability ID.
 *
 * Return: a static string such as "AER", "SR-IOV" or "PASID": the short name, if PCIe r6.0's table
 *	of IDs has one. NULL for an ID that isn't defined.
 */
VPASID_API const char *vpasid_ext_cap_name(uint16_t id);

VPASID_END_DECLS

#endif /* VPASID_CONFIG_H */
