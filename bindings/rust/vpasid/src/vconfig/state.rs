// SPDX-License-Identifier: MIT
//! The content of a saved state, before a view exists.

use std::mem::size_of;
use std::ptr;

use libvpasid_sys as sys;

use crate::errno;
use crate::error::{Error, Operation};
use crate::info::Permissions;
use crate::place::Placement;
use crate::text;

const PEEK: Operation = Operation {
    what: "the saved state can't be read",
    reasons: &[(errno::EPROTO, "it isn't one, is of a later version, or is damaged")],
};

/// The content of a saved state, from which the target of a migration makes its view: see
/// [`VConfig::restore()`](crate::VConfig::restore).
#[derive(Debug, Clone, Copy)]
pub struct SavedState {
    version: (u16, u16),
    width: u8,
    permissions: Permissions,
    placement: Placement,
}

impl SavedState {
    /// Reads the bytes that [`VConfig::save()`](crate::VConfig::save) has made. Nothing in them is
    /// trusted.
    pub fn peek(state: &[u8]) -> Result<Self, Error> {
        let mut peeked = sys::vpasid_vconfig_state {
            argsz: size_of::<sys::vpasid_vconfig_state>() as u32,
            version: 0,
            minor: 0,
            width: 0,
            permissions: 0,
            reserved: [0; 6],
            placement: Placement::zeroed(),
        };

        // SAFETY: the state has as many bytes as it is said to have, and there is room.
        let result = unsafe {
            sys::vpasid_vconfig_state_peek(state.as_ptr().cast(), state.len(), &mut peeked)
        };

        PEEK.check(result).map_err(|error| error.explained(why_refused(state)))?;
        Ok(Self {
            version: (peeked.version, peeked.minor),
            width: peeked.width,
            permissions: Permissions::from_bits(u16::from(peeked.permissions)),
            placement: Placement::from_raw(peeked.placement),
        })
    }

    /// The format's major and minor version.
    pub fn version(&self) -> (u16, u16) {
        self.version
    }

    /// Max PASID Width, in bits; 0 without PASID.
    pub fn width(&self) -> u8 {
        self.width
    }

    /// The permissions that the guest got.
    pub fn permissions(&self) -> Permissions {
        self.permissions
    }

    /// The offsets of the guest's capabilities. The reasons for them are unknown.
    pub fn placement(&self) -> &Placement {
        &self.placement
    }
}

/// What is wrong with a state, independent of a view.
fn why_refused(state: &[u8]) -> String {
    // SAFETY: state and buffer have as many bytes as they are said to have; no view is needed.
    text::described(|buffer, size| unsafe {
        sys::vpasid_vconfig_why_stale(ptr::null(), state.as_ptr().cast(), state.len(), buffer, size)
    })
}
