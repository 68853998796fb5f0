//! The guest's objects, and the handles that it has of them and of their maps.

use crate::attach::Attachment;
use crate::buffer::Buffer;
use crate::errno::{Errno, Failure};
use crate::limits::Usage;
use crate::map::Map;
use libbpf_rs::{AsRawLibbpf, MapCore};
use std::collections::BTreeMap;
use std::ffi::CString;

/// All that a guest has. Handles and descriptors are this table's own numbers, and never used twice.
#[derive(Debug)]
pub(crate) struct Objects {
    objects: BTreeMap<u64, Object>,
    sources: BTreeMap<i32, Source>,
    next_handle: u64,
    next_fd: i32,
}

/// A loaded object. What comes first goes first.
#[derive(Debug)]
pub(crate) struct Object {
    pub(crate) attachments: Vec<Attachment>,
    /// By descriptor.
    buffers: BTreeMap<i32, Buffer>,
    pub(crate) object: libbpf_rs::Object,
    usage: Usage,
    fds: Vec<i32>,
}

/// What is behind a descriptor.
#[derive(Debug)]
pub(crate) struct Source {
    pub(crate) object: u64,
    pub(crate) kind: SourceKind,
}

#[derive(Debug)]
pub(crate) enum SourceKind {
    Map(Map),
    /// The output of an iterator: the program of this name.
    Iterator(String),
}

/// Behind standard input, output and error, as a guest would expect.
const FIRST_FD: i32 = 3;

impl Default for Objects {
    fn default() -> Self {
        Objects {
            objects: BTreeMap::new(),
            sources: BTreeMap::new(),
            next_handle: 1,
            next_fd: FIRST_FD,
        }
    }
}

impl Objects {
    pub(crate) fn len(&self) -> usize {
        self.objects.len()
    }

    /// What all objects take of the limits.
    pub(crate) fn usage(&self) -> Usage {
        let objects = self.objects.values();
        objects.fold(Usage::default(), |sum, object| sum.with(object.usage))
    }

    pub(crate) fn attachment_count(&self) -> usize {
        let objects = self.objects.values();
        objects.map(|object| object.attachments.len()).sum()
    }

    /// Takes an object in, and what it takes of the limits; its handle.
    pub(crate) fn insert(&mut self, object: libbpf_rs::Object, usage: Usage) -> u64 {
        let handle = self.next_handle;
        self.next_handle += 1;
        let object = Object {
            attachments: Vec::new(),
            buffers: BTreeMap::new(),
            object,
            usage,
            fds: Vec::new(),
        };
        self.objects.insert(handle, object);
        handle
    }

    /// Detaches and closes all of it.
    pub(crate) fn close(&mut self, handle: u64) -> Result<(), Errno> {
        let object = self.objects.remove(&handle).ok_or(Errno::BADF)?;
        for fd in &object.fds {
            self.sources.remove(fd);
        }
        Ok(())
    }

    pub(crate) fn get(&self, handle: u64) -> Result<&Object, Errno> {
        self.objects.get(&handle).ok_or(Errno::BADF)
    }

    pub(crate) fn get_mut(&mut self, handle: u64) -> Result<&mut Object, Errno> {
        self.objects.get_mut(&handle).ok_or(Errno::BADF)
    }

    /// The descriptor of the map of this name, the same one each time. An iterator's output is found by its program's name.
    pub(crate) fn fd(&mut self, handle: u64, name: &str) -> Result<i32, Errno> {
        let object = self.objects.get_mut(&handle).ok_or(Errno::BADF)?;
        let kind = match object.find_map(name) {
            Some(map) => SourceKind::Map(Map::new(&map)?),
            None if object.iterator(name).is_some() => SourceKind::Iterator(name.to_owned()),
            None => return Err(Errno::NOENT),
        };
        let sources = &self.sources;
        let known = object.fds.iter().find(|fd| {
            let source = sources.get(fd);
            source.is_some_and(|source| source.kind.is_same(&kind))
        });
        if let Some(fd) = known {
            return Ok(*fd);
        }
        let fd = self.next_fd;
        self.next_fd = fd.checked_add(1).ok_or(Errno::NOSPC)?;
        object.fds.push(fd);
        let object = handle;
        self.sources.insert(fd, Source { object, kind });
        Ok(fd)
    }

