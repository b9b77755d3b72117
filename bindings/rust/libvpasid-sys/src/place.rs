// SPDX-License-Identifier: MIT
//! `vpasid/place.h`: finds places for a guest's virtual capabilities, where nothing else stands.

use crate::{vpasid_layout, vpasid_quirk, vpasid_range, vpasid_span};
use std::os::raw::{c_char, c_int, c_uint, c_void};

/// `enum vpasid_place_reason`: A quirk prescribes it.
pub const VPASID_PLACE_QUIRK: u8 = 1;

/// `enum vpasid_place_reason`: The function's own capability with that ID stands there.
pub const VPASID_PLACE_PHYSICAL: u8 = 2;

/// `enum vpasid_place_reason`: It is the highest gap that is free.
pub const VPASID_PLACE_GAP: u8 = 3;

/// `enum vpasid_place_reason`: The caller asked for it.
pub const VPASID_PLACE_EXPLICIT: u8 = 4;

/// The most virtual capabilities that one placement has.
pub const VPASID_MAX_CAPS: usize = 16;

/// A virtual capability that is to be placed, or has been.
#[repr(C)]
#[derive(Debug, Copy, Clone)]
pub struct vpasid_cap {
    /// Capability ID, neither 0 nor 0xffff.
    pub id: u16,
    /// How many bytes it has, the header included: 8 to 0xf00, a multiple of 4. 0 in a request is
    /// for what the specification says of PASID (8, PCIe r6.0, 7.8.9), ATS (8, 10.5.1) and PRI
    /// (16, 10.5.2); these can't have another length.
    pub length: u16,
    /// Where its header stands: 0x100 to 0xffc, a multiple of 4. 0 in a request has a place
    /// found.
    pub offset: u16,
    /// Capability Version, 1 to 15. 0 in a request is for 1, the version that is emulated of
    /// PASID, ATS and PRI, which can't have another.
    pub version: u8,
    /// Why it stands there: `vpasid_place_reason`. Ignored in requests.
    pub reason: u8,
}

/// `vpasid_placement.digest` is that of version 1 of saved states, which summed up lengths, too.
pub const VPASID_DIGEST_LENGTHS: u16 = 1 << 0;

/// Where a guest's virtual capabilities go.
#[repr(C)]
#[derive(Debug, Copy, Clone)]
pub struct vpasid_placement {
    /// The `vpasid_layout_digest()` of the function.
    pub digest: u64,
    /// How many of `caps` there are: 1 to `VPASID_MAX_CAPS`.
    pub cap_count: u16,
    /// `VPASID_DIGEST_LENGTHS` in a placement that `vpasid_vconfig_state_peek()` has found in a
    /// state of version 1; else 0.
    pub flags: u16,
    /// 0.
    pub reserved: [u16; 2],
    /// The capabilities in the order of the request; those beyond `cap_count` are zeros.
    pub caps: [vpasid_cap; VPASID_MAX_CAPS],
}

/// `enum vpasid_obstacle_code`: The offset isn't a multiple of 4.
pub const VPASID_OBSTACLE_UNALIGNED: u16 = 1;

/// `enum vpasid_obstacle_code`: The capability's bytes aren't all in the extended space.
pub const VPASID_OBSTACLE_OUTSIDE: u16 = 2;

/// `enum vpasid_obstacle_code`: An extended capability stands there; `vpasid_obstacle.id` and
/// `vpasid_obstacle.span` say which.
pub const VPASID_OBSTACLE_SPAN: u16 = 3;

/// `enum vpasid_obstacle_code`: A capability of unknown length may reach there;
/// `vpasid_obstacle.id` and `vpasid_obstacle.span` say which.
pub const VPASID_OBSTACLE_INEXACT_SPAN: u16 = 4;

/// `enum vpasid_obstacle_code`: The device reads non-zero there.
pub const VPASID_OBSTACLE_NONZERO: u16 = 5;

/// `enum vpasid_obstacle_code`: A quirk says that registers hide there; `vpasid_obstacle.quirk`
/// says which.
pub const VPASID_OBSTACLE_HIDDEN: u16 = 6;

/// `enum vpasid_obstacle_code`: The bytes there are free, but there are fewer than the capability
/// has.
pub const VPASID_OBSTACLE_SMALL: u16 = 7;

