//! Messages with descriptors over a socket.
//!
//! A message is its size in four bytes, little-endian, then itself, as `postcard` encodes it. Descriptors come with its first byte.

use rustix::io::Errno;
use rustix::net::{
    AddressFamily, RecvAncillaryBuffer, RecvAncillaryMessage, RecvFlags, SendAncillaryBuffer,
    SendAncillaryMessage, SendFlags, SocketFlags, SocketType, recvmsg, sendmsg, socketpair,
};
use serde::Serialize;
use serde::de::DeserializeOwned;
use std::io::{self, IoSlice, IoSliceMut};
use std::mem::MaybeUninit;
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};

/// More than any message has along.
const MAX_FDS: usize = super::message::REPLY_FDS;

/// Bytes that are read at a time: nobody makes us reserve more than he sends.
const CHUNK: usize = 64 << 10;

/// One end of a connection.
#[derive(Debug)]
pub(super) struct Channel {
    socket: OwnedFd,
}

/// What came, with its descriptors.
pub(super) type Received<T> = (T, Vec<OwnedFd>);

impl From<OwnedFd> for Channel {
    fn from(socket: OwnedFd) -> Self {
        Channel { socket }
    }
}

impl AsFd for Channel {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.socket.as_fd()
    }
}

fn invalid(what: &str) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, what)
}

impl Channel {
    /// Both ends. The programs that are started get neither unless they are given it.
    pub(super) fn pair() -> io::Result<(Channel, Channel)> {
        let (one, other) = socketpair(
            AddressFamily::UNIX,
            SocketType::STREAM,
            SocketFlags::CLOEXEC,
            None,
        )?;
        Ok((one.into(), other.into()))
    }

    pub(super) fn into_socket(self) -> OwnedFd {
        self.socket
    }

    /// Sends a message.
    pub(super) fn send(&self, message: &impl Serialize, fds: &[BorrowedFd<'_>]) -> io::Result<()> {
        let body = postcard::to_stdvec(message).map_err(io::Error::other)?;
        let size = u32::try_from(body.len()).map_err(|_| invalid("a message is too long"))?;
        let size = size.to_le_bytes();
        let mut space = [MaybeUninit::uninit(); rustix::cmsg_space!(ScmRights(MAX_FDS))];
        let mut control = SendAncillaryBuffer::new(&mut space);
        if !fds.is_empty() && !control.push(SendAncillaryMessage::ScmRights(fds)) {
            return Err(invalid("too many descriptors"));
        }
        let mut rest = &body[..];
        let mut header = &size[..];
        while !header.is_empty() || !rest.is_empty() {
            let parts = [IoSlice::new(header), IoSlice::new(rest)];
            let sent = match sendmsg(&self.socket, &parts, &mut control, SendFlags::NOSIGNAL) {
                Err(Errno::INTR) => continue,
                sent => sent?,
            };
            control.clear();
            let of_header = sent.min(header.len());
            header = header.get(of_header..).unwrap_or_default();
            rest = rest.get(sent - of_header..).unwrap_or_default();
        }
        Ok(())
    }

    /// The next message, of up to `max` bytes and with up to `max_fds` descriptors. `None` if the other end is closed. `wait` is
    /// called before each part that is read.
    pub(super) fn receive<T: DeserializeOwned>(
        &self,
        max: usize,
        max_fds: usize,
        mut wait: impl FnMut() -> io::Result<()>,
    ) -> io::Result<Option<Received<T>>> {
        let mut fds = Vec::new();
        let mut header = [0; 4];
        let mut have = 0;
        while let Some(part) = header.get_mut(have..).filter(|part| !part.is_empty()) {
            wait()?;
            match self.read(part, &mut fds)? {
                0 if have == 0 => return Ok(None),
                0 => return Err(invalid("a message was cut off")),
                read => have += read,
            }
        }
        let size = u32::from_le_bytes(header) as usize;
        if size > max {
            return Err(invalid("a message is too long"));
        }
        let mut body = Vec::new();
        while body.len() < size {
            wait()?;
            let start = body.len();
            body.resize(size.min(start + CHUNK), 0);
            let read = self.read(body.get_mut(start..).unwrap_or_default(), &mut fds)?;
            if read == 0 {
                return Err(invalid("a message was cut off"));
            }
            body.truncate(start + read);
        }
        if fds.len() > max_fds {
            return Err(invalid("too many descriptors"));
        }
        let message = postcard::take_from_bytes(&body).map_err(|_| invalid("no such message"))?;
        match message {
            (message, []) => Ok(Some((message, fds))),
            _ => Err(invalid("something follows the message")),
        }
    }

    fn read(&self, part: &mut [u8], fds: &mut Vec<OwnedFd>) -> io::Result<usize> {
        let mut space = [MaybeUninit::uninit(); rustix::cmsg_space!(ScmRights(MAX_FDS))];
        let mut control = RecvAncillaryBuffer::new(&mut space);
        let read = loop {
            let mut parts = [IoSliceMut::new(part)];
            match recvmsg(
                &self.socket,
                &mut parts,
                &mut control,
                RecvFlags::CMSG_CLOEXEC,
            ) {
                Err(Errno::INTR) => {}
                read => break read?,
            }
        };
        for message in control.drain() {
            if let RecvAncillaryMessage::ScmRights(more) = message {
                fds.extend(more);
            }
        }
        if fds.len() > MAX_FDS {
            return Err(invalid("too many descriptors"));
        }
        Ok(read.bytes)
    }
}
