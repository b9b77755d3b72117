// SPDX-License-Identifier: MIT
//! The view, and what is behind it.

use crate::support::{config, info, place, view, Call, Device};
use vpasid::{
    ext_cap, Cap, CapRegisters, ErrorKind, Info, PasidControl, Permissions, PriStatus, SavedState,
    VConfig, VConfigRequest,
};

/// PASID at 0xff8, DVSEC below it, and what they are made of
fn with_dvsec(config: &[u8]) -> VConfig<Device> {
    let placement = place(config, &[Cap::pasid(), Cap::new(0x0023, 12)]);
    let bytes = [0x23, 0, 0, 0, 0x36, 0x1b, 0xc0, 0, 0, 0, 0x55, 0xaa];
    let mut writable = [0; 12];

    writable[10] = 0x0f;
    VConfigRequest::new(config, &placement)
        .info(&info())
        .registers(&[CapRegisters::none(), CapRegisters::new(&bytes).writable(&writable)])
        .build_over(Device::new(config))
        .unwrap()
}

fn pri(config: &[u8]) -> VConfig<Device> {
    let placement = place(config, &[Cap::pri()]);
    let mut bytes = [0; 16];

    bytes[0] = 0x13;
    bytes[8] = 32;
    VConfigRequest::new(config, &placement)
        .registers(&[CapRegisters::new(&bytes)])
        .build_over(Device::new(config))
        .unwrap()
}

#[test]
fn an_access_is_split_where_the_view_meets_the_device() {
    let config = config();
    let mut view = view(&config, &place(&config, &[]));
    let mut data = [0xee; 12];

    view.read(0xff4, &mut data).unwrap();
    assert_eq!(data, [0, 0, 0, 0, 0x1b, 0, 1, 0, 0x06, 0x14, 0, 0]);
    assert_eq!(view.behind().taken(), [Call::Read(0xff4, 4)]);

    view.write(0xff6, &[1, 2, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x07, 0x00]).unwrap();
    assert_eq!(view.behind().taken(), [Call::Write(0xff6, vec![1, 2]), Call::Pasid(7)]);
    assert_eq!(view.control(), PasidControl::ENABLE | PasidControl::EXEC | PasidControl::PRIV);
    assert_eq!(view.behind_mut().bytes[0xff6..0xff8], [1, 2]);
}

#[test]
fn an_error_of_the_device_is_that_of_the_access() {
    let config = config();
    let mut view = view(&config, &place(&config, &[]));
    let mut data = [0; 4];

    view.behind_mut().fails_at = Some(0x12);
    assert_eq!(view.read(0x10, &mut data).unwrap_err().errno(), 5);
    assert_eq!(data, [0xff; 4]);
    assert_eq!(view.write(0x10, &[0; 4]).unwrap_err().kind(), ErrorKind::Gone);
    assert_eq!(view.read(0xffe, &mut data).unwrap_err().kind(), ErrorKind::Invalid);
}

#[test]
fn a_reset_of_the_function_is_one_of_the_view() {
    let config = config();
    let mut view = view(&config, &place(&config, &[]));

    view.write(0xffe, &[1, 0]).unwrap();
    view.write(0x48, &[0, 0x80]).unwrap();
    assert_eq!(view.control(), PasidControl::NONE);
    assert_eq!(
        view.behind().taken(),
        [Call::Pasid(1), Call::Write(0x48, vec![0, 0x80]), Call::Pasid(0)]
    );
}

#[test]
fn a_capability_of_the_vmms_bytes_tells_its_registers() {
    let config = config();
    let mut view = with_dvsec(&config);
    let at = view.offset(0x0023).unwrap();
    let mut registers = [0x23, 0, 1, 0, 0x36, 0x1b, 0xc0, 0, 0, 0, 0x55, 0xaa];

    view.write(usize::from(at) + 8, &[0xff; 4]).unwrap();
    registers[10] = 0x5f;
    registers[3] = view.behind().taken().pop().map_or(0, |call| match call {
        Call::Cap(0x0023, offset, seen) if offset == at => {
            assert_eq!(seen[4..], registers[4..]);
            seen[3]
        }
        other => panic!("{other:?}"),
    });
    let mut read = [0; 12];
    view.read(usize::from(at), &mut read).unwrap();
    assert_eq!(read[..2], [0x23, 0]);
    assert_eq!(read[3..], registers[3..]);
}

