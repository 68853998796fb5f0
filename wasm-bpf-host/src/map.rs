//! The guest's maps.

use crate::errno::Errno;
use crate::object_maps::MapInfo;
use libbpf_rs::MapType;
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};

/// A map of the guest.
#[derive(Debug)]
pub(crate) struct Map {
    fd: OwnedFd,
    /// Its place among the object's.
    index: u32,
    name: String,
    kind: MapType,
    pub(crate) key_size: usize,
    /// As the kernel copies them: for a per-CPU map `value_size` rounded up to 8, for each possible CPU.
    pub(crate) value_size: usize,
}

impl Map {
    pub(crate) fn new(index: u32, info: &MapInfo, fd: OwnedFd) -> Result<Self, Errno> {
        let kind = MapType::from(info.kind);
        let mut value_size = info.value_size as usize;
        if is_per_cpu(kind) {
            let cpus = libbpf_rs::num_possible_cpus().map_err(|error| Errno::of_libbpf(&error))?;
            value_size = value_size.next_multiple_of(8) * cpus;
        }
        Ok(Map {
            fd,
            index,
            name: info.name.clone(),
            kind,
            key_size: info.key_size as usize,
            value_size,
        })
    }

    pub(crate) fn index(&self) -> u32 {
        self.index
    }

    pub(crate) fn name(&self) -> &str {
        &self.name
    }

    pub(crate) fn kind(&self) -> MapType {
        self.kind
    }
}

impl AsFd for Map {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.fd.as_fd()
    }
}

/// Whether guests may have a descriptor that changes elements of such a map. Changing one of a table of functions attaches it.
pub(crate) fn is_changeable(kind: MapType) -> bool {
    kind != MapType::StructOps
}

fn is_per_cpu(kind: MapType) -> bool {
    matches!(
        kind,
        MapType::PercpuHash
            | MapType::PercpuArray
            | MapType::LruPercpuHash
            | MapType::PercpuCgroupStorage
    )
}
