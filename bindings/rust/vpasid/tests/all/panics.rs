// SPDX-License-Identifier: MIT
//! A panic of what is behind a view goes around the C library, and comes out behind it.

use std::panic::{catch_unwind, AssertUnwindSafe};

use crate::support::{config, place, view, Call};
use vpasid::PasidControl;

/// What it panics with
fn message<R>(call: impl FnOnce() -> R) -> String {
    let panic = catch_unwind(AssertUnwindSafe(call)).map(drop).unwrap_err();

    panic.downcast_ref::<String>().cloned().unwrap_or_else(|| {
        panic.downcast_ref::<&str>().expect("a panic with a message").to_string()
    })
}

#[test]
fn a_read_that_panics() {
    let config = config();
    let mut view = view(&config, &place(&config, &[]));

    view.behind_mut().panics_at = Some(0x10);
    assert_eq!(message(|| view.read(0x10, &mut [0; 4])), "a panic at 0x10");
    assert_eq!(message(|| view.read(0x0f, &mut [0; 2])), "a panic at 0xf");

    // The view is as it was, and serves others.
    let mut data = [0; 4];
    view.read(0, &mut data).unwrap();
    assert_eq!(data, [0x36, 0x1b, 0xf0, 0xff]);
}

#[test]
fn a_write_that_panics() {
    let config = config();
    let mut view = view(&config, &place(&config, &[]));

    view.behind_mut().panics_at = Some(0xff4);
    // The part behind the one that panics isn't written.
    assert_eq!(
        message(|| view.write(0xff4, &[0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0])),
        "a panic at 0xff4"
    );
    assert_eq!(view.control(), PasidControl::NONE);
    assert_eq!(view.behind().taken(), [Call::Write(0xff4, vec![0; 4])]);
    view.write(0xffe, &[1, 0]).unwrap();
    assert_eq!(view.control(), PasidControl::ENABLE);
}

#[test]
fn a_change_that_panics_is_the_last_call_for_this_access() {
    let config = config();
    let placement = place(&config, &[vpasid::Cap::pasid(), vpasid::Cap::ats()]);
    let ats = [0x0f, 0, 1, 0, 0x20, 0, 0, 0];
    let registers = [vpasid::CapRegisters::none(), vpasid::CapRegisters::new(&ats)];
    let mut view = vpasid::VConfigRequest::new(&config, &placement)
        .info(&crate::support::info())
        .registers(&registers)
        .build_over(crate::support::Device::new(&config))
        .unwrap();

    view.write(0xffe, &[1, 0]).unwrap();
    view.write(0xff6, &[0, 0x80]).unwrap();
    assert_eq!(view.behind().taken(), [Call::Pasid(1), Call::Ats(0x8000)]);

    // A reset changes both; the library does its work to the end, without a second call.
    view.behind_mut().panics_on_change = true;
    assert_eq!(message(|| view.reset()), "a panic on a change");
    assert_eq!(view.behind().taken(), [Call::Pasid(0)]);
    assert_eq!(view.control(), PasidControl::NONE);

    view.behind_mut().panics_on_change = false;
    view.reset();
    assert_eq!(view.behind().taken(), []);
}

#[test]
fn a_restored_state_that_panics() {
    let config = config();
    let placement = place(&config, &[]);
    let mut source = view(&config, &placement);
    let mut target = view(&config, &placement);

    source.write(0xffe, &[1, 0]).unwrap();
    target.behind_mut().panics_on_change = true;
    assert_eq!(message(|| target.restore(&source.save())), "a panic on a change");
    assert_eq!(target.control(), PasidControl::ENABLE);
}

#[test]
fn a_search_that_panics() {
    let search = || vpasid::ext_cap_find(0x1b, |offset| panic!("a panic at {offset:#x}"));

    assert_eq!(message(search), "a panic at 0x100");
    assert_eq!(vpasid::ext_cap_find(0x1b, |_| Ok(Some(0))), Ok(None));
}

/// A device whose reads go to another view: the panic of the inner one goes through both.
#[test]
fn a_panic_goes_through_nested_views() {
    struct Outer(vpasid::VConfig<crate::support::Device>);

    impl vpasid::Changes for Outer {}
    impl vpasid::ConfigSpace for Outer {
        fn read(&self, offset: u16, data: &mut [u8]) -> std::io::Result<()> {
            self.0.read(usize::from(offset), data).map_err(Into::into)
        }

        fn write(&mut self, offset: u16, data: &[u8]) -> std::io::Result<()> {
            self.0.write(usize::from(offset), data).map_err(Into::into)
        }
    }

    let config = config();
    let placement = place(&config, &[]);
    let mut inner = view(&config, &placement);
    inner.behind_mut().panics_at = Some(0x20);
    let outer = vpasid::VConfigRequest::new(&config, &placement)
        .info(&crate::support::info())
        .build_over(Outer(inner))
        .unwrap();

    assert_eq!(message(|| outer.read(0x20, &mut [0; 4])), "a panic at 0x20");
    outer.read(0x30, &mut [0; 4]).unwrap();
}
