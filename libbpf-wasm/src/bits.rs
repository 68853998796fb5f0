//! Bitfields: bits of a byte array, bit 0 being the least significant bit of byte 0.

/// The `width` bits of `bytes` from bit `start` on, as the low bits of a number. Bits past the array, or past the 128th, are 0.
pub const fn read_bits(bytes: &[u8], start: u32, width: u32) -> u128 {
    let (mut value, mut done) = (0, 0);
    let width = if width < 128 { width } else { 128 };
    while done < width {
        let at = start + done;
        let (byte, first) = (at as usize / 8, at % 8);
        if byte >= bytes.len() {
            break;
        }
        #[allow(clippy::indexing_slicing, reason = "the index was compared")]
        let bits = bytes[byte] >> first;
        let taken = smaller(8 - first, width - done);
        value |= (bits & ones(taken)) as u128 * (1 << done);
        done += taken;
    }
    value
}

/// [`read_bits`] of a signed number: the uppermost of the bits is its sign.
pub const fn read_signed(bytes: &[u8], start: u32, width: u32) -> i128 {
    let value = read_bits(bytes, start, width);
    if width == 0 || width >= 128 {
        return value.cast_signed();
    }
    let unused = 128 - width;
    (value << unused).cast_signed() >> unused
}

/// Sets the `width` bits of `bytes` from bit `start` on to the low bits of `value`; leaves all others alone.
pub const fn write_bits(bytes: &mut [u8], start: u32, width: u32, value: u128) {
    let width = if width < 128 { width } else { 128 };
    let mut done = 0;
    while done < width {
        let at = start + done;
        let (byte, first) = (at as usize / 8, at % 8);
        if byte >= bytes.len() {
            break;
        }
        let taken = smaller(8 - first, width - done);
        let mask = ones(taken) << first;
        #[allow(clippy::cast_possible_truncation, reason = "one byte is wanted")]
        let bits = ((value >> done) as u8) << first;
        #[allow(clippy::indexing_slicing, reason = "the index was compared")]
        {
            bytes[byte] = bytes[byte] & !mask | bits & mask;
        }
        done += taken;
    }
}

/// The lowest `count` bits of a byte; `count` is 1 to 8.
const fn ones(count: u32) -> u8 {
    u8::MAX >> (8 - count)
}

const fn smaller(a: u32, b: u32) -> u32 {
    if a < b { a } else { b }
}

#[cfg(test)]
mod tests {
    use super::{read_bits, read_signed, write_bits};

    /// The same bit by bit.
    fn bit(bytes: &[u8], at: u32) -> u128 {
        let byte = bytes.get(at as usize / 8).copied().unwrap_or(0);
        u128::from(byte >> (at % 8) & 1)
    }

    fn slowly(bytes: &[u8], start: u32, width: u32) -> u128 {
        (0..width.min(128))
            .map(|i| bit(bytes, start + i) << i)
            .sum()
    }

    #[test]
    fn every_place_and_width_is_read_and_written() {
        let bytes: [u8; 19] = core::array::from_fn(|i| (i * 151 + 29) as u8);
        for start in 0..24 {
            for width in 0..=128 {
                let value = slowly(&bytes, start, width);
                assert_eq!(read_bits(&bytes, start, width), value, "{start}+{width}");
                let negative = width > 0 && value >> (width - 1) & 1 == 1;
                let sign = if negative && width < 128 {
                    u128::MAX << width
                } else {
                    0
                };
                let signed = (value | sign).cast_signed();
                assert_eq!(read_signed(&bytes, start, width), signed, "{start}+{width}");
                for fill in [0, u8::MAX, 0x5a] {
                    let mut target = [fill; 19];
                    // What does not fit is ignored.
                    write_bits(&mut target, start, width, signed.cast_unsigned());
                    for at in 0..19 * 8 {
                        let inside = (start..start + width).contains(&at);
                        let expected = if inside {
                            bit(&bytes, at)
                        } else {
                            bit(&[fill; 19], at)
                        };
                        assert_eq!(bit(&target, at), expected, "{start}+{width}, bit {at}");
                    }
                }
            }
        }
    }

    #[test]
    fn nothing_outside_the_array_is_touched() {
        let mut bytes = [0xff; 3];
        assert_eq!(read_bits(&bytes[..2], 12, 64), 0xf);
        assert_eq!(read_bits(&bytes, 24, 8), 0);
        assert_eq!(read_bits(&[], 0, 128), 0);
        assert_eq!(read_signed(&bytes, 5, 0), 0);
        write_bits(&mut bytes[..2], 12, 64, 0);
        assert_eq!(bytes, [0xff, 0x0f, 0xff]);
        write_bits(&mut bytes, 24, 8, 0);
        write_bits(&mut bytes, 0, 0, 0);
        assert_eq!(bytes, [0xff, 0x0f, 0xff]);
    }
}
