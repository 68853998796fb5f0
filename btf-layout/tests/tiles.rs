//! Whatever is laid out is tiled: every member once, where BTF says it is, and padding between.
#![allow(
    clippy::cast_possible_truncation,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::print_stdout,
    clippy::too_many_lines,
    clippy::unwrap_used,
    reason = "a test may fail, and a table of cases is long"
)]

use btf_blobs::{Blob, kind, mutate, random};
use btf_layout::{BitSlot, Btf, Kind, Layout, Record, Roots, Slot, TypeId};

/// Every member, once, where BTF says it is; the rest is padding. Shares nothing with the crate's own checker.
fn assert_holds_every_member(layout: &Layout<'_>, id: TypeId, record: &Record) {
    let btf = layout.btf();
    let (Kind::Struct(composite) | Kind::Union(composite)) = btf.kind(id) else {
        panic!("type {id} is no struct");
    };
    let members: Vec<_> = composite
        .members()
        .map(|member| (member.name, btf.normalized(member.place)))
        .map(|(name, place)| {
            (
                place.offset.0,
                place.width.map(|width| width.0),
                name,
                place.ty,
            )
        })
        .collect();
    let (mut placed, mut nothing) = (Vec::new(), Vec::new());
    let mut bits = vec![0_u8; record.size.0 as usize * 8];
    let mut cover = |start: u64, width: u64| {
        let (start, end) = (start as usize, (start + width) as usize);
        bits[start..end]
            .iter_mut()
            .for_each(|bit| *bit = bit.saturating_add(1));
    };
    for slot in layout.slots(record) {
        let start = slot.offset().bits().0;
        match record.union {
            // An arm that starts late begins with padding.
            true => cover(0, start + slot.size().bits().0),
            false => cover(start, slot.size().bits().0),
        }
        match slot {
            Slot::Field(field) => placed.push((start, None, field.name, field.ty)),
            Slot::Bits(unit) => {
                placed.extend(layout.bits(&unit).iter().filter_map(|bit| match bit {
                    BitSlot::Field(field) => Some((
                        start + field.start.0,
                        Some(field.width.0),
                        field.name,
                        field.ty,
                    )),
                    BitSlot::Filler { .. } => None,
                }))
            }
            Slot::Empty(empty) => nothing.push((start, empty.name)),
            Slot::Pad(_) => {}
            Slot::Opaque(_) => panic!("type {id} has a member of unknown type"),
        }
    }
    let (bare, mut members): (Vec<_>, Vec<_>) = members
        .into_iter()
        .partition(|(_, _, _, ty)| has_no_bytes(btf, *ty));
    let mut bare: Vec<_> = bare
        .iter()
        .map(|(offset, _, name, _)| (offset & !7, *name))
        .collect();
    bare.sort_unstable();
    nothing.sort_unstable();
    assert_eq!(bare, nothing, "type {id} ({})", btf.name(id));
    members.sort();
    placed.sort();
    assert_eq!(members, placed, "type {id} ({})", btf.name(id));
    let once = bits.iter().all(|times| *times == 1);
    assert!(
        once || record.union,
        "type {id} ({}) is not tiled",
        btf.name(id)
    );
    assert!(
        bits.iter().all(|times| *times > 0),
        "type {id} ({}) has holes",
        btf.name(id)
    );
}

/// Whether a value has no bytes, by what is stored: `void` or an integer of size 0 at the end of typedefs and arrays.
fn has_no_bytes(btf: &Btf<'_>, mut id: TypeId) -> bool {
    loop {
        id = match btf.stored(id) {
            Kind::Void => return true,
            Kind::Int(int) => return int.size.0 == 0,
            Kind::Typedef(ty)
            | Kind::Volatile(ty)
            | Kind::Const(ty)
            | Kind::Restrict(ty)
            | Kind::TypeTag { ty, .. } => ty,
            Kind::Array(array) => array.elem,
            _ => return false,
        }
    }
}

fn assert_is_whole(layout: &Layout<'_>) -> usize {
    let mut records = 0;
    for def in layout.defs() {
        if let Some(record) = layout
            .record(def.id)
            .filter(|record| record.size.0 < 1 << 20)
        {
            assert_holds_every_member(layout, def.id, record);
            records += 1;
        }
    }
    records
}

#[test]
fn vmlinux_is_tiled() {
    let types = match test_support::types::kernel_types() {
        Ok(types) => types,
        Err(reason) => return println!("skipped: {reason}"),
    };
    let blob = std::fs::read(types).expect("a kernel's BTF");
    let btf = Btf::parse(&blob).expect("valid BTF");
    let layout = Layout::plan(&btf, &Roots::All).expect("a layout");
    let records = assert_is_whole(&layout);
    assert!(records > 1_000, "only {records} structs");
}

