//! [`Btf`](crate::Btf) and roots to [`Layout`]: which bytes hold what.

mod carrier;
mod display;
mod flatten;
mod ir;
mod plan;
mod roots;
mod run;
mod section;
mod slot;
mod tile;
mod verify;

pub use self::carrier::Carrier;
pub use self::flatten::{FlatMember, FlatPlace};
pub use self::ir::{Def, DefKind, Layout, Record};
pub use self::roots::Roots;
pub use self::section::SectionMember;
pub use self::slot::{BitSlot, BitUnit, Bitfield, Empty, Field, Opaque, Pad, Slot};
