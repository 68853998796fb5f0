//! Target `btf`: a BTF blob to every format, with its options.
//!
//! ```text
//! input = options (4 bytes), blob
//! ```

use crate::{Dump, Form, seeds};
use btf_blobs::mutate;
use btf_blobs::target::Reached;
use btf_layout::Btf;
use fastrand::Rng;

/// Parses and renders an input.
pub fn check(input: &[u8]) -> Reached {
    let Some((dump, blob)) = Dump::split(input) else {
        return Reached::Nothing;
    };
    match Btf::parse(blob) {
        Ok(btf) => dump.check(&btf, blob.len()),
        Err(error) => {
            assert!(!error.to_string().is_empty(), "{error:?}");
            Reached::Nothing
        }
    }
}

/// Damages the options or the blob.
pub fn mutate(rng: &mut Rng, input: &mut Vec<u8>) -> String {
    if input.len() < Dump::LEN || rng.u8(..8) == 0 {
        input.resize(input.len().max(Dump::LEN), 0);
        return mutate_options(rng, input);
    }
    let mut blob = input.split_off(Dump::LEN);
    let damage = mutate::blob(rng, &mut blob);
    input.extend(blob);
    damage
}

/// Other options.
pub(crate) fn mutate_options(rng: &mut Rng, input: &mut [u8]) -> String {
    let at = rng.usize(..Dump::LEN);
    let value = rng.u8(..);
    if let Some(byte) = input.get_mut(at) {
        *byte = value;
    }
    format!("option {at} = {value}")
}

/// Every blob in every form.
pub fn seeds() -> Vec<Vec<u8>> {
    let (blobs, forms) = (seeds::blobs(), Form::all().len());
    let mut seeds = Vec::new();
    for (i, blob) in blobs.iter().enumerate() {
        for form in 0..forms {
            seeds.push([options(form, i).as_slice(), blob].concat());
        }
    }
    seeds
}

/// Options of the seed that has form `form` and number `i`: each naming of roots comes up.
pub(crate) fn options(form: usize, i: usize) -> [u8; Dump::LEN] {
    let naming = (i + form) % usize::from(Dump::NAMINGS);
    let byte = |number: usize| u8::try_from(number & 0xff).unwrap_or_default();
    [byte(form), byte(naming), byte(i), 0]
}
