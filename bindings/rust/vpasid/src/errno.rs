// SPDX-License-Identifier: MIT
//! Linux's error numbers, on architectures with the generic ones.

#[cfg(any(target_arch = "mips", target_arch = "mips64", target_arch = "sparc64"))]
compile_error!("errno.rs doesn't have the error numbers of this architecture");

pub(crate) const ENOENT: i32 = 2;
pub(crate) const EIO: i32 = 5;
pub(crate) const ENXIO: i32 = 6;
pub(crate) const E2BIG: i32 = 7;
pub(crate) const ENOMEM: i32 = 12;
pub(crate) const EBUSY: i32 = 16;
pub(crate) const EINVAL: i32 = 22;
pub(crate) const ENOSPC: i32 = 28;
pub(crate) const ELOOP: i32 = 40;
pub(crate) const ENODATA: i32 = 61;
pub(crate) const EPROTO: i32 = 71;
pub(crate) const EOPNOTSUPP: i32 = 95;
pub(crate) const ESTALE: i32 = 116;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_numbers_are_those_of_this_libc() {
        let texts = [
            (ENOENT, "No such file or directory"),
            (EIO, "Input/output error"),
            (ENXIO, "No such device or address"),
            (E2BIG, "Argument list too long"),
            (ENOMEM, "Cannot allocate memory"),
            (EBUSY, "Device or resource busy"),
            (EINVAL, "Invalid argument"),
            (ENOSPC, "No space left on device"),
            (ELOOP, "Too many levels of symbolic links"),
            (ENODATA, "No data available"),
            (EPROTO, "Protocol error"),
            (EOPNOTSUPP, "Operation not supported"),
            (ESTALE, "Stale file handle"),
        ];

        for (errno, text) in texts {
            let said = std::io::Error::from_raw_os_error(errno).to_string();

            assert!(said.starts_with(text), "{errno}: {said}");
        }
    }
}
