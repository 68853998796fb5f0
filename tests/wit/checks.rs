// Included in the guest: what the functions say of values that have no bytes, the views of unions, text, flags.

fn checks() {
    use list_made_hard::Codec;
    use list_made_hard::exports::bpf::made_hard::types::*;

    // A list of a wrong length, by name.
    let text = Codec::decode_text(vec![b'x'; 35 + 3]).unwrap_err();
    assert_eq!((text.expected, text.actual), (34, 38));
    let mut text = Codec::decode_text((0..34).collect()).unwrap();
    assert_eq!((text.name.len(), text.lines.len(), text.lines[2].len()), (8, 3, 5));
    assert_eq!(text.lines[2], [18, 19, 20, 21, 22]);
    text.lines[1].push(0);
    let error = Codec::encode_text(text).unwrap_err();
    assert_eq!(error.member, "struct text.lines");
    assert!(matches!(error.problem, EncodeProblem::Length));
    assert_eq!((error.limit, error.actual), (5, 6));

    // A number that a bitfield cannot hold.
    let mut bits = Codec::decode_wide_bits(vec![0xff; 23]).unwrap();
    assert_eq!((bits.a, bits.b.lo, bits.b.hi), (7, u64::MAX, (1 << 36) - 1));
    assert_eq!((bits.c.lo, bits.c.hi, bits.d), (u64::MAX, -1, 31));
    assert_eq!(Codec::encode_wide_bits(bits).unwrap()[..22], [0xff; 22]);
    bits.c.hi = -33;
    let error = Codec::encode_wide_bits(bits).unwrap_err();
    assert_eq!((error.member.as_str(), error.limit), ("struct wide_bits.c", 70));
    assert!(matches!(error.problem, EncodeProblem::Range));
    bits.c.hi = -32;
    assert!(Codec::encode_wide_bits(bits).is_ok());
    bits.a = 8;
    let error = Codec::encode_wide_bits(bits).unwrap_err();
    assert_eq!((error.member.as_str(), error.limit, error.actual), ("struct wide_bits.a", 3, 8));

    // Flags, and bits that are none; an alias is the same flag.
    let mut flags = Codec::decode_flags({
        let mut bytes = vec![0; 40];
        bytes[0] = 0x87;
        bytes[1] = 0x10;
        bytes[8..16].copy_from_slice(&(1_u64 << 40 | 1 << 41).to_le_bytes());
        bytes[16] = 9;
        bytes
    })
    .unwrap();
    assert_eq!(flags.rights.known, Rights::all());
    assert_eq!(flags.rights.rest, 0x1000);
    assert_eq!((flags.wide.known, flags.wide.rest), (WideRights::WIDE_HIGH, 1 << 41));
    assert!(matches!(flags.counts, CountsOrRaw::Other(9)));
    flags.rights.known = Rights::RIGHT_RUN;
    assert_eq!(Codec::encode_flags(flags.clone()).unwrap()[..4], [4, 0x10, 0, 0]);
    flags.narrow.rest = 8;
    let error = Codec::encode_flags(flags).unwrap_err();
    assert_eq!((error.member.as_str(), error.limit, error.actual), ("struct flags.narrow", 3, 8));

    // Flexible arrays: in bytes that are padding without them, and after.
    let tail = Codec::decode_tail_of_pairs((0..32).collect()).unwrap_err();
    assert_eq!((tail.expected, tail.actual), (28, 32));
    let tail = Codec::decode_tail_of_pairs((0..28).collect()).unwrap();
    assert_eq!((tail.second, tail.pairs.len()), (8, 2));
    assert_eq!(tail.pairs[1].b, u32::from_le_bytes([24, 25, 26, 27]));
    let bytes = Codec::encode_tail_of_pairs(tail).unwrap();
    assert_eq!(bytes[12..], (12..28).collect::<Vec<_>>());
    assert_eq!(bytes[9..12], [0; 3]);
    let tail = Codec::decode_tail(vec![1, 0, 0, 0, 2, 0, 3, 4, 5]).unwrap();
    assert_eq!(tail.bytes, [3, 4, 5]);
    assert_eq!(Codec::encode_tail(tail).unwrap(), [1, 0, 0, 0, 2, 0, 3, 4, 5]);
    assert_eq!(Codec::decode_tail(vec![0; 5]).unwrap_err().expected, 8);
    // In the middle there is no room for elements.
    let mut holds = Codec::decode_holds_tail(vec![0; 12]).unwrap();
    holds.tail.bytes.push(1);
    assert_eq!(Codec::encode_holds_tail(holds).unwrap_err().member, "struct tail.bytes");

    // A union's views.
    let any = || Any { raw: (1..=16).collect() };
    assert_eq!(Codec::any_as_number(any()).unwrap(), 0x0403_0201);
    assert_eq!(Codec::any_as_text(any()).unwrap(), [1, 2, 3, 4, 5, 6]);
    let part = Codec::any_as_part1(any()).unwrap();
    assert_eq!((part.low, part.high), (1, 0x20));
    assert_eq!(Codec::any_as_pairs(any()).unwrap()[1].b, 0x100f_0e0d);
    assert_eq!(Codec::any_as_rights(any()).unwrap().known, Rights::RIGHT_READ);
    assert_eq!(Codec::any_as_pointer(any()).unwrap(), 0x0807_0605_0403_0201);
    assert_eq!(Codec::any_from_row(vec![1, 2, 3]).unwrap().raw[..7], [1, 0, 2, 0, 3, 0, 0]);
    let error = Codec::any_from_row(vec![1, 2]).unwrap_err();
    assert_eq!((error.member.as_str(), error.limit, error.actual), ("union any.row", 3, 2));
    let error = Codec::any_as_number(Any { raw: vec![0; 15] }).unwrap_err();
    assert_eq!((error.expected, error.actual), (16, 15));
    let error = Codec::encode_any(Any { raw: vec![0; 17] }).unwrap_err();
    assert_eq!((error.member.as_str(), error.limit, error.actual), ("union any", 16, 17));

    // Numbers at the ends of what a canonical record holds.
    let pair = Codec::decode_pair(vec![1, 0, 0, 0, 0xff, 0xff, 0xff, 0xff]).unwrap();
    assert_eq!((pair.a, pair.b), (1, u32::MAX));

    // What has no bytes takes no elements.
    let mut shapes = Codec::decode_shapes(vec![0; 8]).unwrap();
    shapes.cube.push(Vec::new());
    assert_eq!(Codec::encode_shapes(shapes).unwrap_err().member, "struct shapes.cube");

    as_text();
    late_arms();
}

