// SPDX-License-Identifier: MIT
//! Offsets for a guest's virtual capabilities that the device doesn't use.

use std::fmt;
use std::mem::size_of;
use std::os::raw::c_void;
use std::ptr;

use libvpasid_sys as sys;

use crate::errno;
use crate::error::{Error, Operation};
use crate::layout::ext_cap;
use crate::quirks::{Matches, Quirk, Range};
use crate::text;

const PLACE: Operation = Operation { what: "the capabilities can't be placed", reasons: &REASONS };

const VERIFY: Operation =
    Operation { what: "the placement doesn't hold for this function", reasons: &REASONS };

const REASONS: [(i32, &str); 9] = [
    (errno::EINVAL, "config space hasn't 4096 bytes, or the list or a range makes no sense"),
    (errno::E2BIG, "the library is older than this crate"),
    (errno::EIO, "all of the header reads as ones: the device is gone or asleep"),
    (errno::ENXIO, "the function has no PCI Express Capability"),
    (errno::EPROTO, "the chain of capabilities breaks off: what stands behind isn't known"),
    (errno::ELOOP, "the chain of capabilities is a loop, and nothing names a place"),
    (errno::ENOSPC, "there is no gap for a capability"),
    (errno::EBUSY, "something stands at an offset that is prescribed"),
    (errno::ESTALE, "the function's layout isn't the one that the placement was made for"),
];

codes! {
    /// Why an offset was chosen.
    pub enum PlaceReason: u8 {
        /// A quirk prescribes it.
        Quirk = sys::VPASID_PLACE_QUIRK,
        /// The function's own capability with that ID is there.
        Physical = sys::VPASID_PLACE_PHYSICAL,
        /// It is the highest free gap.
        Gap = sys::VPASID_PLACE_GAP,
        /// The caller requested it.
        Explicit = sys::VPASID_PLACE_EXPLICIT,
    }
}

/// A virtual capability that is to be placed, or was placed.
///
/// ```
/// use vpasid::Cap;
///
/// let list = [Cap::pasid(), Cap::ats(), Cap::pri().at(0xf00), Cap::new(0x0019, 36).version(2)];
/// assert_eq!(list[2].offset(), Some(0xf00));
/// ```
#[derive(Clone, Copy)]
pub struct Cap(sys::vpasid_cap);

impl Cap {
    /// A capability that the library emulates (see [`ext_cap`]), or one with the VMM's own bytes.
    /// The length is 8 to 0xf00, a multiple of 4, including the header.
    pub fn new(id: u16, length: u16) -> Self {
        Self(sys::vpasid_cap { id, length, offset: 0, version: 0, reason: 0 })
    }

    /// PASID.
    pub fn pasid() -> Self {
        Self::new(ext_cap::PASID, 0)
    }

    /// Address Translation Services.
    pub fn ats() -> Self {
        Self::new(ext_cap::ATS, 0)
    }

    /// Page Request Interface.
    pub fn pri() -> Self {
        Self::new(ext_cap::PRI, 0)
    }

    /// Requests this offset: 0x100 to 0xffc, a multiple of 4.
    pub fn at(mut self, offset: u16) -> Self {
        self.0.offset = offset;
        self
    }

    /// Requests this Capability Version, 1 to 15; the default is 1.
    pub fn version(mut self, version: u8) -> Self {
        self.0.version = version;
        self
    }

    /// Capability ID.
    pub fn id(&self) -> u16 {
        self.0.id
    }

    /// Its length in bytes, including the header; 0 in a request for PASID, ATS or PRI, whose
    /// lengths are specified.
    pub fn length(&self) -> u16 {
        self.0.length
    }

    /// The offset of its header; None if it is to be found.
    pub fn offset(&self) -> Option<u16> {
        Some(self.0.offset).filter(|offset| *offset != 0)
    }

    /// Capability Version; 0 in a request without one.
    pub fn cap_version(&self) -> u8 {
        self.0.version
    }

