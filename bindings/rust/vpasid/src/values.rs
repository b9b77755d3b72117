// SPDX-License-Identifier: MIT
//! The library's numbers: codes as enums, bits as separate types.

/// An enum of the library's codes; a code of a later library is `Other`.
macro_rules! codes {
    (
        $(#[$about:meta])*
        pub enum $name:ident: $raw:ty {
            $($(#[$doc:meta])* $variant:ident = $value:path,)*
        }
    ) => {
        $(#[$about])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        #[non_exhaustive]
        pub enum $name {
            $($(#[$doc])* $variant,)*
            /// A number that is unknown to this version of the crate.
            Other($raw),
        }

        impl $name {
            /// From the library's number.
            pub fn from_raw(raw: $raw) -> Self {
                match raw {
                    $($value => Self::$variant,)*
                    _ => Self::Other(raw),
                }
            }

            /// The library's number.
            pub fn raw(self) -> $raw {
                match self {
                    $(Self::$variant => $value,)*
                    Self::Other(raw) => raw,
                }
            }
        }
    };
}

/// Bits of a register or a set of flags.
macro_rules! bits {
    (
        $(#[$about:meta])*
        pub struct $name:ident: $raw:ty {
            $($(#[$doc:meta])* $bit:ident = $value:path,)*
        }
    ) => {
        $(#[$about])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
        pub struct $name($raw);

        impl $name {
            $($(#[$doc])* pub const $bit: Self = Self($value as $raw);)*

            /// All bits clear.
            pub const NONE: Self = Self(0);

            /// From a number with any bits.
            pub const fn from_bits(bits: $raw) -> Self {
                Self(bits)
            }

            /// The bits as a number.
            pub const fn bits(self) -> $raw {
                self.0
            }

            /// Whether all bits of `others` are set.
            pub const fn contains(self, others: Self) -> bool {
                self.0 & others.0 == others.0
            }
        }

        impl std::ops::BitOr for $name {
            type Output = Self;

            fn bitor(self, others: Self) -> Self {
                Self(self.0 | others.0)
            }
        }
    };
}
