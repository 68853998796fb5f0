//! Socket filters: a packet socket of an interface, which has the program as its filter.

use super::attachment::Attachment;
use super::hook::Hook;
use super::interface;
use super::request::Request;
use crate::errno::{Errno, Failure};
use libbpf_rs::ProgramType;
use rustix::net::{AddressFamily, SocketFlags, SocketType, socket_with, sockopt};
use std::io;
use std::os::fd::{AsFd, AsRawFd, OwnedFd};

pub(super) const HOOK: Hook = Hook {
    takes: |program, _| program == ProgramType::SocketFilter,
    attach: |request| attach(request).map(Attachment::new),
};

/// The target that means all interfaces.
const ALL: &str = "any";

fn attach(request: &Request<'_>) -> Result<OwnedFd, Failure> {
    let index = match request.target {
        ALL => 0,
        name => interface::index(request, name)?,
    };
    let failed = |error: io::Error| {
        let why = format!("cannot filter {}: {error}", request.target);
        request.failure(Errno::of_io(&error), &why)
    };
    // It gets no packets before it is bound.
    let flags = SocketFlags::CLOEXEC | SocketFlags::NONBLOCK;
    let socket = socket_with(AddressFamily::PACKET, SocketType::RAW, flags, None)
        .map_err(|error| failed(error.into()))?;
    // Nobody reads the packets that the program lets through.
    sockopt::set_socket_recv_buffer_size(&socket, 0).map_err(|error| failed(error.into()))?;
    set_filter(&socket, request.program.as_fd().as_raw_fd()).map_err(failed)?;
    bind(&socket, index).map_err(failed)?;
    Ok(socket)
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
