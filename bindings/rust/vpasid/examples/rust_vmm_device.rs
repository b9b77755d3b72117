// SPDX-License-Identifier: MIT
//! A PCI device like those of VMMs of the rust-vmm family, with PASID in its config space.
//!
//! Cloud Hypervisor and others keep config space as dwords, which they call registers: a device has
//! a method that reads the register with an index, and one that writes up to four bytes within it.
//! `PciDevice` below has the same methods, but no code of these projects. The example shows:
//!
//! - a device that passes all accesses to a [`VConfig`], which passes those that it doesn't emulate
//!   to the function: the simplest way, if the VMM doesn't keep config space;
//! - a device that keeps its registers itself, and applies the [`Patch`]es to them: only writes to
//!   virtual capabilities go to the [`VConfig`].
//!
//! The view belongs below the filter that hides other capabilities (ARI, SR-IOV), because that
//! filter must also remove them from the list that the view has made. Alternatively, pass their IDs
//! to [`VConfigRequest::masked`].
//!
//! In `cargo run --example rust_vmm_device`, a guest enables PASID on both devices.

use std::io;
use std::sync::{Arc, Mutex};

use vpasid::{
    ext_cap, Cap, CapRegisters, Changes, ConfigSpace, Device, Error, FunctionKind, GuestCheck,
    GuestFeatures, Info, PasidControl, Patch, PlaceRequest, Placement, Quirks, VConfig,
    VConfigRequest,
};

/// What the VMM's bus requires of a device. `reg_idx` counts dwords; `data` has 1, 2 or 4 bytes for
/// `offset` within that dword.
pub trait PciDevice {
    fn read_config_register(&mut self, reg_idx: usize) -> u32;
    fn write_config_register(&mut self, reg_idx: usize, offset: u64, data: &[u8]);
}

/// Represents the virtual IOMMU, which must know whether the function's requests have PASIDs.
#[derive(Default)]
pub struct VirtualIommu {
    has_pasids: Mutex<bool>,
}

/// Represents the VFIO device: its config space as VFIO shows it. A real one reads and writes the
/// device's file.
pub struct Function {
    bytes: Vec<u8>,
    iommu: Arc<VirtualIommu>,
}

impl Changes for Function {
    fn pasid_changed(&mut self, control: PasidControl) {
        *self.iommu.has_pasids.lock().unwrap() = control.contains(PasidControl::ENABLE);
    }
}

impl ConfigSpace for Function {
    fn read(&self, offset: u16, data: &mut [u8]) -> io::Result<()> {
        let at = usize::from(offset);

        data.copy_from_slice(&self.bytes[at..at + data.len()]);
        Ok(())
    }

    fn write(&mut self, offset: u16, data: &[u8]) -> io::Result<()> {
        let at = usize::from(offset);

        self.bytes[at..at + data.len()].copy_from_slice(data);
        Ok(())
    }
}

/// All accesses go through the view. A guest's access can't fail: after an error, a read returns
/// ones, and a write is dropped, as on a bus where no device answers.
pub struct PassedOn {
    view: VConfig<Function>,
}

impl PciDevice for PassedOn {
    fn read_config_register(&mut self, reg_idx: usize) -> u32 {
        let mut data = [0; 4];

        if let Err(error) = self.view.read(reg_idx * 4, &mut data) {
            eprintln!("{error}");
        }
        u32::from_le_bytes(data)
    }

    fn write_config_register(&mut self, reg_idx: usize, offset: u64, data: &[u8]) {
        if let Err(error) = self.view.write(reg_idx * 4 + offset as usize, data) {
            eprintln!("{error}");
        }
    }
}

/// The VMM keeps the registers, the masks of bits that the guest can write, and the table of
/// patches.
pub struct Kept {
    registers: Vec<u32>,
    writable: Vec<u32>,
    patches: Vec<Patch>,
    view: VConfig<Function>,
}

impl Kept {
    fn patch(&self, reg_idx: usize) -> Option<&Patch> {
        self.patches.iter().find(|patch| usize::from(patch.offset) == reg_idx * 4)
    }
}

impl PciDevice for Kept {
    fn read_config_register(&mut self, reg_idx: usize) -> u32 {
        let kept = self.registers[reg_idx];
        let patch = match self.patch(reg_idx) {
            Some(patch) => patch,
            None => return kept,
        };
        let mut data = [0; 4];

        // The view has the value of a register that the guest can write.
        if patch.is_register() && self.view.read(reg_idx * 4, &mut data).is_ok() {
            return u32::from_le_bytes(data);
        }
        patch.apply(kept)
    }

