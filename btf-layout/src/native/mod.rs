//! Records and their order as C for 64-bit targets: x86-64, arm64, BPF.
//!
//! ```text
//! Btf + Roots -> NativePlan            the declarations, each behind those it needs
//! NativePlan  -> NativeRecord          packed or not; members and the padding C text has to state
//! ```
//!
//! Offsets are the BTF's own here, unlike in a [`crate::Layout`]: the compiler that reads the text lays out again, by rules that are
//! known, and the plan says what it must read to arrive where the BTF is.

mod compiler;
mod form;
mod kfuncs;
mod late_arm;
mod order;
mod plan;
mod refs;
mod sort;
mod survey;

pub use form::{NativeItem, NativeRecord};
pub use kfuncs::Kfunc;
pub use plan::{NativePlan, NativeStep};
