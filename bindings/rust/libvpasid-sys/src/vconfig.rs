// SPDX-License-Identifier: MIT
//! `vpasid/vconfig.h`: a guest's view of a function's config space, with virtual capabilities:
//! PASID, ATS, PRI, and others of the VMM.

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

/// The callbacks behind a guest's view.
#[repr(C)]
#[derive(Debug, Copy, Clone)]
pub struct vpasid_vconfig_ops {
    /// sizeof(`vpasid_vconfig_ops`). For a program that was built with a shorter struct, the other
    /// members are NULL.
    pub argsz: u32,
    /// 0.
    pub reserved: u32,
    /// Reads length bytes of the function's config space at offset into data. Returns 0, or a
    /// negative errno that becomes the result of the guest's access. NULL: bytes that aren't
    /// emulated read as in the snapshot.
    pub read: Option<
        unsafe extern "C" fn(
            opaque: *mut c_void,
            offset: u16,
            data: *mut c_void,
            length: u16,
        ) -> c_int,
    >,
    /// Writes length bytes of data to the function's config space at offset. Returns 0, or a
    /// negative errno that becomes the result of the guest's access. NULL: writes to bytes that
    /// aren't emulated are dropped.
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
    /// the new Enable bit, and `VPASID_PRI_RESET` if the interface must discard outstanding page
    /// requests. Returns `VPASID_PRI_STOPPED` if Enable is clear and no page request is
    /// outstanding; 0 if some are, and the VMM will call `vpasid_vconfig_set_pri_status()` when
    /// they are done. NULL: none is ever outstanding.
    pub pri_changed:
        Option<unsafe extern "C" fn(opaque: *mut c_void, control: u16, allocation: u32) -> u16>,
    /// Called after the guest, a reset or a restored state has changed a capability with the VMM's
    /// own bytes. It may read the capability's registers.
    pub cap_changed: Option<unsafe extern "C" fn(opaque: *mut c_void, cap: *const vpasid_cap)>,
}

/// The registers from which a virtual capability is made.
#[repr(C)]
#[derive(Debug, Copy, Clone)]
pub struct vpasid_vconfig_registers {
    /// All bytes of the capability, including its header, little-endian. They are copied, and need
    /// no alignment. In the header, only the ID must be correct; the view sets the version and the
    /// pointer.
    pub bytes: *const c_void,
    /// The bits that the guest can write, in the same number of bytes. Those of the header are
    /// ignored. NULL: none.
    pub writable: *const c_void,
    /// The number of bytes of `bytes`, and of `writable` if it isn't NULL: at least that of the
    /// capability. Further bytes are ignored.
    pub length: u32,
    /// 0.
    pub reserved: u32,
}

/// The request for a view.
#[repr(C)]
#[derive(Debug, Copy, Clone)]
pub struct vpasid_vconfig_request {
    /// sizeof(`vpasid_vconfig_request`). For a program that was built with a shorter struct, the
    /// other members have their defaults.
    pub argsz: u32,
    /// 0.
    pub flags: u32,
    /// The function's config space. It is copied, and needs no alignment.
    pub config: *const c_void,
    /// The number of bytes of `config`: `VPASID_CONFIG_SIZE`.
    pub size: usize,
    /// What the host reports about the function's PASID; its usable width must not be 0. May be
    /// NULL if PASID isn't in `placement`.
    pub info: *const vpasid_info,
    /// The offsets of the virtual capabilities, from `vpasid_place()` with the same `config`.
    pub placement: *const vpasid_placement,
    /// Max PASID Width for the guest, at most `vpasid_info_usable_width()` of `info`. Use less if
    /// the virtual IOMMU supports less. 0 means the usable width.
    pub width: u16,
    /// The permissions that the guest doesn't get although the host allows them, `VPASID_CAP_*`.
    /// Like `width`, this narrows the guest's capability to what another host supports.
    pub withheld: u16,
    /// 0 or `vpasid_placement.cap_count` of `placement`.
    pub register_count: u32,
    /// The registers of the capabilities of `placement`, in the same order. NULL with a
    /// `register_count` of 0 if none are needed.
    pub registers: *const vpasid_vconfig_registers,
    /// IDs of capabilities that are removed from the guest's list, such as ATS if the host can't
    /// use it. Those of `placement` must not be among them.
    pub masked: *const u16,
    /// The number of them.
    pub masked_count: usize,
    /// The callbacks behind the view; they are copied. NULL if there is only the snapshot.
    pub ops: *const vpasid_vconfig_ops,
    /// An argument of the callbacks.
    pub opaque: *mut c_void,
}

