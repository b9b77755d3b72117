// SPDX-License-Identifier: MIT
//! `vpasid/vconfig.h`: a guest's view of a function's config space, with virtual capabilities:
//! PASID, ATS, PRI, and others that the VMM has.

use crate::{vpasid_cap, vpasid_info, vpasid_placement};
use std::marker::{PhantomData, PhantomPinned};
use std::os::raw::{c_char, c_int, c_void};

/// PASID Enable.
pub const VPASID_CTRL_ENABLE: u16 = 1 << 0;

/// Execute Permission Enable.
pub const VPASID_CTRL_EXEC: u16 = 1 << 1;

/// Privileged Mode Enable.
pub const VPASID_CTRL_PRIV: u16 = 1 << 2;

/// Smallest Translation Unit: log2 of its number of 4096-byte blocks.
pub const VPASID_ATS_STU: u16 = 0x001f;

/// ATS Enable.
pub const VPASID_ATS_ENABLE: u16 = 1 << 15;

/// Enable.
pub const VPASID_PRI_ENABLE: u16 = 1 << 0;

/// Reset; reads as zero.
pub const VPASID_PRI_RESET: u16 = 1 << 1;

/// Response Failure.
pub const VPASID_PRI_FAILURE: u16 = 1 << 0;

/// Unexpected Page Request Group Index.
pub const VPASID_PRI_UNEXPECTED: u16 = 1 << 1;

/// Stopped.
pub const VPASID_PRI_STOPPED: u16 = 1 << 8;

/// PRG Response PASID Required.
pub const VPASID_PRI_PASID_REQUIRED: u16 = 1 << 15;

/// What stands behind a guest's view.
#[repr(C)]
#[derive(Debug, Copy, Clone)]
pub struct vpasid_vconfig_ops {
    /// sizeof(`vpasid_vconfig_ops`). A program that was built with a shorter one leaves the
    /// members behind it at NULL.
    pub argsz: u32,
    /// 0.
    pub reserved: u32,
    /// Reads length bytes of the function's config space at offset into data. Returns 0, or a
    /// negative errno that becomes the result of the guest's access. NULL: what isn't emulated
    /// reads as in the snapshot.
    pub read: Option<
        unsafe extern "C" fn(
            opaque: *mut c_void,
            offset: u16,
            data: *mut c_void,
            length: u16,
        ) -> c_int,
    >,
    /// Writes length bytes of data to the function's config space at offset. Returns 0, or a
    /// negative errno that becomes the result of the guest's access. NULL: a write to what isn't
    /// emulated is dropped.
    pub write: Option<
        unsafe extern "C" fn(
            opaque: *mut c_void,
            offset: u16,
            data: *const c_void,
            length: u16,
        ) -> c_int,
    >,
    /// Called after the guest, a reset or a restored state has changed the PASID Control
    /// register, with its new value (`VPASID_CTRL_*`). May be NULL.
    pub pasid_changed: Option<unsafe extern "C" fn(opaque: *mut c_void, control: u16)>,
    /// The same for the ATS Control register (`VPASID_ATS_*`).
    pub ats_changed: Option<unsafe extern "C" fn(opaque: *mut c_void, control: u16)>,
    /// Called after the guest, a reset or a restored state has changed the Enable bit or the
    /// Outstanding Page Request Allocation, or has reset the page request interface. control is
    /// the Enable bit as it is now, and `VPASID_PRI_RESET` if the interface has to forget what is
    /// outstanding. Returns `VPASID_PRI_STOPPED` if Enable is clear and no page request is
    /// outstanding; 0 if some are, and `vpasid_vconfig_set_pri_status()` will tell when they are
    /// done. NULL: none ever is.
    pub pri_changed:
        Option<unsafe extern "C" fn(opaque: *mut c_void, control: u16, allocation: u32) -> u16>,
    /// Called after the guest, a reset or a restored state has changed a capability that is made
    /// of the VMM's bytes. It may read the capability's registers.
    pub cap_changed: Option<unsafe extern "C" fn(opaque: *mut c_void, cap: *const vpasid_cap)>,
}

/// What a virtual capability is made of.
#[repr(C)]
#[derive(Debug, Copy, Clone)]
pub struct vpasid_vconfig_registers {
    /// As many as the capability has, its header included, little-endian. They are copied, and
    /// need no alignment. Of the header the ID must be right; the view has a version and a
    /// pointer of its own.
    pub bytes: *const c_void,
    /// As many bytes: the bits that the guest can write. The header's don't count. NULL: none.
    pub writable: *const c_void,
    /// How many bytes `bytes` has, and `writable` if it isn't NULL: at least as many as the
    /// capability. More don't count.
    pub length: u32,
    /// 0.
    pub reserved: u32,
}

