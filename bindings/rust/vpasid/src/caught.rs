// SPDX-License-Identifier: MIT
//! Panics of callbacks: caught before they reach C, and resumed after the call returns.

use std::any::Any;
use std::cell::RefCell;
use std::panic::{catch_unwind, resume_unwind, AssertUnwindSafe};

thread_local! {
    /// The panic of a callback of the innermost call to the library on this thread.
    static CAUGHT: RefCell<Option<Box<dyn Any + Send>>> = RefCell::new(None);
}

/// Runs a callback that C has called. After a panic, no further callbacks of the same call to the
/// library run, because the panic may have left an inconsistent state. `resume()` continues the
/// panic.
pub(crate) fn catch<R>(instead: R, call: impl FnOnce() -> R) -> R {
    if CAUGHT.try_with(|caught| caught.borrow().is_some()).unwrap_or(false) {
        return instead;
    }
    catch_unwind(AssertUnwindSafe(call)).unwrap_or_else(|panic| {
        // A thread that is about to end can't store it.
        if CAUGHT.try_with(|caught| *caught.borrow_mut() = Some(panic)).is_err() {
            std::process::abort();
        }
        instead
    })
}

/// Call this after each call to the library that has callbacks.
pub(crate) fn resume() {
    let caught = CAUGHT.try_with(|caught| caught.borrow_mut().take());

    if let Ok(Some(panic)) = caught {
        resume_unwind(panic);
    }
}
