//! Queues and stacks.

use super::flags::MapFlags;
use super::raw::Map;
use crate::Plain;
use crate::error::Result;
use core::fmt;
use core::marker::PhantomData;
use core::ops::Deref;

/// A queue or a stack of values of type `V`. No host call takes a value out again; BPF programs do.
pub struct Queue<V> {
    map: Map,
    elements: PhantomData<fn() -> V>,
}

impl<V: Plain> Queue<V> {
    /// Adds a value. [`MapFlags::EXIST`] drops the oldest one if there is no room.
    ///
    /// # Errors
    /// `E2BIG` if there is no room; the kernel's.
    pub fn push(&self, value: &V, flags: MapFlags) -> Result<()> {
        self.map.insert_bytes(&[], value.as_bytes(), flags)
    }

    /// The value that would be taken out next, which stays.
    ///
    /// # Errors
    /// The kernel's.
    pub fn peek(&self) -> Result<Option<V>> {
        let mut value = V::zeroed();
        let found = self.map.lookup(&[], value.as_bytes_mut(), MapFlags::ANY)?;
        Ok(found.then_some(value))
    }
}

impl<V> From<Map> for Queue<V> {
    fn from(map: Map) -> Self {
        Queue {
            map,
            elements: PhantomData,
        }
    }
}

impl<V> Deref for Queue<V> {
    type Target = Map;

    fn deref(&self) -> &Map {
        &self.map
    }
}

impl<V> Clone for Queue<V> {
    fn clone(&self) -> Self {
        self.map.clone().into()
    }
}

impl<V> fmt::Debug for Queue<V> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Queue({})", self.map.name())
    }
}