/// A view to be made.
#[repr(C)]
#[derive(Debug, Copy, Clone)]
pub struct vpasid_vconfig_request {
    /// sizeof(`vpasid_vconfig_request`). A program that was built with a shorter one leaves the
    /// members behind it at their defaults.
    pub argsz: u32,
    /// 0.
    pub flags: u32,
    /// The function's config space. It is copied, and needs no alignment.
    pub config: *const c_void,
    /// How many bytes `config` has: `VPASID_CONFIG_SIZE`.
    pub size: usize,
    /// What the host says about the function's PASID; its usable width isn't 0. May be NULL if
    /// PASID isn't in `placement`.
    pub info: *const vpasid_info,
    /// Where the virtual capabilities go, from `vpasid_place()` with the same `config`.
    pub placement: *const vpasid_placement,
    /// Max PASID Width for the guest, at most `vpasid_info_usable_width()` of `info`. It is less
    /// if the virtual IOMMU can't handle all of that. 0 is for all of it.
    pub width: u16,
    /// The permissions that the guest isn't offered though it could be, `VPASID_CAP_*`. As with
    /// `width`, what the guest has can be narrowed to what another host has.
    pub withheld: u16,
    /// 0 or `vpasid_placement.cap_count` of `placement`.
    pub register_count: u32,
    /// What the capabilities of `placement` are made of, in the same order. NULL with a
    /// `register_count` of 0 if nothing has to be said.
    pub registers: *const vpasid_vconfig_registers,
    /// IDs of capabilities that are taken out of the guest's chain, as ATS where the host can't
    /// have it. Those of `placement` are never in it.
    pub masked: *const u16,
    /// How many there are.
    pub masked_count: usize,
    /// The callbacks behind the view; they are copied. NULL if there is nothing but the snapshot.
    pub ops: *const vpasid_vconfig_ops,
    /// Handed to the callbacks.
    pub opaque: *mut c_void,
}

/// A guest's view of one function.
#[repr(C)]
pub struct vpasid_vconfig {
    _opaque: [u8; 0],
    _thread: PhantomData<(*mut u8, PhantomPinned)>,
}

/// A dword that the guest sees otherwise than the function has it.
#[repr(C)]
#[derive(Debug, Copy, Clone)]
pub struct vpasid_vconfig_patch {
    /// Where it stands: 0x100 to 0xffc, a multiple of 4.
    pub offset: u16,
    /// 0.
    pub reserved: u16,
    /// What the guest reads now. Bits that aren't in `mask` are 0.
    pub value: u32,
    /// The bits that are the view's; the others are the function's own. Only of a header of which
    /// nothing but the pointer changes, bits are the function's.
    pub mask: u32,
    /// The bits that the guest can write. Rules of a register (see `vpasid_vconfig_write()`) may
    /// hold a write back.
    pub writable: u32,
    /// The bits that the guest clears by writing ones.
    pub w1c: u32,
}

/// Bytes that a saved state has at most.
pub const VPASID_VCONFIG_STATE_MAX: usize = 4608;

/// What a saved state says, before there is a view.
#[repr(C)]
#[derive(Debug, Copy, Clone)]
pub struct vpasid_vconfig_state {
    /// sizeof(`vpasid_vconfig_state`), set by the caller.
    pub argsz: u32,
    /// The format's major version: 1 or 2.
    pub version: u16,
    /// The format's minor version.
    pub minor: u16,
    /// Max PASID Width, in bits; 0 without PASID.
    pub width: u8,
    /// The permissions that the guest was offered, `VPASID_CAP_*`.
    pub permissions: u8,
    /// 0.
    pub reserved: [u8; 6],
    /// Where the guest has its capabilities. The reasons aren't known: they are 0.
    pub placement: vpasid_placement,
}

/// Bytes that such a sentence needs at most.
pub const VPASID_VCONFIG_WHY_TEXT: usize = 160;

extern "C" {
    /// Make a guest's view.
    pub fn vpasid_vconfig_new(
        request: *const vpasid_vconfig_request,
        vconfig: *mut *mut vpasid_vconfig,
    ) -> c_int;

    /// Free a view.
    pub fn vpasid_vconfig_free(vconfig: *mut vpasid_vconfig);

    /// Read for the guest.
    pub fn vpasid_vconfig_read(
        vconfig: *const vpasid_vconfig,
        offset: usize,
        data: *mut c_void,
        length: usize,
    ) -> c_int;

    /// Write for the guest.
    pub fn vpasid_vconfig_write(
        vconfig: *mut vpasid_vconfig,
        offset: usize,
        data: *const c_void,
        length: usize,
    ) -> c_int;

    /// Reset the view after the function was reset.
    pub fn vpasid_vconfig_reset(vconfig: *mut vpasid_vconfig);

    /// Tell how the guest has set PASID.
    pub fn vpasid_vconfig_control(vconfig: *const vpasid_vconfig) -> u16;

    /// Tell where a virtual capability stands.
    pub fn vpasid_vconfig_offset(vconfig: *const vpasid_vconfig, id: u16) -> u16;

    /// Tell the guest what became of page requests.
    pub fn vpasid_vconfig_set_pri_status(vconfig: *mut vpasid_vconfig, flags: u16) -> c_int;

    /// Tell what the view changes of config space, as a table.
    pub fn vpasid_vconfig_patches(
        vconfig: *const vpasid_vconfig,
        patches: *mut vpasid_vconfig_patch,
        count: usize,
    ) -> usize;

    /// Tell how long a saved state is.
    pub fn vpasid_vconfig_state_size(vconfig: *const vpasid_vconfig) -> usize;

    /// Save what a migration stream must carry.
    pub fn vpasid_vconfig_save(
        vconfig: *const vpasid_vconfig,
        state: *mut c_void,
        size: usize,
    ) -> c_int;

    /// Look into a saved state, before there is a view.
    pub fn vpasid_vconfig_state_peek(
        state: *const c_void,
        size: usize,
        peeked: *mut vpasid_vconfig_state,
    ) -> c_int;

    /// Take over what the guest has set on another host.
    pub fn vpasid_vconfig_restore(
        vconfig: *mut vpasid_vconfig,
        state: *const c_void,
        size: usize,
    ) -> c_int;

    /// Tell why a saved state can't be restored.
    pub fn vpasid_vconfig_why_stale(
        vconfig: *const vpasid_vconfig,
        state: *const c_void,
        size: usize,
        text: *mut c_char,
        text_size: usize,
    ) -> c_int;
}
