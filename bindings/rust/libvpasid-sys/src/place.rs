// SPDX-License-Identifier: MIT
//! `vpasid/place.h`: finds offsets for a guest's virtual capabilities that the device doesn't use.

use crate::{vpasid_layout, vpasid_quirk, vpasid_range, vpasid_span};
use std::os::raw::{c_char, c_int, c_uint, c_void};

/// `enum vpasid_place_reason`: A quirk prescribes it.
pub const VPASID_PLACE_QUIRK: u8 = 1;

/// `enum vpasid_place_reason`: The function's own capability with that ID is there.
pub const VPASID_PLACE_PHYSICAL: u8 = 2;

/// `enum vpasid_place_reason`: It is the highest free gap.
pub const VPASID_PLACE_GAP: u8 = 3;

/// `enum vpasid_place_reason`: The caller requested it.
pub const VPASID_PLACE_EXPLICIT: u8 = 4;

/// The largest number of virtual capabilities in one placement.
pub const VPASID_MAX_CAPS: usize = 16;

/// A virtual capability that is to be placed, or was placed.
#[repr(C)]
#[derive(Debug, Copy, Clone)]
pub struct vpasid_cap {
    /// Capability ID, neither 0 nor 0xffff.
    pub id: u16,
    /// Its length in bytes, including the header: 8 to 0xf00, a multiple of 4. 0 in a request
    /// means the specified length of PASID (8, PCIe r6.0, 7.8.9), ATS (8, 10.5.1) and PRI (16,
    /// 10.5.2); these can't have another length.
    pub length: u16,
    /// The offset of its header: 0x100 to 0xffc, a multiple of 4. 0 in a request means that an
    /// offset is to be found.
    pub offset: u16,
    /// Capability Version, 1 to 15. 0 in a request means 1, the emulated version of PASID, ATS and
    /// PRI, which can't have another one.
    pub version: u8,
    /// The reason for the offset: `vpasid_place_reason`. Ignored in requests.
    pub reason: u8,
}

/// `vpasid_placement.digest` is that of version 1 of saved states, which also covered lengths.
pub const VPASID_DIGEST_LENGTHS: u16 = 1 << 0;

/// The offsets of a guest's virtual capabilities.
#[repr(C)]
#[derive(Debug, Copy, Clone)]
pub struct vpasid_placement {
    /// The `vpasid_layout_digest()` of the function.
    pub digest: u64,
    /// The number of `caps`: 1 to `VPASID_MAX_CAPS`.
    pub cap_count: u16,
    /// `VPASID_DIGEST_LENGTHS` in a placement that `vpasid_vconfig_state_peek()` has found in a
    /// state of version 1; otherwise 0.
    pub flags: u16,
    /// 0.
    pub reserved: [u16; 2],
    /// The capabilities in the order of the request; those beyond `cap_count` are zeros.
    pub caps: [vpasid_cap; VPASID_MAX_CAPS],
}

/// `enum vpasid_obstacle_code`: The offset isn't a multiple of 4.
pub const VPASID_OBSTACLE_UNALIGNED: u16 = 1;

/// `enum vpasid_obstacle_code`: The capability isn't completely in the extended space.
pub const VPASID_OBSTACLE_OUTSIDE: u16 = 2;

/// `enum vpasid_obstacle_code`: An extended capability is there; `vpasid_obstacle.id` and
/// `vpasid_obstacle.span` say which.
pub const VPASID_OBSTACLE_SPAN: u16 = 3;

/// `enum vpasid_obstacle_code`: A capability of unknown length may reach there;
/// `vpasid_obstacle.id` and `vpasid_obstacle.span` say which.
pub const VPASID_OBSTACLE_INEXACT_SPAN: u16 = 4;

/// `enum vpasid_obstacle_code`: The bytes there aren't zero.
pub const VPASID_OBSTACLE_NONZERO: u16 = 5;

/// `enum vpasid_obstacle_code`: According to a quirk, the device hides registers there;
/// `vpasid_obstacle.quirk` says which.
pub const VPASID_OBSTACLE_HIDDEN: u16 = 6;

/// `enum vpasid_obstacle_code`: The bytes there are free, but too few for the capability.
pub const VPASID_OBSTACLE_SMALL: u16 = 7;

/// `enum vpasid_obstacle_code`: The list must begin at 0x100. If the function has no capability
/// there, a placeholder must be there, whose dword must be free. If there is a placeholder
/// already, no capability can replace it.
pub const VPASID_OBSTACLE_HEAD: u16 = 8;

