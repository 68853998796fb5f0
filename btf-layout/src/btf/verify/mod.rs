//! The rules a BTF section has to keep, beyond types that lie inside it: names, references, sizes, places of members, nesting.
//!
//! What an entry must have to be a type is what libbpf asks for: names and references that exist. What a type must have so that a
//! layout can be made of it follows the kernel's verifier, and is laxer where real compilers are (member order, for one).

mod expansion;
mod nesting;
mod references;

pub(super) use self::expansion::expansions;
pub(super) use self::nesting::extents;
pub(super) use self::references::{references, units};
