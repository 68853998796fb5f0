//! The guest's objects, and the handles that it has of them and of their maps.

use crate::buffer::Buffer;
use crate::errno::{Errno, Failure};
use crate::loader::Privileged;
use crate::log::Log;
use crate::map::Map;
use crate::object_maps::MapInfo;
use libbpf_rs::libbpf_sys;
use rustix::event::{PollFd, PollFlags, Timespec, poll};
use std::collections::BTreeMap;
use std::fs::File;
use std::os::fd::{AsFd, AsRawFd, BorrowedFd, FromRawFd, OwnedFd};

/// All that a guest has. Handles and descriptors are this table's own numbers, and never used twice.
#[derive(Debug)]
pub(crate) struct Objects {
    objects: BTreeMap<u64, Object>,
    sources: BTreeMap<i32, Source>,
    next_fd: i32,
    /// What has the objects themselves.
    privileged: Privileged,
}

/// A loaded object.
#[derive(Debug)]
pub(crate) struct Object {
    /// By descriptor.
    buffers: BTreeMap<i32, Buffer>,
    maps: Vec<MapInfo>,
    /// Attached iterators, by program.
    iterators: Vec<(String, OwnedFd)>,
    /// Hangs up when the process that has the object has ended.
    life: Option<OwnedFd>,
    fds: Vec<i32>,
}

/// What a descriptor is of.
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

/// What a name means.
enum Named {
    Map(u32),
    Iterator,
}

/// After standard input, output and error, as a guest would expect.
const FIRST_FD: i32 = 3;

impl Objects {
    pub(crate) fn new(privileged: Privileged) -> Self {
        Objects {
            objects: BTreeMap::new(),
            sources: BTreeMap::new(),
            next_fd: FIRST_FD,
            privileged,
        }
    }

    /// Loads an object; its handle.
    pub(crate) fn load(&mut self, image: &[u8], log: &Log) -> Result<u64, Failure> {
        let loaded = self.privileged.load(image, log)?;
        let object = Object {
            buffers: BTreeMap::new(),
            maps: loaded.maps,
            iterators: Vec::new(),
            life: loaded.life,
            fds: Vec::new(),
        };
        self.objects.insert(loaded.object, object);
        Ok(loaded.object)
    }

    /// Attaches a program, until its object is closed.
    pub(crate) fn attach(
        &mut self,
        handle: u64,
        program: &str,
        target: &str,
        log: &Log,
    ) -> Result<(), Failure> {
        let object = self.objects.get_mut(&handle);
        let object = object.ok_or_else(|| {
            Failure::new(Errno::BADF, format!("program {program}: no such object"))
        })?;
        let output = self.privileged.attach(handle, program, target, log)?;
        if let Some(output) = output {
            object.iterators.push((program.to_owned(), output));
        }
        Ok(())
    }

    /// Detaches and closes all of it.
    pub(crate) fn close(&mut self, handle: u64) -> Result<(), Errno> {
        let object = self.objects.remove(&handle).ok_or(Errno::BADF)?;
        // Of one whose process has ended nothing is left.
        let _ = self.privileged.close(handle);
        for fd in &object.fds {
            self.sources.remove(fd);
        }
        Ok(())
    }

    /// The descriptor of the map of this name, the same one each time. An iterator's output is found by its program's name.
    pub(crate) fn fd(&mut self, handle: u64, name: &str) -> Result<i32, Failure> {
        let bad = |errno| Failure::new(errno, String::new());
        let object = self.objects.get_mut(&handle);
        let object = object.ok_or_else(|| bad(Errno::BADF))?;
        let named = object.find(name).ok_or_else(|| bad(Errno::NOENT))?;
        let sources = &self.sources;
        let known = object.fds.iter().find(|fd| {
            let source = sources.get(fd);
            source.is_some_and(|source| source.kind.is(&named, name))
        });
        if let Some(fd) = known {
            return Ok(*fd);
        }
        let kind = match named {
            Named::Map(map) => {
                let fd = self.privileged.map(handle, map)?;
                let info = object.maps.get(map as usize);
                let info = info.ok_or_else(|| bad(Errno::NOENT))?;
                SourceKind::Map(Map::new(map, info, fd).map_err(bad)?)
            }
            Named::Iterator => SourceKind::Iterator(name.to_owned()),
        };
        let fd = self.next_fd;
        self.next_fd = fd.checked_add(1).ok_or_else(|| bad(Errno::NOSPC))?;
        object.fds.push(fd);
        let object = handle;
        self.sources.insert(fd, Source { object, kind });
        Ok(fd)
    }

