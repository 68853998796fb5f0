//! Bytes to [`Btf`]: the types of a section, each verified once.

mod compound;
mod flaws;
mod header;
mod index;
mod kind;
mod measures;
mod parse;
mod scalar;
mod stored;
mod strings;
mod tables;
mod tail;
mod types;
mod verify;
mod wire;

pub use self::compound::{Array, Composite, Datasec, FuncProto, Member, Place, SectionVar};
pub use self::header::Endian;
pub use self::kind::Kind;
pub use self::scalar::{Enum, Int};
pub use self::types::Btf;

pub(crate) use self::kind::BtfKind;
