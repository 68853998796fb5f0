//! Addresses of the kernel's memory.

use crate::Plain;
use core::fmt;
use core::hash::{Hash, Hasher};
use core::marker::PhantomData;

/// A 64-bit address in kernel memory, and the type of what is there. A guest can hand it on, but not follow it.
#[repr(transparent)]
pub struct Ptr<T: ?Sized>(u64, PhantomData<*const T>);

impl<T: ?Sized> Ptr<T> {
    /// The address 0.
    pub const NULL: Self = Ptr::from_addr(0);

    /// The pointer with this address.
    pub const fn from_addr(addr: u64) -> Self {
        Ptr(addr, PhantomData)
    }

    /// The address.
    pub const fn addr(self) -> u64 {
        self.0
    }

    /// Whether the address is 0.
    pub const fn is_null(self) -> bool {
        self.0 == 0
    }

    /// The same address of something else.
    pub const fn cast<U: ?Sized>(self) -> Ptr<U> {
        Ptr::from_addr(self.0)
    }
}

impl<T: ?Sized> Clone for Ptr<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T: ?Sized> Copy for Ptr<T> {}

impl<T: ?Sized> Default for Ptr<T> {
    fn default() -> Self {
        Self::NULL
    }
}

impl<T: ?Sized> PartialEq for Ptr<T> {
    fn eq(&self, other: &Self) -> bool {
        self.0 == other.0
    }
}

impl<T: ?Sized> Eq for Ptr<T> {}

impl<T: ?Sized> Hash for Ptr<T> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.0.hash(state);
    }
}

impl<T: ?Sized> fmt::Debug for Ptr<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:#018x}", self.0)
    }
}

// SAFETY: it is a number; nothing is reached through it.
#[allow(unsafe_code, reason = "the phantom pointer is never followed")]
unsafe impl<T: ?Sized> Send for Ptr<T> {}
// SAFETY: as for `Send`.
#[allow(unsafe_code, reason = "the phantom pointer is never followed")]
unsafe impl<T: ?Sized> Sync for Ptr<T> {}
// SAFETY: a transparent `u64`.
#[allow(unsafe_code, reason = "a transparent u64")]
unsafe impl<T: ?Sized + 'static> Plain for Ptr<T> {}

#[cfg(feature = "bytemuck")]
#[allow(unsafe_code, reason = "a transparent u64")]
mod pod {
    use super::Ptr;

    // SAFETY: a transparent `u64`.
    unsafe impl<T: ?Sized + 'static> bytemuck::Zeroable for Ptr<T> {}
    // SAFETY: a transparent `u64`.
    unsafe impl<T: ?Sized + 'static> bytemuck::Pod for Ptr<T> {}
}

#[cfg(test)]
mod tests {
    use super::Ptr;

    #[test]
    fn a_pointer_is_its_address() {
        let ptr = Ptr::<str>::from_addr(0xffff_8880_0000_1000);
        assert_eq!(ptr.addr(), 0xffff_8880_0000_1000);
        assert!(!ptr.is_null());
        assert!(Ptr::<str>::default().is_null());
        assert_eq!(ptr.cast::<u8>().cast::<str>(), ptr);
        assert_eq!(format!("{ptr:?}"), "0xffff888000001000");
        assert_eq!(size_of::<Ptr<str>>(), 8);
    }
}
