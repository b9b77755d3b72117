// SPDX-License-Identifier: MIT
//! `vpasid/quirks.h`: quirks: what certain devices don't show in their config space. They are read
//! from text files; the project's own are built in.

use std::marker::{PhantomData, PhantomPinned};
use std::os::raw::{c_char, c_int, c_uint, c_void};

/// `enum vpasid_function_kind`: A physical function, with or without SR-IOV.
pub const VPASID_FUNCTION_PF: u8 = 0;

/// `enum vpasid_function_kind`: A virtual function.
pub const VPASID_FUNCTION_VF: u8 = 1;

/// What identifies a device.
#[repr(C)]
#[derive(Debug, Copy, Clone)]
pub struct vpasid_device {
    /// sizeof(`vpasid_device`), also where it is filled in; see info.h.
    pub argsz: u32,
    /// Vendor ID; for a VF, that of its PF.
    pub vendor: u16,
    /// Device ID; for a VF, its PF's VF Device ID.
    pub device: u16,
    /// Subsystem Vendor ID, 0 if there is none.
    pub subsystem_vendor: u16,
    /// Subsystem ID, 0 if there is none.
    pub subsystem_device: u16,
    /// Revision ID.
    pub revision: u8,
    /// `vpasid_function_kind`.
    pub kind: u8,
    /// 0.
    pub reserved: u16,
}

/// Some bytes of config space.
#[repr(C)]
#[derive(Debug, Copy, Clone)]
pub struct vpasid_range {
    /// The offset of the first byte.
    pub offset: u16,
    /// The number of bytes. The range ends within the config space.
    pub length: u16,
}

/// What is known about a device.
#[repr(C)]
#[derive(Debug, Copy, Clone)]
pub struct vpasid_quirk {
    /// The offset for its virtual PASID capability; 0 if none is prescribed.
    pub offset: u16,
    /// The number of ranges in `hidden`.
    pub hidden_count: u16,
    /// The number of ranges in `extents`.
    pub extent_count: u16,
    /// 0.
    pub reserved: u16,
    /// Registers outside of all capabilities, even if they read as zero.
    pub hidden: *const vpasid_range,
    /// The ends of capabilities with unknown length. Each range begins at the capability's header.
    /// It has no effect if the capability's length is exact, or if it would reach beyond the next
    /// header. If there are several ranges for one capability, in one or several quirks, the
    /// longest applies.
    pub extents: *const vpasid_range,
    /// How this is known: the name of a document or a commit; never empty.
    pub source: *const c_char,
    /// The file from which the quirk was read, with the name at that time.
    pub file: *const c_char,
    /// The line in `file` where the quirk begins, counted from 1.
    pub line: u32,
    /// 0.
    pub flags: u32,
}

/// Why quirks can't be read.
#[repr(C)]
#[derive(Debug, Copy, Clone)]
pub struct vpasid_quirks_error {
    /// "FILE:LINE: what is wrong, what to write", without a newline. There is no line number if
    /// the file or the directory itself can't be read. Control characters that come from the file
    /// are replaced.
    pub text: [c_char; 512],
}

/// A set of quirks.
#[repr(C)]
pub struct vpasid_quirks {
    _opaque: [u8; 0],
    _thread: PhantomData<(*mut u8, PhantomPinned)>,
}

extern "C" {
    /// Identify a device from a function's config space.
    pub fn vpasid_device_from_config(
        config: *const c_void,
        size: usize,
        kind: c_uint,
        device: *mut vpasid_device,
    ) -> c_int;

    /// Make an empty set.
    pub fn vpasid_quirks_new() -> *mut vpasid_quirks;

    /// Free a set and all quirks in it.
    pub fn vpasid_quirks_free(quirks: *mut vpasid_quirks);

    /// Read the quirks of this host.
    pub fn vpasid_quirks_load(quirks: *mut vpasid_quirks, error: *mut vpasid_quirks_error)
        -> c_int;

    /// Add the quirks that are built into the library.
    pub fn vpasid_quirks_load_builtin(quirks: *mut vpasid_quirks) -> c_int;

    /// Read the files *.conf of a directory.
    pub fn vpasid_quirks_load_directory(
        quirks: *mut vpasid_quirks,
        path: *const c_char,
        error: *mut vpasid_quirks_error,
    ) -> c_int;

    /// Read quirks from memory.
    pub fn vpasid_quirks_parse(
        quirks: *mut vpasid_quirks,
        text: *const c_char,
        length: usize,
        name: *const c_char,
        error: *mut vpasid_quirks_error,
    ) -> c_int;

    /// Find the quirks of a device.
    pub fn vpasid_quirks_match(
        quirks: *const vpasid_quirks,
        device: *const vpasid_device,
        matches: *mut *const vpasid_quirk,
        size: usize,
    ) -> c_int;
}
