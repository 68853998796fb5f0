//! Maps and perf events: files of memory, as large as the kernel's, with a few events in those that have any.

use libbpf_rs::libbpf_sys::{self, bpf_attr__bindgen_ty_1 as MapAttributes};
use libc::{c_int, c_long};
use rustix::fs::{MemfdFlags, fstat, ftruncate, memfd_create};
use std::cell::RefCell;
use std::collections::BTreeMap;
use std::fs::File;
use std::os::fd::{BorrowedFd, IntoRawFd, OwnedFd};
use std::os::unix::fs::FileExt;

/// What the kernel knows of a map.
#[derive(Clone, Copy, Debug)]
pub(super) struct Shape {
    pub(super) kind: u32,
    pub(super) key: u32,
    pub(super) value: u32,
    pub(super) entries: u32,
    pub(super) flags: u32,
    pub(super) extra: u64,
}

thread_local! {
    /// By the number of their files.
    static SHAPES: RefCell<BTreeMap<u64, Shape>> = const { RefCell::new(BTreeMap::new()) };
}

const PAGE: u64 = 4096;
/// Pages of a perf event: one about it, and room for the largest ring that anybody maps.
const PERF_PAGES: u64 = 1 + 1024;
/// `BPF_RINGBUF_HDR_SZ`
const RECORD: u64 = 8;
/// The largest value, as in the kernel, or nearly.
const MOST: u32 = 32 << 20;

/// No maps.
pub(super) fn forget() {
    SHAPES.with_borrow_mut(BTreeMap::clear);
}

/// A descriptor of something that has no memory, such as a program.
pub(super) fn something() -> Result<c_long, c_int> {
    handed(memory("something", 0)?)
}

fn handed(file: OwnedFd) -> Result<c_long, c_int> {
    Ok(file.into_raw_fd().into())
}

fn memory(name: &str, size: u64) -> Result<OwnedFd, c_int> {
    let file = memfd_create(name, MemfdFlags::CLOEXEC).map_err(rustix::io::Errno::raw_os_error)?;
    ftruncate(&file, size).map_err(|_| libc::E2BIG)?;
    Ok(file)
}

/// The number of a descriptor's file.
fn number(fd: c_int) -> Result<u64, c_int> {
    // SAFETY: it is looked at once, and an error says that it is not open.
    #[allow(unsafe_code, reason = "numbers come from C")]
    let borrowed = match fd {
        0.. => unsafe { BorrowedFd::borrow_raw(fd) },
        _ => return Err(libc::EBADF),
    };
    fstat(borrowed)
        .map(|stat| stat.st_ino)
        .map_err(|_| libc::EBADF)
}

/// The map of a descriptor, and its id.
pub(super) fn of(fd: u32) -> Result<(u32, Shape), c_int> {
    let number = number(fd.cast_signed())?;
    let shape = SHAPES.with_borrow(|shapes| shapes.get(&number).copied());
    #[expect(clippy::cast_possible_truncation, reason = "an id may come up twice")]
    let id = number as u32;
    shape.map(|shape| (id, shape)).ok_or(libc::EINVAL)
}

/// `BPF_MAP_CREATE`
pub(super) fn create(map: &MapAttributes) -> Result<c_long, c_int> {
    let shape = Shape {
        kind: map.map_type,
        key: map.key_size,
        value: map.value_size,
        entries: map.max_entries,
        flags: map.map_flags,
        extra: map.map_extra,
    };
    let size = shape.memory()?;
    let file = memory("map", size)?;
    if shape.kind == libbpf_sys::BPF_MAP_TYPE_RINGBUF {
        let file = File::from(file.try_clone().map_err(|_| libc::EMFILE)?);
        write_ring(&file).map_err(|_| libc::ENOMEM)?;
    }
    let number = fstat(&file).map_err(|_| libc::EMFILE)?.st_ino;
    SHAPES.with_borrow_mut(|shapes| shapes.insert(number, shape));
    handed(file)
}

impl Shape {
    /// Bytes that can be mapped. Sizes that the kernel refuses are refused.
    fn memory(&self) -> Result<u64, c_int> {
        let entries = u64::from(self.entries);
        if self.value > MOST || self.key > MOST {
            return Err(libc::E2BIG);
        }
        match self.kind {
            libbpf_sys::BPF_MAP_TYPE_RINGBUF | libbpf_sys::BPF_MAP_TYPE_USER_RINGBUF => {
                let good = self.entries.is_power_of_two() && entries.is_multiple_of(PAGE);
                let empty = self.key == 0 && self.value == 0;
                (good && empty)
                    .then_some(2 * (PAGE + entries))
                    .ok_or(libc::EINVAL)
            }
            libbpf_sys::BPF_MAP_TYPE_ARENA => Ok(entries * PAGE),
            libbpf_sys::BPF_MAP_TYPE_ARRAY => {
                if self.key != 4 || self.value == 0 || entries == 0 {
                    return Err(libc::EINVAL);
                }
                let value = u64::from(self.value).next_multiple_of(8);
                Ok((value * entries).next_multiple_of(PAGE))
            }
            _ => Ok(0),
        }
    }

    /// Bytes of a value as they are copied: one for each CPU of maps that have those.
    pub(super) fn copied(&self) -> usize {
        let value = self.value as usize;
        match self.kind {
            libbpf_sys::BPF_MAP_TYPE_PERCPU_HASH
            | libbpf_sys::BPF_MAP_TYPE_PERCPU_ARRAY
            | libbpf_sys::BPF_MAP_TYPE_LRU_PERCPU_HASH
            | libbpf_sys::BPF_MAP_TYPE_PERCPU_CGROUP_STORAGE => {
                let cpus = libbpf_rs::num_possible_cpus().unwrap_or(1);
                value.next_multiple_of(8) * cpus
            }
            _ => value,
        }
    }
}

/// Two events, of 5 and of 64 bytes.
fn write_ring(file: &File) -> std::io::Result<()> {
    let mut at = 2 * PAGE;
    for size in [5_u32, 64] {
        file.write_all_at(&u64::from(size).to_ne_bytes(), at)?;
        file.write_all_at(&vec![b'e'; size as usize], at + RECORD)?;
        at += (RECORD + u64::from(size)).next_multiple_of(8);
    }
    file.write_all_at(&(at - 2 * PAGE).to_ne_bytes(), PAGE)
}

/// `perf_event_open`: with a sample, and a record that says how many were lost.
pub(super) fn perf_event() -> Result<c_long, c_int> {
    /// `data_head` of `struct perf_event_mmap_page`.
    const HEAD: u64 = 1024;
    let file = File::from(memory("perf event", PERF_PAGES * PAGE)?);
    let sample = [
        &[9, 0, 0, 0, 0, 0, 24, 0][..],
        &[8, 0, 0, 0],
        b"a sample",
        &[0; 4],
    ]
    .concat();
    let lost = [&[2, 0, 0, 0, 0, 0, 24, 0][..], &[1; 16]].concat();
    let records = [sample, lost].concat();
    let written = file.write_all_at(&records, PAGE);
    let head = (records.len() as u64).to_ne_bytes();
    let written = written.and_then(|()| file.write_all_at(&head, HEAD));
    written.map_err(|_| libc::ENOMEM)?;
    handed(file.into())
}