/// `enum vpasid_obstacle_code`: A chain has to begin at 0x100. If the function has no capability
/// there, a placeholder must stand there, which needs its dword free; and where there is a
/// placeholder already, no capability can take its place.
pub const VPASID_OBSTACLE_HEAD: u16 = 8;

/// `enum vpasid_obstacle_code`: Another virtual capability of the list stands there;
/// `vpasid_obstacle.id` and `vpasid_obstacle.span` say which.
pub const VPASID_OBSTACLE_VIRTUAL: u16 = 9;

/// `enum vpasid_obstacle_code`: The request doesn't allow it there:
/// `vpasid_place_request.ranges`.
pub const VPASID_OBSTACLE_RANGE: u16 = 10;

/// What stands in the way.
#[repr(C)]
#[derive(Debug, Copy, Clone)]
pub struct vpasid_obstacle {
    /// For `VPASID_OBSTACLE_HIDDEN`, the quirk that says so; else NULL.
    pub quirk: *const vpasid_quirk,
    /// Where the obstacle begins.
    pub offset: u16,
    /// How many bytes it takes; for a capability, its `vpasid_span_reach()`.
    pub length: u16,
    /// For the two SPAN codes and VIRTUAL, the offset of the capability's header.
    pub span: u16,
    /// For the two SPAN codes and VIRTUAL, the capability's ID.
    pub id: u16,
    /// What it is: `vpasid_obstacle_code`.
    pub code: u16,
    /// Of the virtual capability that has no place: its ID.
    pub cap_id: u16,
    /// Of the virtual capability that has no place: how many bytes it has.
    pub cap_length: u16,
    /// 0, room for later fields.
    pub reserved: [u16; 5],
}

/// A question for places.
#[repr(C)]
#[derive(Debug, Copy, Clone)]
pub struct vpasid_place_request {
    /// sizeof(`vpasid_place_request`). A program that was built with a shorter one leaves the
    /// members behind it at their defaults.
    pub argsz: u32,
    /// 0.
    pub flags: u32,
    /// All of the config space that the VMM has of the function. A VMM that passes the function
    /// on through VFIO has what VFIO shows, or what `vpasid_vfio_view()` makes of the function's
    /// own; others have another layout, another digest and other free bytes. Whoever serves a
    /// function of its own has that function's. No alignment is needed.
    pub config: *const c_void,
    /// How many bytes `config` has: `VPASID_CONFIG_SIZE`.
    pub size: usize,
    /// What `vpasid_layout_read()` has filled in from `config`; NULL to have it read.
    pub layout: *const vpasid_layout,
    /// The quirks that `vpasid_quirks_match()` found for the function; may be NULL if
    /// `quirk_count` is 0.
    pub quirks: *const *const vpasid_quirk,
    /// How many quirks there are.
    pub quirk_count: usize,
    /// The capabilities that the guest is to have, the most important one first. NULL with a
    /// `cap_count` of 0 is for PASID alone.
    pub caps: *const vpasid_cap,
    /// How many there are, up to `VPASID_MAX_CAPS`.
    pub cap_count: usize,
    /// Where capabilities may go; offsets and lengths are multiples of 4. NULL with a
    /// `range_count` of 0 is for all of the extended space.
    pub ranges: *const vpasid_range,
    /// How many ranges there are.
    pub range_count: usize,
    /// Called if there is no place for a capability, for each thing that stands in the way, in
    /// descending order of offsets; or if an offset is refused, for what stands there. The
    /// obstacle is valid during the call only. May be NULL.
    pub obstacle:
        Option<unsafe extern "C" fn(opaque: *mut c_void, obstacle: *const vpasid_obstacle)>,
    /// Handed to `obstacle`.
    pub opaque: *mut c_void,
}

/// Bytes that an obstacle's sentence usually needs at most.
pub const VPASID_OBSTACLE_TEXT: usize = 256;

extern "C" {
    /// Tell how far a capability reaches, given quirks.
    pub fn vpasid_span_reach(
        span: *const vpasid_span,
        quirks: *const *const vpasid_quirk,
        quirk_count: usize,
        known: *mut bool,
    ) -> c_uint;

    /// Find a capability of a placement.
    pub fn vpasid_placement_find(placement: *const vpasid_placement, id: u16) -> *const vpasid_cap;

    /// Find places for virtual capabilities.
    pub fn vpasid_place(
        request: *const vpasid_place_request,
        placement: *mut vpasid_placement,
    ) -> c_int;

    /// Check that a placement holds for this function, too.
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
