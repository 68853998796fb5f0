//! Profiles: which programs, helpers and maps a guest may use, decided by reading its instructions before anything is loaded.
//!
//! ```text
//! image = image::verify(bytes)?; profile.check_image(&image)?;      before libbpf opens it
//! profile.check_program(name, prog_type)?                           for each program that libbpf has opened, before load
//! ```

mod error;

pub use error::{ProfileError, Refusal};

use crate::image::VerifiedImage;
use std::path::Path;

/// What the BPF programs of a guest may be and do.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Profile {}

impl Profile {
    /// Anything that the kernel takes: the guest is trusted as root is. The default.
    pub fn trusted() -> Self {
        Profile {}
    }

    /// Programs that see packets, and nothing else of the machine.
    pub fn confined() -> Self {
        Profile {}
    }

    /// Reads a profile from text; `name` is what errors call it.
    ///
    /// # Errors
    /// [`ProfileError`] with the line.
    pub fn parse(name: &str, text: &str) -> Result<Self, ProfileError> {
        let _ = (name, text);
        todo!()
    }

    /// `trusted`, `confined`, or the path of a profile's file.
    ///
    /// # Errors
    /// [`ProfileError`] if there is no such file, or with the line that is wrong.
    pub fn named(name_or_path: &Path) -> Result<Self, ProfileError> {
        let _ = name_or_path;
        todo!()
    }

    /// Checks everything that an image says about itself: sections of programs, every instruction, externs, relocations, maps.
    ///
    /// # Errors
    /// [`Refusal`] names the program, map or extern, and what of it is not allowed.
    pub fn check_image(&self, image: &VerifiedImage<'_>) -> Result<(), Refusal> {
        let _ = image;
        todo!()
    }

    /// Checks a program that libbpf has opened and will load: `prog_type` and `attach_type` are `BPF_PROG_TYPE_*` and
    /// `BPF_*` attach types, as libbpf decided.
    ///
    /// # Errors
    /// [`Refusal`] names the program.
    pub fn check_program(&self, name: &str, prog_type: u32) -> Result<(), Refusal> {
        let _ = (name, prog_type);
        todo!()
    }
}
