//! Checked access to the guest's memory. Every address that a guest passes comes through here.

use crate::errno::Errno;
use crate::state::{Guest, State};
use wasmtime::{Extern, Memory};

/// Names, targets and paths may have this many bytes.
const MAX_TEXT: usize = 4096;

/// A part of the guest's memory that was there when it was asked for. Memory never shrinks, so it still is.
#[derive(Clone, Copy, Debug)]
pub(super) struct Area {
    start: usize,
    len: usize,
}

impl Area {
    /// `-EFAULT` if a byte of it is not in memory. An empty one may be anywhere.
    pub(super) fn new(guest: &mut Guest<'_>, address: u32, len: usize) -> Result<Self, Errno> {
        let (memory, _) = memory(guest)?;
        let start = address as usize;
        match start.checked_add(len) {
            Some(end) if end <= memory.len() => Ok(Area { start, len }),
            _ if len == 0 => Ok(Area { start: 0, len: 0 }),
            _ => Err(Errno::FAULT),
        }
    }

    /// The same, but NULL is `-EFAULT` as well, if it is not empty.
    pub(super) fn at(guest: &mut Guest<'_>, address: u32, len: usize) -> Result<Self, Errno> {
        match address {
            0 if len > 0 => Err(Errno::FAULT),
            _ => Area::new(guest, address, len),
        }
    }

    /// Its bytes, in the memory of the same guest.
    pub(super) fn of(self, memory: &mut [u8]) -> &mut [u8] {
        memory
            .get_mut(self.start..)
            .and_then(|rest| rest.get_mut(..self.len))
            .unwrap_or_default()
    }
}

/// The guest's memory, and what the host knows of the guest. `-EFAULT` if it exports none.
pub(super) fn memory<'a>(guest: &'a mut Guest<'_>) -> Result<(&'a mut [u8], &'a mut State), Errno> {
    let memory = exported(guest).ok_or(Errno::FAULT)?;
    Ok(memory.data_and_store_mut(guest))
}

fn exported(guest: &mut Guest<'_>) -> Option<Memory> {
    if let Some(memory) = guest.data().memory {
        return Some(memory);
    }
    let memory = guest.get_export("memory").and_then(Extern::into_memory);
    guest.data_mut().memory = memory;
    memory
}

/// A copy of bytes.
pub(super) fn copy(guest: &mut Guest<'_>, address: u32, len: usize) -> Result<Vec<u8>, Errno> {
    let area = Area::at(guest, address, len)?;
    let (memory, _) = memory(guest)?;
    Ok(area.of(memory).to_vec())
}

/// A short value, which most keys are, without an allocation.
pub(super) struct Bytes {
    short: [u8; SHORT],
    long: Vec<u8>,
    len: usize,
}

const SHORT: usize = 64;

impl Bytes {
    /// A copy of bytes.
    pub(super) fn copy(guest: &mut Guest<'_>, address: u32, len: usize) -> Result<Self, Errno> {
        let area = Area::at(guest, address, len)?;
        let (memory, _) = memory(guest)?;
        let bytes = area.of(memory);
        let (mut short, mut long) = ([0; SHORT], Vec::new());
        match short.get_mut(..len) {
            Some(short) => short.copy_from_slice(bytes),
            None => long.extend_from_slice(bytes),
        }
        Ok(Bytes { short, long, len })
    }

    pub(super) fn as_slice(&self) -> &[u8] {
        self.short.get(..self.len).unwrap_or(&self.long)
    }
}

/// Text up to its NUL; NULL is none. `-EFAULT` without a NUL in memory, `-ENAMETOOLONG` without one soon, `-EINVAL` if it is
/// not UTF-8.
pub(super) fn text(guest: &mut Guest<'_>, address: u32) -> Result<Option<String>, Errno> {
    if address == 0 {
        return Ok(None);
    }
    let (memory, _) = memory(guest)?;
    let rest = memory.get(address as usize..).ok_or(Errno::FAULT)?;
    let part = rest.get(..MAX_TEXT).unwrap_or(rest);
    let Some(len) = part.iter().position(|byte| *byte == 0) else {
        let cut = part.len() < rest.len();
        return Err(if cut {
            Errno::NAMETOOLONG
        } else {
            Errno::FAULT
        });
    };
    let bytes = part.get(..len).unwrap_or_default();
    let text = std::str::from_utf8(bytes).map_err(|_| Errno::INVAL)?;
    Ok(Some(text.to_owned()))
}
