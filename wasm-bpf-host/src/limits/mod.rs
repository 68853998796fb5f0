//! What a host allows a guest.

mod bounds;
mod check;
mod claim;
mod map_memory;
mod program_types;
mod usage;

pub use bounds::Limits;
pub(crate) use check::check_open;
pub use program_types::program_type_names;
pub(crate) use usage::Usage;
