// SPDX-License-Identifier: MIT
//! Strings of the library.

use std::ffi::CStr;
use std::os::raw::{c_char, c_int};

/// A string of the library; None for NULL, and if it isn't UTF-8.
///
/// # Safety
///
/// It is NULL, or ends with a null byte and lives as long as `'a`.
pub(crate) unsafe fn fixed<'a>(text: *const c_char) -> Option<&'a str> {
    if text.is_null() {
        return None;
    }
    // SAFETY: the caller says so.
    unsafe { CStr::from_ptr(text) }.to_str().ok()
}

/// The text of a library function that works like snprintf(3): the function is called again if the
/// first 256 bytes weren't enough.
pub(crate) fn described(describe: impl Fn(*mut c_char, usize) -> c_int) -> String {
    let mut buffer = vec![0u8; 256];
    let length = usize::try_from(describe(buffer.as_mut_ptr().cast(), buffer.len())).unwrap_or(0);

    if length >= buffer.len() {
        buffer = vec![0u8; length + 1];
        describe(buffer.as_mut_ptr().cast(), buffer.len());
    }
    buffer.truncate(length);
    String::from_utf8_lossy(&buffer).into_owned()
}
