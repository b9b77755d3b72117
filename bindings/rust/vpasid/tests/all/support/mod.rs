// SPDX-License-Identifier: MIT
//! What several tests share.
pub mod json;
pub mod vectors;

use std::io;

use vpasid::{AtsControl, Cap, Changes, ConfigSpace, PasidControl, PriControl};
use vpasid::{Info, Placement, VConfig, VConfigRequest};

/// A function with PCI Express, which has Function Level Reset, and with AER at 0x100.
pub fn config() -> Vec<u8> {
    let mut config = vec![0; vpasid::CONFIG_SIZE];

    config[..4].copy_from_slice(&[0x36, 0x1b, 0xf0, 0xff]);
    config[0x06] = 0x10;
    config[0x34] = 0x40;
    config[0x40..0x44].copy_from_slice(&[0x10, 0x00, 0x02, 0x00]);
    config[0x44..0x48].copy_from_slice(&0x1000_0000u32.to_le_bytes());
    config[0x100..0x104].copy_from_slice(&[0x01, 0x00, 0x02, 0x00]);
    config
}

pub fn info() -> Info {
    Info::from_registers(0x1406, 0x0007).unwrap()
}

pub fn place(config: &[u8], caps: &[Cap]) -> Placement {
    vpasid::PlaceRequest::new(config).caps(caps).place().unwrap()
}

/// A call of what is behind a view.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Call {
    Read(u16, usize),
    Write(u16, Vec<u8>),
    Pasid(u16),
    Ats(u16),
    Pri(u16, u32),
    Cap(u16, u16, Vec<u8>),
}

/// A config space that remembers what is written, and keeps a record of its calls.
#[derive(Debug)]
pub struct Device {
    pub bytes: Vec<u8>,
    pub calls: std::sync::Mutex<Vec<Call>>,
    /// An access with this byte in it fails.
    pub fails_at: Option<u16>,
    /// Whether no page request is outstanding.
    pub is_done: bool,
    /// What panics: a call with this offset, or a change.
    pub panics_at: Option<u16>,
    pub panics_on_change: bool,
}

impl Device {
    pub fn new(config: &[u8]) -> Self {
        Self {
            bytes: config.to_vec(),
            calls: Default::default(),
            fails_at: None,
            is_done: true,
            panics_at: None,
            panics_on_change: false,
        }
    }

    pub fn taken(&self) -> Vec<Call> {
        std::mem::take(&mut self.calls.lock().unwrap())
    }

    fn note(&self, call: Call) {
        self.calls.lock().unwrap().push(call);
    }

    fn access(&self, offset: u16, length: usize) -> io::Result<()> {
        let has =
            |at: Option<u16>| at.map_or(false, |at| at >= offset && at - offset < length as u16);

        assert!(!has(self.panics_at), "a panic at {offset:#x}");
        if has(self.fails_at) {
            return Err(io::Error::from_raw_os_error(5));
        }
        Ok(())
    }

    fn changed(&self, call: Call) {
        self.note(call);
        assert!(!self.panics_on_change, "a panic on a change");
    }
}

impl Changes for Device {
    fn pasid_changed(&mut self, control: PasidControl) {
        self.changed(Call::Pasid(control.bits()));
    }

    fn ats_changed(&mut self, control: AtsControl) {
        self.changed(Call::Ats(control.bits()));
    }

    fn pri_changed(&mut self, control: PriControl, allocation: u32) -> bool {
        self.changed(Call::Pri(control.bits(), allocation));
        self.is_done
    }

    fn cap_changed(&mut self, cap: &Cap, registers: &[u8]) {
        self.changed(Call::Cap(cap.id(), cap.offset().unwrap(), registers.to_vec()));
    }
}

impl ConfigSpace for Device {
    fn read(&self, offset: u16, data: &mut [u8]) -> io::Result<()> {
        let at = usize::from(offset);

        self.note(Call::Read(offset, data.len()));
        self.access(offset, data.len())?;
        data.copy_from_slice(&self.bytes[at..at + data.len()]);
        Ok(())
    }

    fn write(&mut self, offset: u16, data: &[u8]) -> io::Result<()> {
        let at = usize::from(offset);

        self.note(Call::Write(offset, data.to_vec()));
        self.access(offset, data.len())?;
        self.bytes[at..at + data.len()].copy_from_slice(data);
        Ok(())
    }
}

/// A view over a device, with PASID.
pub fn view(config: &[u8], placement: &Placement) -> VConfig<Device> {
    VConfigRequest::new(config, placement).info(&info()).build_over(Device::new(config)).unwrap()
}