    /// Why this offset was chosen; None in a request, and in a placement from a saved state.
    pub fn reason(&self) -> Option<PlaceReason> {
        Some(self.0.reason).filter(|reason| *reason != 0).map(PlaceReason::from_raw)
    }

    pub(crate) fn from_raw(raw: sys::vpasid_cap) -> Self {
        Self(raw)
    }
}

impl fmt::Debug for Cap {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Cap")
            .field("id", &format_args!("{:#06x}", self.0.id))
            .field("length", &self.0.length)
            .field("offset", &format_args!("{:#05x}", self.0.offset))
            .field("version", &self.0.version)
            .field("reason", &self.reason())
            .finish()
    }
}

/// The offsets of a guest's virtual capabilities.
///
/// It is valid for one layout of config space. Another host with the same device has the same
/// placement; the target of a migration [verifies](PlaceRequest::verify) that. A
/// [saved state](crate::SavedState) contains it.
#[derive(Clone, Copy)]
pub struct Placement(sys::vpasid_placement);

impl Placement {
    /// A placement from elsewhere, from its [`digest()`](Self::digest) and [`caps()`](Self::caps);
    /// None if there are no capabilities, or more than [`MAX_CAPS`](crate::MAX_CAPS).
    pub fn from_parts(digest: u64, caps: &[Cap]) -> Option<Self> {
        let mut placement = Self::zeroed();

        if caps.is_empty() || caps.len() > sys::VPASID_MAX_CAPS {
            return None;
        }
        placement.digest = digest;
        placement.cap_count = caps.len() as u16;
        for (slot, cap) in placement.caps.iter_mut().zip(caps) {
            *slot = cap.0;
        }
        Some(Self(placement))
    }

    /// The digest of the function's layout.
    pub fn digest(&self) -> u64 {
        self.0.digest
    }

    /// The capabilities, in the order of the request.
    pub fn caps(&self) -> impl Iterator<Item = Cap> + '_ {
        self.0.caps.iter().take(usize::from(self.0.cap_count)).map(|cap| Cap(*cap))
    }

    /// The first capability with an ID.
    ///
    /// ```
    /// # let mut config = [0; vpasid::CONFIG_SIZE];
    /// # config[..4].copy_from_slice(&[0x36, 0x1b, 0xf0, 0xff]);
    /// # config[0x06] = 0x10;
    /// # config[0x34] = 0x40;
    /// # config[0x40..0x44].copy_from_slice(&[0x10, 0, 2, 0]);
    /// let placement = vpasid::PlaceRequest::new(&config).place()?;
    /// let pasid = placement.find(vpasid::ext_cap::PASID).unwrap();
    /// assert_eq!(pasid.offset(), Some(0xff8));
    /// assert_eq!(pasid.reason(), Some(vpasid::PlaceReason::Gap));
    /// # Ok::<(), vpasid::Error>(())
    /// ```
    pub fn find(&self, id: u16) -> Option<Cap> {
        self.caps().find(|cap| cap.id() == id)
    }

    pub(crate) fn zeroed() -> sys::vpasid_placement {
        let nothing = sys::vpasid_cap { id: 0, length: 0, offset: 0, version: 0, reason: 0 };

        sys::vpasid_placement {
            digest: 0,
            cap_count: 0,
            flags: 0,
            reserved: [0; 2],
            caps: [nothing; sys::VPASID_MAX_CAPS],
        }
    }

    pub(crate) fn from_raw(raw: sys::vpasid_placement) -> Self {
        Self(raw)
    }

    pub(crate) fn raw(&self) -> &sys::vpasid_placement {
        &self.0
    }
}

impl fmt::Debug for Placement {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Placement")
            .field("digest", &format_args!("{:#018x}", self.0.digest))
            .field("caps", &self.caps().collect::<Vec<_>>())
            .finish()
    }
}

