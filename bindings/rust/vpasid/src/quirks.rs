// SPDX-License-Identifier: MIT
//! What certain devices don't show in their config space.

use std::ffi::{CStr, CString};
use std::fmt;
use std::marker::PhantomData;
use std::mem::size_of;
use std::os::raw::{c_int, c_uint};
use std::os::unix::ffi::OsStrExt;
use std::path::Path;
use std::ptr::{self, NonNull};

use libvpasid_sys as sys;

use crate::errno;
use crate::error::{Error, Operation};
use crate::text;

const IDENTIFY: Operation = Operation {
    what: "config space doesn't tell what device it is",
    reasons: &[
        (errno::EINVAL, "config space has 64 to 4096 bytes"),
        (errno::EIO, "all of the header reads as ones: the device is gone or asleep"),
    ],
};

const MATCH: Operation = Operation {
    what: "the quirks of a device can't be found",
    reasons: &[(errno::E2BIG, "the library is older than this crate")],
};

const LOAD: Operation = Operation {
    what: "quirks can't be read",
    reasons: &[(errno::EINVAL, "the text isn't one of quirks")],
};

codes! {
    /// Whether a function is a physical or a virtual one.
    pub enum FunctionKind: u8 {
        /// A physical function, with or without SR-IOV.
        Physical = sys::VPASID_FUNCTION_PF,
        /// A virtual function.
        Virtual = sys::VPASID_FUNCTION_VF,
    }
}

/// What identifies a device.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Device {
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
    /// Whether it is a VF.
    pub kind: FunctionKind,
}

impl Device {
    /// From the first 64 to 4096 bytes of a function's config space, as VFIO shows it, or the
    /// function's own. A VF's own config space has no vendor and device ID: they are 0 then, and
    /// the caller must get them from elsewhere.
    pub fn from_config(config: &[u8], kind: FunctionKind) -> Result<Self, Error> {
        let mut device = sys::vpasid_device {
            argsz: size_of::<sys::vpasid_device>() as u32,
            vendor: 0,
            device: 0,
            subsystem_vendor: 0,
            subsystem_device: 0,
            revision: 0,
            kind: 0,
            reserved: 0,
        };
        // SAFETY: the config space has as many bytes as it is said to have.
        let result = unsafe {
            sys::vpasid_device_from_config(
                config.as_ptr().cast(),
                config.len(),
                c_uint::from(kind.raw()),
                &mut device,
            )
        };

        if result != -errno::ENODATA {
            IDENTIFY.check(result)?;
        }
        Ok(Self {
            vendor: device.vendor,
            device: device.device,
            subsystem_vendor: device.subsystem_vendor,
            subsystem_device: device.subsystem_device,
            revision: device.revision,
            kind: FunctionKind::from_raw(device.kind),
        })
    }

    fn raw(&self) -> sys::vpasid_device {
        sys::vpasid_device {
            argsz: size_of::<sys::vpasid_device>() as u32,
            vendor: self.vendor,
            device: self.device,
            subsystem_vendor: self.subsystem_vendor,
            subsystem_device: self.subsystem_device,
            revision: self.revision,
            kind: self.kind.raw(),
            reserved: 0,
        }
    }
}

/// Some bytes of config space.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Range {
    /// The offset of the first byte.
    pub offset: u16,
    /// The number of bytes.
    pub length: u16,
}

/// A set of quirks: registers that devices hide outside of their capabilities, the ends of
/// capabilities, and the offset of a virtual PASID capability.
///
/// ```
/// use vpasid::{Device, FunctionKind, Quirks};
///
/// let mut quirks = Quirks::new();
/// quirks.load_builtin()?;
/// quirks.parse("mine", "device 1b36:fff0\n\thidden 0xf00-0xfff\n\tsource \"its manual\"\n")?;
///
/// let device = Device {
///     vendor: 0x1b36,
///     device: 0xfff0,
///     subsystem_vendor: 0,
///     subsystem_device: 0,
///     revision: 0,
///     kind: FunctionKind::Physical,
/// };
/// assert_eq!(quirks.matches(&device)?.iter().next().unwrap().source(), "its manual");
///
/// let error = quirks.parse("mine", "device nothing\n").unwrap_err();
/// assert!(error.why().starts_with("mine:1: "));
/// # Ok::<(), vpasid::Error>(())
/// ```
pub struct Quirks(NonNull<sys::vpasid_quirks>);

