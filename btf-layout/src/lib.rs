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

mod btf;
mod carrier;
mod check;
mod enums;
mod error;
mod extent;
mod flat;
mod flaws;
mod header;
mod kind;
mod layout;
mod names;
mod native;
mod parts;
mod plan;
mod record;
mod records;
mod roots;
mod section;
mod slot;
mod spelling;
mod stored;
mod text;
mod tile;
mod units;
mod validate;

pub use btf::Btf;
pub use carrier::Carrier;
pub use enums::Enum;
pub use error::{Error, Problem, TypeError};
pub use flat::{FlatMember, FlatPlace};
pub use header::Endian;
pub use kind::{Array, Composite, Datasec, FuncProto, Int, Kind, Member, Place, SectionVar};
pub use layout::{Def, DefKind, Layout, Record};
pub use native::{Kfunc, NativeItem, NativePlan, NativeRecord, NativeStep};
pub use roots::Roots;
pub use section::SectionMember;
pub use slot::{BitSlot, BitUnit, Bitfield, Empty, Field, Opaque, Pad, Slot};
pub use units::{Bits, Bytes, TypeId};
