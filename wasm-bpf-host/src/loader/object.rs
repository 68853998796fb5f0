//! An object in the hands of libbpf, in this process.

use super::message::{Attached, MapInfo, REPLY_FDS, Settings};
use super::samples::PerfEvents;
use super::table::{Held, New};
use crate::attach::{self, Attachment};
use crate::errno::{Errno, Failure};
use crate::limits::Usage;
use crate::load;
use crate::log::{Heard, hear_libbpf};
use crate::map;
use libbpf_rs::{AsRawLibbpf, MapCore, MapType, libbpf_sys};
use std::collections::BTreeMap;
use std::ffi::{CStr, CString};
use std::io;
use std::os::fd::{AsFd, BorrowedFd, FromRawFd, OwnedFd};

/// A loaded object. What comes first goes first.
#[derive(Debug)]
pub(crate) struct Object {
    attachments: Vec<Attachment>,
    /// By map.
    samples: BTreeMap<u32, PerfEvents>,
    pub(crate) object: libbpf_rs::Object,
    settings: Settings,
}

/// Sections whose maps the kernel knows by another name: `NAME.bss`.
const SECTIONS: [&CStr; 4] = [c".bss", c".data", c".kconfig", c".rodata"];

impl Held for Object {
    type Context = ();
    type Image<'a> = &'a [u8];

    fn load((): &(), settings: &Settings, image: &[u8], usage: Usage) -> Heard<New<Self>> {
        let loaded = load::load(settings, image, usage);
        loaded.and_then(|(object, usage)| {
            let object = Object {
                attachments: Vec::new(),
                samples: BTreeMap::new(),
                object,
                settings: settings.clone(),
            };
            Ok(New {
                maps: object.maps()?,
                held: object,
                usage,
                life: None,
            })
        })
    }

    fn attach(&mut self, program: &str, target: &str) -> Heard<Attached> {
        let limits = &self.settings.limits;
        let attached = hear_libbpf(self.settings.verbose, limits.log_bytes, || {
            attach::attach(self, limits, program, target)
        });
        attached.and_then(|attachment| {
            let failed = |error: io::Error| {
                let message = format!("program {program}: no descriptor of it: {error}");
                Failure::new(Errno::of_io(&error), message)
            };
            let attached = Attached {
                output: attachment.output().map_err(failed)?,
                leftover: attachment.leftover().map_err(failed)?,
            };
            self.attachments.push(attachment);
            Ok(attached)
        })
    }

    fn map(&mut self, map: u32) -> Result<OwnedFd, Failure> {
        let map = self.map_at(map)?;
        let failed = |errno: Errno| {
            let name = map.name().display();
            Failure::new(errno, format!("map {name}: no descriptor of it"))
        };
        if !map::is_changeable(map.map_type()) {
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
    fn maps(&self) -> Result<Vec<MapInfo>, Failure> {
        let sections = SECTIONS.map(|section| (section, self.find_in_libbpf(section)));
        let maps = self.object.maps().map(|map| {
            let pointer = map.as_libbpf_object().as_ptr();
            let section = sections.iter().find(|(_, found)| *found == pointer);
            let mut info = MapInfo {
                name: map.name().to_string_lossy().into_owned(),
                section: section.map(|(name, _)| name.to_string_lossy().into_owned()),
                kind: map.map_type() as u32,
                key_size: map.key_size(),
                value_size: map.value_size(),
                absent: !map.autocreate(),
            };
            if !info.absent {
                // What the kernel copies is what the kernel says, not what the object says.
                let kernel = libbpf_rs::MapInfo::new(map.as_fd()).map_err(|error| {
                    Failure::libbpf(&format!("map {}: no sizes of it", info.name), &error)
                })?;
                (info.key_size, info.value_size) = (kernel.info.key_size, kernel.info.value_size);
            }
            Ok(info)
        });
        maps.collect()
    }

    fn map_at(&self, map: u32) -> Result<libbpf_rs::Map<'_>, Failure> {
        let mut maps = self.object.maps();
        let found = maps.nth(map as usize).filter(libbpf_rs::Map::autocreate);
        found.ok_or_else(|| Failure::new(Errno::NOENT, format!("no map {map} of the object")))
    }

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
        let found = self.find_in_libbpf(&name);
        let bytes = name.as_bytes();
        self.object.maps().find(|map| {
            map.as_libbpf_object().as_ptr() == found
                || std::os::unix::ffi::OsStrExt::as_bytes(map.name()) == bytes
        })
    }

    fn find_in_libbpf(&self, name: &CStr) -> *mut libbpf_sys::bpf_map {
        let object = self.object.as_libbpf_object();
        // SAFETY: the object is open, the name ends in NUL.
        #[allow(unsafe_code, reason = "libbpf-rs has no look-up by section")]
        unsafe {
            libbpf_sys::bpf_object__find_map_by_name(object.as_ptr(), name.as_ptr())
        }
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
