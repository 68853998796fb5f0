//! Target `split_btf`: a BTF blob that continues another.
//!
//! ```text
//! input = options (4 bytes), length of the base (2 bytes, little-endian), base, split blob
//! ```

use crate::btf::{mutate_options, options};
use crate::{Dump, Form};
use btf_blobs::target::Reached;
use btf_blobs::{Blob, kind, mutate, random};
use btf_layout::Btf;
use fastrand::Rng;

/// The parts of an input.
struct Parts<'a> {
    dump: Dump,
    base: &'a [u8],
    split: &'a [u8],
}

impl<'a> Parts<'a> {
    fn of(input: &'a [u8]) -> Option<Self> {
        let (dump, rest) = Dump::split(input)?;
        let (len, rest) = rest.split_first_chunk()?;
        let (base, split) = rest.split_at_checked(usize::from(u16::from_le_bytes(*len)))?;
        Some(Parts { dump, base, split })
    }
}

/// Parses the base, then what continues it, and renders that.
pub fn check(input: &[u8]) -> Reached {
    let Some(parts) = Parts::of(input) else {
        return Reached::Nothing;
    };
    let Ok(base) = Btf::parse(parts.base) else {
        return Reached::Nothing;
    };
    match Btf::parse_split(parts.split, &base) {
        Ok(split) => {
            assert_eq!(split.first().0, base.len(), "ids go on where the base ends");
            let bytes = parts.base.len() + parts.split.len();
            parts.dump.check(&split, bytes)
        }
        Err(error) => {
            assert!(!error.to_string().is_empty(), "{error:?}");
            Reached::Nothing
        }
    }
}

/// Damages the options, the base or, mostly, the split blob.
pub fn mutate(rng: &mut Rng, input: &mut Vec<u8>) -> String {
    let Some(parts) = Parts::of(input) else {
        *input = seeds().swap_remove(0);
        return "begun anew".to_owned();
    };
    let (mut base, mut split) = (parts.base.to_vec(), parts.split.to_vec());
    let mut head: [u8; Dump::LEN] = *input.first_chunk().unwrap_or(&[0; Dump::LEN]);
    let damage = match rng.u8(..8) {
        0 => mutate_options(rng, &mut head),
        1 => format!("base: {}", mutate::blob(rng, &mut base)),
        _ => mutate::blob(rng, &mut split),
    };
    *input = joined(head, &base, &split);
    damage
}

fn joined(head: [u8; Dump::LEN], base: &[u8], split: &[u8]) -> Vec<u8> {
    let base = base.get(..usize::from(u16::MAX)).unwrap_or(base);
    let len = u16::try_from(base.len()).unwrap_or_default();
    [&head, len.to_le_bytes().as_slice(), base, split].concat()
}

/// Random blobs, each cut in two, in every form, and one made by hand.
pub fn seeds() -> Vec<Vec<u8>> {
    let mut rng = Rng::with_seed(0x5eed);
    let mut pairs = vec![module()];
    while pairs.len() < 30 {
        let (base, split) = random::split(&mut rng, 30, 20);
        if is_good(&base.bytes(), &split.bytes()) {
            pairs.push((base, split));
        }
    }
    let mut seeds = Vec::new();
    for (i, (base, split)) in pairs.iter().enumerate() {
        for form in 0..Form::all().len() {
            seeds.push(joined(options(form, i), &base.bytes(), &split.bytes()));
        }
    }
    seeds
}

/// Random blobs may be stranger than what is accepted.
fn is_good(base: &[u8], split: &[u8]) -> bool {
    Btf::parse(base).is_ok_and(|base| Btf::parse_split(split, &base).is_ok())
}

/// A kernel and its module, which has types and a function of its own.
fn module() -> (Blob, Blob) {
    let mut base = Blob::default();
    let int = base.int("int", 4, btf_blobs::SIGNED);
    let device = base.structure("device", 8, &[("id", int, 0), ("flags", int, 32)]);
    let mut module = base.split();
    let pointer = module.ptr(device);
    let own = module.structure("own", 16, &[("device", pointer, 0), ("id", int, 64)]);
    let pointer = module.ptr(own);
    let proto = module.proto(int, &[("own", pointer)]);
    module.record(kind::FUNC, "probe", 1, proto, &[]);
    (base, module)
}
