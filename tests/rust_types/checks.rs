//! Generated Rust against an independent reading of the same BTF: everything that can be is asserted, every bitfield tried.

use std::fmt::Write;
use std::path::Path;
use std::process::Command;
use test_support::oracle::rust::{RustField, identifier};
use test_support::oracle::{Oracle, Place};
use test_support::rust::{Rust, inside, rust_types};
use test_support::stdout_of;

/// What was compared.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Counts {
    pub(crate) definitions: usize,
    pub(crate) fields: usize,
    pub(crate) bitfields: usize,
    pub(crate) enumerators: usize,
}

/// Macros for the assertions. `place!` says where a field is and how large; `probe!` tries a bitfield.
const MACROS: &str = r"
#[allow(unused_macros)]
macro_rules! size { ($ty:ty, $size:expr) => { const _: [(); $size] = [(); ::core::mem::size_of::<$ty>()]; }; }
#[allow(unused_macros)]
macro_rules! offset { ($ty:ty, $($path:ident).+, $offset:expr) => {
    const _: [(); $offset] = [(); ::core::mem::offset_of!($ty, $($path).+)];
}; }
#[allow(unused_macros)]
macro_rules! value { ($value:expr, $expected:expr) => { const _: () = assert!($value as i128 == $expected); }; }
#[allow(unused_macros)]
macro_rules! probe { ($ty:ty, $($parent:ident).*, $get:ident, $set:ident) => {
    |bytes: &mut [::core::primitive::u8], fill: &[::core::primitive::u8]| {
        let it = <$ty as libbpf_wasm::Plain>::from_bytes_mut(bytes).unwrap();
        #[allow(unused_unsafe)]
        let part = unsafe { &mut (*it) $(.$parent)* };
        part.$set(libbpf_wasm::get_bits(fill, 0, 128));
        let mut read = [0; 8];
        libbpf_wasm::set_bits(&mut read, 0, 64, part.$get());
        ::core::primitive::u64::from_le_bytes(read)
    }
}; }
";

/// Compiles the types of `file` together with what the oracle says about them, and tries every bitfield. `None` without bpftool.
pub(crate) fn check(rust: &Rust, name: &str, file: &Path) -> Option<Counts> {
    let oracle = Oracle::read(file)?;
    let names = oracle.rust_names();
    let (mut text, mut counts) = (String::new(), Counts::default());
    let mut probes = String::new();
    for definition in oracle.definitions() {
        counts.definitions += 1;
        let ty = names.of(definition.id);
        line(&mut text, format_args!("size!({ty}, {});", definition.size));
        if definition.dimensions > 0 {
            continue;
        }
        for field in oracle.rust_fields(definition.id) {
            let path = [field.parents.as_slice(), std::slice::from_ref(&field.name)]
                .concat()
                .join(".");
            match field.place {
                Place::Bytes { offset, .. } => {
                    counts.fields += 1;
                    line(&mut text, format_args!("offset!({ty}, {path}, {offset});"));
                }
                Place::Bits { .. } => {
                    counts.bitfields += 1;
                    let probe = probe(ty, &field, definition.size);
                    line(&mut probes, format_args!("{probe}"));
                }
            }
        }
    }
    for id in oracle.ids() {
        let Some(ty) = names.get(id).filter(|_| oracle.word(id) == Some("enum")) else {
            continue;
        };
        for (name, value) in oracle.enumerators(id) {
            counts.enumerators += 1;
            line(
                &mut text,
                format_args!("value!({ty}::{}.0, {value});", identifier(name)),
            );
        }
    }
    for (name, value) in &names.constants {
        counts.enumerators += 1;
        line(&mut text, format_args!("value!({name}, {value});"));
    }
    let table = format!(
        "type Probe = (fn(&mut [::core::primitive::u8], &[::core::primitive::u8]) -> ::core::primitive::u64, \
         [::core::primitive::u64; 4], &'static ::core::primitive::str);\n\
         pub const PROBES: &[Probe] = &[{probes}];\n"
    );
    let types = inside(&rust_types(file), &format!("{MACROS}{text}{table}"));
    let program = rust.program(name, &format!("{types}{PROBE_DRIVER}"));
    let printed = stdout_of(&mut Command::new(program));
    assert_eq!(
        String::from_utf8_lossy(&printed),
        format!("{} probed\n", counts.bitfields)
    );
    Some(counts)
}

/// A row of the table of bitfields: what tries it; first bit, width, all bits that reading ones gives, size of the whole; name.
fn probe(ty: &str, field: &RustField, size: u64) -> String {
    let Place::Bits {
        first,
        width,
        signed,
    } = field.place
    else {
        panic!("no bitfield: {field:?}");
    };
    let name = field.name.trim_start_matches("r#");
    let value = match signed {
        true => u64::MAX >> (64 - field.size * 8),
        false => u64::MAX >> (64 - width),
    };
    let parents = field.parents.join(".");
    format!(
        "(probe!({ty}, {parents}, {}, set_{name}), [{first}, {width}, {value}, {size}], \"{ty} {parents} {name}\"),",
        field.name
    )
}

const PROBE_DRIVER: &str = r#"
fn main() {
    for (probe, [first, width, value, size], name) in types::PROBES {
        for ones in [true, false] {
            let (fill, guard) = (if ones { 0 } else { 0xff }, 16);
            let mut bytes = vec![fill; *size as usize + guard];
            let read = probe(&mut bytes[..*size as usize], &[!fill; 16]);
            assert_eq!(read, if ones { *value } else { 0 }, "value read back from {name}");
            for (at, byte) in bytes.iter().enumerate() {
                let bits = (0..8).filter(|bit| (*first..first + width).contains(&(at as u64 * 8 + bit)));
                let mask: u8 = bits.map(|bit| 1 << bit).sum();
                assert_eq!(*byte, if ones { mask } else { !mask }, "byte {at} of {name}");
            }
        }
    }
    println!("{} probed", types::PROBES.len());
}
"#;

fn line(text: &mut String, line: std::fmt::Arguments<'_>) {
    writeln!(text, "{line}").expect("memory to write to");
}
