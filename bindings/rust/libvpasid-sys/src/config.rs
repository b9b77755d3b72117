// SPDX-License-Identifier: MIT
//! `vpasid/config.h`: the layout of a function's extended config space: the offset and the length
//! of each capability. Also finds a single capability, extended or conventional.

use std::os::raw::{c_char, c_int, c_void};

/// Bytes of a conventional config space; the extended space begins after them (PCIe r6.0, 7.2.2).
pub const VPASID_CONFIG_CONVENTIONAL: usize = 0x100;

/// Bytes of a config space with its extended part.
pub const VPASID_CONFIG_SIZE: usize = 0x1000;

/// Bytes of a config space's header; in sysfs, only root can read more than these.
pub const VPASID_CONFIG_MIN: usize = 0x40;

/// The largest number of headers in an extended config space.
pub const VPASID_MAX_SPANS: usize = 960;

/// The number of findings for which a `vpasid_layout` has room.
pub const VPASID_MAX_FINDINGS: usize = 64;

/// ID of the Null Extended Capability (7.9.28); VFIO also leaves it where it hides the first
/// capability of the list.
pub const VPASID_EXT_CAP_NULL: u16 = 0x0000;

/// ID of the ATS Extended Capability (10.5.1).
pub const VPASID_EXT_CAP_ATS: u16 = 0x000f;

/// ID of the Page Request Extended Capability (10.5.2).
pub const VPASID_EXT_CAP_PRI: u16 = 0x0013;

/// ID of the PASID Extended Capability (7.8.9).
pub const VPASID_EXT_CAP_PASID: u16 = 0x001b;

/// Bytes of a PASID Extended Capability, physical or virtual: the header, the Capability register
/// and the Control register (7.8.9).
pub const VPASID_CAP_LENGTH: usize = 8;

/// Bytes of an ATS Extended Capability (10.5.1).
pub const VPASID_ATS_LENGTH: usize = 8;

/// Bytes of a Page Request Extended Capability (10.5.2).
pub const VPASID_PRI_LENGTH: usize = 16;

/// `vpasid_span.length` is that of the specification and the capability's own registers. Without
/// this flag, the length is unknown, because the registers are vendor-specific or contradict each
/// other, or the library doesn't know the ID or the version. The span then reaches to the next
/// header above it, or to the end of the space.
pub const VPASID_SPAN_EXACT: u8 = 1 << 0;

/// According to the specification, the capability would reach into the next header or beyond the
/// end of the space. `vpasid_span.length` ends there, and isn't exact.
pub const VPASID_SPAN_CUT: u8 = 1 << 1;

/// A header with ID 0 that points to another one. VFIO leaves such a header where it hides the
/// first capability. Its length of four bytes is exact; the registers of the hidden capability may
/// still follow it.
pub const VPASID_SPAN_HIDDEN: u8 = 1 << 2;

/// One extended capability.
#[repr(C)]
#[derive(Debug, Copy, Clone)]
pub struct vpasid_span {
    /// The offset of its header from the start of config space: 0x100 to 0xffc, a multiple of 4.
    pub offset: u16,
    /// Its length in bytes, including the header: 4 to 0xf00, a multiple of 4.
    pub length: u16,
    /// The header's Next Capability Offset with its two reserved bits masked.
    pub next: u16,
    /// The header's Capability ID.
    pub id: u16,
    /// The header's Capability Version, 0 to 15.
    pub version: u8,
    /// `VPASID_SPAN_*`.
    pub flags: u8,
    /// 0, reserved for later fields.
    pub reserved: u16,
}

/// `enum vpasid_finding_code`: A header reads as all ones: the device doesn't respond. This breaks
/// the chain.
pub const VPASID_FINDING_ALL_ONES: u16 = 1;

/// `enum vpasid_finding_code`: A next pointer leads below 0x100. This breaks the list.
pub const VPASID_FINDING_BELOW: u16 = 2;

/// `enum vpasid_finding_code`: A next pointer leads beyond the end of the snapshot, or a
/// capability's registers reach beyond it. This breaks the list.
pub const VPASID_FINDING_TRUNCATED: u16 = 3;

/// `enum vpasid_finding_code`: A next pointer leads to an earlier header. The list ends there, and
/// everything that it can reach is known.
pub const VPASID_FINDING_LOOP: u16 = 4;

/// `enum vpasid_finding_code`: A next pointer leads to a dword of zeros. The list ends there.
pub const VPASID_FINDING_EMPTY: u16 = 5;

/// `enum vpasid_finding_code`: A header is inside the registers of another capability.
pub const VPASID_FINDING_INSIDE: u16 = 6;

