// SPDX-License-Identifier: MIT
//! A guest's view of a function's config space, with virtual capabilities.

mod behind;
mod request;
mod state;

use std::fmt;
use std::ptr::{addr_of, addr_of_mut, NonNull};

use libvpasid_sys as sys;

use crate::caught;
use crate::errno;
use crate::error::{Error, Operation};
use crate::text;

pub use behind::{Changes, ConfigSpace};
pub use request::{CapRegisters, VConfigRequest};
pub use state::SavedState;

const ACCESS: Operation = Operation {
    what: "config space can't be accessed",
    reasons: &[
        (errno::EINVAL, "the access isn't all within config space"),
        (errno::EIO, "the device has refused it, or is gone"),
    ],
};

const STATUS: Operation = Operation {
    what: "page requests have no status",
    reasons: &[
        (errno::ENOENT, "the guest has no PRI"),
        (errno::EINVAL, "a flag isn't Response Failure, Unexpected or Stopped"),
    ],
};

const RESTORE: Operation = Operation {
    what: "the saved state can't be restored",
    reasons: &[
        (errno::EPROTO, "it isn't one, is of a later version, or is damaged"),
        (errno::ESTALE, "it is of another view: the guest would see its device change"),
    ],
};

bits! {
    /// The PASID Control register (7.8.9.3).
    pub struct PasidControl: u16 {
        /// PASID Enable.
        ENABLE = sys::VPASID_CTRL_ENABLE,
        /// Execute Permission Enable.
        EXEC = sys::VPASID_CTRL_EXEC,
        /// Privileged Mode Enable.
        PRIV = sys::VPASID_CTRL_PRIV,
    }
}

bits! {
    /// The ATS Control register (10.5.1.3).
    pub struct AtsControl: u16 {
        /// Smallest Translation Unit: all bits of the field.
        STU = sys::VPASID_ATS_STU,
        /// Enable.
        ENABLE = sys::VPASID_ATS_ENABLE,
    }
}

bits! {
    /// The Page Request Control register (10.5.2.2).
    pub struct PriControl: u16 {
        /// Enable.
        ENABLE = sys::VPASID_PRI_ENABLE,
        /// Reset: the interface must discard outstanding page requests.
        RESET = sys::VPASID_PRI_RESET,
    }
}

bits! {
    /// The Page Request Status register (10.5.2.3).
    pub struct PriStatus: u16 {
        /// Response Failure.
        FAILURE = sys::VPASID_PRI_FAILURE,
        /// Unexpected Page Request Group Index.
        UNEXPECTED = sys::VPASID_PRI_UNEXPECTED,
        /// Stopped.
        STOPPED = sys::VPASID_PRI_STOPPED,
        /// PRG Response PASID Required.
        PASID_REQUIRED = sys::VPASID_PRI_PASID_REQUIRED,
    }
}

/// A dword that is different for the guest.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Patch {
    /// Its offset: 0x100 to 0xffc, a multiple of 4.
    pub offset: u16,
    /// What the guest reads now.
    pub value: u32,
    /// The bits of the view; the others are the function's own.
    pub mask: u32,
    /// The bits that the guest can write.
    pub writable: u32,
    /// The bits that the guest clears by writing ones.
    pub w1c: u32,
}

impl Patch {
    /// What the guest reads if the function has this dword.
    pub fn apply(&self, dword: u32) -> u32 {
        (dword & !self.mask) | (self.value & self.mask)
    }

    /// Whether the guest can write some of its bits: pass its writes to [`VConfig::write()`].
    pub fn is_register(&self) -> bool {
        self.writable | self.w1c != 0
    }
}

/// The argument of the library's callbacks: the view, which is null until it is made, and what is
/// behind it.
struct Inner<D> {
    view: *mut sys::vpasid_vconfig,
    behind: D,
}

