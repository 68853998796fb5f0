//! C that checks a header against the oracle: assertions for the compiler, and bitfield probes to run.

use super::c_names::CNames;
use super::oracle::{Definition, Member, Oracle, Place};
use std::collections::BTreeSet;
use std::fmt::Write;

/// What an assertion text covers.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Structs and unions.
    pub records: usize,
    pub enums: usize,
    pub typedefs: usize,
    /// Members with an offset and a size.
    pub members: usize,
    pub bitfields: usize,
    pub enumerators: usize,
    /// Typedefs that a header has from `<stdbool.h>`.
    pub bools: usize,
}

impl Counts {
    /// Of everything that has a size asserted.
    pub fn definitions(&self) -> usize {
        self.records + self.enums + self.typedefs
    }
}

const ASSERTIONS: &str = r#"#include <assert.h>
#define SIZE(type, size) static_assert(sizeof(type) == size, "size of " #type);
#define MEMBER(type, path, at, size) \
    static_assert(__builtin_offsetof(type, path) == at, "offset of " #path " in " #type); \
    static_assert(sizeof(((type *)0)->path) == size, "size of " #path " in " #type);
#define SIGN(type, sign) static_assert(((type)-1 < (type)1) == sign, "sign of " #type);
#ifdef __cplusplus
#define ENUM_SIGN(type, sign) SIGN(__underlying_type(type), sign)
#else
#define ENUM_SIGN(type, sign) SIGN(type, sign)
#endif
#define VALUE(name, value) static_assert((__int128)(name) == (__int128)(value), "value of " #name);
"#;

/// Asserts size and sign of every definition, offset and size of every member that is no bitfield, and every enumerator's value.
pub fn assertions(oracle: &Oracle, names: &CNames) -> (String, Counts) {
    let (mut text, mut counts) = (ASSERTIONS.to_owned(), Counts::default());
    for definition in oracle.definitions() {
        match definition.word {
            "struct" | "union" => counts.records += 1,
            "enum" => counts.enums += 1,
            _ => counts.typedefs += 1,
        }
        counts.bools +=
            usize::from(definition.word.is_empty() && names.of(definition.id) == "bool");
        line(
            &mut text,
            format_args!("SIZE({}, {})", whole(&definition, names), definition.size),
        );
        if let Some(signed) = oracle.sign(definition.id) {
            let word = if definition.word.is_empty() {
                "SIGN"
            } else {
                "ENUM_SIGN"
            };
            let ty = whole(&definition, names);
            line(
                &mut text,
                format_args!("{word}({ty}, {})", u8::from(signed)),
            );
        }
        for member in oracle.members(definition.id) {
            match member.place {
                Place::Bits { .. } => counts.bitfields += 1,
                Place::Bytes { offset, size } => {
                    counts.members += 1;
                    let (ty, path) = (element(&definition, names), path(&member, names));
                    line(
                        &mut text,
                        format_args!("MEMBER({ty}, {path}, {offset}, {size})"),
                    );
                }
            }
        }
    }
    for id in oracle.ids() {
        for ((_, value), name) in oracle.enumerators(id).iter().zip(names.enumerators(id)) {
            counts.enumerators += 1;
            line(
                &mut text,
                format_args!("VALUE({name}, {})", literal(*value)),
            );
        }
    }
    (text, counts)
}

/// Structs and unions no definition spells out, so that no assertion can name their members.
pub fn unreachable(oracle: &Oracle) -> Vec<usize> {
    let members = oracle
        .definitions()
        .flat_map(|definition| oracle.members(definition.id));
    let reached: BTreeSet<usize> = members.map(|member| member.owner).collect();
    oracle
        .records()
        .filter(|id| !reached.contains(id))
        .collect()
}

/// A bitfield, and how to reach it from C.
#[derive(Debug)]
pub struct Bitfield {
    /// Type and path as C has them.
    pub ty: String,
    pub path: String,
    /// Of the whole type.
    pub size: u64,
    pub first: u64,
    pub width: u64,
    pub signed: bool,
}

/// Every bitfield of every definition.
pub fn bitfields(oracle: &Oracle, names: &CNames) -> Vec<Bitfield> {
    let mut bitfields = Vec::new();
    for definition in oracle.definitions() {
        for member in oracle.members(definition.id) {
            if let Place::Bits {
                first,
                width,
                signed,
            } = member.place
            {
                let (ty, path) = (element(&definition, names), path(&member, names));
                bitfields.push(Bitfield {
                    ty,
                    path,
                    size: definition.size,
                    first,
                    width,
                    signed,
                });
            }
        }
    }
    bitfields
}

/// A module for `support::wasm_module`. `probe(i, value)` sets bitfield `i` of the bytes at `target()` to `value`, reads it
/// back as a `long long` and returns its address.
pub fn probes(header: &str, bitfields: &[Bitfield]) -> String {
    let largest = bitfields
        .iter()
        .map(|bitfield| bitfield.size)
        .max()
        .unwrap_or(0);
    let mut text = format!(
        "#include \"{header}\"\n\
         #define EXPORT(name) __attribute__((export_name(name)))\n\
         static unsigned char bytes[{largest} + {GUARD}] __attribute__((aligned(16)));\n\
         static long long value, result;\n\
         #define PROBE(i, type, path) \\\n    \
             static void probe_##i(void) {{ type *it = (type *)bytes; it->path = value; result = it->path; }}\n"
    );
    for (i, Bitfield { ty, path, .. }) in bitfields.iter().enumerate() {
        line(&mut text, format_args!("PROBE({i}, {ty}, {path})"));
    }
    text.push_str("static void (*const probes[])(void) = {\n");
    for i in 0..bitfields.len() {
        line(&mut text, format_args!("probe_{i},"));
    }
    text.push_str(
        "};\n\
         EXPORT(\"target\") int target(void) { return (int)bytes; }\n\
         EXPORT(\"probe\") int probe(int i, int v) { value = v; probes[i](); return (int)&result; }\n",
    );
    text
}

/// Bytes after a probed object that no probe may touch.
pub const GUARD: u64 = 16;

fn line(text: &mut String, line: std::fmt::Arguments<'_>) {
    writeln!(text, "{line}").expect("memory to write to");
}

/// A definition as C names it.
pub fn whole(definition: &Definition<'_>, names: &CNames) -> String {
    format!("{} {}", definition.word, names.of(definition.id))
        .trim_start()
        .to_owned()
}

/// What has a definition's members: the definition, or the element of an array behind a typedef.
fn element(definition: &Definition<'_>, names: &CNames) -> String {
    let whole = whole(definition, names);
    match definition.dimensions {
        0 => whole,
        n => format!("__typeof__((*({whole} *)0){})", "[0]".repeat(n)),
    }
}

fn path(member: &Member<'_>, names: &CNames) -> String {
    let steps = member
        .path
        .iter()
        .map(|step| names.member(step.name) + &"[0]".repeat(step.dimensions));
    steps.collect::<Vec<_>>().join(".")
}

/// An integer constant for `(__int128)`.
fn literal(value: i128) -> String {
    match i64::try_from(value) {
        Ok(i64::MIN) => "(-9223372036854775807LL - 1)".to_owned(),
        Ok(value) => format!("{value}LL"),
        Err(_) => format!("{value}ULL"),
    }
}
