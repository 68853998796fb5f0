//! Socket filters: a packet socket of an interface, which has the program as its filter.

use super::Request;
use crate::errno::{Errno, Failure};
use rustix::net::{AddressFamily, SocketFlags, SocketType, socket_with, sockopt};
use std::io;
use std::os::fd::{AsFd, AsRawFd, OwnedFd};

/// The target that means all interfaces.
const ALL: &str = "any";

impl Request<'_> {
    pub(super) fn socket(&self) -> Result<OwnedFd, Failure> {
        let index = match self.target {
            ALL => 0,
            name => self.interface(name)?,
        };
        let failed = |error: io::Error| {
            let why = format!("cannot filter {}: {error}", self.target);
            self.failure(Errno::of_io(&error), &why)
        };
        // It gets no packets before it is bound.
        let flags = SocketFlags::CLOEXEC | SocketFlags::NONBLOCK;
        let socket = socket_with(AddressFamily::PACKET, SocketType::RAW, flags, None)
            .map_err(|error| failed(error.into()))?;
        // Nobody reads the packets that the program lets through.
        sockopt::set_socket_recv_buffer_size(&socket, 0).map_err(|error| failed(error.into()))?;
        set_filter(&socket, self.program.as_fd().as_raw_fd()).map_err(failed)?;
        bind(&socket, index).map_err(failed)?;
        Ok(socket)
    }
}

fn checked(result: libc::c_int) -> io::Result<()> {
    match result {
        0 => Ok(()),
        _ => Err(io::Error::last_os_error()),
    }
}

#[expect(clippy::cast_possible_truncation, reason = "four bytes")]
fn set_filter(socket: &OwnedFd, program: libc::c_int) -> io::Result<()> {
    // SAFETY: the kernel reads one number.
    #[allow(unsafe_code, reason = "a socket option that rustix does not have")]
    checked(unsafe {
        libc::setsockopt(
            socket.as_raw_fd(),
            libc::SOL_SOCKET,
            libc::SO_ATTACH_BPF,
            (&raw const program).cast(),
            size_of_val(&program) as libc::socklen_t,
        )
    })
}

#[expect(
    clippy::cast_possible_truncation,
    reason = "small constants, and a size of twenty bytes"
)]
fn bind(socket: &OwnedFd, index: i32) -> io::Result<()> {
    // SAFETY: numbers only, of which none is wrong at zero.
    #[allow(unsafe_code, reason = "C has no other way to make one")]
    let mut address: libc::sockaddr_ll = unsafe { std::mem::zeroed() };
    address.sll_family = libc::AF_PACKET as libc::sa_family_t;
    address.sll_protocol = (libc::ETH_P_ALL as u16).to_be();
    address.sll_ifindex = index;
    // SAFETY: the kernel reads an address of this size.
    #[allow(unsafe_code, reason = "an address that rustix does not have")]
    checked(unsafe {
        libc::bind(
            socket.as_raw_fd(),
            (&raw const address).cast(),
            size_of_val(&address) as libc::socklen_t,
        )
    })
}
