//! Bitfields: bits of a byte array, bit 0 being the least significant bit of byte 0.

/// What a bitfield may be declared as.
pub trait Bits: Copy {
    /// The `width` bits of `bytes` from bit `start` on; if they are fewer than the type has, the uppermost is the sign of a
    /// signed type. Bits past the array are 0.
    fn get(bytes: &[u8], start: u32, width: u32) -> Self;

    /// Sets the `width` bits of `bytes` from bit `start` on to the low bits of the value; leaves all others alone.
    fn set(self, bytes: &mut [u8], start: u32, width: u32);
}

/// [`Bits::get`].
pub fn get_bits<T: Bits>(bytes: &[u8], start: u32, width: u32) -> T {
    T::get(bytes, start, width)
}

/// [`Bits::set`].
pub fn set_bits<T: Bits>(bytes: &mut [u8], start: u32, width: u32, value: T) {
    value.set(bytes, start, width);
}

/// Implements [`Bits`] for signed integers, which go through the widest one they are not wider than: 128 bits are slow on
/// wasm32.
macro_rules! bits {
    ($($int:ident through $wide:ident, $unsigned:ident, $get:ident, $set:ident;)*) => {$(
        #[allow(
            clippy::cast_possible_truncation,
            clippy::cast_lossless,
            clippy::cast_possible_wrap,
            clippy::cast_sign_loss,
            reason = "the bits that fit are wanted"
        )]
        impl Bits for $int {
            #[inline]
            fn get(bytes: &[u8], start: u32, width: u32) -> Self {
                let width = width.min(Self::BITS);
                let unused = $unsigned::BITS - width;
                if width == 0 {
                    return 0;
                }
                (($get(bytes, start, width) << unused) as $wide >> unused) as $int
            }

            #[inline]
            fn set(self, bytes: &mut [u8], start: u32, width: u32) {
                $set(bytes, start, width.min(Self::BITS), self as $unsigned);
            }
        }
    )*};
}

bits! {
    i8 through i64, u64, read, write;
    i16 through i64, u64, read, write;
    i32 through i64, u64, read, write;
    i64 through i64, u64, read, write;
    i128 through i128, u128, read_wide, write_wide;
    u8 through u64, u64, read, write;
    u16 through u64, u64, read, write;
    u32 through u64, u64, read, write;
    u64 through u64, u64, read, write;
    u128 through u128, u128, read_wide, write_wide;
}

impl Bits for bool {
    #[inline]
    fn get(bytes: &[u8], start: u32, width: u32) -> Self {
        u64::get(bytes, start, width) != 0
    }

    #[inline]
    fn set(self, bytes: &mut [u8], start: u32, width: u32) {
        u64::from(self).set(bytes, start, width);
    }
}

/// Up to 64 bits as a number.
#[inline]
fn read(bytes: &[u8], start: u32, width: u32) -> u64 {
    let (mut value, mut done) = (0, 0);
    while done < width {
        let at = start + done;
        let first = at % 8;
        let byte = bytes.get((at / 8) as usize).copied().unwrap_or(0);
        let taken = (8 - first).min(width - done);
        value |= u64::from(byte >> first & ones(taken)) << done;
        done += taken;
    }
    value
}

/// The lowest bits of `value`, up to 64.
#[inline]
fn write(bytes: &mut [u8], start: u32, width: u32, value: u64) {
    let mut done = 0;
    while done < width {
        let at = start + done;
        let first = at % 8;
        let taken = (8 - first).min(width - done);
        let mask = ones(taken) << first;
        if let Some(byte) = bytes.get_mut((at / 8) as usize) {
            let [low, ..] = (value >> done).to_le_bytes();
            *byte = *byte & !mask | low << first & mask;
        }
        done += taken;
    }
}

fn read_wide(bytes: &[u8], start: u32, width: u32) -> u128 {
    let low = width.min(64);
    u128::from(read(bytes, start, low)) | u128::from(read(bytes, start + low, width - low)) << 64
}

fn write_wide(bytes: &mut [u8], start: u32, width: u32, value: u128) {
    let (low, [.., a, b, c, d, e, f, g, h]) = (width.min(64), value.to_le_bytes());
    #[allow(clippy::cast_possible_truncation, reason = "the low half is wanted")]
    write(bytes, start, low, value as u64);
    let high = u64::from_le_bytes([a, b, c, d, e, f, g, h]);
    write(bytes, start + low, width - low, high);
}

/// The lowest `count` bits of a byte; `count` is 1 to 8.
#[inline]
fn ones(count: u32) -> u8 {
    u8::MAX >> (8 - count)
}