/// A guest's view of one function.
#[repr(C)]
pub struct vpasid_vconfig {
    _opaque: [u8; 0],
    _thread: PhantomData<(*mut u8, PhantomPinned)>,
}

/// A dword that is different for the guest.
#[repr(C)]
#[derive(Debug, Copy, Clone)]
pub struct vpasid_vconfig_patch {
    /// Its offset: 0x100 to 0xffc, a multiple of 4.
    pub offset: u16,
    /// 0.
    pub reserved: u16,
    /// What the guest reads now. Bits that aren't in `mask` are 0.
    pub value: u32,
    /// The bits of the view; the others are the function's own. This only occurs in a header in
    /// which only the pointer changes.
    pub mask: u32,
    /// The bits that the guest can write. The rules of a register may prevent a write: see
    /// `vpasid_vconfig_write()`.
    pub writable: u32,
    /// The bits that the guest clears by writing ones.
    pub w1c: u32,
}

/// The maximum size of a saved state, in bytes.
pub const VPASID_VCONFIG_STATE_MAX: usize = 4608;

/// The content of a saved state, before a view exists.
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
    /// The permissions that the guest got, `VPASID_CAP_*`.
    pub permissions: u8,
    /// 0.
    pub reserved: [u8; 6],
    /// The offsets of the guest's capabilities. The reasons are unknown: they are 0.
    pub placement: vpasid_placement,
}

/// The maximum size of such a sentence, in bytes.
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

    /// Return the guest's PASID Control.
    pub fn vpasid_vconfig_control(vconfig: *const vpasid_vconfig) -> u16;

    /// Return the offset of a virtual capability.
    pub fn vpasid_vconfig_offset(vconfig: *const vpasid_vconfig, id: u16) -> u16;

    /// Report the result of page requests to the guest.
    pub fn vpasid_vconfig_set_pri_status(vconfig: *mut vpasid_vconfig, flags: u16) -> c_int;

    /// Return the differences between the view and config space, as a table.
    pub fn vpasid_vconfig_patches(
        vconfig: *const vpasid_vconfig,
        patches: *mut vpasid_vconfig_patch,
        count: usize,
    ) -> usize;

    /// Return the size of a saved state.
    pub fn vpasid_vconfig_state_size(vconfig: *const vpasid_vconfig) -> usize;

    /// Save the state for a migration stream.
    pub fn vpasid_vconfig_save(
        vconfig: *const vpasid_vconfig,
        state: *mut c_void,
        size: usize,
    ) -> c_int;

    /// Read a saved state, before a view exists.
    pub fn vpasid_vconfig_state_peek(
        state: *const c_void,
        size: usize,
        peeked: *mut vpasid_vconfig_state,
    ) -> c_int;

    /// Restore what the guest has set on another host.
    pub fn vpasid_vconfig_restore(
        vconfig: *mut vpasid_vconfig,
        state: *const c_void,
        size: usize,
    ) -> c_int;

    /// Describe why a saved state can't be restored.
    pub fn vpasid_vconfig_why_stale(
        vconfig: *const vpasid_vconfig,
        state: *const c_void,
        size: usize,
        text: *mut c_char,
        text_size: usize,
    ) -> c_int;
}
