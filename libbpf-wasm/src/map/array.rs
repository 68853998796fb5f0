//! Arrays.

use super::flags::MapFlags;
use super::raw::Map;
use crate::Plain;
use crate::error::Result;
use core::fmt;
use core::marker::PhantomData;
use core::ops::Deref;

/// An array map: a value of type `V` for each number below [`Map::max_entries`].
pub struct Array<V> {
    map: Map,
    elements: PhantomData<fn() -> V>,
}

impl<V: Plain> Array<V> {
    /// Number of elements.
    pub fn len(&self) -> u32 {
        self.map.max_entries()
    }

    /// Whether there are none, which no kernel allows.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The value at `index`, `None` after the end.
    ///
    /// # Errors
    /// The kernel's.
    pub fn get(&self, index: u32) -> Result<Option<V>> {
        self.get_with(index, MapFlags::ANY)
    }

    /// The same, with flags: [`MapFlags::LOCK`].
    ///
    /// # Errors
    /// The kernel's.
    pub fn get_with(&self, index: u32, flags: MapFlags) -> Result<Option<V>> {
        let mut value = V::zeroed();
        let found = self
            .map
            .lookup(index.as_bytes(), value.as_bytes_mut(), flags)?;
        Ok(found.then_some(value))
    }

    /// Sets the value at `index`.
    ///
    /// # Errors
    /// `E2BIG` after the end; the kernel's.
    pub fn set(&self, index: u32, value: &V) -> Result<()> {
        self.insert(&index, value, MapFlags::ANY)
    }

    /// The same under the name it has for other maps, with flags.
    ///
    /// # Errors
    /// `E2BIG` after the end; `EEXIST` for [`MapFlags::NO_EXIST`]: all elements exist; the kernel's.
    pub fn insert(&self, index: &u32, value: &V, flags: MapFlags) -> Result<()> {
        self.map
            .insert_bytes(index.as_bytes(), value.as_bytes(), flags)
    }

    /// All values, in order of their index.
    pub fn iter(&self) -> impl Iterator<Item = Result<V>> {
        (0..self.len()).filter_map(|index| self.get(index).transpose())
    }
}

impl<V> From<Map> for Array<V> {
    fn from(map: Map) -> Self {
        Array {
            map,
            elements: PhantomData,
        }
    }
}

impl<V> Deref for Array<V> {
    type Target = Map;

    fn deref(&self) -> &Map {
        &self.map
    }
}

impl<V> Clone for Array<V> {
    fn clone(&self) -> Self {
        self.map.clone().into()
    }
}

impl<V> fmt::Debug for Array<V> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Array({})", self.map.name())
    }
}
