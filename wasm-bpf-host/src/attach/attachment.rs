//! What keeps a program attached.

use super::Request;
use super::tc::Filter;
use crate::errno::{Errno, Failure};
use crate::loader::Object;
use libbpf_rs::{Link, MapCore, MapType, libbpf_sys};
use std::io;
use std::os::fd::{AsFd, AsRawFd, OwnedFd};

/// A program is attached as long as this lives.
#[derive(Debug)]
pub(crate) enum Attachment {
    Link(#[expect(dead_code, reason = "it is there to be dropped")] Link),
    Links(#[expect(dead_code, reason = "it is there to be dropped")] Vec<Link>),
    Iterator(Link),
    /// A link, or the socket that is filtered.
    Descriptor(#[expect(dead_code, reason = "it is there to be dropped")] OwnedFd),
    /// The descriptor is for the socket that detaching takes: a guest may have used up all of them by then.
    Tc(Filter, Option<OwnedFd>),
    /// A table of functions without a link of the kernel's, and its map.
    Table(
        #[expect(dead_code, reason = "it is there to be dropped")] Link,
        OwnedFd,
    ),
    SockMap(#[expect(dead_code, reason = "it is there to be dropped")] SockMap),
}

/// A program of a map of sockets. There are no links of these in older kernels.
#[derive(Debug)]
pub(crate) struct SockMap {
    program: OwnedFd,
    map: OwnedFd,
    attach_type: u32,
}

pub(super) fn sock_map(
    request: &Request<'_>,
    map: &libbpf_rs::Map<'_>,
) -> Result<Attachment, Failure> {
    if !matches!(map.map_type(), MapType::Sockmap | MapType::Sockhash) {
        return Err(request.bad_target("a map of sockets"));
    }
    let failed = |error: io::Error| request.failure(Errno::of_io(&error), &error.to_string());
    let program = request.program.as_fd().try_clone_to_owned();
    let map = map.as_fd().try_clone_to_owned();
    let attached = SockMap {
        program: program.map_err(failed)?,
        map: map.map_err(failed)?,
        attach_type: request.program.attach_type() as u32,
    };
    request.result(request.program.attach_sockmap(attached.map.as_raw_fd()))?;
    Ok(Attachment::SockMap(attached))
}

impl Drop for SockMap {
    fn drop(&mut self) {
        // SAFETY: takes three numbers, of which two are open descriptors.
        #[allow(unsafe_code, reason = "libbpf-rs does not detach these")]
        unsafe {
            libbpf_sys::bpf_prog_detach2(
                self.program.as_raw_fd(),
                self.map.as_raw_fd(),
                self.attach_type,
            );
        }
    }
}

/// Hands a table of functions to the kernel.
pub(super) fn struct_ops(object: &Object, name: &str) -> Result<Attachment, Failure> {
    use libbpf_rs::{AsRawLibbpf, MapMut};
    let mut maps = object.object.maps();
    let map = maps.find(|map| map.name() == name);
    let map = map.ok_or_else(|| Failure::new(Errno::NOENT, format!("no map {name}")))?;
    // SAFETY: the map is one of a loaded object, which the caller has alone.
    #[allow(unsafe_code, reason = "libbpf-rs wants the object to be changeable")]
    let (mut map, flags) = unsafe {
        let pointer = map.as_libbpf_object().as_ptr();
        let flags = libbpf_sys::bpf_map__map_flags(pointer);
        (MapMut::new_mut(&mut *pointer), flags)
    };
    let failed = |error: &libbpf_rs::Error| {
        Failure::libbpf(&format!("map {name}: cannot attach its functions"), error)
    };
    if flags & libbpf_sys::BPF_F_LINK != 0 {
        let link = map.attach_struct_ops().map_err(|error| failed(&error))?;
        return Ok(Attachment::Link(link));
    }
    let fd = map.as_fd().try_clone_to_owned();
    let fd = fd.map_err(|error| Failure::new(Errno::of_io(&error), error.to_string()))?;
    let link = map.attach_struct_ops().map_err(|error| failed(&error))?;
    Ok(Attachment::Table(link, fd))
}

/// What is left attached if the process that attached it is killed: the kernel has no link of it.
#[derive(Debug)]
pub(crate) enum Leftover {
    Filter(Filter),
    /// The map of a table of functions.
    Table(OwnedFd),
}

impl Leftover {
    /// Detaches it, if it still is attached.
    pub(crate) fn remove(&self) {
        match self {
            Leftover::Filter(filter) => filter.remove(),
            Leftover::Table(map) => {
                let key = 0_u32;
                // SAFETY: the key has four bytes, as those of all tables of functions.
                #[allow(unsafe_code, reason = "libbpf-rs has no map by descriptor")]
                unsafe {
                    libbpf_sys::bpf_map_delete_elem(map.as_raw_fd(), (&raw const key).cast());
                }
            }
        }
    }
}

impl Attachment {
    /// A descriptor of what can be read of it.
    pub(crate) fn output(&self) -> io::Result<Option<OwnedFd>> {
        match self {
            Attachment::Iterator(link) => link.as_fd().try_clone_to_owned().map(Some),
            Attachment::Link(_)
            | Attachment::Links(_)
            | Attachment::Descriptor(_)
            | Attachment::Tc(..)
            | Attachment::Table(..)
            | Attachment::SockMap(_) => Ok(None),
        }
    }

    /// What is left of it if this process is killed.
    pub(crate) fn leftover(&self) -> io::Result<Option<Leftover>> {
        Ok(match self {
            Attachment::Tc(filter, _) => Some(Leftover::Filter(filter.clone())),
            Attachment::Table(_, map) => Some(Leftover::Table(map.try_clone()?)),
            Attachment::Link(_)
            | Attachment::Links(_)
            | Attachment::Iterator(_)
            | Attachment::Descriptor(_)
            | Attachment::SockMap(_) => None,
        })
    }
}

impl Drop for Attachment {
    fn drop(&mut self) {
        if let Attachment::Tc(filter, spare) = self {
            spare.take();
            filter.remove();
        }
    }
}
