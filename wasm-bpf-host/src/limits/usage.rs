//! What a guest's objects take of its limits.

use super::bounds::Limits;
use super::claim::Claim;
use crate::errno::{Errno, Failure};
use serde::{Deserialize, Serialize};
use std::fmt::Display;

/// What one object takes, or all that are loaded.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Usage {
    /// Bytes that the images claim to have.
    pub(crate) image_bytes: u64,
    /// Programs, functions that they call included.
    pub(crate) programs: usize,
    /// Maps, those of sections and prototypes of inner maps included.
    pub(crate) maps: usize,
    /// Bytes of the kernel's memory that the maps may take.
    pub(crate) map_bytes: u64,
}

impl Usage {
    /// Both together.
    #[must_use]
    pub(crate) fn with(self, other: Usage) -> Self {
        Usage {
            image_bytes: self.image_bytes.saturating_add(other.image_bytes),
            programs: self.programs.saturating_add(other.programs),
            maps: self.maps.saturating_add(other.maps),
            map_bytes: self.map_bytes.saturating_add(other.map_bytes),
        }
    }

    /// Counts an image, before anything is made of it. What is `loaded` counts, too.
    ///
    /// # Errors
    /// `-EPERM` if it is too large, `-EINVAL` if its section headers cannot be read.
    pub(crate) fn of_image(image: &[u8], limits: &Limits, loaded: Usage) -> Result<Self, Failure> {
        let unread = |error: object::Error| {
            let message = format!("cannot open the BPF object: {error}");
            Failure::new(Errno::INVAL, message)
        };
        let claim = Claim::of(image).map_err(unread)?;
        let bytes = claim.bytes();
        if loaded.image_bytes.saturating_add(bytes) > limits.image_bytes {
            return Err(denied(
                format!("the BPF object's sections have {bytes} bytes"),
                limits.image_bytes,
                "bytes of all objects' sections",
            ));
        }
        let programs = claim.functions().map_err(unread)?;
        if loaded.programs.saturating_add(programs) > limits.programs {
            return Err(denied(
                format!("the BPF object has {programs} functions"),
                limits.programs,
                "programs of all objects",
            ));
        }
        Ok(Usage {
            image_bytes: bytes,
            programs,
            ..Usage::default()
        })
    }
}

/// What the host does not allow.
pub(super) fn denied(what: impl Display, limit: impl Display, of: &str) -> Failure {
    let message = format!("{what}: the host allows no more than {limit} {of}");
    Failure::new(Errno::PERM, message)
}
