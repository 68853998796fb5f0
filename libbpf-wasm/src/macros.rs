//! What generated definitions are completed with. All `unsafe` is here: generated files have none, so that guests can forbid it.
//!
//! Not for use by hand: the macros believe what they are told about a type.

use core::fmt;

/// Asserts size and offsets of a packed struct or union, and implements the traits that all of them have.
#[doc(hidden)]
#[macro_export]
macro_rules! plain {
    (struct $ty:ident $size:literal $(; $($field:ident $offset:literal),+)?) => {
        const _: () = $crate::__layout(
            &[
                ::core::mem::size_of::<$ty>() $($(, ::core::mem::offset_of!($ty, $field))+)?
            ],
            &[$size $($(, $offset)+)?],
        );
        impl ::core::fmt::Debug for $ty {
            fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
                #[allow(unused_mut)]
                let mut f = f.debug_struct($crate::__name(::core::stringify!($ty)));
                $($($crate::__field(&mut f, ::core::stringify!($field), self.$field);)+)?
                f.finish()
            }
        }
        $crate::plain!(@traits $ty);
    };
    (union $ty:ident $size:literal) => {
        const _: () = ::core::assert!(
            ::core::mem::size_of::<$ty>() == $size,
            "the size is not that of the BTF"
        );
        impl ::core::fmt::Debug for $ty {
            fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
                let bytes = $crate::Plain::as_bytes(self);
                f.debug_tuple($crate::__name(::core::stringify!($ty))).field(&bytes).finish()
            }
        }
        $crate::plain!(@traits $ty);
    };
    (@traits $ty:ident) => {
        impl ::core::clone::Clone for $ty {
            fn clone(&self) -> Self {
                *self
            }
        }
        impl ::core::marker::Copy for $ty {}
        impl ::core::default::Default for $ty {
            fn default() -> Self {
                $crate::Plain::zeroed()
            }
        }
        // SAFETY: packed, as is asserted, and made of types that are plain themselves.
        unsafe impl $crate::Plain for $ty {}
        // SAFETY: packed.
        unsafe impl $crate::Unaligned for $ty {}
        $crate::__pod!($ty);
    };
}

/// Implements the traits of an enum, a transparent integer with constants.
#[doc(hidden)]
#[macro_export]
macro_rules! enumeration {
    ($ty:ident $int:ident; $($name:ident),*) => {
        impl ::core::fmt::Debug for $ty {
            fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
                const NAMES: &[(::core::primitive::$int, &::core::primitive::str)] =
                    &[$(($ty::$name.0, ::core::stringify!($name))),*];
                match NAMES.iter().find(|(value, _)| *value == self.0) {
                    ::core::option::Option::Some((_, name)) => f.write_str($crate::__name(name)),
                    ::core::option::Option::None => ::core::fmt::Debug::fmt(&self.0, f),
                }
            }
        }
        impl $crate::Bits for $ty {
            fn get(bytes: &[::core::primitive::u8], start: ::core::primitive::u32, width: ::core::primitive::u32) -> Self {
                $ty($crate::Bits::get(bytes, start, width))
            }
            fn set(self, bytes: &mut [::core::primitive::u8], start: ::core::primitive::u32, width: ::core::primitive::u32) {
                $crate::Bits::set(self.0, bytes, start, width);
            }
        }
        // SAFETY: a transparent integer.
        unsafe impl $crate::Plain for $ty {}
        $crate::__pod!($ty);
    };
}

/// Reads an arm of a union.
#[doc(hidden)]
#[macro_export]
macro_rules! arm {
    ($this:expr, $arm:ident) => {{
        let this = $crate::__plain($this);
        // SAFETY: all bytes of a plain union are initialised, and its arms are plain as well.
        unsafe { this.$arm }
    }};
}

/// Borrows an arm of a union.
#[doc(hidden)]
#[macro_export]
macro_rules! arm_ref {
    ($this:expr, $arm:ident) => {{
        let this = $crate::__plain($this);
        // SAFETY: all bytes of a plain union are initialised, and its arms are plain as well.
        unsafe { &this.$arm }
    }};
}

/// Borrows an arm of a union to change it.
#[doc(hidden)]
#[macro_export]
macro_rules! arm_mut {
    ($this:expr, $arm:ident) => {{
        let this = $crate::__plain_mut($this);
        // SAFETY: all bytes of a plain union are initialised, and its arms are plain as well.
        unsafe { &mut this.$arm }
    }};
}

/// Implements bytemuck's traits, where they are asked for.
#[cfg(feature = "bytemuck")]
#[doc(hidden)]
#[macro_export]
macro_rules! __pod {
    ($ty:ident) => {
        // SAFETY: as for `Plain`.
        unsafe impl $crate::__bytemuck::Zeroable for $ty {}
        // SAFETY: as for `Plain`.
        unsafe impl $crate::__bytemuck::Pod for $ty {}
    };
}

/// Implements nothing: bytemuck is not asked for.
#[cfg(not(feature = "bytemuck"))]
#[doc(hidden)]
#[macro_export]
macro_rules! __pod {
    ($ty:ident) => {};
}

/// A name without the mark of a raw identifier.
#[doc(hidden)]
pub fn __name(name: &str) -> &str {
    name.strip_prefix("r#").unwrap_or(name)
}

/// `value`, which is plain.
#[doc(hidden)]
pub const fn __plain<T: crate::Plain>(value: &T) -> &T {
    value
}

/// `value`, which is plain.
#[doc(hidden)]
pub const fn __plain_mut<T: crate::Plain>(value: &mut T) -> &mut T {
    value
}

/// Fails to compile unless size and offsets are those of the BTF. (One call for all of them: kernels have many.)
#[doc(hidden)]
pub const fn __layout(found: &[usize], expected: &[usize]) {
    let mut i = 0;
    while i < expected.len() {
        #[allow(clippy::indexing_slicing, reason = "both are as long")]
        let right = found[i] == expected[i];
        assert!(right, "the size or an offset is not that of the BTF");
        i += 1;
    }
}

/// Shows a field. (By value: compilers take long for thousands of borrowed ones.)
#[doc(hidden)]
pub fn __field<T: fmt::Debug>(f: &mut fmt::DebugStruct<'_, '_>, name: &str, value: T) {
    f.field(__name(name), &value);
}