/// A guest's view of one function, with virtual capabilities.
///
/// [`VConfigRequest`] makes it. It owns the type behind it: a [`ConfigSpace`], to which all
/// accesses go that aren't emulated, or only a receiver of [`Changes`], which may be `()`.
///
/// Reading needs `&self`, and several threads can read at a time if the type behind the view allows
/// that; everything that changes the view needs `&mut self`. It never blocks, and only allocates
/// what it returns.
///
/// ```
/// use vpasid::{Changes, PasidControl, VConfigRequest};
///
/// struct Device {
///     is_enabled: bool,
/// }
///
/// impl Changes for Device {
///     fn pasid_changed(&mut self, control: PasidControl) {
///         self.is_enabled = control.contains(PasidControl::ENABLE);
///     }
/// }
///
/// # let mut config = [0; vpasid::CONFIG_SIZE];
/// # config[..4].copy_from_slice(&[0x36, 0x1b, 0xf0, 0xff]);
/// # config[0x06] = 0x10;
/// # config[0x34] = 0x40;
/// # config[0x40..0x44].copy_from_slice(&[0x10, 0, 2, 0]);
/// let placement = vpasid::PlaceRequest::new(&config).place()?;
/// let info = vpasid::Info::from_registers(0x1406, 0x0001)?;
/// let mut view = VConfigRequest::new(&config, &placement)
///     .info(&info)
///     .build(Device { is_enabled: false })?;
/// let offset = usize::from(view.offset(vpasid::ext_cap::PASID).unwrap());
///
/// let mut header = [0; 4];
/// view.read(offset, &mut header)?;
/// assert_eq!(u32::from_le_bytes(header), 0x0001_001b);
///
/// view.write(offset + 6, &[1, 0])?;
/// assert!(view.behind().is_enabled);
///
/// view.reset(); // with the machine
/// assert!(!view.behind().is_enabled);
/// # Ok::<(), vpasid::Error>(())
/// ```
///
/// If the type behind the view isn't `Send`, the view isn't either:
///
/// ```compile_fail,E0277
/// fn is_send<T: Send>() {}
/// is_send::<vpasid::VConfig<std::rc::Rc<()>>>();
/// ```
///
/// and if it isn't `Sync`, the view isn't either:
///
/// ```compile_fail,E0277
/// fn is_sync<T: Sync>() {}
/// is_sync::<vpasid::VConfig<std::cell::Cell<u8>>>();
/// ```
pub struct VConfig<D> {
    inner: NonNull<Inner<D>>,
}

// SAFETY: it owns the library's view, which is bound to no thread, and what is behind it.
unsafe impl<D: Send> Send for VConfig<D> {}
// SAFETY: what takes &self calls functions of the library that any number of threads may call for
// one view, and they call nothing of what is behind it but ConfigSpace::read(), by a shared
// reference.
unsafe impl<D: Sync> Sync for VConfig<D> {}

impl<D> VConfig<D> {
    fn view(&self) -> *mut sys::vpasid_vconfig {
        // SAFETY: `inner` is valid as long as self; `view` is written before anybody has self.
        unsafe { *addr_of!((*self.inner.as_ptr()).view) }
    }

    /// Reads bytes at an offset for the guest, with any alignment. On error, all of them are ones,
    /// as if the device didn't answer.
    pub fn read(&self, offset: usize, data: &mut [u8]) -> Result<(), Error> {
        // SAFETY: the data has as many bytes as it is said to have. Callbacks take what is behind
        // the view by a shared reference, as self is borrowed.
        let result = unsafe {
            sys::vpasid_vconfig_read(self.view(), offset, data.as_mut_ptr().cast(), data.len())
        };

        caught::resume();
        ACCESS.check(result).map(drop)
    }

    /// Writes bytes at an offset for the guest, with any alignment. After an error, everything
    /// before the part that has failed is written, and the rest isn't. If the access isn't
    /// completely within config space, nothing is written.
    ///
    /// If this initiates a Function Level Reset, the view is also reset.
    pub fn write(&mut self, offset: usize, data: &[u8]) -> Result<(), Error> {
        // SAFETY: the data has as many bytes as it is said to have. Callbacks have what is behind
        // the view for themselves, as self is borrowed mutably.
        let result = unsafe {
            sys::vpasid_vconfig_write(self.view(), offset, data.as_ptr().cast(), data.len())
        };

        caught::resume();
        ACCESS.check(result).map(drop)
    }

    /// Resets the view. Call this after all resets except those by a guest's write: of the machine
    /// or the bus, on the return from D3hot, and by VFIO_DEVICE_RESET.
    pub fn reset(&mut self) {
        // SAFETY: self is borrowed mutably.
        unsafe { sys::vpasid_vconfig_reset(self.view()) };
        caught::resume();
    }

    /// The guest's PASID Control; [`NONE`](PasidControl::NONE) if it has no PASID.
    pub fn control(&self) -> PasidControl {
        // SAFETY: the view is valid, and this only reads it.
        PasidControl::from_bits(unsafe { sys::vpasid_vconfig_control(self.view()) })
    }

    /// The offset of the first virtual capability with an ID.
    pub fn offset(&self, id: u16) -> Option<u16> {
        // SAFETY: the view is valid, and this only reads it.
        Some(unsafe { sys::vpasid_vconfig_offset(self.view(), id) }).filter(|offset| *offset != 0)
    }

    /// Reports the result of page requests to the guest: FAILURE, UNEXPECTED, or STOPPED when none
    /// is outstanding any longer, after [`Changes::pri_changed()`] has said that some were.
    pub fn set_pri_status(&mut self, status: PriStatus) -> Result<(), Error> {
        // SAFETY: self is borrowed mutably.
        let result = unsafe { sys::vpasid_vconfig_set_pri_status(self.view(), status.bits()) };

        STATUS.check(result).map(drop)
    }

