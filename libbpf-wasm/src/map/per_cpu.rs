//! Maps with a value for each CPU.

use super::flags::MapFlags;
use super::keys::{Entries, Keys};
use super::raw::Map;
use crate::Plain;
use crate::errno::EINVAL;
use crate::error::Result;
use alloc::vec::Vec;
use core::fmt;
use core::marker::PhantomData;
use core::ops::Deref;

/// A hash map, or LRU hash map, with a value of type `V` for each key and CPU.
pub struct PerCpuHashMap<K, V> {
    map: Map,
    elements: PhantomData<fn() -> (K, V)>,
}

/// An array with a value of type `V` for each index and CPU.
pub struct PerCpuArray<V> {
    map: Map,
    elements: PhantomData<fn() -> V>,
}

impl<K: Plain, V: Plain> PerCpuHashMap<K, V> {
    /// The values of a key, one for each possible CPU.
    ///
    /// # Errors
    /// The kernel's.
    pub fn get(&self, key: &K) -> Result<Option<Vec<V>>> {
        get(&self.map, key.as_bytes())
    }

    /// Creates or replaces an element, as `flags` say, with a value for each possible CPU.
    ///
    /// # Errors
    /// `EINVAL` if these are not as many; `EOPNOTSUPP` if nothing tells how many there are, see [`PerCpuHashMap::cpus`];
    /// `EEXIST` and `ENOENT` as `flags` say; `E2BIG` if the map is full; the kernel's.
    pub fn insert(&self, key: &K, values: &[V], flags: MapFlags) -> Result<()> {
        insert(&self.map, key.as_bytes(), values, flags)
    }

    /// Removes an element. Whether there was one.
    ///
    /// # Errors
    /// The kernel's.
    pub fn remove(&self, key: &K) -> Result<bool> {
        self.map.remove_bytes(key.as_bytes())
    }

    /// The number of possible CPUs, which is that of the values.
    ///
    /// # Errors
    /// `EOPNOTSUPP`: hosts do not tell, and no per-CPU map of the object has an element that would.
    pub fn cpus(&self) -> Result<usize> {
        self.map.cpus()
    }

    /// All keys.
    pub fn keys(&self) -> Keys<'_, K> {
        Keys::new(&self.map)
    }

    /// All elements.
    pub fn iter(&self) -> Entries<'_, K, Vec<V>, Self> {
        Entries::new(self.keys(), self, Self::get)
    }
}

impl<'m, K: Plain, V: Plain> IntoIterator for &'m PerCpuHashMap<K, V> {
    type Item = Result<(K, Vec<V>)>;
    type IntoIter = Entries<'m, K, Vec<V>, PerCpuHashMap<K, V>>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

impl<V: Plain> PerCpuArray<V> {
    /// Number of elements.
    pub fn len(&self) -> u32 {
        self.map.max_entries()
    }

    /// Whether there are none, which no kernel allows.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The values at `index`, one for each possible CPU; `None` after the end.
    ///
    /// # Errors
    /// The kernel's.
    pub fn get(&self, index: u32) -> Result<Option<Vec<V>>> {
        get(&self.map, index.as_bytes())
    }

    /// Sets the values at `index`, one for each possible CPU.
    ///
    /// # Errors
    /// `EINVAL` if these are not as many; `E2BIG` after the end; the kernel's.
    pub fn set(&self, index: u32, values: &[V]) -> Result<()> {
        insert(&self.map, index.as_bytes(), values, MapFlags::ANY)
    }

    /// The number of possible CPUs, which is that of the values.
    ///
    /// # Errors
    /// The kernel's.
    pub fn cpus(&self) -> Result<usize> {
        self.map.cpus()
    }

    /// All values, in order of their index.
    pub fn iter(&self) -> impl Iterator<Item = Result<Vec<V>>> {
        (0..self.len()).filter_map(|index| self.get(index).transpose())
    }
}

/// The values of an element, without the kernel's padding.
fn get<V: Plain>(map: &Map, key: &[u8]) -> Result<Option<Vec<V>>> {
    let Some(bytes) = map.get_bytes(key)? else {
        return Ok(None);
    };
    let values = bytes.chunks_exact(map.spec().stride().max(1));
    let value = |bytes| V::read_prefix(bytes).ok().map(|(value, _)| value);
    Ok(Some(values.filter_map(value).collect()))
}

fn insert<V: Plain>(map: &Map, key: &[u8], values: &[V], flags: MapFlags) -> Result<()> {
    let stride = map.spec().stride();
    let mut bytes = map.buffer(stride * values.len())?;
    for (value, place) in values.iter().zip(bytes.chunks_exact_mut(stride.max(1))) {
        let value = value.as_bytes();
        match place.get_mut(..value.len()) {
            Some(place) => place.copy_from_slice(value),
            None => return Err(map.error("update", EINVAL)),
        }
    }
    map.insert_bytes(key, &bytes, flags)
}

impl<K, V> From<Map> for PerCpuHashMap<K, V> {
    fn from(map: Map) -> Self {
        PerCpuHashMap {
            map,
            elements: PhantomData,
        }
    }
}

impl<K, V> Deref for PerCpuHashMap<K, V> {
    type Target = Map;

    fn deref(&self) -> &Map {
        &self.map
    }
}

impl<K, V> Clone for PerCpuHashMap<K, V> {
    fn clone(&self) -> Self {
        self.map.clone().into()
    }
}

impl<K, V> fmt::Debug for PerCpuHashMap<K, V> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "PerCpuHashMap({})", self.map.name())
    }
}

impl<V> From<Map> for PerCpuArray<V> {
    fn from(map: Map) -> Self {
        PerCpuArray {
            map,
            elements: PhantomData,
        }
    }
}

impl<V> Deref for PerCpuArray<V> {
    type Target = Map;

    fn deref(&self) -> &Map {
        &self.map
    }
}

impl<V> Clone for PerCpuArray<V> {
    fn clone(&self) -> Self {
        self.map.clone().into()
    }
}

impl<V> fmt::Debug for PerCpuArray<V> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "PerCpuArray({})", self.map.name())
    }
}
