//! Network interfaces, and XDP.

use super::Request;
use crate::errno::{Errno, Failure};
use libbpf_rs::Link;
use rustix::net::{AddressFamily, SocketFlags, SocketType, netdevice, socket_with};

impl Request<'_> {
    /// The number of an interface of the host's network namespace.
    pub(super) fn interface(&self, name: &str) -> Result<i32, Failure> {
        if name.is_empty() {
            return Err(self.bad_target("a network interface"));
        }
        let failed = |error: rustix::io::Errno| {
            let why = format!("no network interface {name}: {error}");
            self.failure(error.into(), &why)
        };
        let socket = socket_with(
            AddressFamily::INET,
            SocketType::DGRAM,
            SocketFlags::CLOEXEC,
            None,
        )
        .map_err(failed)?;
        let index = netdevice::name_to_index(&socket, name).map_err(failed)?;
        i32::try_from(index).map_err(|_| self.failure(Errno::INVAL, "odd interface"))
    }

    pub(super) fn xdp(&self) -> Result<Link, Failure> {
        let index = self.interface(self.target)?;
        self.result(self.program.attach_xdp(index))
    }
}
