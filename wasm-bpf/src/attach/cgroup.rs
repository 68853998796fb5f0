//! Programs of a cgroup, of a network namespace, of a map of sockets.

use super::{Attachment, Request, attachment};
use crate::errno::{Errno, Failure};
use libbpf_rs::Link;
use std::fs::{File, OpenOptions};
use std::os::fd::AsRawFd;
use std::os::unix::fs::OpenOptionsExt;

impl Request<'_> {
    fn open(&self, expected: &str) -> Result<File, Failure> {
        if self.target.is_empty() {
            return Err(self.bad_target(expected));
        }
        // What blocks when it is opened, such as a FIFO, must not block the host.
        let mut options = OpenOptions::new();
        let opened = options
            .read(true)
            .custom_flags(libc::O_NONBLOCK)
            .open(self.target);
        opened.map_err(|error| {
            let why = format!("cannot open {}: {error}", self.target);
            self.failure(Errno::of_io(&error), &why)
        })
    }

    pub(super) fn cgroup(&self) -> Result<Link, Failure> {
        let cgroup = self.open("the path of a cgroup")?;
        self.result(self.program.attach_cgroup(cgroup.as_raw_fd()))
    }

    pub(super) fn netns(&self) -> Result<Link, Failure> {
        let netns = self.open("the path of a network namespace")?;
        self.result(self.program.attach_netns(netns.as_raw_fd()))
    }

    pub(super) fn sock_map(&self) -> Result<Attachment, Failure> {
        let map = self.object.find_map(self.target);
        let map = map.ok_or_else(|| self.bad_target("a map of the object"))?;
        attachment::sock_map(self, &map)
    }
}