/// `enum vpasid_finding_code`: A next pointer has a reserved bit set; the bit is masked, as the
/// specification requires (7.6.3).
pub const VPASID_FINDING_UNALIGNED: u16 = 7;

/// `enum vpasid_finding_code`: A next pointer leads to a lower offset. This is legal, and some
/// hardware has it.
pub const VPASID_FINDING_BACKWARD: u16 = 8;

/// `enum vpasid_finding_code`: There is a second PASID capability.
pub const VPASID_FINDING_DUPLICATE: u16 = 9;

/// `enum vpasid_finding_code`: The first header has ID 0; see `VPASID_SPAN_HIDDEN`.
pub const VPASID_FINDING_HIDDEN_HEAD: u16 = 10;

/// `enum vpasid_finding_code`: A capability's length is unknown.
pub const VPASID_FINDING_INEXACT: u16 = 11;

/// `enum vpasid_finding_code`: A capability has no room for all of its registers; see
/// `VPASID_SPAN_CUT`.
pub const VPASID_FINDING_CUT: u16 = 12;

/// An irregularity of a layout.
#[repr(C)]
#[derive(Debug, Copy, Clone)]
pub struct vpasid_finding {
    /// The kind: `vpasid_finding_code`.
    pub code: u16,
    /// The offset of the header that it is about. A finding about a pointer is about the header
    /// with that pointer, but ALL_ONES is about the header that reads as all ones.
    pub offset: u16,
    /// For a finding about a pointer, the pointer as it was read, with its reserved bits. For
    /// INSIDE, the offset of the capability that contains the header; for DUPLICATE, the offset of
    /// the first PASID capability. For all others, and for TRUNCATED registers, 0.
    pub value: u16,
    /// 0, reserved for later fields.
    pub reserved: u16,
}

/// The extended capabilities of one function.
#[repr(C)]
#[derive(Debug, Copy, Clone)]
pub struct vpasid_layout {
    /// The number of bytes of config space that were examined.
    pub size: u16,
    /// The list is broken, so there may be unknown capabilities.
    pub broken: bool,
    /// The list leads back to an earlier header. Everything that it can reach is known, but no
    /// sound device has such a list.
    pub loops: bool,
    /// The number of valid `spans`.
    pub span_count: u16,
    /// The number of findings. Those beyond `VPASID_MAX_FINDINGS` are counted, but not kept.
    pub finding_count: u16,
    /// 0, reserved for later fields.
    pub reserved: [u16; 8],
    /// The capabilities in the order of the list, which need not be that of their offsets.
    pub spans: [vpasid_span; VPASID_MAX_SPANS],
    /// The irregularities, in the order in which they were found. The first finding that breaks
    /// the list or makes it a loop is always kept: if there is no room left, it replaces the last
    /// one.
    pub findings: [vpasid_finding; VPASID_MAX_FINDINGS],
}

/// Reads one dword of a function's config space; see `vpasid_ext_cap_find()`. `offset`: The offset
/// of the dword: 0x100 to 0xffc, a multiple of 4. `value`: The dword, in the machine's byte order.
/// Returns 0, -ENODATA if config space ends before `offset`, or another negative errno.
pub type vpasid_read_dword =
    unsafe extern "C" fn(opaque: *mut c_void, offset: u16, value: *mut u32) -> c_int;

/// The maximum size of a finding's sentence, in bytes.
pub const VPASID_FINDING_TEXT: usize = 128;

extern "C" {
    /// Walk the list of extended capabilities.
    pub fn vpasid_layout_read(
        config: *const c_void,
        size: usize,
        layout: *mut vpasid_layout,
    ) -> c_int;

    /// Find the first capability with an ID.
    pub fn vpasid_layout_find(layout: *const vpasid_layout, id: u16) -> *const vpasid_span;

    /// Find what breaks a list, or makes it a loop.
    pub fn vpasid_layout_find_break(layout: *const vpasid_layout) -> *const vpasid_finding;

    /// Find an extended capability with as few reads as possible.
    pub fn vpasid_ext_cap_find(
        read: Option<vpasid_read_dword>,
        opaque: *mut c_void,
        id: u16,
    ) -> c_int;

    /// Find a conventional capability.
    pub fn vpasid_conventional_find(config: *const c_void, size: usize, id: u8) -> c_int;

    /// Compute a digest of a layout, with 64 bits.
    pub fn vpasid_layout_digest(layout: *const vpasid_layout) -> u64;

    /// Describe a finding in a sentence.
    pub fn vpasid_finding_describe(
        finding: *const vpasid_finding,
        text: *mut c_char,
        size: usize,
    ) -> c_int;

    /// Return the name of an extended capability.
    pub fn vpasid_ext_cap_name(id: u16) -> *const c_char;
}