    pub(crate) fn source(&self, fd: i32) -> Result<&Source, Errno> {
        self.sources.get(&fd).ok_or(Errno::BADF)
    }

    /// The map behind a descriptor.
    pub(crate) fn map(&self, fd: i32) -> Result<&Map, Errno> {
        match &self.source(fd)?.kind {
            SourceKind::Map(map) => Ok(map),
            SourceKind::Iterator(_) => Err(Errno::INVAL),
        }
    }

    /// The buffer of a map, made when it is first asked for. `-EBADF` if the descriptor is none of the object's, `-EINVAL` if
    /// its map has no events.
    pub(crate) fn open_buffer(&mut self, handle: u64, fd: i32) -> Result<&mut Buffer, Failure> {
        let bad = |errno| Failure::new(errno, format!("poll: no map with descriptor {fd}"));
        let source = self.sources.get(&fd).ok_or_else(|| bad(Errno::BADF))?;
        let object = self.objects.get_mut(&handle);
        let object = object.filter(|_| source.object == handle);
        let object = object.ok_or_else(|| bad(Errno::BADF))?;
        let SourceKind::Map(map) = &source.kind else {
            return Err(bad(Errno::INVAL));
        };
        match object.buffers.entry(fd) {
            std::collections::btree_map::Entry::Occupied(buffer) => Ok(buffer.into_mut()),
            std::collections::btree_map::Entry::Vacant(place) => {
                Ok(place.insert(Buffer::open(map)?))
            }
        }
    }

    /// The same, if it is there: callbacks may close it.
    pub(crate) fn buffer(&mut self, handle: u64, fd: i32) -> Option<&mut Buffer> {
        self.objects.get_mut(&handle)?.buffers.get_mut(&fd)
    }
}

impl SourceKind {
    fn is_same(&self, other: &Self) -> bool {
        match (self, other) {
            (SourceKind::Map(one), SourceKind::Map(other)) => one.name() == other.name(),
            (SourceKind::Iterator(one), SourceKind::Iterator(other)) => one == other,
            _ => false,
        }
    }
}

impl Object {
    /// A map by its name, or by the section that it comes from: `.bss`, `.data.foo`. The part before the first dot of `x.bss`
    /// is what the guest calls the object, which the host is not told.
    pub(crate) fn find_map(&self, name: &str) -> Option<libbpf_rs::Map<'_>> {
        let section = name.find('.').and_then(|dot| name.get(dot..));
        [Some(name), section]
            .into_iter()
            .flatten()
            .find_map(|name| self.map_by_name(name))
    }

    fn map_by_name(&self, name: &str) -> Option<libbpf_rs::Map<'_>> {
        let name = CString::new(name).ok()?;
        let object = self.object.as_libbpf_object();
        // SAFETY: the object is open, the name ends in NUL.
        #[allow(unsafe_code, reason = "libbpf-rs has no look-up by section")]
        let found = unsafe {
            libbpf_rs::libbpf_sys::bpf_object__find_map_by_name(object.as_ptr(), name.as_ptr())
        };
        let bytes = name.as_bytes();
        self.object.maps().find(|map| {
            map.as_libbpf_object().as_ptr() == found
                || std::os::unix::ffi::OsStrExt::as_bytes(map.name()) == bytes
        })
    }

    /// The link of an attached iterator.
    pub(crate) fn iterator(&self, program: &str) -> Option<&libbpf_rs::Link> {
        self.attachments
            .iter()
            .rev()
            .find_map(|attachment| attachment.iterator(program))
    }
}
