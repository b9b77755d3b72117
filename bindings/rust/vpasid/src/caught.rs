// SPDX-License-Identifier: MIT
//! Panics of callbacks: caught before they reach C, and resumed behind it.

use std::any::Any;
use std::cell::RefCell;
use std::panic::{catch_unwind, resume_unwind, AssertUnwindSafe};

thread_local! {
    /// The panic of a callback of the innermost call to the library on this thread.
    static CAUGHT: RefCell<Option<Box<dyn Any + Send>>> = RefCell::new(None);
}

/// Runs what C has called. After a panic nothing else of the same call to the library is run, as
/// the panic may have left things half done. What it panicked with goes on in `resume()`.
pub(crate) fn catch<R>(instead: R, call: impl FnOnce() -> R) -> R {
    if CAUGHT.try_with(|caught| caught.borrow().is_some()).unwrap_or(false) {
        return instead;
    }
    catch_unwind(AssertUnwindSafe(call)).unwrap_or_else(|panic| {
        // A thread at its very end can't keep it for later.
        if CAUGHT.try_with(|caught| *caught.borrow_mut() = Some(panic)).is_err() {
            std::process::abort();
        }
        instead
    })
}

/// To be called behind each call to the library that has callbacks.
pub(crate) fn resume() {
    let caught = CAUGHT.try_with(|caught| caught.borrow_mut().take());

    if let Ok(Some(panic)) = caught {
        resume_unwind(panic);
    }
}