/// A tag of an enum in Rust lies after the data of its variants.
fn late_arms() {
    use list_rust_enums::Codec;
    use list_rust_enums::exports::bpf::rust_enums::types::*;

    let shape = || ShapePart1 { raw: (1..=16).collect() };
    assert_eq!(Codec::shape_part1_as_part1(shape()).unwrap(), 0x0c0b_0a09);
    assert_eq!(Codec::shape_part1_as_square(shape()).unwrap().side, 0x0403_0201);
    let raw = Codec::shape_part1_from_part1(3).unwrap().raw;
    assert_eq!(raw, [0, 0, 0, 0, 0, 0, 0, 0, 3, 0, 0, 0, 0, 0, 0, 0]);
}

/// `strings`.
fn as_text() {
    use strings_made_hard::Codec;
    use strings_made_hard::exports::bpf::made_hard::types::*;

    let mut bytes = b"abc\0defg12345\xc3\xa9\xff!\xe2\xe2\x82\0\0\0\xff\x01\x02\x03\x04\x05\x06\x07\x08z".to_vec();
    bytes.resize(34, b'z');
    let text = Codec::decode_text(bytes).unwrap();
    assert_eq!(text.name, "abc");
    assert_eq!(text.lines, ["12345", "é\u{fffd}!\u{fffd}", "\u{fffd}"]);
    assert_eq!(text.octets.len(), 6);
    // What was no text may have become too long to be put back.
    assert_eq!(Codec::encode_text(text.clone()).unwrap_err().member, "struct text.lines");
    let write = |name: &str| {
        let mut text = text.clone();
        text.lines[1].clear();
        text.name = name.to_owned();
        Codec::encode_text(text)
    };
    assert_eq!(write("12345678").unwrap()[..8], *b"12345678");
    assert_eq!(write("é").unwrap()[..8], *b"\xc3\xa9\0\0\0\0\0\0");
    for wrong in ["123456789", "a\0b"] {
        let error = write(wrong).unwrap_err();
        assert_eq!((error.member.as_str(), error.limit), ("struct text.name", 8));
        assert!(matches!(error.problem, EncodeProblem::Text));
        assert_eq!(error.actual, wrong.len() as u64);
    }
}
