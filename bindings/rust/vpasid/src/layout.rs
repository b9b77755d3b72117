// SPDX-License-Identifier: MIT
//! The layout of a function's extended config space.

use std::fmt;
use std::io;
use std::os::raw::{c_int, c_void};

use libvpasid_sys as sys;

use crate::caught;
use crate::errno;
use crate::error::{Error, Operation};
use crate::text;

/// IDs of extended capabilities that the library emulates; [`ext_cap_name()`] has the names of all.
pub mod ext_cap {
    use libvpasid_sys as sys;

    /// Address Translation Services (10.5.1).
    pub const ATS: u16 = sys::VPASID_EXT_CAP_ATS;
    /// Page Request Interface (10.5.2).
    pub const PRI: u16 = sys::VPASID_EXT_CAP_PRI;
    /// Process Address Space ID (7.8.9).
    pub const PASID: u16 = sys::VPASID_EXT_CAP_PASID;
}

const READ_LAYOUT: Operation = Operation {
    what: "the layout of config space can't be read",
    reasons: &[
        (errno::EINVAL, "config space has 64 to 4096 bytes"),
        (errno::EIO, "all of the header reads as ones: the device is gone or asleep"),
    ],
};

const FIND_CONVENTIONAL: Operation = Operation {
    what: "a conventional capability can't be looked for",
    reasons: &[
        (errno::EINVAL, "config space has 64 to 4096 bytes"),
        (errno::EPROTO, "the list of capabilities breaks off"),
    ],
};

const FIND_EXTENDED: Operation = Operation {
    what: "an extended capability can't be looked for",
    reasons: &[(errno::EPROTO, "the chain of capabilities breaks off")],
};

/// The extended capabilities of one function.
///
/// ```
/// use vpasid::{ext_cap, Layout};
///
/// # let mut config = [0; vpasid::CONFIG_SIZE];
/// # config[0x100..0x108].copy_from_slice(&[0x0f, 0, 1, 0, 0x20, 0, 0, 0]);
/// let layout = Layout::read(&config)?;
/// for span in layout.spans() {
///     println!("{:#05x}: {}", span.offset(), vpasid::ext_cap_name(span.id()).unwrap_or("?"));
/// }
/// assert_eq!(layout.find(ext_cap::ATS).unwrap().offset(), 0x100);
/// # Ok::<(), vpasid::Error>(())
/// ```
#[derive(Clone)]
pub struct Layout(Box<sys::vpasid_layout>);

impl Layout {
    /// Walks the list of extended capabilities in a config space: its first 64 to 4096 bytes.
    /// Irregularities of the list are findings, not errors.
    pub fn read(config: &[u8]) -> Result<Self, Error> {
        // SAFETY: it is plain data, of which zeros are a layout without capabilities.
        let mut layout = Box::new(unsafe { std::mem::zeroed::<sys::vpasid_layout>() });
        // SAFETY: the config space has as many bytes as it is said to have.
        let result = unsafe {
            sys::vpasid_layout_read(config.as_ptr().cast(), config.len(), layout.as_mut())
        };

        READ_LAYOUT.check(result)?;
        Ok(Self(layout))
    }

    /// The capabilities, in the order of the list.
    pub fn spans(&self) -> impl Iterator<Item = Span> + '_ {
        self.0.spans.iter().take(usize::from(self.0.span_count)).map(|span| Span(*span))
    }

    /// The first capability with an ID.
    pub fn find(&self, id: u16) -> Option<Span> {
        self.spans().find(|span| span.id() == id)
    }

    /// The findings, in the order in which they were found.
    pub fn findings(&self) -> impl Iterator<Item = Finding> + '_ {
        let kept = usize::from(self.0.finding_count).min(sys::VPASID_MAX_FINDINGS);

        self.0.findings.iter().take(kept).map(|finding| Finding(*finding))
    }

    /// The finding that breaks the list, or makes it a loop.
    pub fn find_break(&self) -> Option<Finding> {
        // SAFETY: the layout is one of vpasid_layout_read(); it returns NULL or one of its
        // findings.
        unsafe { sys::vpasid_layout_find_break(&*self.0).as_ref() }.map(|finding| Finding(*finding))
    }

    /// Whether the list is broken, so that there may be unknown capabilities.
    pub fn is_broken(&self) -> bool {
        self.0.broken
    }

    /// Whether the list leads back to an earlier header.
    pub fn loops(&self) -> bool {
        self.0.loops
    }

    /// 64 bits that are the same for functions with the same capabilities at the same offsets.
    pub fn digest(&self) -> u64 {
        // SAFETY: the layout is one of vpasid_layout_read().
        unsafe { sys::vpasid_layout_digest(&*self.0) }
    }
}

impl fmt::Debug for Layout {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Layout")
            .field("spans", &self.spans().collect::<Vec<_>>())
            .field("findings", &self.findings().collect::<Vec<_>>())
            .finish()
    }
}

/// One extended capability.
#[derive(Debug, Clone, Copy)]
pub struct Span(sys::vpasid_span);

impl Span {
    /// The offset of its header.
    pub fn offset(&self) -> u16 {
        self.0.offset
    }

    /// Its length in bytes, including the header; the maximum, if it isn't [exact](Self::is_exact).
    pub fn length(&self) -> u16 {
        self.0.length
    }

    /// The header's Next Capability Offset.
    pub fn next(&self) -> u16 {
        self.0.next
    }

    /// The header's Capability ID.
    pub fn id(&self) -> u16 {
        self.0.id
    }

    /// The header's Capability Version.
    pub fn version(&self) -> u8 {
        self.0.version
    }

    /// Whether the length is that of the specification and the capability's registers. Otherwise,
    /// it may reach to the next header, or to the end of the space.
    pub fn is_exact(&self) -> bool {
        self.0.flags & sys::VPASID_SPAN_EXACT != 0
    }

