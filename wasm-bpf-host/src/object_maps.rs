//! The maps of an object in the hands of libbpf.

use crate::errno::Failure;
use libbpf_rs::{AsRawLibbpf, MapCore, Object, libbpf_sys};
use serde::{Deserialize, Serialize};
use std::ffi::{CStr, CString};
use std::os::fd::AsFd;
use std::os::unix::ffi::OsStrExt;

/// What the guest's side knows of a map.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct MapInfo {
    pub(crate) name: String,
    /// The section that it comes from, if its name is another: `.bss`.
    pub(crate) section: Option<String>,
    /// `BPF_MAP_TYPE_*`.
    pub(crate) kind: u32,
    /// In bytes, as the kernel has them.
    pub(crate) key_size: u32,
    pub(crate) value_size: u32,
    /// It was not created, so there is no descriptor of it.
    pub(crate) absent: bool,
}

/// Sections whose maps the kernel knows by another name: `NAME.bss`.
const SECTIONS: [&CStr; 4] = [c".bss", c".data", c".kconfig", c".rodata"];

/// What the maps of a loaded object are, in libbpf's order.
pub(crate) fn describe(object: &Object) -> Result<Vec<MapInfo>, Failure> {
    let sections = SECTIONS.map(|section| (section, find_in_libbpf(object, section)));
    let maps = object.maps().map(|map| {
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

/// A map by its name, or by the section that it comes from: `.bss`, `.data.foo`. The part before the first dot of `x.bss` is
/// what the guest calls the object, which the host is not told.
pub(crate) fn find<'a>(object: &'a Object, name: &str) -> Option<libbpf_rs::Map<'a>> {
    let section = name.find('.').and_then(|dot| name.get(dot..));
    [Some(name), section]
        .into_iter()
        .flatten()
        .find_map(|name| by_name(object, name))
}

fn by_name<'a>(object: &'a Object, name: &str) -> Option<libbpf_rs::Map<'a>> {
    let name = CString::new(name).ok()?;
    let found = find_in_libbpf(object, &name);
    object.maps().find(|map| {
        map.as_libbpf_object().as_ptr() == found || map.name().as_bytes() == name.as_bytes()
    })
}

fn find_in_libbpf(object: &Object, name: &CStr) -> *mut libbpf_sys::bpf_map {
    // SAFETY: the object is open, the name ends in NUL.
    #[allow(unsafe_code, reason = "libbpf-rs has no look-up by section")]
    unsafe {
        libbpf_sys::bpf_object__find_map_by_name(object.as_libbpf_object().as_ptr(), name.as_ptr())
    }
}