/// Random members, packed and padded, with and without bitfields, in any order.
fn random_record(rng: &mut fastrand::Rng) -> Blob {
    let mut blob = Blob::default();
    let mut types: Vec<_> = [1, 2, 4, 8, 16]
        .map(|size| (blob.int("int", size, 0), size))
        .into();
    types.push((blob.ptr(1), 8));
    types.push((blob.array(2, 3), 6));
    types.push((blob.enumeration(kind::ENUM, "e", 4, &[("A", 0)]), 4));
    let unit = blob.int("()", 0, 0);
    types.extend([(unit, 0), (0, 0), (blob.array(unit, 3), 0)]);
    let mut members = Vec::new();
    let mut end = 0;
    for _ in 0..rng.usize(..12) {
        let (ty, size) = types[rng.usize(..types.len())];
        if size == 0 {
            // A member without bytes may stand anywhere.
            members.push(("", ty, rng.u32(..=end / 8) * 8, 0));
        } else if rng.bool() && ![6, 7].contains(&ty) {
            let width = rng.u32(1..=size * 8);
            end += if rng.u8(..3) == 0 { rng.u32(..40) } else { 0 };
            members.push(("", ty, end, width));
            end += width;
        } else {
            end = end.next_multiple_of(8)
                + if rng.u8(..3) == 0 {
                    8 * rng.u32(..5)
                } else {
                    0
                };
            members.push(("", ty, end, 0));
            end += size * 8;
        }
    }
    if rng.u8(..8) == 0 {
        rng.shuffle(&mut members);
    }
    let size = end.div_ceil(8) + rng.u32(..4);
    blob.bitfields("s", size, &members);
    blob
}

/// Arms that start anywhere, some of them bitfields or without bytes.
fn random_union(rng: &mut fastrand::Rng) -> Blob {
    let mut blob = Blob::default();
    let mut types: Vec<_> = [1, 2, 4, 8, 16]
        .map(|size| (blob.int("int", size, 0), size))
        .into();
    types.push((blob.ptr(1), 8));
    types.extend([(blob.int("()", 0, 0), 0), (0, 0)]);
    let (mut members, mut end) = (Vec::new(), 0);
    for _ in 0..rng.usize(..8) {
        let (ty, size) = types[rng.usize(..types.len())];
        let offset = if rng.bool() { 0 } else { rng.u32(..100) };
        let (offset, width) = match rng.bool() && (1..=5).contains(&ty) {
            true => (offset, rng.u32(1..=size * 8)),
            false => (offset / 8 * 8, 0),
        };
        members.push(("", ty, width << 24 | offset));
        end = end.max(offset + if width > 0 { width } else { size * 8 });
    }
    let size = end.div_ceil(8) + rng.u32(..4);
    blob.composite(kind::UNION | kind::FLAG, "u", size, &members);
    blob
}

#[test]
fn random_unions_are_tiled() {
    let mut rng = mutate::rng();
    for _ in 0..mutate::cases(20_000) {
        let bytes = random_union(&mut rng).bytes();
        let btf = Btf::parse(&bytes).expect("good records");
        let layout = Layout::plan(&btf, &Roots::All).expect("a layout");
        assert_eq!(assert_is_whole(&layout), 1, "{layout}");
    }
}

#[test]
fn random_structs_are_tiled() {
    let mut rng = mutate::rng();
    for _ in 0..mutate::cases(20_000) {
        let bytes = random_record(&mut rng).bytes();
        let btf = Btf::parse(&bytes).expect("valid BTF");
        let layout = Layout::plan(&btf, &Roots::All).expect("a layout");
        assert_eq!(assert_is_whole(&layout), 1);
    }
}

/// Damaged, but accepted: what is laid out is laid out right.
#[test]
fn damaged_structs_are_tiled() {
    let mut rng = mutate::rng();
    let mut records = 0;
    for case in 0..mutate::cases(30_000) {
        let mut blob = match case % 2 {
            0 => random::blob(&mut rng, 30).bytes(),
            _ => random_record(&mut rng).bytes(),
        };
        mutate::records(&mut rng, &mut blob);
        let Ok(btf) = Btf::parse(&blob) else { continue };
        match Layout::plan(&btf, &Roots::All) {
            Ok(layout) => records += assert_is_whole(&layout),
            Err(error) => assert!(
                !error.to_string().contains("layout check failed"),
                "{error}"
            ),
        }
    }
    println!("{records} damaged structs");
    assert!(records > 1_000, "only {records} damaged structs");
}
