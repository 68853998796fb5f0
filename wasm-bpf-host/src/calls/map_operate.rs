//! `wasm_bpf_map_operate(fd, command, key, value, next_key, flags)`: 0 or `-errno`. Every address is checked for the map's sizes
//! before the kernel is asked.
//!
//! NULL as a key is none: `BPF_MAP_GET_NEXT_KEY` gives the first. Maps without keys (queue, stack, bloom filter) take any.

use super::memory::{Area, Bytes, memory};
use crate::errno::Errno;
use crate::map::Map;
use crate::state::Guest;
use libbpf_rs::{MapType, libbpf_sys};
use std::ffi::c_void;
use std::os::fd::{AsFd, AsRawFd};

/// `cmd` of `wasm_bpf_map_operate`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Command {
    Lookup,
    Update,
    Delete,
    NextKey,
}

pub(super) fn call(
    mut guest: Guest<'_>,
    fd: i32,
    command: i32,
    key: u32,
    value: u32,
    next_key: u32,
    flags: u64,
) -> i32 {
    let done = operate(&mut guest, fd, command, [key, value, next_key], flags);
    done.map_or_else(Errno::result, |()| 0)
}

fn operate(
    guest: &mut Guest<'_>,
    fd: i32,
    command: i32,
    [key, value, next_key]: [u32; 3],
    flags: u64,
) -> Result<(), Errno> {
    let command = match command {
        1 => Command::Lookup,
        2 => Command::Update,
        3 => Command::Delete,
        4 => Command::NextKey,
        _ => return Err(Errno::INVAL),
    };
    let map = guest.data().objects.map(fd)?;
    let (kind, key_size, value_size) = (map.kind(), map.key_size, map.value_size);
    if names_host_resources(kind) {
        return Err(Errno::PERM);
    }
    let key = match (key, command) {
        (0, Command::NextKey) => None,
        _ if key_size == 0 => None,
        _ => Some(Bytes::copy(guest, key, key_size)?),
    };
    let area = match command {
        Command::Lookup | Command::Update => Area::at(guest, value, value_size)?,
        Command::NextKey => Area::at(guest, next_key, key_size)?,
        Command::Delete => Area::at(guest, 0, 0)?,
    };
    let key = key.as_ref().map(Bytes::as_slice);
    let (memory, state) = memory(guest)?;
    let map = state.objects.map(fd)?;
    let bytes = area.of(memory);
    if command == Command::Update {
        return match translate(kind, bytes, |fd| state.objects.map(fd))? {
            Some(value) => operate_in_kernel(map, command, key, &mut value.to_ne_bytes(), flags),
            None => operate_in_kernel(map, command, key, bytes, flags),
        };
    }
    operate_in_kernel(map, command, key, bytes, flags)
}

/// Keys of these are descriptors of the host's sockets, files, processes and cgroups.
fn names_host_resources(kind: MapType) -> bool {
    matches!(
        kind,
        MapType::SkStorage | MapType::InodeStorage | MapType::TaskStorage | MapType::CGrpStorage
    )
}

/// The value to store instead of the guest's. Maps whose values are descriptors take the guest's own only: other maps; a guest
/// has no descriptors of programs, sockets and the like.
fn translate<'a>(
    kind: MapType,
    value: &[u8],
    find: impl Fn(i32) -> Result<&'a Map, Errno>,
) -> Result<Option<u32>, Errno> {
    match kind {
        MapType::ArrayOfMaps | MapType::HashOfMaps => {
            let fd = value.first_chunk().copied().ok_or(Errno::INVAL)?;
            let map = find(i32::from_le_bytes(fd))?;
            let fd = u32::try_from(map.as_fd().as_raw_fd());
            fd.map(Some).map_err(|_| Errno::BADF)
        }
        MapType::ProgArray
        | MapType::PerfEventArray
        | MapType::CgroupArray
        | MapType::Sockmap
        | MapType::Sockhash
        | MapType::Xskmap
        | MapType::ReuseportSockarray
        | MapType::StructOps
        | MapType::Unknown => Err(Errno::PERM),
        // An interface or a size, then the descriptor of a program: none if it is not positive.
        MapType::Devmap | MapType::DevmapHash | MapType::Cpumap => {
            let program = value.get(4..).and_then(|rest| rest.first_chunk().copied());
            match program.map(i32::from_le_bytes) {
                Some(1..) => Err(Errno::PERM),
                _ => Ok(None),
            }
        }
        _ => Ok(None),
    }
}

/// One system call. `bytes` is the value, or the next key, and has the map's size.
fn operate_in_kernel(
    map: &Map,
    command: Command,
    key: Option<&[u8]>,
    bytes: &mut [u8],
    flags: u64,
) -> Result<(), Errno> {
    let fd = map.as_fd().as_raw_fd();
    let key = key.map_or(std::ptr::null(), |key| key.as_ptr().cast::<c_void>());
    let bytes = bytes.as_mut_ptr().cast::<c_void>();
    // SAFETY: the kernel reads a key and reads or writes a value or a key, each of the size that the map has, for which the
    // slices were made; the descriptor is the map's.
    #[allow(
        unsafe_code,
        reason = "libbpf-rs cannot do without a key, nor without copies"
    )]
    let result = unsafe {
        match command {
            Command::Lookup => libbpf_sys::bpf_map_lookup_elem_flags(fd, key, bytes, flags),
            Command::Update => libbpf_sys::bpf_map_update_elem(fd, key, bytes, flags),
            Command::Delete => libbpf_sys::bpf_map_delete_elem(fd, key),
            Command::NextKey => libbpf_sys::bpf_map_get_next_key(fd, key, bytes),
        }
    };
    if result < 0 {
        return Err(Errno::of_result(result));
    }
    Ok(())
}
