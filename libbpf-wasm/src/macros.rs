//! What generated definitions are completed with. All `unsafe` is here: generated files have none, so that guests can forbid it.
//!
//! Not for use by hand: the macros believe what they are told about a type. Their variables have two underscores, since none may
//! be called like an enum or a constant of the generated file (`LOCALS` in skel-gen's `rust/ident.rs` lists them).

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
            fn fmt(&self, __f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
                let __f = &mut __f.debug_struct($crate::__name(::core::stringify!($ty)));
                $($($crate::__field(__f, ::core::stringify!($field), self.$field);)+)?
                __f.finish()
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
            fn fmt(&self, __f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
                __f.debug_tuple($crate::__name(::core::stringify!($ty)))
                    .field(&$crate::Plain::as_bytes(self))
                    .finish()
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
            fn fmt(&self, __f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
                const NAMES: &[(::core::primitive::$int, &::core::primitive::str)] =
                    &[$(($ty::$name.0, ::core::stringify!($name))),*];
                match NAMES.iter().find(|__row| __row.0 == self.0) {
                    ::core::option::Option::Some(__row) => __f.write_str($crate::__name(__row.1)),
                    ::core::option::Option::None => ::core::fmt::Debug::fmt(&self.0, __f),
                }
            }
        }
        impl $crate::Bits for $ty {
            fn get(__bytes: &[::core::primitive::u8], __start: ::core::primitive::u32, __width: ::core::primitive::u32) -> Self {
                $ty($crate::Bits::get(__bytes, __start, __width))
            }
            fn set(self, __bytes: &mut [::core::primitive::u8], __start: ::core::primitive::u32, __width: ::core::primitive::u32) {
                $crate::Bits::set(self.0, __bytes, __start, __width);
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
        let __this = $crate::__plain($this);
        // SAFETY: all bytes of a plain union are initialised, and its arms are plain as well.
        unsafe { __this.$arm }
    }};
}

/// Borrows an arm of a union.
#[doc(hidden)]
#[macro_export]
macro_rules! arm_ref {
    ($this:expr, $arm:ident) => {{
        let __this = $crate::__plain($this);
        // SAFETY: all bytes of a plain union are initialised, and its arms are plain as well.
        unsafe { &__this.$arm }
    }};
}

/// Borrows an arm of a union to change it.
#[doc(hidden)]
#[macro_export]
macro_rules! arm_mut {
    ($this:expr, $arm:ident) => {{
        let __this = $crate::__plain_mut($this);
        // SAFETY: all bytes of a plain union are initialised, and its arms are plain as well.
        unsafe { &mut __this.$arm }
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

#[cfg(test)]
#[allow(
    non_camel_case_types,
    non_upper_case_globals,
    unsafe_code,
    reason = "as generated code is"
)]
mod tests {
    use crate::{Plain, Ptr, Unaligned};

    #[repr(C, packed)]
    struct sample {
        r#type: u8,
        next: Ptr<sample>,
        rest: [u8; 0],
    }
    crate::plain! {
        struct sample 9; r#type 0, next 1, rest 9
    }

    #[repr(C, packed)]
    struct empty {}
    crate::plain! {
        struct empty 0
    }

    #[repr(C, packed)]
    union either {
        small: u8,
        large: sample,
    }
    crate::plain! {
        union either 9
    }

    #[derive(Clone, Copy, Default, PartialEq, Eq, Hash)]
    #[repr(transparent)]
    struct sort(u16);
    impl sort {
        const r#type: Self = Self(1);
        const SAME: Self = Self(1);
    }
    crate::enumeration! {
        sort u16; r#type, SAME
    }

    fn unaligned<T: Unaligned>() -> usize {
        align_of::<T>()
    }

    #[test]
    fn completed_types_are_plain_and_show_themselves() {
        let shown = format!("{:?}", sample::default());
        assert_eq!(
            shown,
            "sample { type: 0, next: 0x0000000000000000, rest: [] }"
        );
        assert_eq!(format!("{:?}", empty {}.clone()), "empty");
        assert_eq!((unaligned::<sample>(), unaligned::<either>()), (1, 1));
        let sample { r#type, next, .. } = sample::zeroed();
        assert_eq!((r#type, next.addr()), (0, 0));
    }

    #[test]
    fn arms_share_their_bytes() {
        let mut value = either::default();
        value.small = 7;
        crate::arm_mut!(&mut value, large).next = Ptr::from_addr(1 << 56);
        assert_eq!(crate::arm!(&value, small), 7);
        assert_eq!({ crate::arm_ref!(&value, large).r#type }, 7);
        assert_eq!(format!("{value:?}"), "either([7, 0, 0, 0, 0, 0, 0, 0, 1])");
    }

    #[test]
    fn enums_show_their_first_name() {
        assert_eq!(format!("{:?} {:?}", sort::SAME, sort(2)), "type 2");
        assert_eq!(crate::get_bits::<sort>(&[0x12], 4, 4), sort::r#type);
    }

    #[cfg(feature = "bytemuck")]
    #[test]
    fn bytemuck_takes_them() {
        let value: sample = bytemuck::pod_read_unaligned(&[1, 2, 0, 0, 0, 0, 0, 0, 0]);
        assert_eq!((value.r#type, { value.next }.addr()), (1, 2));
        assert_eq!(bytemuck::bytes_of(&sort::SAME), 1_u16.to_ne_bytes());
        assert_eq!(
            bytemuck::cast_ref::<[u8; 9], either>(&[5; 9]).as_bytes(),
            [5; 9]
        );
    }
}