    /// Whether it has no room for all of its registers.
    pub fn is_cut(&self) -> bool {
        self.0.flags & sys::VPASID_SPAN_CUT != 0
    }

    /// Whether it is a header with ID 0 that points to another one, which VFIO leaves behind.
    pub fn is_hidden(&self) -> bool {
        self.0.flags & sys::VPASID_SPAN_HIDDEN != 0
    }
}

codes! {
    /// The kinds of findings about a layout.
    pub enum FindingCode: u16 {
        /// A header reads as all ones: the device doesn't respond. This breaks the chain.
        AllOnes = sys::VPASID_FINDING_ALL_ONES,
        /// A pointer leads below 0x100. This breaks the list.
        Below = sys::VPASID_FINDING_BELOW,
        /// A pointer, or a capability's registers, lead beyond the end. This breaks the list.
        Truncated = sys::VPASID_FINDING_TRUNCATED,
        /// A pointer leads to an earlier header.
        Loop = sys::VPASID_FINDING_LOOP,
        /// A pointer leads to a dword of zeros.
        Empty = sys::VPASID_FINDING_EMPTY,
        /// A header is inside the registers of another capability.
        Inside = sys::VPASID_FINDING_INSIDE,
        /// A pointer has a reserved bit set.
        Unaligned = sys::VPASID_FINDING_UNALIGNED,
        /// A pointer leads to a lower offset, which is legal.
        Backward = sys::VPASID_FINDING_BACKWARD,
        /// There is a second PASID capability.
        Duplicate = sys::VPASID_FINDING_DUPLICATE,
        /// The first header has ID 0.
        HiddenHead = sys::VPASID_FINDING_HIDDEN_HEAD,
        /// A capability's length is unknown.
        Inexact = sys::VPASID_FINDING_INEXACT,
        /// A capability has no room for all of its registers.
        Cut = sys::VPASID_FINDING_CUT,
    }
}

/// An irregularity of a layout. As text, it is a sentence without a full stop.
#[derive(Debug, Clone, Copy)]
pub struct Finding(sys::vpasid_finding);

impl Finding {
    /// The kind of finding.
    pub fn code(&self) -> FindingCode {
        FindingCode::from_raw(self.0.code)
    }

    /// The offset of the header that it is about.
    pub fn offset(&self) -> u16 {
        self.0.offset
    }

    /// The pointer that it is about, as it was read; for Inside and Duplicate, the offset of the
    /// other capability; otherwise 0.
    pub fn value(&self) -> u16 {
        self.0.value
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // SAFETY: the buffer has as many bytes as it is said to have.
        f.write_str(&text::described(|buffer, size| unsafe {
            sys::vpasid_finding_describe(&self.0, buffer, size)
        }))
    }
}

/// The name of an extended capability, such as "AER", "SR-IOV" or "PASID"; None for an undefined
/// ID.
///
/// ```
/// assert_eq!(vpasid::ext_cap_name(0x000f), Some("ATS"));
/// ```
pub fn ext_cap_name(id: u16) -> Option<&'static str> {
    // SAFETY: the library returns a static string, or NULL.
    unsafe { text::fixed(sys::vpasid_ext_cap_name(id)) }
}

/// The offset of the first conventional capability with an ID in the first 64 to 4096 bytes of a
/// config space; None if there is none.
pub fn conventional_find(config: &[u8], id: u8) -> Result<Option<u16>, Error> {
    // SAFETY: the config space has as many bytes as it is said to have.
    let result = unsafe { sys::vpasid_conventional_find(config.as_ptr().cast(), config.len(), id) };

    Ok(some_offset(FIND_CONVENTIONAL.check(result)?))
}

fn some_offset(offset: usize) -> Option<u16> {
    u16::try_from(offset).ok().filter(|offset| *offset != 0)
}

/// Finds an extended capability without a snapshot of config space, with as few reads as possible.
///
/// `read` is called with the offset of each header in the list up to the one with `id`. It returns
/// the dword, None if config space ends before that offset, or an error, which ends the search.
///
/// ```
/// let ats = |offset| Ok(Some(if offset == 0x100 { 0x0001_000f } else { 0 }));
/// assert_eq!(vpasid::ext_cap_find(0x000f, ats).unwrap(), Some(0x100));
/// ```
pub fn ext_cap_find<F>(id: u16, mut read: F) -> Result<Option<u16>, Error>
where
    F: FnMut(u16) -> io::Result<Option<u32>>,
{
    let opaque: *mut F = &mut read;
    // SAFETY: read_dword() is called with this pointer alone, and while `read` is there.
    let result = unsafe { sys::vpasid_ext_cap_find(Some(read_dword::<F>), opaque.cast(), id) };

    caught::resume();
    Ok(some_offset(FIND_EXTENDED.check(result)?))
}

unsafe extern "C" fn read_dword<F>(opaque: *mut c_void, offset: u16, value: *mut u32) -> c_int
where
    F: FnMut(u16) -> io::Result<Option<u32>>,
{
    // SAFETY: it is the one that ext_cap_find() handed to the library, which nobody else uses now.
    let read = unsafe { &mut *opaque.cast::<F>() };

    caught::catch(-errno::EIO, || match read(offset) {
        Ok(Some(dword)) => {
            // SAFETY: the library has room for a dword there.
            unsafe { value.write(dword) };
            0
        }
        Ok(None) => -errno::ENODATA,
        Err(error) => negative(&error),
    })
}

/// An error of a callback, as the library expects it.
pub(crate) fn negative(error: &io::Error) -> c_int {
    -error.raw_os_error().filter(|errno| *errno > 0).unwrap_or(errno::EIO)
}
