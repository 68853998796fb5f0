//! Scalars of C that Rust has no type for.

use crate::{Plain, Unaligned};
use core::fmt;

/// A `bool` that another program wrote: any byte but 0 is `true`.
#[repr(transparent)]
#[derive(Clone, Copy, Default)]
pub struct Bool(u8);

impl Bool {
    /// 0.
    pub const FALSE: Self = Bool(0);
    /// 1.
    pub const TRUE: Self = Bool(1);

    /// Whether the byte is not 0.
    pub const fn get(self) -> bool {
        self.0 != 0
    }

    /// Makes the byte 0 or 1.
    pub const fn set(&mut self, value: bool) {
        self.0 = value as u8;
    }

    /// The byte.
    pub const fn to_byte(self) -> u8 {
        self.0
    }
}

impl From<bool> for Bool {
    fn from(value: bool) -> Self {
        Bool(u8::from(value))
    }
}

impl From<Bool> for bool {
    fn from(value: Bool) -> Self {
        value.get()
    }
}

/// By truth, not by byte.
impl PartialEq for Bool {
    fn eq(&self, other: &Self) -> bool {
        self.get() == other.get()
    }
}

impl Eq for Bool {}

impl PartialEq<bool> for Bool {
    fn eq(&self, other: &bool) -> bool {
        self.get() == *other
    }
}

impl fmt::Debug for Bool {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.get().fmt(f)
    }
}

// SAFETY: a transparent `u8`.
#[allow(unsafe_code, reason = "a transparent u8")]
unsafe impl Plain for Bool {}
// SAFETY: one byte.
#[allow(unsafe_code, reason = "a transparent u8")]
unsafe impl Unaligned for Bool {}

#[cfg(feature = "bytemuck")]
#[allow(unsafe_code, reason = "a transparent u8")]
mod pod {
    use super::Bool;

    // SAFETY: a transparent `u8`.
    unsafe impl bytemuck::Zeroable for Bool {}
    // SAFETY: a transparent `u8`.
    unsafe impl bytemuck::Pod for Bool {}
}

#[cfg(test)]
mod tests {
    use super::Bool;
    use crate::Plain;

    #[test]
    fn any_byte_is_a_bool() {
        for byte in 0..=u8::MAX {
            let value = Bool::read_from(&[byte]).unwrap();
            assert_eq!((value.get(), value.to_byte()), (byte != 0, byte));
        }
        assert_eq!(Bool::read_from(&[2]).unwrap(), Bool::TRUE);
        let mut value = Bool::from(true);
        assert!(bool::from(value) && value == true);
        value.set(false);
        assert_eq!((value.to_byte(), value), (0, Bool::FALSE));
    }
}
