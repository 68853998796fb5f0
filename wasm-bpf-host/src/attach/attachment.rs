//! What keeps a program attached.

use super::leftover::Leftover;
use std::fmt::Debug;
use std::os::fd::OwnedFd;

/// A program that was attached.
#[derive(Debug)]
pub(crate) struct Attachment {
    /// As long as this lives, the program is attached: links, sockets, filters.
    pub(crate) held: Held,
    /// What can be read of it: an iterator's link.
    pub(crate) output: Option<OwnedFd>,
    pub(crate) leftover: Option<Leftover>,
}

/// Dropping it detaches.
pub(crate) type Held = Box<dyn Debug + Send>;

impl Attachment {
    /// One that ends when `held` is dropped, or with the process.
    pub(super) fn new(held: impl Debug + Send + 'static) -> Self {
        Attachment {
            held: Box::new(held),
            output: None,
            leftover: None,
        }
    }
}
