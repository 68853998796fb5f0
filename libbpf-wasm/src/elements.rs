//! The elements of flexible arrays.

use crate::Plain;
use core::fmt;
use core::marker::PhantomData;
use core::mem::size_of;
use core::slice::ChunksExact;

/// The elements of a flexible array, which lie after a struct, one after the other and at any address.
#[derive(Clone, Copy)]
pub struct Elements<'a, T> {
    bytes: &'a [u8],
    ty: PhantomData<T>,
}

impl<'a, T: Plain> Elements<'a, T> {
    /// As many whole elements as there are in `bytes`.
    pub const fn new(bytes: &'a [u8]) -> Self {
        Elements {
            bytes,
            ty: PhantomData,
        }
    }

    /// As many whole elements as there are in `bytes` from byte `offset` on; none if that lies after the end.
    pub fn behind(bytes: &'a [u8], offset: usize) -> Self {
        Elements::new(behind(bytes, offset))
    }

    /// Number of elements; 0 if they have no bytes.
    pub const fn len(&self) -> usize {
        match size_of::<T>() {
            0 => 0,
            size => self.bytes.len() / size,
        }
    }

    /// Whether there is no whole element.
    pub const fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The `i`-th element.
    pub fn get(&self, i: usize) -> Option<T> {
        self.iter().nth(i)
    }

    /// The elements, in order.
    pub fn iter(&self) -> ElementsIter<'a, T> {
        // Elements without bytes: none of them is found in no bytes.
        let bytes = if size_of::<T>() == 0 { &[] } else { self.bytes };
        ElementsIter {
            chunks: bytes.chunks_exact(size_of::<T>().max(1)),
            ty: PhantomData,
        }
    }

    /// All bytes, those after the last whole element included.
    pub const fn as_bytes(&self) -> &'a [u8] {
        self.bytes
    }
}

impl<'a, T: Plain> IntoIterator for Elements<'a, T> {
    type Item = T;
    type IntoIter = ElementsIter<'a, T>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

impl<T: Plain + fmt::Debug> fmt::Debug for Elements<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.iter()).finish()
    }
}

/// The bytes from `offset` on; none if that lies after the end.
#[doc(hidden)]
pub fn behind(bytes: &[u8], offset: usize) -> &[u8] {
    bytes.get(offset..).unwrap_or_default()
}

/// Goes through [`Elements`].
#[derive(Clone, Debug)]
pub struct ElementsIter<'a, T> {
    chunks: ChunksExact<'a, u8>,
    ty: PhantomData<T>,
}

impl<T: Plain> Iterator for ElementsIter<'_, T> {
    type Item = T;

    fn next(&mut self) -> Option<T> {
        T::read_from(self.chunks.next()?).ok()
    }

    fn nth(&mut self, n: usize) -> Option<T> {
        T::read_from(self.chunks.nth(n)?).ok()
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        self.chunks.size_hint()
    }
}

impl<T: Plain> ExactSizeIterator for ElementsIter<'_, T> {}

#[cfg(test)]
mod tests {
    use super::Elements;

    #[test]
    fn whole_elements_are_read_at_any_address() {
        let bytes = [9, 1, 0, 2, 0, 3, 0, 4];
        let elements = Elements::<[u8; 2]>::new(&bytes[1..]);
        assert_eq!((elements.len(), elements.is_empty()), (3, false));
        assert!(elements.iter().eq([[1, 0], [2, 0], [3, 0]]));
        assert_eq!(elements.get(2), Some([3, 0]));
        assert_eq!(elements.get(3), None);
        assert_eq!(elements.as_bytes(), &bytes[1..]);
        let unaligned = Elements::<u16>::new(&bytes[1..]);
        assert!(unaligned.into_iter().map(u16::from_le).eq([1, 2, 3]));
        assert_eq!(format!("{elements:?}"), "[[1, 0], [2, 0], [3, 0]]");
    }

    #[test]
    fn elements_without_bytes_are_none() {
        let elements = Elements::<[u8; 0]>::new(&[1, 2, 3]);
        assert_eq!((elements.len(), elements.iter().count()), (0, 0));
        assert_eq!(Elements::<u64>::new(&[1, 2, 3]).get(0), None);
    }
}
