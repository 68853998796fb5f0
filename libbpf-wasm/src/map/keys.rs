//! Going through the elements of a map.

use super::call::{Call, host_operate};
use super::raw::Map;
use crate::Plain;
use crate::errno::ENOENT;
use crate::error::Result;
use alloc::vec::Vec;
use core::fmt;
use core::marker::PhantomData;

/// The keys of a map.
///
/// The first step asks for all of them, so elements may be inserted and removed on the way. If BPF programs remove
/// elements during that step the kernel may begin again: a key may come twice then, but there are never more than
/// `max_entries`.
pub struct Keys<'m, K> {
    map: &'m Map,
    /// The keys, one after the other, once they were asked for.
    bytes: Option<Vec<u8>>,
    /// How many of these bytes were given out.
    done: usize,
    key: PhantomData<fn() -> K>,
}

impl<'m, K> Keys<'m, K> {
    pub(super) fn new(map: &'m Map) -> Self {
        Keys {
            map,
            bytes: None,
            done: 0,
            key: PhantomData,
        }
    }

    /// The next key's bytes.
    fn advance(&mut self) -> Option<Result<&[u8]>> {
        if self.bytes.is_none() {
            // After an error there is nothing more.
            self.bytes = Some(Vec::new());
            match self.map.all_keys() {
                Ok(keys) => self.bytes = Some(keys),
                Err(error) => return Some(Err(error)),
            }
        }
        let start = self.done;
        self.done += self.map.key_size();
        let bytes = self.bytes.as_ref()?.get(start..self.done)?;
        (!bytes.is_empty()).then_some(Ok(bytes))
    }
}

impl<K: Plain> Iterator for Keys<'_, K> {
    type Item = Result<K>;

    fn next(&mut self) -> Option<Self::Item> {
        let key = self.advance()?;
        key.map(|bytes| K::read_from(bytes).ok()).transpose()
    }
}

impl<K> fmt::Debug for Keys<'_, K> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Keys({})", self.map.name())
    }
}

/// The elements of a map: its [`Keys`], and for each that still exists its value.
pub struct Entries<'m, K, V, T> {
    keys: Keys<'m, K>,
    map: &'m T,
    get: fn(&T, &K) -> Result<Option<V>>,
}

impl<'m, K, V, T> Entries<'m, K, V, T> {
    pub(super) fn new(keys: Keys<'m, K>, map: &'m T, get: fn(&T, &K) -> Result<Option<V>>) -> Self {
        Entries { keys, map, get }
    }
}

impl<K: Plain, V, T> Iterator for Entries<'_, K, V, T> {
    type Item = Result<(K, V)>;

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            let key = match self.keys.next()? {
                Ok(key) => key,
                Err(error) => return Some(Err(error)),
            };
            match (self.get)(self.map, &key) {
                Ok(Some(value)) => return Some(Ok((key, value))),
                Ok(None) => {}
                Err(error) => return Some(Err(error)),
            }
        }
    }
}

impl<K, V, T> fmt::Debug for Entries<'_, K, V, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.keys.fmt(f)
    }
}

impl Map {
    /// All keys, one after the other.
    fn all_keys(&self) -> Result<Vec<u8>> {
        let failed = |errno| self.error("next key", errno);
        let fd = self.fd()?;
        let mut keys = Vec::new();
        let mut key = self.buffer(self.key_size())?;
        let mut next = key.clone();
        let mut result = self.first_key(&mut next);
        for _ in 0..self.max_entries() {
            match result {
                Ok(()) => {}
                Err(ENOENT) => return Ok(keys),
                Err(errno) => return Err(failed(errno)),
            }
            core::mem::swap(&mut key, &mut next);
            keys.try_reserve(key.len())
                .map_err(|_| failed(crate::errno::ENOMEM))?;
            keys.extend_from_slice(&key);
            result = host_operate(fd, Call::NextKey(&mut next), &key, 0);
        }
        match result {
            Err(errno) if errno != ENOENT => Err(failed(errno)),
            _ => Ok(keys),
        }
    }
}
