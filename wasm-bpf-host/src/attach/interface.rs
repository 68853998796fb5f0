//! Network interfaces by name.

use super::request::Request;
use crate::errno::{Errno, Failure};
use rustix::net::{AddressFamily, SocketFlags, SocketType, netdevice, socket_with};

/// The number of an interface of the host's network namespace.
pub(super) fn index(request: &Request<'_>, name: &str) -> Result<i32, Failure> {
    if name.is_empty() {
        return Err(request.bad_target("a network interface"));
    }
    let failed = |error: rustix::io::Errno| {
        let why = format!("no network interface {name}: {error}");
        request.failure(error.into(), &why)
    };
    let socket = socket_with(
        AddressFamily::INET,
        SocketType::DGRAM,
        SocketFlags::CLOEXEC,
        None,
    )
    .map_err(failed)?;
    let index = netdevice::name_to_index(&socket, name).map_err(failed)?;
    i32::try_from(index).map_err(|_| request.failure(Errno::INVAL, "odd interface"))
}
