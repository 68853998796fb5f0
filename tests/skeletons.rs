//! Skeletons: they compile wherever they are included, and what a guest does with one arrives at the host.

#[path = "skeletons/compile.rs"]
mod compile;
#[path = "skeletons/headers.rs"]
mod headers;
#[path = "support/objects.rs"]
mod objects;
mod support;
