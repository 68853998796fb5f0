//! Where seeds come from: objects that are checked in, and blobs made at random, the same each time.

use btf_blobs::objects::checked_in;
use btf_blobs::{Blob, kind, random};
use fastrand::Rng;
use skel_gen::Input;

/// BTF of the objects, and blobs made at random and by hand.
pub fn blobs() -> Vec<Vec<u8>> {
    let mut rng = Rng::with_seed(0xb7f);
    let objects = checked_in();
    let of_objects = objects.iter().filter_map(|(_, object)| btf_of(object));
    let mut blobs: Vec<_> = of_objects.collect();
    blobs.extend((0..40).map(|_| random::blob(&mut rng, 40).bytes()));
    blobs.push(every_kind().bytes());
    blobs.push(every_kind().big_endian());
    blobs
}

/// The BTF of an object, if it has any.
fn btf_of(object: &[u8]) -> Option<Vec<u8>> {
    let input = Input::parse(object).ok()?;
    Some(input.btf.to_vec())
}

/// One record of each kind, and what is rare in compiled code.
pub(crate) fn every_kind() -> Blob {
    let mut blob = Blob::default();
    let int = blob.int("int", 4, btf_blobs::SIGNED);
    let char = blob.int("char", 1, btf_blobs::CHAR);
    let wide = blob.int("unsigned __int128", 16, 0);
    let flag = blob.int("_Bool", 1, btf_blobs::BOOL);
    let pointer = blob.ptr(int);
    let text = blob.array(char, 16);
    let grid = blob.array(text, 3);
    let tail = blob.array(int, 0);
    let members = [("text", text, 0), ("grid", grid, 128), ("tail", tail, 512)];
    let event = blob.structure("event", 64, &members);
    let any = blob.union("any", 16, &[("wide", wide, 0), ("flag", flag, 0)]);
    blob.bitfields("bits", 4, &[("a", int, 0, 3), ("b", int, 5, 27)]);
    blob.enumeration(kind::ENUM, "level", 4, &[("LOW", 0), ("HIGH", 7)]);
    let values = blob.name("VAST");
    blob.record(
        kind::ENUM64 | kind::FLAG,
        "vast",
        1,
        8,
        &[values, 1, 1 << 31],
    );
    blob.to(kind::FWD, "later", 0);
    let name = blob.typedef("event_t", event);
    let constant = blob.to(kind::CONST, "", name);
    let volatile = blob.to(kind::VOLATILE, "", constant);
    let restrict = blob.to(kind::RESTRICT, "", pointer);
    let tagged = blob.to(kind::TYPE_TAG, "user", volatile);
    let proto = blob.proto(any, &[("first", restrict), ("", 0)]);
    let function = blob.record(kind::FUNC, "work", 1, proto, &[]);
    let variable = blob.record(kind::VAR, "counter", 0, tagged, &[1]);
    blob.record(kind::DATASEC, ".data", 1, 64, &[variable, 0, 64]);
    blob.record(kind::FLOAT, "double", 0, 8, &[]);
    blob.record(kind::DECL_TAG, "kfunc", 0, function, &[u32::MAX]);
    blob
}