/// `enum vpasid_obstacle_code`: Another virtual capability of the request is there;
/// `vpasid_obstacle.id` and `vpasid_obstacle.span` say which.
pub const VPASID_OBSTACLE_VIRTUAL: u16 = 9;

/// `enum vpasid_obstacle_code`: The request doesn't allow it there:
/// `vpasid_place_request.ranges`.
pub const VPASID_OBSTACLE_RANGE: u16 = 10;

/// An obstacle to a placement.
#[repr(C)]
#[derive(Debug, Copy, Clone)]
pub struct vpasid_obstacle {
    /// For `VPASID_OBSTACLE_HIDDEN`, the quirk; otherwise NULL.
    pub quirk: *const vpasid_quirk,
    /// Where the obstacle begins.
    pub offset: u16,
    /// Its length in bytes; for a capability, its `vpasid_span_reach()`.
    pub length: u16,
    /// For the two SPAN codes and VIRTUAL, the offset of the capability's header.
    pub span: u16,
    /// For the two SPAN codes and VIRTUAL, the capability's ID.
    pub id: u16,
    /// The kind: `vpasid_obstacle_code`.
    pub code: u16,
    /// The ID of the virtual capability that has no place.
    pub cap_id: u16,
    /// The length of the virtual capability that has no place, in bytes.
    pub cap_length: u16,
    /// 0, reserved for later fields.
    pub reserved: [u16; 5],
}

/// A request for offsets.
#[repr(C)]
#[derive(Debug, Copy, Clone)]
pub struct vpasid_place_request {
    /// sizeof(`vpasid_place_request`). For a program that was built with a shorter struct, the
    /// other members have their defaults.
    pub argsz: u32,
    /// 0.
    pub flags: u32,
    /// The whole config space of the function that the VMM uses. With VFIO, this is what VFIO
    /// shows, or what `vpasid_vfio_view()` makes from the function's own, which has another
    /// layout, another digest and other free bytes. A program that emulates the function uses that
    /// function's config space. No alignment is needed.
    pub config: *const c_void,
    /// The number of bytes of `config`: `VPASID_CONFIG_SIZE`.
    pub size: usize,
    /// What `vpasid_layout_read()` has filled in from `config`; NULL: it is read.
    pub layout: *const vpasid_layout,
    /// The quirks that `vpasid_quirks_match()` found for the function; may be NULL if
    /// `quirk_count` is 0.
    pub quirks: *const *const vpasid_quirk,
    /// The number of quirks.
    pub quirk_count: usize,
    /// The capabilities for the guest, the most important one first. NULL with a `cap_count` of 0
    /// means only PASID.
    pub caps: *const vpasid_cap,
    /// The number of capabilities, up to `VPASID_MAX_CAPS`.
    pub cap_count: usize,
    /// The ranges in which capabilities may go; offsets and lengths are multiples of 4. NULL with
    /// a `range_count` of 0 means the whole extended space.
    pub ranges: *const vpasid_range,
    /// The number of ranges.
    pub range_count: usize,
    /// Called for each obstacle, in descending order of offsets, if there is no place for a
    /// capability, or if an offset is refused. The obstacle is only valid during the call. May be
    /// NULL.
    pub obstacle:
        Option<unsafe extern "C" fn(opaque: *mut c_void, obstacle: *const vpasid_obstacle)>,
    /// An argument of `obstacle`.
    pub opaque: *mut c_void,
}

/// The usual maximum size of an obstacle's sentence, in bytes.
pub const VPASID_OBSTACLE_TEXT: usize = 256;

extern "C" {
    /// Return how far a capability reaches, considering quirks.
    pub fn vpasid_span_reach(
        span: *const vpasid_span,
        quirks: *const *const vpasid_quirk,
        quirk_count: usize,
        known: *mut bool,
    ) -> c_uint;

    /// Find a capability of a placement.
    pub fn vpasid_placement_find(placement: *const vpasid_placement, id: u16) -> *const vpasid_cap;

    /// Find offsets for virtual capabilities.
    pub fn vpasid_place(
        request: *const vpasid_place_request,
        placement: *mut vpasid_placement,
    ) -> c_int;

    /// Check that a placement is also valid for this function.
    pub fn vpasid_place_verify(
        request: *const vpasid_place_request,
        placement: *const vpasid_placement,
    ) -> c_int;

    /// Describe an obstacle in a sentence.
    pub fn vpasid_obstacle_describe(
        obstacle: *const vpasid_obstacle,
        text: *mut c_char,
        size: usize,
    ) -> c_int;

    /// Name the reason for a place, for people and for JSON.
    pub fn vpasid_place_reason_name(reason: c_uint) -> *const c_char;
}
