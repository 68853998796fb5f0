//! Programs of a cgroup, of a network namespace, of a map of sockets.

use super::target_path::{open_cgroup, open_netns};
use super::{Attachment, Request, attachment};
use crate::errno::{Errno, Failure};
use libbpf_rs::Link;
use std::os::fd::{AsRawFd, OwnedFd};

impl Request<'_> {
    /// What `open` finds at the target. `-ENOENT` whatever else is there, so that a guest does not learn what it is.
    fn open(
        &self,
        what: &str,
        open: impl FnOnce(&str) -> Option<OwnedFd>,
    ) -> Result<OwnedFd, Failure> {
        if self.target.is_empty() {
            return Err(self.bad_target(&format!("the path of a {what}")));
        }
        open(self.target).ok_or_else(|| {
            let why = format!("cannot open {}: not a {what}", self.target);
            self.failure(Errno::NOENT, &why)
        })
    }

    pub(super) fn cgroup(&self) -> Result<Link, Failure> {
        let cgroup = self.open("cgroup", open_cgroup)?;
        self.result(self.program.attach_cgroup(cgroup.as_raw_fd()))
    }

    pub(super) fn netns(&self) -> Result<Link, Failure> {
        let netns = self.open("network namespace", open_netns)?;
        self.result(self.program.attach_netns(netns.as_raw_fd()))
    }

    pub(super) fn sock_map(&self) -> Result<Attachment, Failure> {
        let map = self.object.find_map(self.target);
        let map = map.ok_or_else(|| self.bad_target("a map of the object"))?;
        attachment::sock_map(self, &map)
    }
}
