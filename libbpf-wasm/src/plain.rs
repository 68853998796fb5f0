//! Values that are their bytes: what BPF code and a guest can share.

use core::fmt;
use core::mem::{MaybeUninit, size_of};
use core::slice;

/// A type that is nothing but its bytes: integers, floats, arrays, [`Ptr`](crate::Ptr), and every type generated from BTF.
///
/// # Safety
/// Every pattern of `size_of::<Self>()` bytes is a valid value, all bytes of every value are initialised (no implicit padding),
/// and the type has no interior mutability.
#[allow(unsafe_code, reason = "a promise about layout that no compiler checks")]
pub unsafe trait Plain: Copy + 'static {
    /// The value whose bytes are all 0.
    fn zeroed() -> Self {
        // SAFETY: every pattern of bytes is a value.
        unsafe { MaybeUninit::zeroed().assume_init() }
    }

    /// A copy of the value in `bytes`, which may be anywhere in memory.
    ///
    /// # Errors
    /// [`SizeError`] if there are more or fewer bytes than a value has.
    fn read_from(bytes: &[u8]) -> Result<Self, SizeError> {
        SizeError::exact::<Self>(bytes.len())?;
        // SAFETY: there are enough bytes, all of them initialised, and every pattern is a value.
        Ok(unsafe { bytes.as_ptr().cast::<Self>().read_unaligned() })
    }

    /// A copy of the value at the start of `bytes`, and what is after it.
    ///
    /// # Errors
    /// [`SizeError`] if there are fewer bytes than a value has.
    fn read_prefix(bytes: &[u8]) -> Result<(Self, &[u8]), SizeError> {
        let (value, rest) = SizeError::split::<Self>(bytes)?;
        Ok((Self::read_from(value)?, rest))
    }

    /// The bytes of the value.
    fn as_bytes(&self) -> &[u8] {
        // SAFETY: all bytes of a value are initialised.
        unsafe { slice::from_raw_parts((&raw const *self).cast(), size_of::<Self>()) }
    }

    /// The bytes of the value, to be changed.
    fn as_bytes_mut(&mut self) -> &mut [u8] {
        // SAFETY: all bytes of a value are initialised, and whatever is written makes another value.
        unsafe { slice::from_raw_parts_mut((&raw mut *self).cast(), size_of::<Self>()) }
    }

    /// The value in `bytes` as it stands there.
    ///
    /// # Errors
    /// [`SizeError`] if there are more or fewer bytes than a value has.
    fn from_bytes(bytes: &[u8]) -> Result<&Self, SizeError>
    where
        Self: Unaligned,
    {
        SizeError::exact::<Self>(bytes.len())?;
        // SAFETY: there are enough bytes, every pattern is a value, and every address will do.
        Ok(unsafe { &*bytes.as_ptr().cast::<Self>() })
    }

    /// The value in `bytes` as it stands there, to be changed.
    ///
    /// # Errors
    /// [`SizeError`] if there are more or fewer bytes than a value has.
    fn from_bytes_mut(bytes: &mut [u8]) -> Result<&mut Self, SizeError>
    where
        Self: Unaligned,
    {
        SizeError::exact::<Self>(bytes.len())?;
        // SAFETY: as in `from_bytes`; what is written are initialised bytes.
        Ok(unsafe { &mut *bytes.as_mut_ptr().cast::<Self>() })
    }

    /// The value at the start of `bytes`, and what is after it: for values that end with a flexible array.
    ///
    /// # Errors
    /// [`SizeError`] if there are fewer bytes than a value has.
    fn from_prefix(bytes: &[u8]) -> Result<(&Self, &[u8]), SizeError>
    where
        Self: Unaligned,
    {
        let (value, rest) = SizeError::split::<Self>(bytes)?;
        Ok((Self::from_bytes(value)?, rest))
    }
}

/// A [`Plain`] type that may stand at any address, as all packed structs and unions generated from BTF may.
///
/// # Safety
/// The alignment of the type is 1.
#[allow(unsafe_code, reason = "a promise about layout that no compiler checks")]
pub unsafe trait Unaligned: Plain {}

/// A value after `N` bytes: what an arm of a union is that does not start where the union does.
#[derive(Clone, Copy)]
#[repr(C, packed)]
pub struct Behind<const N: usize, T: Copy> {
    /// Bytes that belong to other arms.
    before: [u8; N],
    /// The value.
    pub value: T,
}

impl<const N: usize, T: Plain + fmt::Debug> fmt::Debug for Behind<N, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let value = self.value;
        f.debug_tuple("Behind").field(&value).finish()
    }
}

// SAFETY: packed, bytes and a plain value.
#[allow(unsafe_code, reason = "packed and plain")]
unsafe impl<const N: usize, T: Plain> Plain for Behind<N, T> {}
// SAFETY: packed.
#[allow(unsafe_code, reason = "packed")]
unsafe impl<const N: usize, T: Plain> Unaligned for Behind<N, T> {}

