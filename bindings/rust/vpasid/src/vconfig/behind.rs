// SPDX-License-Identifier: MIT
//! The type behind a view, and how the library calls it.

use std::io;
use std::os::raw::{c_int, c_void};
use std::ptr::{addr_of, addr_of_mut};
use std::slice;

use libvpasid_sys as sys;

use super::{AtsControl, Inner, PasidControl, PriControl};
use crate::caught;
use crate::errno;
use crate::layout::negative;
use crate::place::Cap;

/// A receiver of changes of the guest's virtual capabilities.
///
/// Each method is called after the guest, a reset or a restored state has changed something. The
/// methods can't access the view, because it is in use; their arguments have the new values. The
/// default methods do nothing.
pub trait Changes {
    /// The PASID Control register has changed.
    fn pasid_changed(&mut self, control: PasidControl) {
        let _ = control;
    }

    /// The ATS Control register has changed.
    fn ats_changed(&mut self, control: AtsControl) {
        let _ = control;
    }

    /// The page request interface was enabled, disabled or reset, or the Outstanding Page Request
    /// Allocation has changed. `control` has the new ENABLE, and RESET if the interface must
    /// discard outstanding page requests.
    ///
    /// Returns whether no page request is outstanding. If some are when the interface is disabled,
    /// call [`VConfig::set_pri_status()`](super::VConfig::set_pri_status) when they are done.
    fn pri_changed(&mut self, control: PriControl, allocation: u32) -> bool {
        let _ = (control, allocation);
        true
    }

    /// A capability with the VMM's own bytes has changed; `registers` are all of its bytes as the
    /// guest now sees them, including the header.
    fn cap_changed(&mut self, cap: &Cap, registers: &[u8]) {
        let _ = (cap, registers);
    }
}

/// Ignores all changes.
impl Changes for () {}

/// A function's config space, to which all accesses go that the view doesn't emulate.
///
/// The methods are never called for a byte of a virtual capability, of a masked capability, or of a
/// header that the view has changed. An access that includes other bytes is split. The access fails
/// with the errno of a method's error (EIO if it has none).
///
/// ```
/// use std::fs::File;
/// use std::io;
/// use std::os::unix::fs::FileExt;
///
/// /// A VFIO device, and the offset of its config space in the file.
/// struct Vfio {
///     device: File,
///     config: u64,
/// }
///
/// impl vpasid::Changes for Vfio {}
///
/// impl vpasid::ConfigSpace for Vfio {
///     fn read(&self, offset: u16, data: &mut [u8]) -> io::Result<()> {
///         self.device.read_exact_at(data, self.config + u64::from(offset))
///     }
///
///     fn write(&mut self, offset: u16, data: &[u8]) -> io::Result<()> {
///         self.device.write_all_at(data, self.config + u64::from(offset))
///     }
/// }
/// ```
pub trait ConfigSpace: Changes {
    /// Reads bytes of the function's config space.
    fn read(&self, offset: u16, data: &mut [u8]) -> io::Result<()>;

    /// Writes bytes to the function's config space.
    fn write(&mut self, offset: u16, data: &[u8]) -> io::Result<()>;
}

/// The callbacks of a type that only receives changes.
pub(super) fn changes<D: Changes>() -> sys::vpasid_vconfig_ops {
    sys::vpasid_vconfig_ops {
        argsz: std::mem::size_of::<sys::vpasid_vconfig_ops>() as u32,
        reserved: 0,
        read: None,
        write: None,
        pasid_changed: Some(pasid_changed::<D>),
        ats_changed: Some(ats_changed::<D>),
        pri_changed: Some(pri_changed::<D>),
        cap_changed: Some(cap_changed::<D>),
    }
}

/// The callbacks of a config space.
pub(super) fn accesses<D: ConfigSpace>() -> sys::vpasid_vconfig_ops {
    sys::vpasid_vconfig_ops { read: Some(read::<D>), write: Some(write::<D>), ..changes::<D>() }
}

