// SPDX-License-Identifier: MIT
//! Errors of the library.

use std::fmt;
use std::io;
use std::os::raw::c_int;

use crate::errno;
use crate::place::Obstacle;

/// The operations of the library, and what its errors mean for them.
pub(crate) struct Operation {
    pub(crate) what: &'static str,
    pub(crate) reasons: &'static [(i32, &'static str)],
}

impl Operation {
    /// The result of a function of the library: not negative, or an error.
    pub(crate) fn check(&self, result: c_int) -> Result<usize, Error> {
        usize::try_from(result).map_err(|_| self.error(-result))
    }

    /// The error with a positive number.
    pub(crate) fn error(&self, errno: i32) -> Error {
        let reason = self.reasons.iter().find(|(number, _)| *number == errno);
        let why = match reason {
            Some((_, text)) => text.to_string(),
            None => io::Error::from_raw_os_error(errno).to_string(),
        };

        Error { what: self.what, errno, why, obstacles: Vec::new() }
    }
}

/// Why an operation of the library failed.
///
/// It has the library's errno and a description, with the library's own explanation: the obstacles
/// to a placement, why a saved state can't be restored, or a line of quirks.
///
/// ```
/// use vpasid::{Cap, ErrorKind, PlaceRequest};
///
/// # let mut config = [0; vpasid::CONFIG_SIZE];
/// # config[..4].copy_from_slice(&[0x36, 0x1b, 0xf0, 0xff]);
/// # config[0x06] = 0x10;
/// # config[0x34] = 0x40;
/// # config[0x40..0x44].copy_from_slice(&[0x10, 0, 2, 0]);
/// # config[0x100..0x104].copy_from_slice(&[0x01, 0, 2, 0]); // AER
/// let error = PlaceRequest::new(&config).cap(Cap::pasid().at(0x100)).place().unwrap_err();
///
/// assert_eq!(error.kind(), ErrorKind::Busy);
/// assert!(error.to_string().contains("occupied by AER"));
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Error {
    what: &'static str,
    errno: i32,
    why: String,
    obstacles: Vec<Obstacle>,
}

/// The kind of error: the library's errno as a name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ErrorKind {
    /// EINVAL: an argument is invalid.
    Invalid,
    /// E2BIG: the library is older than the crate, and lacks a feature.
    TooNew,
    /// EIO: the device was removed or is asleep, or an access to it failed.
    Gone,
    /// ENXIO: the function has no PCI Express Capability.
    NoExpress,
    /// EPROTO: invalid data: a broken list of capabilities, or a damaged state.
    Malformed,
    /// ELOOP: the list of capabilities loops.
    Loop,
    /// ENOSPC: there is no room.
    NoSpace,
    /// EBUSY: something else is at the offset.
    Busy,
    /// ESTALE: it belongs to another function or view.
    Stale,
    /// ENODATA: it is unknown.
    Unknown,
    /// ENOENT: it doesn't exist.
    NotFound,
    /// EOPNOTSUPP: the kernel or the driver doesn't support it.
    Unsupported,
    /// ENOMEM: there is no memory.
    NoMemory,
    /// Another errno.
    Other,
}

impl Error {
    /// The errno, as a positive number.
    pub fn errno(&self) -> i32 {
        self.errno
    }

    /// The errno as a name.
    pub fn kind(&self) -> ErrorKind {
        match self.errno {
            errno::EINVAL => ErrorKind::Invalid,
            errno::E2BIG => ErrorKind::TooNew,
            errno::EIO => ErrorKind::Gone,
            errno::ENXIO => ErrorKind::NoExpress,
            errno::EPROTO => ErrorKind::Malformed,
            errno::ELOOP => ErrorKind::Loop,
            errno::ENOSPC => ErrorKind::NoSpace,
            errno::EBUSY => ErrorKind::Busy,
            errno::ESTALE => ErrorKind::Stale,
            errno::ENODATA => ErrorKind::Unknown,
            errno::ENOENT => ErrorKind::NotFound,
            errno::EOPNOTSUPP => ErrorKind::Unsupported,
            errno::ENOMEM => ErrorKind::NoMemory,
            _ => ErrorKind::Other,
        }
    }

    /// What is wrong, without the operation.
    pub fn why(&self) -> &str {
        &self.why
    }

    /// The obstacles to a placement, in descending order of offsets; empty for all other
    /// errors.
    pub fn obstacles(&self) -> &[Obstacle] {
        &self.obstacles
    }

    /// The library's own explanation, if there is one
    pub(crate) fn explained(mut self, why: String) -> Self {
        if !why.is_empty() {
            self.why = why;
        }
        self
    }

    pub(crate) fn with_obstacles(mut self, obstacles: Vec<Obstacle>) -> Self {
        self.obstacles = obstacles;
        self
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.what, self.why)?;
        for obstacle in &self.obstacles {
            write!(f, "; {obstacle}")?;
        }
        Ok(())
    }
}

impl std::error::Error for Error {}

/// The error has the kind of the errno, and this error as its source.
impl From<Error> for io::Error {
    fn from(error: Error) -> Self {
        Self::new(Self::from_raw_os_error(error.errno).kind(), error)
    }
}
