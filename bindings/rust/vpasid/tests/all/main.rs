// SPDX-License-Identifier: MIT
//! One program, as each takes long to link.

mod panics;
mod place;
mod support;
mod threads;
mod vectors;
mod view;