/// What is behind the view, for a callback of a function that takes the view mutably.
///
/// # Safety
///
/// `opaque` is the view's `Inner<D>`, and nobody else uses what is behind the view during `'a`.
unsafe fn alone<'a, D>(opaque: *mut c_void) -> &'a mut D {
    // SAFETY: the caller says so.
    unsafe { &mut *addr_of_mut!((*opaque.cast::<Inner<D>>()).behind) }
}

fn result(done: io::Result<()>) -> c_int {
    match done {
        Ok(()) => 0,
        Err(error) => negative(&error),
    }
}

unsafe extern "C" fn read<D: ConfigSpace>(
    opaque: *mut c_void,
    offset: u16,
    data: *mut c_void,
    length: u16,
) -> c_int {
    // SAFETY: it is the view's Inner, and only shared references to what is behind the view exist
    // while it is read.
    let behind: &D = unsafe { &*addr_of!((*opaque.cast::<Inner<D>>()).behind) };
    // SAFETY: there are as many bytes, those of a slice that VConfig::read() has.
    let data = unsafe { slice::from_raw_parts_mut(data.cast::<u8>(), usize::from(length)) };

    caught::catch(-errno::EIO, || result(behind.read(offset, data)))
}

unsafe extern "C" fn write<D: ConfigSpace>(
    opaque: *mut c_void,
    offset: u16,
    data: *const c_void,
    length: u16,
) -> c_int {
    // SAFETY: VConfig::write() has the view mutably.
    let behind: &mut D = unsafe { alone(opaque) };
    // SAFETY: there are as many bytes, those of a slice that VConfig::write() has.
    let data = unsafe { slice::from_raw_parts(data.cast::<u8>(), usize::from(length)) };

    caught::catch(-errno::EIO, || result(behind.write(offset, data)))
}

unsafe extern "C" fn pasid_changed<D: Changes>(opaque: *mut c_void, control: u16) {
    // SAFETY: only functions that have the view mutably change something.
    let behind: &mut D = unsafe { alone(opaque) };

    caught::catch((), || behind.pasid_changed(PasidControl::from_bits(control)));
}

unsafe extern "C" fn ats_changed<D: Changes>(opaque: *mut c_void, control: u16) {
    // SAFETY: only functions that have the view mutably change something.
    let behind: &mut D = unsafe { alone(opaque) };

    caught::catch((), || behind.ats_changed(AtsControl::from_bits(control)));
}

unsafe extern "C" fn pri_changed<D: Changes>(
    opaque: *mut c_void,
    control: u16,
    allocation: u32,
) -> u16 {
    // SAFETY: only functions that have the view mutably change something.
    let behind: &mut D = unsafe { alone(opaque) };
    let control = PriControl::from_bits(control);
    let is_done = caught::catch(true, || behind.pri_changed(control, allocation));

    if is_done && !control.contains(PriControl::ENABLE) {
        sys::VPASID_PRI_STOPPED
    } else {
        0
    }
}

unsafe extern "C" fn cap_changed<D: Changes>(opaque: *mut c_void, cap: *const sys::vpasid_cap) {
    let mut registers = [0; sys::VPASID_CONFIG_SIZE];
    // SAFETY: the library's capability is valid during this call.
    let cap = unsafe { *cap };
    let registers = &mut registers[..usize::from(cap.length)];
    // SAFETY: the view is made, and reading a capability's own registers is allowed here. That
    // calls nothing that is behind the view.
    unsafe {
        let view = *addr_of!((*opaque.cast::<Inner<D>>()).view);

        sys::vpasid_vconfig_read(
            view,
            usize::from(cap.offset),
            registers.as_mut_ptr().cast(),
            registers.len(),
        );
    }
    // SAFETY: only functions that have the view mutably change something.
    let behind: &mut D = unsafe { alone(opaque) };

    caught::catch((), || behind.cap_changed(&Cap::from_raw(cap), registers));
}
