//! What each hook has to say: which programs it is for, and how they are attached.

use super::attachment::Attachment;
use super::request::Request;
use crate::errno::Failure;
use libbpf_rs::ProgramType;

/// A way to attach programs.
pub(super) struct Hook {
    /// Whether programs of this type and section are attached this way. Of the section, what is before its first `/` or `.`.
    pub(super) takes: fn(ProgramType, &str) -> bool,
    pub(super) attach: fn(&Request<'_>) -> Result<Attachment, Failure>,
}