    fn write_config_register(&mut self, reg_idx: usize, offset: u64, data: &[u8]) {
        match self.patch(reg_idx) {
            Some(patch) if patch.is_register() => {
                if let Err(error) = self.view.write(reg_idx * 4 + offset as usize, data) {
                    eprintln!("{error}");
                }
            }
            Some(_) => (),
            None => {
                let mut bytes = self.registers[reg_idx].to_le_bytes();
                let mask = self.writable[reg_idx].to_le_bytes();

                for (at, byte) in (offset as usize..).zip(data) {
                    bytes[at] = (bytes[at] & !mask[at]) | (byte & mask[at]);
                }
                self.registers[reg_idx] = u32::from_le_bytes(bytes);
            }
        }
    }
}

/// 1. Place: PASID and ATS, because shared virtual addressing in a guest requires both.
fn place(config: &[u8], kind: FunctionKind) -> Result<Placement, Error> {
    let mut quirks = Quirks::new();

    quirks.load()?;
    let matches = quirks.matches(&Device::from_config(config, kind)?)?;

    PlaceRequest::new(config).quirks(&matches).caps(&[Cap::pasid(), Cap::ats()]).place()
}

/// 2. Make the view over the function. The virtual IOMMU supports PASIDs of 16 bits.
fn view(
    config: &[u8],
    placement: &Placement,
    info: &Info,
    iommu: &Arc<VirtualIommu>,
) -> Result<VConfig<Function>, Error> {
    let ats = [0x0f, 0, 1, 0, 0x20, 0, 0, 0]; // Page Aligned Request
    let function = Function { bytes: config.to_vec(), iommu: Arc::clone(iommu) };

    VConfigRequest::new(config, placement)
        .info(info)
        .width(info.usable_width().min(16))
        .registers(&[CapRegisters::none(), CapRegisters::new(&ats)])
        .build_over(function)
}

fn dwords(config: &[u8]) -> Vec<u32> {
    config.chunks_exact(4).map(|dword| u32::from_le_bytes(dword.try_into().unwrap())).collect()
}

/// 3. The guest walks the list of capabilities like its kernel, and enables PASID.
fn boot(device: &mut dyn PciDevice) -> Option<usize> {
    let mut at = 0x100;

    while at != 0 {
        let header = device.read_config_register(at / 4);
        let id = header as u16;

        println!("  {at:#05x} {}", vpasid::ext_cap_name(id).unwrap_or("-"));
        if id == ext_cap::PASID {
            let width = device.read_config_register(at / 4 + 1) >> 8 & 0x1f;

            println!("  enables PASIDs of {width} bits");
            device.write_config_register(at / 4 + 1, 2, &PasidControl::ENABLE.bits().to_le_bytes());
            return Some(at);
        }
        at = (header >> 20 & !3) as usize;
    }
    None
}

/// A function with PCI Express, and with AER at 0x100
fn made_config() -> Vec<u8> {
    let mut config = vec![0; vpasid::CONFIG_SIZE];

    config[..4].copy_from_slice(&[0x36, 0x1b, 0xf0, 0xff]);
    config[0x06] = 0x10;
    config[0x34] = 0x40;
    config[0x40..0x44].copy_from_slice(&[0x10, 0x00, 0x02, 0x00]);
    config[0x100..0x104].copy_from_slice(&[0x01, 0x00, 0x02, 0x00]);
    config
}

fn main() -> Result<(), Error> {
    let config = made_config();
    let iommu = Arc::new(VirtualIommu::default());
    // a real VMM queries the host: Info::query_bound()
    let info = Info::from_registers(0x1406, 0x0001)?;
    let placement = place(&config, FunctionKind::Physical)?;

    println!("all accesses go through the view:");
    let mut passed_on = PassedOn { view: view(&config, &placement, &info, &iommu)? };
    let at = boot(&mut passed_on).expect("the guest finds PASID");
    assert!(*iommu.has_pasids.lock().unwrap());

    // What the guest's kernel also requires: here, a port above that forwards TLP prefixes, and
    // more.
    let mut seen = vec![0; vpasid::CONFIG_SIZE];
    passed_on.view.read(0, &mut seen)?;
    for finding in GuestCheck::new(&seen, GuestFeatures::PASID).findings()? {
        println!("  but {finding}");
    }

    println!("the VMM keeps the registers:");
    let view = view(&config, &placement, &info, &iommu)?;
    let mut kept = Kept {
        registers: dwords(&config),
        writable: vec![0; vpasid::CONFIG_SIZE / 4],
        patches: view.patches(),
        view,
    };
    kept.writable[0x3c / 4] = 0xff; // Interrupt Line
    assert_eq!(boot(&mut kept), Some(at));

    // A guest sees the same in both, dword by dword.
    for reg_idx in 0..vpasid::CONFIG_SIZE / 4 {
        assert_eq!(passed_on.read_config_register(reg_idx), kept.read_config_register(reg_idx));
    }
    kept.write_config_register(0x3c / 4, 0, &[0xff, 0xff]);
    assert_eq!(kept.read_config_register(0x3c / 4), 0xff);

    // 4. Migrate: the target uses the same offsets, or refuses.
    let state = passed_on.view.save();
    kept.view.restore(&state)?;
    println!("a saved state has {} bytes", state.len());
    Ok(())
}
