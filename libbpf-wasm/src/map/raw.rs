//! A map of any kind, with elements as bytes.

use super::call::{Call, host_operate};
use super::flags::MapFlags;
use crate::errno::{EINVAL, ENOENT, ENOMEM, EOPNOTSUPP};
use crate::error::{Error, Result};
use crate::object::Object;
use crate::spec::{CGROUP_STORAGE, MapSpec, PERCPU_CGROUP_STORAGE};
use alloc::rc::Rc;
use alloc::vec::Vec;

/// A map of an object that is not loaded yet.
#[derive(Clone, Debug)]
pub struct OpenMap {
    object: Rc<Object>,
    index: usize,
}

impl OpenMap {
    pub(crate) fn new(object: &Rc<Object>, index: usize) -> Self {
        OpenMap {
            object: Rc::clone(object),
            index,
        }
    }

    fn spec(&self) -> &'static MapSpec {
        spec(&self.object, self.index)
    }

    /// Its name, as libbpf gives it.
    pub fn name(&self) -> &'static str {
        self.spec().name
    }

    /// Largest number of elements.
    pub fn max_entries(&self) -> u32 {
        let state = self.object.maps.get(self.index);
        state.map_or(0, |state| state.max_entries.get())
    }

    /// Sets whether the skeleton attaches it, if it is a table of functions; nothing else of maps is attached.
    pub fn set_autoattach(&self, autoattach: bool) {
        if let Some(state) = self.object.maps.get(self.index) {
            state.autoattach.set(autoattach);
        }
    }

    /// Sets the largest number of elements; for a ring buffer its size in bytes.
    ///
    /// # Errors
    /// `EOPNOTSUPP` if the image does not state it in a place of its own.
    pub fn set_max_entries(&self, max_entries: u32) -> Result<()> {
        let spec = self.spec();
        match self.object.maps.get(self.index) {
            Some(state) if spec.max_entries_at.is_some() || spec.max_entries == max_entries => {
                state.max_entries.set(max_entries);
                Ok(())
            }
            _ => Err(Error::Map {
                map: spec.name,
                action: "set max_entries",
                errno: EOPNOTSUPP,
            }),
        }
    }
}

/// A map of a loaded object, of whatever kind: elements are bytes. Handles that know more of their map lead here.
///
/// Copies of the handle are the same map. When the skeleton is gone, all operations give `EBADF`.
#[derive(Clone, Debug)]
pub struct Map {
    pub(crate) object: Rc<Object>,
    pub(crate) index: usize,
}

fn spec(object: &Object, index: usize) -> &'static MapSpec {
    const NONE: &MapSpec = &MapSpec {
        name: "",
        section: "",
        kind: 0,
        key_size: 0,
        value_size: 0,
        max_entries: 0,
        flags: 0,
        contents: crate::spec::Contents::None,
        contents_size: 0,
        max_entries_at: None,
        autocreate: false,
    };
    object.spec.maps.get(index).unwrap_or(NONE)
}

impl Map {
    pub(crate) fn new(object: &Rc<Object>, index: usize) -> Self {
        Map {
            object: Rc::clone(object),
            index,
        }
    }