codes! {
    /// Why an offset can't be used.
    pub enum ObstacleCode: u16 {
        /// The offset isn't a multiple of 4.
        Unaligned = sys::VPASID_OBSTACLE_UNALIGNED,
        /// The capability isn't completely in the extended space.
        Outside = sys::VPASID_OBSTACLE_OUTSIDE,
        /// An extended capability is there.
        Span = sys::VPASID_OBSTACLE_SPAN,
        /// A capability of unknown length may reach there.
        InexactSpan = sys::VPASID_OBSTACLE_INEXACT_SPAN,
        /// The bytes there aren't zero.
        Nonzero = sys::VPASID_OBSTACLE_NONZERO,
        /// According to a quirk, the device hides registers there.
        Hidden = sys::VPASID_OBSTACLE_HIDDEN,
        /// The bytes there are free, but too few for the capability.
        Small = sys::VPASID_OBSTACLE_SMALL,
        /// The list must begin at 0x100, and can't.
        Head = sys::VPASID_OBSTACLE_HEAD,
        /// Another virtual capability of the request is there.
        Virtual = sys::VPASID_OBSTACLE_VIRTUAL,
        /// The request doesn't allow it there.
        Range = sys::VPASID_OBSTACLE_RANGE,
    }
}

/// The source of a quirk.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct QuirkOrigin {
    /// How this is known.
    pub source: String,
    /// The file that it was read from.
    pub file: String,
    /// The line in that file.
    pub line: u32,
}

/// An obstacle to a placement. As text, it is a sentence without a full stop.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct Obstacle {
    /// The kind of obstacle.
    pub code: ObstacleCode,
    /// Where the obstacle begins.
    pub offset: u16,
    /// Its length in bytes.
    pub length: u16,
    /// The ID of the capability there, and the offset of its header: for Span, InexactSpan and
    /// Virtual.
    pub span: Option<(u16, u16)>,
    /// The quirk: for Hidden.
    pub quirk: Option<QuirkOrigin>,
    /// The ID of the virtual capability that has no place.
    pub cap_id: u16,
    /// The length of that capability in bytes.
    pub cap_length: u16,
    text: String,
}

impl Obstacle {
    fn new(raw: &sys::vpasid_obstacle) -> Self {
        let code = ObstacleCode::from_raw(raw.code);
        let is_span =
            matches!(code, ObstacleCode::Span | ObstacleCode::InexactSpan | ObstacleCode::Virtual);
        // SAFETY: it is NULL, or one of those that the request has.
        let quirk = unsafe { raw.quirk.as_ref() }.map(Quirk::new);

        Self {
            code,
            offset: raw.offset,
            length: raw.length,
            span: is_span.then_some((raw.id, raw.span)),
            quirk: quirk.map(|quirk| QuirkOrigin {
                source: quirk.source().into(),
                file: quirk.file().into(),
                line: quirk.line(),
            }),
            cap_id: raw.cap_id,
            cap_length: raw.cap_length,
            // SAFETY: the buffer has as many bytes as it is said to have.
            text: text::described(|buffer, size| unsafe {
                sys::vpasid_obstacle_describe(raw, buffer, size)
            }),
        }
    }
}

impl fmt::Display for Obstacle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

/// A request for offsets: the function, what is known about it, and the capabilities.
///
/// ```
/// use vpasid::{Cap, Device, FunctionKind, PlaceRequest, Quirks, Range};
///
/// # let mut config = [0; vpasid::CONFIG_SIZE];
/// # config[..4].copy_from_slice(&[0x36, 0x1b, 0xf0, 0xff]);
/// # config[0x06] = 0x10;
/// # config[0x34] = 0x40;
/// # config[0x40..0x44].copy_from_slice(&[0x10, 0, 2, 0]);
/// let mut quirks = Quirks::new();
/// quirks.load_builtin()?; // load() has those of the host's administrator, too
///
/// let matches = quirks.matches(&Device::from_config(&config, FunctionKind::Physical)?)?;
/// let request = || PlaceRequest::new(&config).quirks(&matches);
/// let placement = request()
///     .caps(&[Cap::pasid(), Cap::ats(), Cap::pri()])
///     .ranges(&[Range { offset: 0x800, length: 0x400 }])
///     .place()?;
///
/// request().verify(&placement)?; // as the target of a migration does
/// # Ok::<(), vpasid::Error>(())
/// ```
#[derive(Debug, Clone)]
pub struct PlaceRequest<'a> {
    config: &'a [u8],
    quirks: Option<&'a Matches<'a>>,
    caps: Vec<sys::vpasid_cap>,
    ranges: Vec<sys::vpasid_range>,
}

