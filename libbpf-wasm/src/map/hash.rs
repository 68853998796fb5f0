//! Maps with one value for each key.

use super::flags::MapFlags;
use super::keys::{Entries, Keys};
use super::raw::Map;
use crate::Plain;
use crate::error::Result;
use core::fmt;
use core::marker::PhantomData;
use core::ops::Deref;

/// A map with keys of type `K` and values of type `V`: hash maps, LRU hash maps, tries, and storage that belongs to a socket,
/// task, inode or cgroup.
pub struct HashMap<K, V> {
    map: Map,
    elements: PhantomData<fn() -> (K, V)>,
}

impl<K: Plain, V: Plain> HashMap<K, V> {
    /// The value of a key.
    ///
    /// # Errors
    /// The kernel's.
    pub fn get(&self, key: &K) -> Result<Option<V>> {
        self.get_with(key, MapFlags::ANY)
    }

    /// The same, with flags: [`MapFlags::LOCK`].
    ///
    /// # Errors
    /// The kernel's.
    pub fn get_with(&self, key: &K, flags: MapFlags) -> Result<Option<V>> {
        let mut value = V::zeroed();
        let found = self
            .map
            .lookup(key.as_bytes(), value.as_bytes_mut(), flags)?;
        Ok(found.then_some(value))
    }

    /// Creates or replaces an element, as `flags` say.
    ///
    /// # Errors
    /// `EEXIST` for [`MapFlags::NO_EXIST`], `ENOENT` for [`MapFlags::EXIST`], `E2BIG` if the map is full; the kernel's.
    pub fn insert(&self, key: &K, value: &V, flags: MapFlags) -> Result<()> {
        self.map
            .insert_bytes(key.as_bytes(), value.as_bytes(), flags)
    }

    /// Removes an element. Whether there was one.
    ///
    /// # Errors
    /// The kernel's.
    pub fn remove(&self, key: &K) -> Result<bool> {
        self.map.remove_bytes(key.as_bytes())
    }

    /// Removes an element and returns its value. An update in between is lost: no host call does both at once.
    ///
    /// # Errors
    /// The kernel's.
    pub fn take(&self, key: &K) -> Result<Option<V>> {
        let value = self.get(key)?;
        if value.is_some() {
            self.remove(key)?;
        }
        Ok(value)
    }

    /// All keys.
    pub fn keys(&self) -> Keys<'_, K> {
        Keys::new(&self.map)
    }

    /// All elements.
    pub fn iter(&self) -> Entries<'_, K, V, Self> {
        Entries::new(self.keys(), self, Self::get)
    }
}

impl<'m, K: Plain, V: Plain> IntoIterator for &'m HashMap<K, V> {
    type Item = Result<(K, V)>;
    type IntoIter = Entries<'m, K, V, HashMap<K, V>>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

impl<K, V> From<Map> for HashMap<K, V> {
    fn from(map: Map) -> Self {
        HashMap {
            map,
            elements: PhantomData,
        }
    }
}

impl<K, V> Deref for HashMap<K, V> {
    type Target = Map;

    fn deref(&self) -> &Map {
        &self.map
    }
}

impl<K, V> Clone for HashMap<K, V> {
    fn clone(&self) -> Self {
        self.map.clone().into()
    }
}

impl<K, V> fmt::Debug for HashMap<K, V> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "HashMap({})", self.map.name())
    }
}
