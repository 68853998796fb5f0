
// Fills a struct with random bytes, reads every value in it, writes every value in it, as driver.c does.

use libbpf_wasm::{Bits, Bool, Elements, Plain, Ptr};
use std::io::Write;

#[derive(Clone, Copy, PartialEq)]
enum Phase {
    Clean,
    Read,
    Write,
}

struct Driver {
    phase: Phase,
    random: u64,
    span: usize,
    out: Vec<u64>,
}

#[allow(dead_code)]
impl Driver {
    fn random_word(&mut self) -> u64 {
        self.random = self.random.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.random;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    fn put(&mut self, value: u128) {
        self.out.extend([value as u64, (value >> 64) as u64]);
    }

    fn bytes<'a>(&self, base: *mut u8) -> &'a [u8] {
        unsafe { std::slice::from_raw_parts(base, self.span) }
    }

    fn put_bytes(&mut self, base: *mut u8) {
        for chunk in self.bytes(base).chunks(8) {
            let mut word = [0; 8];
            word[..chunk.len()].copy_from_slice(chunk);
            self.out.push(u64::from_le_bytes(word));
        }
    }

    /// Called after each write.
    fn written(&mut self, base: *mut u8) {
        if self.phase == Phase::Write {
            let hash = |hash: u64, byte: &u8| (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3);
            let hash = self.bytes(base).iter().fold(0xcbf2_9ce4_8422_2325, hash);
            self.out.push(hash);
        }
    }

    fn put_element<T: Plain>(&self, base: *mut u8, rest: usize, i: usize, value: &T) {
        let at = self.span - rest + i * size_of::<T>();
        assert!(at + size_of::<T>() <= self.span);
        unsafe { base.add(at).copy_from_nonoverlapping(value.as_bytes().as_ptr(), size_of::<T>()) };
    }

    /// One for each kind of value: takes what is there, gives what is to be there instead.
    fn visit<T>(&mut self, wide: u128, new: impl FnOnce(&mut Self) -> T) -> Option<T> {
        match self.phase {
            Phase::Clean => None,
            Phase::Read => {
                self.put(wide);
                None
            }
            Phase::Write => Some(new(self)),
        }
    }

    fn random_wide(&mut self) -> u128 {
        u128::from(self.random_word()) << 64 | u128::from(self.random_word())
    }

    fn int<T: Bits>(&mut self, old: T) -> Option<T> {
        self.visit(wide(old), |d| T::get(&d.random_wide().to_le_bytes(), 0, 128))
    }

    fn text(&mut self, old: u8) -> Option<u8> {
        self.visit(wide(old.cast_signed()), |d| d.random_wide() as u8)
    }

    fn bit(&mut self, old: bool) -> Option<bool> {
        self.visit(u128::from(old), |d| d.random_word() & 2 != 0)
    }

    fn bool(&mut self, old: Bool) -> Option<Bool> {
        if self.phase == Phase::Clean {
            return Some(Bool::from(old.to_byte() & 1 != 0));
        }
        self.bit(old.get()).map(Bool::from)
    }

    fn float(&mut self, old: f32) -> Option<f32> {
        self.visit(old.to_bits().into(), |d| f32::from_bits(d.random_word() as u32))
    }

    fn double(&mut self, old: f64) -> Option<f64> {
        self.visit(old.to_bits().into(), |d| f64::from_bits(d.random_word()))
    }

    fn pointer<T: ?Sized>(&mut self, old: Ptr<T>) -> Option<Ptr<T>> {
        self.visit(old.addr().into(), |d| Ptr::from_addr(d.random_word()))
    }

    fn place(&mut self, at: impl FnOnce() -> usize, base: *mut u8) {
        if self.visit(at() as u128, |_| ()).is_some() {
            self.written(base);
        }
    }

    fn constant(&mut self, value: i128, base: *mut u8) {
        if self.visit(value.cast_unsigned(), |_| ()).is_some() {
            self.written(base);
        }
    }
}

/// Sign and all.
fn wide<T: Bits>(value: T) -> u128 {
    let image = |value: T| {
        let mut image = [0; 16];
        value.set(&mut image, 0, 128);
        u128::from_le_bytes(image)
    };
    let unused = 128 - size_of::<T>() * 8;
    let signed = image(T::get(&[0xff], 0, 1)).count_ones() > 1;
    match signed {
        true => ((image(value) << unused).cast_signed() >> unused).cast_unsigned(),
        false => image(value),
    }
}

#[allow(dead_code)]
fn element_size<T>(_: Elements<'_, T>) -> usize {
    size_of::<T>()
}

fn run<T>(size: usize, span: usize, visit: fn(*mut T, &mut Driver), seed: i32) {
    // Generated types need no alignment.
    let mut room = vec![0_u64; span / 8 + 2];
    let base = room.as_mut_ptr().cast::<u8>().wrapping_add(1);
    let mut d = Driver {
        phase: Phase::Clean,
        random: u64::from(seed.cast_unsigned()),
        span,
        out: vec![size as u64, span as u64],
    };
    for i in 0..span {
        unsafe { base.add(i).write(d.random_word() as u8) };
    }
    visit(base.cast(), &mut d);
    d.put_bytes(base);
    d.phase = Phase::Read;
    visit(base.cast(), &mut d);
    if seed & 1 != 0 {
        unsafe { base.write_bytes(0, span) };
    }
    d.phase = Phase::Write;
    visit(base.cast(), &mut d);
    d.put_bytes(base);
    let bytes: Vec<u8> = d.out.iter().flat_map(|word| word.to_le_bytes()).collect();
    let mut stdout = std::io::stdout().lock();
    stdout.write_all(&(bytes.len() as u64).to_le_bytes()).unwrap();
    stdout.write_all(&bytes).unwrap();
}