    pub(crate) fn spec(&self) -> &'static MapSpec {
        spec(&self.object, self.index)
    }

    pub(crate) fn error(&self, action: &'static str, errno: i32) -> Error {
        let map = self.spec().name;
        Error::Map { map, action, errno }
    }

    /// Its name, as libbpf gives it.
    pub fn name(&self) -> &'static str {
        self.spec().name
    }

    /// `BPF_MAP_TYPE_*`.
    pub fn kind(&self) -> u32 {
        self.spec().kind
    }

    /// Size of a key in bytes.
    pub fn key_size(&self) -> usize {
        self.spec().key_size as usize
    }

    /// Size of a value in bytes.
    pub fn value_size(&self) -> usize {
        self.spec().value_size as usize
    }

    /// Largest number of elements.
    pub fn max_entries(&self) -> u32 {
        let state = self.object.maps.get(self.index);
        state.map_or(0, |state| state.max_entries.get())
    }

    /// The host's file descriptor.
    ///
    /// # Errors
    /// `EOPNOTSUPP` for an internal map that the host hides, `EBADF` when the skeleton is gone.
    pub fn fd(&self) -> Result<i32> {
        self.fd_for("use")
    }

    fn fd_for(&self, action: &'static str) -> Result<i32> {
        let fd = self.object.fd(self.index);
        fd.map_err(|errno| self.error(action, errno))
    }

    /// Bytes of a value as the kernel copies it: for a per-CPU map one for each CPU, each a multiple of 8 bytes.
    ///
    /// # Errors
    /// `EOPNOTSUPP` if nothing tells how many CPUs there are.
    pub(crate) fn kernel_value_size(&self, key: &[u8]) -> Result<usize, i32> {
        let spec = self.spec();
        match spec.is_per_cpu() {
            true => Ok(spec.stride() * self.cpus_for(key)?),
            false => Ok(spec.stride()),
        }
    }

    /// Reads the value of `key` into `value`, which has the kernel's size. Whether there is one.
    pub(crate) fn lookup(&self, key: &[u8], value: &mut [u8], flags: MapFlags) -> Result<bool> {
        const ACTION: &str = "look up";
        let fd = self.fd_for(ACTION)?;
        if key.len() != self.key_size() {
            return Err(self.error(ACTION, EINVAL));
        }
        // A handle can be made of any map: its types may be others than the map's.
        match self.kernel_value_size(key) {
            Ok(size) if size == value.len() => {}
            Ok(_) => return Err(self.error(ACTION, EINVAL)),
            Err(ENOENT) => return Ok(false),
            Err(errno) => return Err(self.error(ACTION, errno)),
        }
        match host_operate(fd, Call::Lookup(value), key, flags.0) {
            Ok(()) => Ok(true),
            Err(ENOENT) => Ok(false),
            Err(errno) => Err(self.error(ACTION, errno)),
        }
    }

    /// The value of `key`, `None` if there is none; of a per-CPU map the values of all CPUs, each padded to 8 bytes.
    ///
    /// # Errors
    /// `EINVAL` if the key has not the map's size; the kernel's.
    pub fn get_bytes(&self, key: &[u8]) -> Result<Option<Vec<u8>>> {
        if key.len() != self.key_size() {
            return Err(self.error("look up", EINVAL));
        }
        self.fd_for("look up")?;
        let size = match self.kernel_value_size(key) {
            // Who asks for an element that does not exist need not know how large it would be.
            Err(ENOENT) => return Ok(None),
            size => size.map_err(|errno| self.error("look up", errno))?,
        };
        let mut value = self.buffer(size)?;
        Ok(self
            .lookup(key, &mut value, MapFlags::ANY)?
            .then_some(value))
    }

    /// `size` zeroes.
    pub(crate) fn buffer(&self, size: usize) -> Result<Vec<u8>> {
        let mut buffer = Vec::new();
        let room = buffer.try_reserve_exact(size);
        room.map_err(|_| self.error("look up", ENOMEM))?;
        buffer.resize(size, 0);
        Ok(buffer)
    }

    /// Creates or replaces an element.
    ///
    /// # Errors
    /// `EINVAL` if key or value have not the map's size (see [`Map::get_bytes`]); `EEXIST`, `ENOENT` according to `flags`;
    /// `E2BIG` if the map is full; the kernel's.
    pub fn insert_bytes(&self, key: &[u8], value: &[u8], flags: MapFlags) -> Result<()> {
        const ACTION: &str = "update";
        let fd = self.fd_for(ACTION)?;
        let failed = |errno| self.error(ACTION, errno);
        if key.len() != self.key_size() {
            return Err(failed(EINVAL));
        }
        let size = match self.kernel_value_size(key) {
            Err(ENOENT) => Err(EOPNOTSUPP),
            size => size,
        };
        if value.len() != size.map_err(failed)? {
            return Err(failed(EINVAL));
        }
        host_operate(fd, Call::Update(value), key, flags.0).map_err(failed)
    }

    /// Removes an element. Whether there was one.
    ///
    /// # Errors
    /// `EINVAL` if the key has not the map's size, and for arrays; the kernel's.
    pub fn remove_bytes(&self, key: &[u8]) -> Result<bool> {
        const ACTION: &str = "delete";
        let fd = self.fd_for(ACTION)?;
        if key.len() != self.key_size() {
            return Err(self.error(ACTION, EINVAL));
        }
        match host_operate(fd, Call::Delete, key, 0) {
            Ok(()) => Ok(true),
            Err(ENOENT) => Ok(false),
            Err(errno) => Err(self.error(ACTION, errno)),
        }
    }

    /// The key after `key`, the first one after `None`; `None` after the last.
    ///
    /// # Errors
    /// `EINVAL` if the key has not the map's size; `EOPNOTSUPP` if there is no way to the first; the kernel's.
    pub fn next_key_bytes(&self, key: Option<&[u8]>) -> Result<Option<Vec<u8>>> {
        const ACTION: &str = "next key";
        let fd = self.fd_for(ACTION)?;
        if key.is_some_and(|key| key.len() != self.key_size()) {
            return Err(self.error(ACTION, EINVAL));
        }
        let mut next = self.buffer(self.key_size())?;
        let result = match key {
            Some(key) => host_operate(fd, Call::NextKey(&mut next), key, 0),
            None => self.first_key(&mut next),
        };
        match result {
            Ok(()) => Ok(Some(next)),
            Err(ENOENT) => Ok(None),
            Err(errno) => Err(self.error(ACTION, errno)),
        }
    }

    /// The first key, for hosts that take a NULL key for the address 0. Kernel maps restart at the first key for one that does
    /// not exist: an array's index and a trie's prefix length of all ones never do, a hash map's key has to be looked for.
    pub(crate) fn first_key(&self, next: &mut [u8]) -> Result<(), i32> {
        /// `HASH`, `PERCPU_HASH`, `LRU_HASH`, `LRU_PERCPU_HASH`, `HASH_OF_MAPS`, `SOCKHASH`, `DEVMAP_HASH`
        const HASHES: [u32; 7] = [1, 5, 9, 10, 13, 18, 25];
        let spec = self.spec();
        // These do not restart.
        if matches!(spec.kind, CGROUP_STORAGE | PERCPU_CGROUP_STORAGE) {
            return Err(EOPNOTSUPP);
        }
        let fd = self.object.fd(self.index)?;
        let mut value = match HASHES.contains(&spec.kind) {
            true => self.scratch()?,
            false => Vec::new(),
        };
        let mut key = Vec::new();
        for fill in (0..=u8::MAX).rev() {
            key.clear();
            key.resize(next.len(), fill);
            if value.is_empty() || host_operate(fd, Call::Lookup(&mut value), &key, 0).is_err() {
                return host_operate(fd, Call::NextKey(next), &key, 0);
            }
        }
        Err(EOPNOTSUPP)
    }
}
