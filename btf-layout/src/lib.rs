//! BTF to an exact, checked memory layout for wasm32.
//!
//! BPF programs and a wasm32 guest share bytes, but not a data model: in BPF a pointer and a `long` have 8 bytes, in
//! wasm32 they have 4. This crate reads BTF and says, for every type, which bytes hold what, in terms that mean the same on
//! wasm32. It knows no ELF and no target language.
//!
//! ```text
//! bytes -> Btf        validated once: every reference, name and size is good from here on
//! Btf   -> Layout     the definitions a set of roots needs, in by-value order, each tiled by its slots
//! ```
//!
//! A backend renders a [`Layout`]; it never computes an offset.

// A new kind of type has to be found by the compiler in every match that has to know it.
#![warn(clippy::wildcard_enum_match_arm)]

mod btf;
mod error;
mod layout;
mod units;

pub use btf::{
    Array, Btf, Composite, Datasec, Endian, Enum, FuncProto, Int, Kind, Member, Place, SectionVar,
};
pub use error::{Error, Problem, TypeError};
pub use layout::{
    BitSlot, BitUnit, Bitfield, Carrier, Def, DefKind, Empty, Field, FlatMember, FlatPlace, Layout,
    Opaque, Pad, Record, Roots, SectionMember, Slot,
};
pub use units::{Bits, Bytes, TypeId};