#[test]
fn page_requests_are_outstanding_as_long_as_the_device_says() {
    let config = config();
    let mut view = pri(&config);
    let at = usize::from(view.offset(ext_cap::PRI).unwrap());
    let mut status = [0; 2];
    let mut stopped = |view: &VConfig<Device>| {
        view.read(at + 6, &mut status).unwrap();
        PriStatus::from_bits(u16::from_le_bytes(status)).contains(PriStatus::STOPPED)
    };

    assert!(stopped(&view));
    view.write(at + 12, &[8, 0, 0, 0]).unwrap();
    view.write(at + 4, &[1, 0]).unwrap();
    assert!(!stopped(&view));
    assert_eq!(view.behind().taken(), [Call::Pri(0, 8), Call::Pri(1, 8)]);

    view.behind_mut().is_done = false;
    view.write(at + 4, &[0, 0]).unwrap();
    assert!(!stopped(&view));
    view.set_pri_status(PriStatus::STOPPED).unwrap();
    assert!(stopped(&view));
    assert!(view.set_pri_status(PriStatus::PASID_REQUIRED).is_err());
}

#[test]
fn patches_make_of_the_functions_dwords_what_the_guest_reads() {
    let config = config();
    let view = with_dvsec(&config);
    let dword = |bytes: &[u8]| u32::from_le_bytes(bytes.try_into().unwrap());
    let patches = view.patches();

    for offset in (0..vpasid::CONFIG_SIZE).step_by(4) {
        let mut read = [0; 4];
        let own = dword(&config[offset..offset + 4]);
        let patch = patches.iter().find(|patch| usize::from(patch.offset) == offset);

        view.read(offset, &mut read).unwrap();
        assert_eq!(dword(&read), patch.map_or(own, |patch| patch.apply(own)), "{offset:#x}");
    }
    assert_eq!(patches.iter().filter(|patch| patch.is_register()).count(), 2);
}

#[test]
fn what_isnt_whole_is_refused() {
    let config = config();
    let placement = place(&config, &[Cap::new(0x0023, 12)]);
    let (short, whole) = ([0x23, 0, 1, 0], [0x23, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0]);
    let make = |registers| {
        VConfigRequest::new(&config, &placement).registers(&[registers]).build(()).map(drop)
    };

    assert!(make(CapRegisters::new(&whole)).is_ok());
    for registers in [
        CapRegisters::new(&short),
        CapRegisters::new(&whole).writable(&short),
        CapRegisters::none(),
    ] {
        assert_eq!(make(registers).unwrap_err().kind(), ErrorKind::Invalid);
    }
    assert!(VConfigRequest::new(&config[..256], &placement).build(()).is_err());
    assert!(VConfigRequest::new(&config, &place(&config, &[])).build(()).is_err());
    assert!(VConfigRequest::new(&config, &place(&config, &[]))
        .info(&Info::new(0, Permissions::NONE))
        .build(())
        .is_err());
}

#[test]
fn a_state_goes_to_the_view_that_it_is_of() {
    let config = config();
    let mut source = view(&config, &place(&config, &[]));

    source.write(0xffe, &[5, 0]).unwrap();
    let state = source.save();
    let saved = SavedState::peek(&state).unwrap();
    assert_eq!((saved.version(), saved.width()), ((2, 0), 20));
    assert_eq!(saved.permissions(), Permissions::EXEC | Permissions::PRIV);

    let mut target = view(&config, saved.placement());
    target.restore(&state).unwrap();
    assert_eq!(target.control().bits(), 5);
    assert_eq!(target.behind().taken(), [Call::Pasid(5)]);
    assert_eq!(target.why_stale(&state), None);
}

#[test]
fn a_state_that_isnt_restored_is_explained() {
    let config = config();
    let state = view(&config, &place(&config, &[])).save();
    let mut other = view(&config, &place(&config, &[Cap::pasid().at(0xe00)]));
    let error = other.restore(&state).unwrap_err();

    assert_eq!(error.kind(), ErrorKind::Stale);
    assert_eq!(
        error.to_string(),
        "the saved state can't be restored: the guest has PASID at 0xff8, but on this host it would \
         be at 0xe00"
    );
    assert_eq!(other.restore(&state[1..]).unwrap_err().kind(), ErrorKind::Malformed);

    let error = SavedState::peek(b"nothing").unwrap_err();
    assert_eq!((error.kind(), error.why()), (ErrorKind::Malformed, "this isn't a saved state"));
}

#[test]
fn a_view_without_a_device_has_the_snapshot() {
    let mut config = config();
    let placement = place(&config, &[]);
    let mut view =
        VConfigRequest::new(&config, &placement).info(&info()).masked(&[1]).build(()).unwrap();
    let mut data = [0; 4];

    config[0] = 0;
    view.write(0, &[0xaa]).unwrap();
    view.read(0, &mut data).unwrap();
    assert_eq!(data, [0x36, 0x1b, 0xf0, 0xff]);
    // AER is masked: a header with ID 0 points to PASID
    view.read(0x100, &mut data).unwrap();
    assert_eq!(data[..2], [0, 0]);
}
