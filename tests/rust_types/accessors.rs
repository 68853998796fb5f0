
// What the methods of generated types do, on types whose bytes are known.

use libbpf_wasm::{Bool, Plain, Ptr, SizeError};

fn text() {
    use crate::bootstrap::types::event;
    let mut bytes = [0xaa; 169];
    bytes[25..41].copy_from_slice(b"sh\0garbage here!");
    bytes[1..5].copy_from_slice(&(-7_i32).to_le_bytes());
    // At an odd address, without a copy.
    let event = event::from_bytes(&bytes[1..]).unwrap();
    assert_eq!(({ event.pid }, event.comm_str()), (-7, "sh".into()));
    assert_eq!(event.as_bytes().as_ptr(), bytes[1..].as_ptr());
    assert_eq!(event.filename_str().chars().next(), Some('\u{fffd}'));
    let error = SizeError { expected: 168, found: 169 };
    assert_eq!(event::from_bytes(&bytes).err(), Some(error));
    let (event, rest) = event::from_prefix(&bytes).unwrap();
    assert_eq!(({ event.ppid }, rest), (i32::from_le_bytes([0xff, 0xaa, 0xaa, 0xaa]), &[0xaa][..]));
    let empty = event::default();
    assert_eq!(empty.as_bytes(), [0; 168]);
    let shown = format!("{empty:?}");
    assert!(shown.starts_with("event { pid: 0, ppid: 0, exit_code: 0, duration_ns: 0, comm: [0, "), "{shown}");
}

fn bits() {
    use crate::bitfields::types::{bitfields, bits, mode};
    let mut value = bitfields::zeroed();
    value.set_mode(mode::MODE_AUTO);
    value.set_flag(true);
    value.set_sign(-3);
    value.set_wide(-1);
    assert_eq!((value.mode(), value.flag(), value.sign()), (mode::MODE_AUTO, true, -3));
    assert_eq!((value.wide(), value.__bits3), (-1, [0xfa, 0xff, 0xff, 0xff, 0xff, 0x0f]));
    // A pattern of bits that no enumerator has.
    value.set_mode(mode(3));
    assert_eq!(format!("{:?} {:?}", value.mode(), mode::MODE_ON), "3 MODE_ON");
    let mut value = bits::default();
    value.set_all(u64::MAX);
    value.set_five(0);
    assert_eq!((value.all(), value.five(), value.forty()), (u64::MAX << 5, 0, (1 << 40) - 32));
    assert_eq!(format!("{value:?}"), "bits([224, 255, 255, 255, 255, 255, 255, 255])");
}

fn unions() {
    use crate::records::types::{packed, records, records__anon0};
    let mut value = records::default();
    value.set_low(1);
    value.set_wide(0x0203);
    assert_eq!((value.number(), value.narrow()), (0x0203_0001, 3));
    value.padded.packed_mut().l = -1;
    assert_eq!((value.padded.l(), { value.padded.packed().l }), (-256, -1));
    value.padded.set_bytes(*b"ab\0cd");
    assert_eq!((value.padded.bytes(), value.padded.bytes_str()), (*b"ab\0cd", "ab".into()));
    value.__anon1 = records__anon0::zeroed();
    assert_eq!((value.number(), { value.packed.c }), (0, packed::zeroed().c));
}

fn enums() {
    use crate::enums::types::{enums, later_t, plain, tiny_signed};
    let value = enums {
        plain: plain::PLAIN_ALIAS,
        later: later_t::NAMED_LATER_TOO,
        tiny_signed: tiny_signed(1),
        ..enums::default()
    };
    match value.plain {
        plain::PLAIN_B => {}
        other => panic!("{other:?}"),
    }
    assert_eq!(format!("{:?} {:?}", { value.later }, value.tiny_signed), "NAMED_LATER_TOO 1");
    assert_eq!(crate::enums::types::INLINE_B, 1);
}

fn arrays() {
    use crate::arrays::types::{arrays, item};
    let (mut one, mut two) = (item::zeroed(), item::zeroed());
    (one.value, two.value) = (1, 2);
    let bytes = [arrays::zeroed().as_bytes(), one.as_bytes(), two.as_bytes(), &[0; 15]].concat();
    let items = arrays::flexible_in(&bytes);
    assert!(items.iter().map(|item| { item.value }).eq([1, 2]));
    assert_eq!((items.len(), items.get(2).is_none()), (2, true));
    assert!(arrays::flexible_in(&bytes[..7]).is_empty());
}

fn pointers() {
    use crate::pointers::types::node;
    let mut value = node::default();
    assert!({ value.next }.is_null());
    value.next = Ptr::from_addr(u64::MAX);
    assert_eq!(value.as_bytes()[..9], [255, 255, 255, 255, 255, 255, 255, 255, 0]);
    let _: Bool = Bool::TRUE;
}

fn late_arms() {
    use crate::rust_enums::types::{Event, Shape};
    let mut value = Shape::zeroed();
    value.Square_mut().side = u32::MAX;
    // The tag lies after the data, and neither touches the other.
    value.__anon0.set___anon0(3);
    assert_eq!((value.__anon0.__anon0(), { value.Square().side }), (3, u32::MAX));
    assert_eq!(value.as_bytes(), [255, 255, 255, 255, 0, 0, 0, 0, 3, 0, 0, 0, 0, 0, 0, 0]);
    // `letter` and `nothing` have no bytes, but what is after them has its place.
    let mut bytes = [0; 88];
    bytes[4..12].copy_from_slice(&[1, 0, 0, 0, 7, 0, 0, 0]);
    let event = Event::from_bytes(&bytes).unwrap();
    assert_eq!((event.maybe.__anon0.__anon0(), { event.maybe.Some().__0 }), (1, 7));
}

fn main() {
    late_arms();
    text();
    bits();
    unions();
    enums();
    arrays();
    pointers();
}