// SAFETY: it is the owner of its quirks, and no thread of the library has them.
unsafe impl Send for Quirks {}
// SAFETY: what takes &self only reads them, and the library lets any number of threads do so.
unsafe impl Sync for Quirks {}

impl Quirks {
    /// An empty set.
    pub fn new() -> Self {
        // SAFETY: it returns a set, which becomes ours, or NULL.
        let quirks = unsafe { sys::vpasid_quirks_new() };

        Self(NonNull::new(quirks).expect("there is memory for a set of quirks"))
    }

    /// Adds the quirks that are built into the library, and then those of the host's administrator,
    /// `/etc/vpasid/quirks.d/*.conf`. A process that can't see that directory may find other
    /// offsets than the command `vpasid` on that host: load them before the process enters a jail.
    pub fn load(&mut self) -> Result<(), Error> {
        // SAFETY: the set is ours alone.
        self.add(|quirks, error| unsafe { sys::vpasid_quirks_load(quirks, error) })
    }

    /// Adds the quirks that are built into the library. No file is opened.
    pub fn load_builtin(&mut self) -> Result<(), Error> {
        // SAFETY: the set is ours alone.
        self.add(|quirks, _| unsafe { sys::vpasid_quirks_load_builtin(quirks) })
    }

    /// Adds the quirks in the files `*.conf` of a directory.
    pub fn load_directory(&mut self, path: &Path) -> Result<(), Error> {
        let path = CString::new(path.as_os_str().as_bytes())
            .map_err(|_| LOAD.error(errno::EINVAL).explained("a path has no null byte".into()))?;

        // SAFETY: the set is ours alone; the path ends with a null byte.
        self.add(|quirks, error| unsafe {
            sys::vpasid_quirks_load_directory(quirks, path.as_ptr(), error)
        })
    }

    /// Adds the quirks in a text, whose format `data/quirks/README` of the project describes.
    /// `name` is for errors and [`Quirk::file()`].
    pub fn parse(&mut self, name: &str, text: &str) -> Result<(), Error> {
        let name = CString::new(name)
            .map_err(|_| LOAD.error(errno::EINVAL).explained("a name has no null byte".into()))?;

        // SAFETY: the set is ours alone; the name ends with a null byte, and the text has as many
        // bytes as it is said to have.
        self.add(|quirks, error| unsafe {
            sys::vpasid_quirks_parse(quirks, text.as_ptr().cast(), text.len(), name.as_ptr(), error)
        })
    }

    fn add(
        &mut self,
        add: impl FnOnce(*mut sys::vpasid_quirks, *mut sys::vpasid_quirks_error) -> c_int,
    ) -> Result<(), Error> {
        let mut error = sys::vpasid_quirks_error { text: [0; 512] };
        let result = add(self.0.as_ptr(), &mut error);

        // SAFETY: the library ends the text with a null byte, and it began as one.
        let why = unsafe { CStr::from_ptr(error.text.as_ptr()) }.to_string_lossy().into_owned();

        LOAD.check(result).map(drop).map_err(|error| error.explained(why))
    }

    /// The quirks that match a device, in the order in which they were read.
    pub fn matches(&self, device: &Device) -> Result<Matches<'_>, Error> {
        let device = device.raw();
        // SAFETY: the set is there, and nothing is to be filled in.
        let result =
            unsafe { sys::vpasid_quirks_match(self.0.as_ptr(), &device, ptr::null_mut(), 0) };
        let count = MATCH.check(result)?;
        let mut matches = vec![ptr::null(); count];