#[cfg(test)]
#[allow(
    clippy::cast_possible_truncation,
    reason = "the bits that fit are wanted"
)]
mod tests {
    use super::{Bits, get_bits, set_bits};
    use core::fmt::Debug;

    const LEN: usize = 19;

    /// The same bit by bit.
    fn bit(bytes: &[u8], at: u32) -> u128 {
        let byte = bytes.get(at as usize / 8).copied().unwrap_or(0);
        u128::from(byte >> (at % 8) & 1)
    }

    fn unsigned(bytes: &[u8], start: u32, width: u32) -> u128 {
        (0..width).map(|i| bit(bytes, start + i) << i).sum()
    }

    fn signed(bytes: &[u8], start: u32, width: u32) -> i128 {
        let value = unsigned(bytes, start, width);
        let negative = width > 0 && value >> (width - 1) & 1 == 1;
        let sign = if negative && width < 128 {
            u128::MAX << width
        } else {
            0
        };
        (value | sign).cast_signed()
    }

    /// Reads and writes a type at every place with every width.
    fn check<T: Bits + Debug + PartialEq>(most: u32, expected: impl Fn(&[u8], u32, u32) -> T) {
        let bytes: [u8; LEN] = core::array::from_fn(|i| (i * 151 + 29) as u8);
        for (start, width) in (0..24).flat_map(|start| (0..=most).map(move |width| (start, width)))
        {
            let value: T = get_bits(&bytes, start, width);
            assert_eq!(value, expected(&bytes, start, width), "{start}+{width}");
            for fill in [0, u8::MAX, 0x5a] {
                let mut target = [fill; LEN];
                set_bits(&mut target, start, width, value);
                for at in 0..LEN as u32 * 8 {
                    let inside = (start..start + width).contains(&at);
                    let expected = if inside {
                        bit(&bytes, at)
                    } else {
                        bit(&[fill; LEN], at)
                    };
                    assert_eq!(bit(&target, at), expected, "{start}+{width}, bit {at}");
                }
            }
        }
    }

    #[test]
    fn every_place_and_width_is_read_and_written() {
        check(8, |bytes, start, width| unsigned(bytes, start, width) as u8);
        check(8, |bytes, start, width| signed(bytes, start, width) as i8);
        check(16, |bytes, start, width| {
            unsigned(bytes, start, width) as u16
        });
        check(16, |bytes, start, width| signed(bytes, start, width) as i16);
        check(32, |bytes, start, width| {
            unsigned(bytes, start, width) as u32
        });
        check(32, |bytes, start, width| signed(bytes, start, width) as i32);
        check(64, |bytes, start, width| {
            unsigned(bytes, start, width) as u64
        });
        check(64, |bytes, start, width| signed(bytes, start, width) as i64);
        check(128, unsigned);
        check(128, signed);
        check(1, |bytes, start, width| unsigned(bytes, start, width) != 0);
    }

    #[test]
    fn values_that_do_not_fit_lose_their_upper_bits() {
        let mut bytes = [0; 2];
        set_bits(&mut bytes, 3, 5, -1_i32);
        assert_eq!((bytes, get_bits::<i32>(&bytes, 3, 5)), ([0xf8, 0], -1));
        set_bits(&mut bytes, 3, 5, 0x42_u32);
        assert_eq!((bytes, get_bits::<u32>(&bytes, 3, 5)), ([0x10, 0], 2));
        set_bits(&mut bytes, 9, 1, true);
        assert_eq!((bytes, get_bits::<bool>(&bytes, 9, 1)), ([0x10, 2], true));
        // No type gives more than it has.
        assert_eq!(get_bits::<u8>(&[0xff; 4], 0, 32), 0xff);
        assert_eq!(get_bits::<u128>(&[0xff; 32], 1, 200), u128::MAX);
    }

    #[test]
    fn nothing_outside_the_array_is_touched() {
        let mut bytes = [0xff; 3];
        assert_eq!(get_bits::<u64>(&bytes[..2], 12, 64), 0xf);
        assert_eq!(get_bits::<u8>(&bytes, 24, 8), 0);
        assert_eq!(get_bits::<u128>(&[], 0, 128), 0);
        assert_eq!(get_bits::<i32>(&bytes, 5, 0), 0);
        set_bits(&mut bytes[..2], 12, 64, 0_u64);
        assert_eq!(bytes, [0xff, 0x0f, 0xff]);
        set_bits(&mut bytes, 24, 8, 0_u8);
        set_bits(&mut bytes, 0, 0, 0_u8);
        assert_eq!(bytes, [0xff, 0x0f, 0xff]);
    }
}
