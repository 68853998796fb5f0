//! Random BTF: valid or nearly so, but stranger than what compilers write.

use crate::{Blob, kind};
use fastrand::Rng;

/// Few names, so that they meet; some mean something to C, and some cannot be said in it.
const NAMES: [&str; 24] = [
    "",
    "",
    "",
    "",
    "a",
    "b",
    "c",
    "s",
    "t",
    "u",
    "x",
    "int",
    "size_t",
    "stat",
    "bool",
    "__pad0",
    "__pad4294967295",
    "a___2",
    "a___bpf",
    "class",
    "Option<u32>",
    "é",
    "NULL",
    "0",
];

/// A blob of up to `most` records. What is held by value comes before, what is pointed to may be anywhere.
pub fn blob(rng: &mut Rng, most: u32) -> Blob {
    let mut maker = Maker::new(rng);
    maker.add(most);
    maker.blob
}

/// A blob of up to `most` records, and one of up to `more` that continues it.
pub fn split(rng: &mut Rng, most: u32, more: u32) -> (Blob, Blob) {
    let mut maker = Maker::new(rng);
    maker.add(most);
    let split = maker.blob.split();
    let base = std::mem::replace(&mut maker.blob, split);
    maker.add(more);
    (base, maker.blob)
}

struct Maker<'a> {
    rng: &'a mut Rng,
    blob: Blob,
    /// Sizes of the types so far, by id; `None`: no size.
    sizes: Vec<Option<u32>>,
    /// Number of records there will be.
    count: u32,
}

impl<'a> Maker<'a> {
    /// A blob with three integers.
    fn new(rng: &'a mut Rng) -> Self {
        let mut maker = Maker {
            rng,
            blob: Blob::default(),
            sizes: vec![None],
            count: 0,
        };
        for size in [4, 1, 8] {
            let name = maker.name();
            maker.blob.int(name, size, size & 1);
            maker.sizes.push(Some(size));
        }
        // Rust's `()`, which has no bytes.
        maker.blob.int("()", 0, 0);
        maker.sizes.push(Some(0));
        maker
    }

    /// Adds up to `most` records.
    fn add(&mut self, most: u32) {
        self.count = self.blob.next_id() - 1 + self.rng.u32(1..=most);
        while self.blob.next_id() <= self.count {
            let size = self.record();
            self.sizes.push(size);
        }
    }

    fn name(&mut self) -> &'static str {
        NAMES[self.rng.usize(..NAMES.len())]
    }

    /// A type so far, preferably a late one, and its size; now and then `void`.
    fn held(&mut self) -> (u32, Option<u32>) {
        if self.rng.u8(..24) == 0 {
            return (0, Some(0));
        }
        let last = self.blob.next_id() - 1;
        let id = if self.rng.bool() {
            last - self.rng.u32(..last.min(4))
        } else {
            self.rng.u32(1..=last)
        };
        (id, self.sizes[id as usize])
    }

    /// Any type, void included, and with a little luck one that will be there.
    fn anything(&mut self) -> u32 {
        match self.rng.bool() {
            true => self.held().0,
            false => self.rng.u32(..=self.count),
        }
    }

    /// Adds a record of a random kind; returns the size of its values.
    fn record(&mut self) -> Option<u32> {
        let name = self.name();
        match self.rng.u8(..16) {
            0..=4 => Some(self.structure(name)),
            5..=6 => Some(self.union(name)),
            7..=8 => {
                let to = self.anything();
                self.blob.ptr(to);
                Some(8)
            }
            9 => {
                let (elem, size) = self.held();
                let len = self.rng.u32(..4);
                self.blob.array(elem, len);
                size.map(|size| size * len)
            }
            10 => {
                let (target, size) = self.held();
                self.blob.typedef(name, target);
                size
            }
            11 => {
                let (target, size) = self.held();
                let kinds = [kind::CONST, kind::VOLATILE, kind::RESTRICT, kind::TYPE_TAG];
                let kind = kinds[self.rng.usize(..kinds.len())];
                self.blob.to(
                    kind,
                    if kind == kind::TYPE_TAG { "user" } else { "" },
                    target,
                );
                size
            }
            12 => {
                // C has no parameters without a size.
                let mut params = Vec::new();
                for _ in 0..self.rng.usize(..4) {
                    if let (ty, Some(_)) = self.held() {
                        params.push((self.name(), ty));
                    }
                }
                if self.rng.u8(..4) == 0 {
                    params.push(("", 0));
                }
                let result = self.anything();
                self.blob.proto(result, &params);
                None
            }
            13..=14 => {
                let flag = if self.rng.bool() { kind::FLAG } else { 0 };
                let size = 1 << self.rng.u32(..4);
                let values: Vec<_> = (0..self.rng.usize(..4))
                    .map(|_| (self.name(), self.rng.u32(..)))
                    .collect();
                self.blob
                    .enumeration(kind::ENUM | flag, name, size, &values);
                Some(size)
            }
            _ => {
                self.blob.to(kind::FWD, name, 0);
                None
            }
        }
    }

    /// Members one after the other, some of them bitfields, now and then with a gap.
    fn structure(&mut self, name: &'static str) -> u32 {
        let (mut members, mut end) = (Vec::new(), 0_u32);
        for _ in 0..self.rng.u32(..5) {
            let (ty, size) = self.held();
            let Some(size) = size.filter(|size| end + size * 8 < 1 << 23) else {
                continue;
            };
            if self.rng.u8(..4) == 0 {
                end = end.next_multiple_of(8) + 8 * self.rng.u32(..6);
            }
            let name = self.name();
            if (1..=3).contains(&ty) && self.rng.bool() {
                let width = self.rng.u32(1..=size * 8);
                members.push((name, ty, end, width));
                end += width;
            } else {
                end = end.next_multiple_of(8);
                members.push((name, ty, end, 0));
                end += size * 8;
            }
        }
        let size = end.div_ceil(8) + self.rng.u32(..5);
        self.blob.bitfields(name, size, &members);
        size
    }

    fn union(&mut self, name: &'static str) -> u32 {
        let (mut members, mut largest) = (Vec::new(), 0);
        for _ in 0..self.rng.u32(..5) {
            if let (ty, Some(size)) = self.held() {
                let offset = match self.rng.u8(..4) {
                    0 => self.rng.u32(..9),
                    _ => 0,
                };
                members.push((self.name(), ty, 8 * offset));
                largest = largest.max(offset + size);
            }
        }
        let size = largest + self.rng.u32(..3);
        self.blob.union(name, size, &members);
        size
    }
}