        // SAFETY: there is room for as many as there are.
        unsafe { sys::vpasid_quirks_match(self.0.as_ptr(), &device, matches.as_mut_ptr(), count) };
        Ok(Matches { matches, quirks: PhantomData })
    }
}

impl Default for Quirks {
    fn default() -> Self {
        Self::new()
    }
}

impl Drop for Quirks {
    fn drop(&mut self) {
        // SAFETY: the set is ours, and nothing borrows it any more.
        unsafe { sys::vpasid_quirks_free(self.0.as_ptr()) }
    }
}

impl fmt::Debug for Quirks {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Quirks").finish_non_exhaustive()
    }
}

/// The quirks of one device, for [`PlaceRequest::quirks()`](crate::PlaceRequest::quirks).
#[derive(Clone)]
pub struct Matches<'a> {
    matches: Vec<*const sys::vpasid_quirk>,
    quirks: PhantomData<&'a Quirks>,
}

// SAFETY: it is a list of references to what Quirks has, which may be shared.
unsafe impl Send for Matches<'_> {}
// SAFETY: as for Send.
unsafe impl Sync for Matches<'_> {}

impl<'a> Matches<'a> {
    /// The number of quirks.
    pub fn len(&self) -> usize {
        self.matches.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.matches.is_empty()
    }

    /// Iterates over them.
    pub fn iter(&self) -> impl Iterator<Item = Quirk<'a>> + '_ {
        // SAFETY: they live as long as the set that they come from.
        self.matches.iter().map(|quirk| Quirk(unsafe { &**quirk }))
    }

    pub(crate) fn raw(&self) -> &[*const sys::vpasid_quirk] {
        &self.matches
    }
}

impl fmt::Debug for Matches<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.iter()).finish()
    }
}

/// What is known about a device.
#[derive(Clone, Copy)]
pub struct Quirk<'a>(&'a sys::vpasid_quirk);

impl<'a> Quirk<'a> {
    /// One that the library has handed to a callback.
    pub(crate) fn new(quirk: &'a sys::vpasid_quirk) -> Self {
        Self(quirk)
    }

    /// The offset for its virtual PASID capability, if one is prescribed.
    pub fn offset(&self) -> Option<u16> {
        Some(self.0.offset).filter(|offset| *offset != 0)
    }

    /// Registers outside of all capabilities.
    pub fn hidden(&self) -> Vec<Range> {
        // SAFETY: the quirk has as many ranges as it says.
        unsafe { ranges(self.0.hidden, self.0.hidden_count) }
    }

    /// The ends of capabilities with unknown length.
    pub fn extents(&self) -> Vec<Range> {
        // SAFETY: the quirk has as many ranges as it says.
        unsafe { ranges(self.0.extents, self.0.extent_count) }
    }

    /// How this is known: the name of a document or a commit.
    pub fn source(&self) -> &'a str {
        // SAFETY: the string lives as long as the quirk.
        unsafe { text::fixed(self.0.source) }.unwrap_or("")
    }

    /// The file that it was read from.
    pub fn file(&self) -> &'a str {
        // SAFETY: the string lives as long as the quirk.
        unsafe { text::fixed(self.0.file) }.unwrap_or("")
    }

    /// The line in that file, counted from 1.
    pub fn line(&self) -> u32 {
        self.0.line
    }
}

/// # Safety
///
/// There are `count` ranges from `first` on.
unsafe fn ranges(first: *const sys::vpasid_range, count: u16) -> Vec<Range> {
    (0..usize::from(count))
        // SAFETY: the caller says so.
        .map(|index| unsafe { *first.add(index) })
        .map(|range| Range { offset: range.offset, length: range.length })
        .collect()
}

impl fmt::Debug for Quirk<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Quirk")
            .field("source", &self.source())
            .field("file", &self.file())
            .field("line", &self.line())
            .finish_non_exhaustive()
    }
}
