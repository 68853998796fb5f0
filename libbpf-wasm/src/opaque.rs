//! What pointers may point to without a definition.

/// What a `void *` points to.
#[derive(Clone, Copy, Debug)]
pub enum Void {}

/// A function of the kernel or of a BPF program.
#[derive(Clone, Copy, Debug)]
pub enum Func {}