    pub(crate) fn source(&self, fd: i32) -> Result<&Source, Errno> {
        self.sources.get(&fd).ok_or(Errno::BADF)
    }

    /// The map that a descriptor is of.
    pub(crate) fn map(&self, fd: i32) -> Result<&Map, Errno> {
        match &self.source(fd)?.kind {
            SourceKind::Map(map) => Ok(map),
            SourceKind::Iterator(_) => Err(Errno::INVAL),
        }
    }

    /// The buffer of a map, made when it is first asked for. `-EBADF` if the descriptor is none of the object's, `-EINVAL` if
    /// its map has no events.
    pub(crate) fn open_buffer(&mut self, handle: u64, fd: i32) -> Result<(), Failure> {
        let bad = |errno| Failure::new(errno, format!("poll: no map with descriptor {fd}"));
        let source = self.sources.get(&fd).ok_or_else(|| bad(Errno::BADF))?;
        let object = self.objects.get_mut(&handle);
        let object = object.filter(|_| source.object == handle);
        let object = object.ok_or_else(|| bad(Errno::BADF))?;
        let SourceKind::Map(map) = &source.kind else {
            return Err(bad(Errno::INVAL));
        };
        if let std::collections::btree_map::Entry::Vacant(place) = object.buffers.entry(fd) {
            let samples = || self.privileged.samples(handle, map.index());
            place.insert(Buffer::open(map, samples)?);
        }
        Ok(())
    }

    /// The same, if it is there: callbacks may close it. Also what hangs up when the object is gone.
    pub(crate) fn buffer(
        &mut self,
        handle: u64,
        fd: i32,
    ) -> Option<(&mut Buffer, Option<BorrowedFd<'_>>)> {
        let object = self.objects.get_mut(&handle)?;
        let life = object.life.as_ref().map(AsFd::as_fd);
        Some((object.buffers.get_mut(&fd)?, life))
    }

    /// The process that had the object has ended: nothing is attached any more.
    pub(crate) fn is_gone(&self, handle: u64) -> bool {
        let life = self
            .objects
            .get(&handle)
            .and_then(|object| object.life.as_ref());
        life.is_some_and(|life| {
            let mut polled = [PollFd::new(life, PollFlags::empty())];
            poll(&mut polled, Some(&Timespec::default())).is_ok_and(|count| count > 0)
        })
    }

    /// Runs an attached iterator from its beginning; what its output is read from.
    pub(crate) fn iterate(&self, handle: u64, program: &str) -> Result<File, Errno> {
        let object = self.objects.get(&handle).ok_or(Errno::BADF)?;
        let link = object.iterator(program).ok_or(Errno::BADF)?;
        // SAFETY: the descriptor is open; the result is one that nobody else has.
        #[allow(unsafe_code, reason = "libbpf-rs takes no link by descriptor")]
        unsafe {
            match libbpf_sys::bpf_iter_create(link.as_raw_fd()) {
                fd @ 0.. => Ok(File::from_raw_fd(fd)),
                error => Err(Errno::of_result(error)),
            }
        }
    }
}

impl SourceKind {
    fn is(&self, named: &Named, name: &str) -> bool {
        match (self, named) {
            (SourceKind::Map(map), Named::Map(index)) => map.index() == *index,
            (SourceKind::Iterator(one), Named::Iterator) => one == name,
            _ => false,
        }
    }
}

impl Object {
    /// A map by its name, or by the section that it comes from: `.bss`, `.data.foo`. The part before the first dot of `x.bss`
    /// is what the guest calls the object, which the host is not told. Or an iterator.
    fn find(&self, name: &str) -> Option<Named> {
        let section = name.find('.').and_then(|dot| name.get(dot..));
        let names = [Some(name), section].into_iter().flatten();
        let found = names.filter_map(|name| {
            let is = |map: &MapInfo| map.name == name || map.section.as_deref() == Some(name);
            self.maps.iter().position(is)
        });
        let map = found
            .map(u32::try_from)
            .find_map(Result::ok)
            .map(Named::Map);
        map.or_else(|| self.iterator(name).map(|_| Named::Iterator))
    }

    /// The link of an attached iterator.
    fn iterator(&self, program: &str) -> Option<&OwnedFd> {
        let mut attached = self.iterators.iter().rev();
        let found = attached.find(|(name, _)| name == program);
        found.map(|(_, link)| link)
    }
}