    /// The differences between the view and config space, as a table in ascending order of offsets,
    /// for a VMM that keeps config space itself. The table doesn't change, except for the values of
    /// the bits that the guest can change.
    pub fn patches(&self) -> Vec<Patch> {
        let nothing = sys::vpasid_vconfig_patch {
            offset: 0,
            reserved: 0,
            value: 0,
            mask: 0,
            writable: 0,
            w1c: 0,
        };
        // SAFETY: the view is valid, and nothing is to be filled in.
        let count = unsafe { sys::vpasid_vconfig_patches(self.view(), std::ptr::null_mut(), 0) };
        let mut patches = vec![nothing; count];

        // SAFETY: there is room for as many as there are.
        unsafe { sys::vpasid_vconfig_patches(self.view(), patches.as_mut_ptr(), count) };
        patches
            .iter()
            .map(|patch| Patch {
                offset: patch.offset,
                value: patch.value,
                mask: patch.mask,
                writable: patch.writable,
                w1c: patch.w1c,
            })
            .collect()
    }

    /// The state for a migration stream, in a format that doesn't depend on the machine. Its size
    /// is constant for a view.
    pub fn save(&self) -> Vec<u8> {
        // SAFETY: the view is valid, and this only reads it.
        let mut state = vec![0; unsafe { sys::vpasid_vconfig_state_size(self.view()) }];
        // SAFETY: the state has as many bytes as it is said to have.
        let result = unsafe {
            sys::vpasid_vconfig_save(self.view(), state.as_mut_ptr().cast(), state.len())
        };

        assert_eq!(usize::try_from(result), Ok(state.len()), "a state is as long as it was said");
        state
    }

    /// Restores what the guest has set on another host. Nothing in the state is trusted. On error,
    /// the view doesn't change, and the error says what is different.
    ///
    /// ```
    /// # let mut config = [0; vpasid::CONFIG_SIZE];
    /// # config[..4].copy_from_slice(&[0x36, 0x1b, 0xf0, 0xff]);
    /// # config[0x06] = 0x10;
    /// # config[0x34] = 0x40;
    /// # config[0x40..0x44].copy_from_slice(&[0x10, 0, 2, 0]);
    /// # let info = vpasid::Info::from_registers(0x1406, 0x0001)?;
    /// # let here = vpasid::PlaceRequest::new(&config).place()?;
    /// # let source = vpasid::VConfigRequest::new(&config, &here).info(&info).build(())?;
    /// let state = source.save();
    ///
    /// // on the target, before there is a view
    /// let saved = vpasid::SavedState::peek(&state)?;
    /// vpasid::PlaceRequest::new(&config).verify(saved.placement())?;
    /// let mut view = vpasid::VConfigRequest::new(&config, saved.placement())
    ///     .info(&info)
    ///     .width(saved.width())
    ///     .build(())?;
    /// view.restore(&state)?;
    /// # Ok::<(), vpasid::Error>(())
    /// ```
    pub fn restore(&mut self, state: &[u8]) -> Result<(), Error> {
        // SAFETY: the state has as many bytes as it is said to have; self is borrowed mutably.
        let result =
            unsafe { sys::vpasid_vconfig_restore(self.view(), state.as_ptr().cast(), state.len()) };

        caught::resume();
        RESTORE
            .check(result)
            .map(drop)
            .map_err(|error| error.explained(self.why_stale(state).unwrap_or_default()))
    }

    /// Why a state can't be restored; None if it can.
    pub fn why_stale(&self, state: &[u8]) -> Option<String> {
        // SAFETY: state and buffer have as many bytes as they are said to have.
        let why = text::described(|buffer, size| unsafe {
            sys::vpasid_vconfig_why_stale(
                self.view(),
                state.as_ptr().cast(),
                state.len(),
                buffer,
                size,
            )
        });

        Some(why).filter(|why| !why.is_empty())
    }

    /// The type behind the view.
    pub fn behind(&self) -> &D {
        // SAFETY: `inner` is valid as long as self, which is borrowed.
        unsafe { &*addr_of!((*self.inner.as_ptr()).behind) }
    }

    /// The type behind the view. Changing it doesn't change the guest's view.
    pub fn behind_mut(&mut self) -> &mut D {
        // SAFETY: `inner` is valid as long as self, which is borrowed mutably.
        unsafe { &mut *addr_of_mut!((*self.inner.as_ptr()).behind) }
    }
}

impl<D> Drop for VConfig<D> {
    fn drop(&mut self) {
        // SAFETY: both are ours, and nothing borrows them any more. The view doesn't look at what
        // is behind it when it is freed.
        unsafe {
            sys::vpasid_vconfig_free(self.view());
            drop(Box::from_raw(self.inner.as_ptr()));
        }
    }
}

impl<D: fmt::Debug> fmt::Debug for VConfig<D> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("VConfig")
            .field("control", &self.control())
            .field("behind", self.behind())
            .finish_non_exhaustive()
    }
}
