//! An object in the hands of libbpf, in this process.

use super::load::load;
use super::message::{Attached, REPLY_FDS, Settings};
use super::samples::PerfEvents;
use super::table::{Held, New};
use crate::attach;
use crate::errno::{Errno, Failure};
use crate::limits::Usage;
use crate::log::{Heard, hear_libbpf};
use crate::map::is_changeable;
use crate::object_maps;
use libbpf_rs::{MapCore, MapType, libbpf_sys};
use std::collections::BTreeMap;
use std::os::fd::{AsFd, BorrowedFd, FromRawFd, OwnedFd};

/// A loaded object. What comes first goes first.
#[derive(Debug)]
pub(crate) struct Object {
    attachments: Vec<attach::Held>,
    /// By map.
    samples: BTreeMap<u32, PerfEvents>,
    object: libbpf_rs::Object,
    settings: Settings,
}

impl Held for Object {
    type Context = ();
    type Image<'a> = &'a [u8];

    fn load((): &(), settings: &Settings, image: &[u8], usage: Usage) -> Heard<New<Self>> {
        let loaded = load(settings, image, usage);
        loaded.and_then(|(object, usage)| {
            let object = Object {
                attachments: Vec::new(),
                samples: BTreeMap::new(),
                object,
                settings: settings.clone(),
            };
            Ok(New {
                maps: object_maps::describe(&object.object)?,
                held: object,
                usage,
                life: None,
            })
        })
    }

    fn attach(&mut self, program: &str, target: &str) -> Heard<Attached> {
        let Settings {
            limits, verbose, ..
        } = &self.settings;
        let attached = hear_libbpf(*verbose, limits.log_bytes, || {
            let allowed = limits.attach_kinds.as_ref();
            attach::attach(&mut self.object, allowed, program, target)
        });
        attached.map(|attachment| {
            self.attachments.push(attachment.held);
            Attached {
                output: attachment.output,
                leftover: attachment.leftover,
            }
        })
    }

    fn map(&mut self, map: u32) -> Result<OwnedFd, Failure> {
        let map = self.map_at(map)?;
        let failed = |errno: Errno| {
            let name = map.name().display();
            Failure::new(errno, format!("map {name}: no descriptor of it"))
        };
        if !is_changeable(map.map_type()) {
            return read_only(map.as_fd()).map_err(failed);
        }
        let fd = map.as_fd().try_clone_to_owned();
        fd.map_err(|error| failed(Errno::of_io(&error)))
    }

    fn samples(&mut self, map: u32, from: u32) -> Result<(Vec<OwnedFd>, u32), Failure> {
        if !self.samples.contains_key(&map) {
            let found = self.map_at(map)?;
            let name = found.name().display();
            if found.map_type() != MapType::PerfEventArray {
                let message = format!("map {name} has no perf events");
                return Err(Failure::new(Errno::INVAL, message));
            }
            let events = PerfEvents::open(found.as_fd(), found.max_entries()).map_err(|error| {
                let message = format!("map {name}: cannot open its buffer: {error}");
                Failure::new(Errno::of_io(&error), message)
            })?;
            self.samples.insert(map, events);
        }
        let fds = self.samples.get(&map).map(PerfEvents::fds);
        let fds = fds.unwrap_or_default();
        let count = u32::try_from(fds.len()).unwrap_or(u32::MAX);
        let some = fds.into_iter().skip(from as usize).take(REPLY_FDS);
        let some: Result<Vec<_>, _> = some.map(|fd| fd.try_clone_to_owned()).collect();
        let some = some
            .map_err(|error| Failure::new(Errno::of_io(&error), format!("perf events: {error}")))?;
        Ok((some, count))
    }
}

impl Object {
    fn map_at(&self, map: u32) -> Result<libbpf_rs::Map<'_>, Failure> {
        let mut maps = self.object.maps();
        let found = maps.nth(map as usize).filter(libbpf_rs::Map::autocreate);
        found.ok_or_else(|| Failure::new(Errno::NOENT, format!("no map {map} of the object")))
    }
}

/// A descriptor that elements can be read by, and not changed: changing those of some maps attaches programs.
fn read_only(map: BorrowedFd<'_>) -> Result<OwnedFd, Errno> {
    let info = libbpf_rs::MapInfo::new(map).map_err(|error| Errno::of_libbpf(&error))?;
    let opts = libbpf_sys::bpf_get_fd_by_id_opts {
        sz: size_of::<libbpf_sys::bpf_get_fd_by_id_opts>() as libbpf_sys::size_t,
        open_flags: libbpf_sys::BPF_F_RDONLY,
        ..Default::default()
    };
    // SAFETY: the struct has its size in it and lives during the call; the result is a descriptor that nobody else has.
    #[allow(
        unsafe_code,
        reason = "libbpf-rs opens maps for reading and writing only"
    )]
    unsafe {
        let fd = libbpf_sys::bpf_map_get_fd_by_id_opts(info.info.id, &raw const opts);
        match fd {
            0.. => Ok(OwnedFd::from_raw_fd(fd)),
            error => Err(Errno::of_result(error)),
        }
    }
}