/// There are more or fewer bytes than a value has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SizeError {
    /// How many bytes a value has.
    pub expected: usize,
    /// How many there are.
    pub found: usize,
}

impl SizeError {
    fn exact<T>(found: usize) -> Result<(), Self> {
        let expected = size_of::<T>();
        match found == expected {
            true => Ok(()),
            false => Err(SizeError { expected, found }),
        }
    }

    /// The bytes of a value, and those after it.
    fn split<T>(bytes: &[u8]) -> Result<(&[u8], &[u8]), Self> {
        let (expected, found) = (size_of::<T>(), bytes.len());
        bytes
            .split_at_checked(expected)
            .ok_or(SizeError { expected, found })
    }
}

impl fmt::Display for SizeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let SizeError { expected, found } = self;
        write!(f, "{found} bytes where a value has {expected}")
    }
}

impl core::error::Error for SizeError {}

/// Both traits, or only the first, for types of the language.
macro_rules! plain {
    ($($ty:ty),*) => {
        $(
            // SAFETY: a number.
            #[allow(unsafe_code, reason = "a number")]
            unsafe impl Plain for $ty {}
        )*
    };
}

plain!(
    u8,
    u16,
    u32,
    u64,
    u128,
    usize,
    i8,
    i16,
    i32,
    i64,
    i128,
    isize,
    f32,
    f64,
    ()
);

// SAFETY: one value after the other.
#[allow(unsafe_code, reason = "elements without gaps")]
unsafe impl<T: Plain, const N: usize> Plain for [T; N] {}
// SAFETY: one byte.
#[allow(unsafe_code, reason = "one byte")]
unsafe impl Unaligned for u8 {}
// SAFETY: one byte.
#[allow(unsafe_code, reason = "one byte")]
unsafe impl Unaligned for i8 {}
// SAFETY: no bytes at all.
#[allow(unsafe_code, reason = "no bytes")]
unsafe impl Unaligned for () {}
// SAFETY: an array is aligned as its elements are.
#[allow(unsafe_code, reason = "elements without gaps")]
unsafe impl<T: Unaligned, const N: usize> Unaligned for [T; N] {}

#[cfg(test)]
mod tests {
    use super::{Behind, Plain, SizeError};

    #[test]
    fn a_value_after_others_lies_there() {
        let value = <Behind<3, u16>>::read_from(&[9, 9, 9, 1, 2]).unwrap();
        assert_eq!({ value.value }.to_le(), 0x201);
        assert_eq!(value.as_bytes(), [9, 9, 9, 1, 2]);
        assert_eq!(
            <Behind<1, u32>>::from_bytes(&[0; 5]).map(align_of_val),
            Ok(1)
        );
    }

    #[test]
    fn values_are_read_at_any_address() {
        let bytes = [0, 1, 2, 3, 4, 5, 6, 7, 8];
        for at in 0..5 {
            let expected = u32::from_le_bytes(bytes[at..at + 4].try_into().unwrap());
            assert_eq!(
                u32::read_from(&bytes[at..at + 4]).map(u32::from_le),
                Ok(expected)
            );
        }
        let (value, rest) = u16::read_prefix(&bytes).unwrap();
        assert_eq!((value.to_le(), rest), (0x100, &bytes[2..]));
    }

    #[test]
    fn lengths_are_checked() {
        let error = |expected, found| SizeError { expected, found };
        assert_eq!(u32::read_from(&[0; 3]), Err(error(4, 3)));
        assert_eq!(u32::read_from(&[0; 5]), Err(error(4, 5)));
        assert_eq!(<[u8; 4]>::from_bytes(&[0; 3]), Err(error(4, 3)));
        assert_eq!(<[u8; 4]>::from_bytes(&[0; 5]), Err(error(4, 5)));
        assert_eq!(<[u8; 4]>::from_bytes_mut(&mut [0; 5]), Err(error(4, 5)));
        assert_eq!(<[u8; 4]>::from_prefix(&[0; 3]), Err(error(4, 3)));
        assert_eq!(error(4, 3).to_string(), "3 bytes where a value has 4");
    }

    #[test]
    fn views_are_the_bytes_themselves() {
        let mut bytes = [1, 2, 3, 4, 5];
        assert_eq!(
            <[[u8; 2]; 2]>::from_prefix(&bytes),
            Ok((&[[1, 2], [3, 4]], &[5][..]))
        );
        <[i8; 5]>::from_bytes_mut(&mut bytes).unwrap()[4] = -1;
        assert_eq!(bytes[4], 0xff);
        let mut value = 0x0403_0201_u32.to_le();
        assert_eq!(value.as_bytes(), [1, 2, 3, 4]);
        value.as_bytes_mut()[3] = 0;
        assert_eq!(u32::from_le(value), 0x03_0201);
        assert_eq!(<[u64; 3]>::zeroed(), [0; 3]);
        assert_eq!(<()>::read_from(&[]), Ok(()));
    }
}
