//! A host and guests that skeletons are tried with, without a kernel.

pub mod arrivals;
pub mod guest;
pub mod host;
