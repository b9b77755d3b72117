// SPDX-License-Identifier: MIT
//! Who may have a view, and read it at a time.

use std::thread;

use crate::support::{config, place, view, Device};
use vpasid::{Changes, Quirks, VConfig};

fn is_send<T: Send>() {}
fn is_sync<T: Sync>() {}

#[test]
fn it_is_as_sendable_as_what_is_behind_it() {
    is_send::<VConfig<Device>>();
    is_sync::<VConfig<Device>>();
    is_send::<Quirks>();
    is_sync::<Quirks>();
}

#[test]
fn several_threads_read_one_view() {
    let config = config();
    let view = view(&config, &place(&config, &[]));
    let reader = || {
        for _ in 0..1000 {
            let mut data = [0; 12];

            view.read(0xff4, &mut data).unwrap();
            assert_eq!(data[4..8], [0x1b, 0, 1, 0]);
        }
    };

    thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(reader);
        }
    });
    assert_eq!(view.behind().taken().len(), 4000);
}

#[test]
fn a_view_goes_to_another_thread_and_is_freed_there() {
    struct Dropped<'a>(&'a std::sync::atomic::AtomicBool);

    impl Changes for Dropped<'_> {}
    impl Drop for Dropped<'_> {
        fn drop(&mut self) {
            self.0.store(true, std::sync::atomic::Ordering::SeqCst);
        }
    }

    let config = config();
    let placement = place(&config, &[]);
    let is_dropped = std::sync::atomic::AtomicBool::new(false);
    let view = vpasid::VConfigRequest::new(&config, &placement)
        .info(&crate::support::info())
        .build(Dropped(&is_dropped))
        .unwrap();

    thread::scope(|scope| {
        scope.spawn(move || drop(view));
    });
    assert!(is_dropped.into_inner());
}