impl<'a> PlaceRequest<'a> {
    /// For the 4096 bytes of the function that the VMM uses. With VFIO, these are what VFIO shows,
    /// or what [`VfioView`](crate::VfioView) makes from the function's own config space.
    pub fn new(config: &'a [u8]) -> Self {
        Self { config, quirks: None, caps: Vec::new(), ranges: Vec::new() }
    }

    /// The quirks of the device; the default is none.
    pub fn quirks(mut self, quirks: &'a Matches<'a>) -> Self {
        self.quirks = Some(quirks);
        self
    }

    /// Adds a capability for the guest, the most important one first. The default is only
    /// PASID.
    pub fn cap(mut self, cap: Cap) -> Self {
        self.caps.push(cap.0);
        self
    }

    /// Adds several.
    pub fn caps(mut self, caps: &[Cap]) -> Self {
        self.caps.extend(caps.iter().map(|cap| cap.0));
        self
    }

    /// Adds ranges in which capabilities may go; offsets and lengths are multiples of 4. The
    /// default is the whole extended space.
    pub fn ranges(mut self, ranges: &[Range]) -> Self {
        self.ranges.extend(
            ranges
                .iter()
                .map(|range| sys::vpasid_range { offset: range.offset, length: range.length }),
        );
        self
    }

    /// Finds the offsets. If a capability has none, the error has the
    /// [obstacles](Error::obstacles).
    pub fn place(&self) -> Result<Placement, Error> {
        let mut placement = Placement::zeroed();

        // SAFETY: the request is valid, and there is room for a placement.
        self.ask(&PLACE, |request| unsafe { sys::vpasid_place(request, &mut placement) })?;
        Ok(Placement(placement))
    }

    /// Checks that a placement from another host is also valid for this function. The request's
    /// list of capabilities is ignored.
    pub fn verify(&self, placement: &Placement) -> Result<(), Error> {
        // SAFETY: the request is valid, and so is the placement.
        self.ask(&VERIFY, |request| unsafe { sys::vpasid_place_verify(request, &placement.0) })
    }

    fn ask(
        &self,
        operation: &Operation,
        ask: impl FnOnce(*const sys::vpasid_place_request) -> i32,
    ) -> Result<(), Error> {
        let quirks = self.quirks.map_or(&[][..], Matches::raw);
        let mut obstacles = Vec::<Obstacle>::new();
        let request = sys::vpasid_place_request {
            argsz: size_of::<sys::vpasid_place_request>() as u32,
            flags: 0,
            config: self.config.as_ptr().cast(),
            size: self.config.len(),
            layout: ptr::null(),
            quirks: first(quirks),
            quirk_count: quirks.len(),
            caps: first(&self.caps),
            cap_count: self.caps.len(),
            ranges: first(&self.ranges),
            range_count: self.ranges.len(),
            obstacle: Some(note),
            opaque: (&mut obstacles as *mut Vec<Obstacle>).cast(),
        };
        let result = ask(&request);

        operation.check(result).map(drop).map_err(|error| error.with_obstacles(obstacles))
    }
}

/// NULL for an empty list, as the library expects it.
fn first<T>(list: &[T]) -> *const T {
    if list.is_empty() {
        ptr::null()
    } else {
        list.as_ptr()
    }
}

/// It runs no code of the caller, so it can't panic.
unsafe extern "C" fn note(opaque: *mut c_void, obstacle: *const sys::vpasid_obstacle) {
    // SAFETY: it is the list that ask() handed to the library, which nobody else uses now, and an
    // obstacle that is valid during this call.
    let (obstacles, obstacle) = unsafe { (&mut *opaque.cast::<Vec<Obstacle>>(), &*obstacle) };

    obstacles.push(Obstacle::new(obstacle));
}
