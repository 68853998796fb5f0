//! bpftool's JSON as [`Oracle`] keeps it.

use super::super::{stdout_of, tool};
use super::{Enum, Int, Kind, Oracle, Row, Scalar, Type};
use serde_json::Value;
use std::path::Path;
use std::process::Command;

impl Oracle {
    /// Has bpftool read the BTF of `file`; `None` without bpftool.
    pub fn read(file: &Path) -> Option<Self> {
        let mut command = Command::new(tool("bpftool")?);
        command
            .args(["-j", "btf", "dump", "file"])
            .arg(file)
            .args(["format", "raw"]);
        let json: Value = serde_json::from_slice(&stdout_of(&mut command)).expect("bpftool's JSON");
        let records = json["types"].as_array().expect("an array of types");
        let void = Type {
            name: String::new(),
            kind: Kind::Sizeless,
        };
        let mut types = vec![void];
        for record in records {
            assert_eq!(
                number(record, "id"),
                types.len() as u64,
                "ids count up from 1"
            );
            types.push(Type {
                name: name(record),
                kind: kind(record),
            });
        }
        let mut oracle = Oracle { types };
        oracle.drop_what_has_no_bytes();
        Some(oracle)
    }

    /// Forgets the members of types without bytes: `void`, Rust's `()`. Nothing can be asked about them.
    fn drop_what_has_no_bytes(&mut self) {
        let has_bytes: Vec<bool> = (0..self.types.len())
            .map(|id| self.size(id).is_some())
            .collect();
        for ty in &mut self.types {
            if let Kind::Record { rows, .. } = &mut ty.kind {
                rows.retain(|row| has_bytes[row.ty]);
            }
        }
    }
}

fn number(of: &Value, key: &str) -> u64 {
    of[key]
        .as_u64()
        .unwrap_or_else(|| panic!("no number {key} in {of}"))
}

fn id(of: &Value, key: &str) -> usize {
    usize::try_from(number(of, key)).expect("an id")
}

fn name(of: &Value) -> String {
    let name = of["name"]
        .as_str()
        .unwrap_or_else(|| panic!("no name in {of}"));
    if name == "(anon)" {
        String::new()
    } else {
        name.to_owned()
    }
}

fn kind(record: &Value) -> Kind {
    let of = |key| id(record, key);
    match record["kind"].as_str().expect("a kind") {
        "INT" if number(record, "size") == 0 => Kind::Sizeless,
        "INT" => Kind::Scalar(Scalar::Int(Int {
            size: number(record, "size"),
            first: number(record, "bits_offset"),
            bits: number(record, "nr_bits"),
            signed: record["encoding"] == "SIGNED",
            bool: record["encoding"] == "BOOL",
            char: record["encoding"] == "CHAR" || name(record) == "char",
        })),
        "PTR" => Kind::Scalar(Scalar::Pointer),
        "FLOAT" => Kind::Scalar(Scalar::Float(number(record, "size"))),
        "ARRAY" => Kind::Array {
            of: of("type_id"),
            len: number(record, "nr_elems"),
        },
        word @ ("STRUCT" | "UNION") => Kind::Record {
            union: word == "UNION",
            size: number(record, "size"),
            rows: record["members"]
                .as_array()
                .expect("members")
                .iter()
                .map(row)
                .collect(),
        },
        "ENUM" => Kind::Enum(enumeration(record, 32)),
        "ENUM64" => Kind::Enum(enumeration(record, 64)),
        "TYPEDEF" => Kind::Typedef(of("type_id")),
        "CONST" | "VOLATILE" | "RESTRICT" | "TYPE_TAG" => Kind::Qualifier(of("type_id")),
        "FWD" | "FUNC" | "FUNC_PROTO" | "VAR" | "DATASEC" | "DECL_TAG" => Kind::Sizeless,
        other => panic!("a kind the oracle does not know: {other}"),
    }
}

fn row(member: &Value) -> Row {
    Row {
        name: name(member),
        ty: id(member, "type_id"),
        bit: number(member, "bits_offset"),
        width: member["bitfield_size"].as_u64().unwrap_or(0),
    }
}

/// An enum whose values are stored in `stored` bits. bpftool extends the sign of some unsigned values, so only these bits
/// count; of them, a small enum holds the lower ones.
fn enumeration(record: &Value, stored: u64) -> Enum {
    let (size, signed) = (number(record, "size"), record["encoding"] == "SIGNED");
    let cut = |value: i128, bits: u64| {
        let low = value & ((1 << bits) - 1);
        if signed && low >> (bits - 1) == 1 {
            low - (1 << bits)
        } else {
            low
        }
    };
    let value = |entry: &Value| {
        let value = &entry["val"];
        let wide = value
            .as_i64()
            .map(i128::from)
            .or(value.as_u64().map(i128::from));
        cut(cut(wide.expect("a value"), stored), (size * 8).clamp(8, 64))
    };
    let values = record["values"].as_array().expect("values");
    Enum {
        size,
        signed,
        values: values
            .iter()
            .map(|entry| (name(entry), value(entry)))
            .collect(),
    }
}
