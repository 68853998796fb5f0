//! Maps: what all of them have, and one type for each way to reach their elements.

mod array;
mod call;
mod cpus;
mod flags;
mod hash;
mod keys;
mod per_cpu;
mod queue;
mod raw;
mod struct_ops;

pub use array::Array;
pub(crate) use call::{Call, host_operate};
pub use flags::MapFlags;
pub use hash::HashMap;
pub use keys::{Entries, Keys};
pub use per_cpu::{PerCpuArray, PerCpuHashMap};
pub use queue::Queue;
pub use raw::{Map, OpenMap};
pub use struct_ops::StructOps;
