//! What all backends need, decided once. Nothing here is in a target language.

mod forwards;
mod number;
mod skeleton;

pub(crate) use forwards::forwards;
pub(crate) use number::{Integer, Number, is_char};
pub(crate) use skeleton::Storage;
pub use skeleton::{Skeleton, SkeletonError, SkeletonSection, SkeletonTypes};
