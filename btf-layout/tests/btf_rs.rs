//! Our reader against btf-rs: two readers that share no code have to read the same from the same bytes.
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
use btf_layout::{Btf, Kind, TypeId};
use btf_rs::{BtfType, Type};
use std::fmt::Debug;
use std::fs;
use std::path::{Path, PathBuf};

type Compared = Result<(), String>;

/// Fails if `ours` is not `theirs`.
fn same<T: PartialEq + Debug>(what: &str, ours: T, theirs: T) -> Compared {
    if ours == theirs {
        return Ok(());
    }
    Err(format!("{what}: ours {ours:?}, btf-rs {theirs:?}"))
}

/// Compares a name, where btf-rs tells it: it has none for qualifiers, and finds none that is the tail of another string.
fn name_is(theirs: &btf_rs::Btf, what: &str, ours: &str, named: &dyn BtfType) -> Compared {
    match theirs.resolve_name(named) {
        Ok(name) => same(what, ours, &name),
        Err(_) => Ok(()),
    }
}

/// Compares everything btf-rs says about every type.
fn compare(ours: &Btf<'_>, theirs: &btf_rs::Btf) -> Compared {
    let count = theirs.split().unwrap_or(theirs.base()).type_id_range().1 + 1;
    same("number of types", ours.len(), count.max(1))?;
    for id in ours.ids() {
        let ty = theirs
            .resolve_type_by_id(id.0)
            .map_err(|e| format!("type {id}: {e}"))?;
        compare_type(ours, theirs, id, &ty)
            .map_err(|e| format!("type {id} ({}): {e}", ty.name()))?;
    }
    Ok(())
}

fn compare_type(ours: &Btf<'_>, theirs: &btf_rs::Btf, id: TypeId, ty: &Type) -> Compared {
    if let Some(named) = ty.as_btf_type() {
        name_is(theirs, "name", ours.name(id), named)?;
    }
    let target =
        |ours: TypeId, theirs: &dyn BtfType| same("target", Some(ours.0), theirs.get_type_id());
    // Records as they are stored, whether a layout can be made of the type or not.
    match (ours.stored(id), ty) {
        (Kind::Int(int), Type::Int(other)) => {
            same("size", int.size.0 as usize, other.size())?;
            let other = (other.is_signed(), other.is_char(), other.is_bool());
            same("encoding", (int.signed, int.char, int.bool), other)
        }
        (Kind::Ptr(to), Type::Ptr(other)) => target(to, other),
        (Kind::Typedef(to), Type::Typedef(other)) => target(to, other),
        (Kind::Volatile(to), Type::Volatile(other)) => target(to, other),
        (Kind::Const(to), Type::Const(other)) => target(to, other),
        (Kind::Restrict(to), Type::Restrict(other)) => target(to, other),
        (Kind::Array(array), Type::Array(other)) => {
            same("length", array.len as usize, other.len())?;
            target(array.elem, other)
        }
        (Kind::Struct(composite), Type::Struct(other))
        | (Kind::Union(composite), Type::Union(other)) => members(theirs, &composite, other),
        (Kind::Enum(decl), Type::Enum(_) | Type::Enum64(_)) => enumerators(theirs, &decl, ty),
        (Kind::Fwd { union }, Type::Fwd(other)) => same(
            "is a union",
            (union, !union),
            (other.is_union(), other.is_struct()),
        ),
        (Kind::Func { proto, linkage }, Type::Func(other)) => {
            // btf-rs reads 16 bits of it.
            let flags = (other.is_static(), other.is_global(), other.is_extern());
            linkage_is(linkage & 0xffff, flags)?;
            target(proto, other)
        }
        (Kind::Var { ty, linkage }, Type::Var(other)) => {
            linkage_is(
                linkage,
                (other.is_static(), other.is_global(), other.is_extern()),
            )?;
            target(ty, other)
        }
        (Kind::FuncProto(proto), Type::FuncProto(other)) => params(theirs, &proto, other),
        (Kind::Datasec(section), Type::Datasec(other)) => vars(&section, other),
        (Kind::Float(size), Type::Float(other)) => same("size", size.0 as usize, other.size()),
        (
            Kind::DeclTag {
                target: to,
                component,
                attribute,
            },
            Type::DeclTag(other),
        ) => {
            // For btf-rs every negative component stands for the declaration itself.
            let component = component.filter(|component| component.cast_signed() >= 0);
            same("component", component, other.component_index())?;
            same("attribute", attribute, other.is_attribute())?;
            target(to, other)
        }
        (Kind::TypeTag { ty, attribute }, Type::TypeTag(other)) => {
            same("attribute", attribute, other.is_attribute())?;
            target(ty, other)
        }
        (kind, _) => Err(format!("ours is a {}", kind.word())),
    }
}

fn linkage_is(linkage: u32, (is_static, is_global, is_extern): (bool, bool, bool)) -> Compared {
    same(
        "linkage",
        (linkage == 0, linkage == 1, linkage == 2),
        (is_static, is_global, is_extern),
    )
}

fn members(
    names: &btf_rs::Btf,
    ours: &btf_layout::Composite<'_>,
    theirs: &btf_rs::Struct,
) -> Compared {
    same("size", ours.size.0 as usize, theirs.size())?;
    same("members", ours.len(), theirs.members.len())?;
    for (ours, theirs) in ours.members().zip(&theirs.members) {
        name_is(names, "member", ours.name, theirs)?;
        same(
            "type of a member",
            Some(ours.place.ty.0),
            theirs.get_type_id(),
        )?;
        same(
            "offset of a member",
            ours.place.offset.0,
            theirs.bit_offset().into(),
        )?;
        let width = theirs.bitfield_size().filter(|width| *width != 0);
        same(
            "width of a member",
            ours.place.width.map(|width| width.0),
            width.map(u64::from),
        )?;
    }
    Ok(())
}

fn enumerators(names: &btf_rs::Btf, ours: &btf_layout::Enum<'_>, theirs: &Type) -> Compared {
    let (size, signed, rows): (_, _, Vec<(&dyn BtfType, i128)>) = match theirs {
        Type::Enum(other) => {
            let value = |raw: u32| match other.is_signed() {
                true => i128::from(raw.cast_signed()),
                false => i128::from(raw),
            };
            let rows = other
                .members
                .iter()
                .map(|row| (row as &dyn BtfType, value(row.val())));
            (other.size(), other.is_signed(), rows.collect())
        }
        Type::Enum64(other) => {
            let value = |raw: u64| match other.is_signed() {
                true => i128::from(raw.cast_signed()),
                false => i128::from(raw),
            };
            let rows = other
                .members
                .iter()
                .map(|row| (row as &dyn BtfType, value(row.val())));
            (other.size(), other.is_signed(), rows.collect())
        }
        _ => return Err("no enum".to_owned()),
    };
    same(
        "is an ENUM64",
        ours.is_enum64(),
        matches!(theirs, Type::Enum64(_)),
    )?;
    same("size", ours.size.0 as usize, size)?;
    same("signed", ours.signed, signed)?;
    same("enumerators", ours.len(), rows.len())?;
    for ((name, value), (row, expected)) in ours.enumerators().zip(rows) {
        name_is(names, "enumerator", name, row)?;
        same("value of an enumerator", value, expected)?;
    }
    Ok(())
}

fn params(
    names: &btf_rs::Btf,
    ours: &btf_layout::FuncProto<'_>,
    theirs: &btf_rs::FuncProto,
) -> Compared {
    same("result", ours.result.0, theirs.return_type_id())?;
    same("parameters", ours.len(), theirs.parameters.len())?;
    for ((name, ty), theirs) in ours.params().zip(&theirs.parameters) {
        name_is(names, "parameter", name, theirs)?;
        same("type of a parameter", Some(ty.0), theirs.get_type_id())?;
    }
    Ok(())
}

fn vars(ours: &btf_layout::Datasec<'_>, theirs: &btf_rs::Datasec) -> Compared {
    same("size", ours.size.0 as usize, theirs.size())?;
    same("variables", ours.len(), theirs.variables.len())?;
    for (ours, theirs) in ours.vars().zip(&theirs.variables) {
        same("variable", Some(ours.var.0), theirs.get_type_id())?;
        same("offset of a variable", ours.offset, theirs.offset())?;
        same("size of a variable", ours.size as usize, theirs.size())?;
    }
    Ok(())
}

/// The `.BTF` sections of the objects in `tests/bpf`.
fn sections() -> Vec<(PathBuf, Vec<u8>)> {
    use object::{Object, ObjectSection};
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/bpf");
    let mut files: Vec<_> = fs::read_dir(folder)
        .expect("tests/bpf")
        .map(|entry| entry.expect("an entry").path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "o"))
        .collect();
    files.sort();
    let section = |file: PathBuf| {
        let bytes = fs::read(&file).expect("an object");
        let object = object::File::parse(bytes.as_slice()).expect("an ELF object");
        let section = object.section_by_name(".BTF").expect("a .BTF section");
        let blob = section.data().expect("the section's bytes").to_vec();
        (file, blob)
    };
    files.into_iter().map(section).collect()
}

/// Every kind, in encodings that compilers write and in some they do not.
fn every_kind() -> Blob {
    let mut blob = Blob::default();
    let int = blob.int("int", 4, btf_blobs::SIGNED);
    let char = blob.int("char", 1, btf_blobs::CHAR);
    let flag = blob.int("_Bool", 1, btf_blobs::BOOL);
    let pointer = blob.ptr(int);
    let array = blob.array(char, 3);
    blob.structure(
        "s",
        16,
        &[("a", int, 0), ("p", pointer, 64), ("", array, 32)],
    );
    blob.bitfields(
        "b",
        8,
        &[("x", int, 3, 7), ("y", int, 32, 0), ("z", flag, 30, 1)],
    );
    blob.union("u", 8, &[("a", int, 0), ("p", pointer, 0)]);
    blob.enumeration(kind::ENUM, "e", 4, &[("A", 0), ("B", u32::MAX)]);
    blob.enumeration(
        kind::ENUM | kind::FLAG,
        "es",
        1,
        &[("C", u32::MAX), ("D", 1)],
    );
    let (low, high) = (blob.name("LOW"), blob.name("HIGH"));
    let wide = [low, 1, 0, high, 0, 1 << 31];
    blob.record(kind::ENUM64, "e64", 2, 8, &wide);
    blob.record(kind::ENUM64 | kind::FLAG, "e64s", 2, 8, &wide);
    blob.to(kind::FWD, "fs", 0);
    blob.to(kind::FWD | kind::FLAG, "fu", 0);
    let chain = [
        kind::TYPEDEF,
        kind::VOLATILE,
        kind::CONST,
        kind::RESTRICT,
        kind::TYPE_TAG,
    ];
    let mut last = pointer;
    for kind in chain {
        last = blob.to(kind, if kind == kind::TYPEDEF { "t" } else { "" }, last);
    }
    blob.to(kind::TYPE_TAG | kind::FLAG, "attribute", last);
    let proto = blob.proto(int, &[("x", last), ("", 0)]);
    for linkage in 0..4 {
        blob.record(kind::FUNC, "f", linkage, proto, &[]);
        let var = blob.record(kind::VAR, "v", 0, last, &[linkage]);
        blob.record(kind::DATASEC, ".data", 2, 16, &[var, 0, 8, var, 8, 8]);
        blob.record(kind::DECL_TAG, "tag", 0, var, &[linkage.wrapping_sub(2)]);
    }
    blob.to(kind::FLOAT, "float", 4);
    blob
}

#[test]
fn vmlinux_reads_the_same() {
    let types = match test_support::types::kernel_types() {
        Ok(types) => types,
        Err(reason) => return println!("skipped: {reason}"),
    };
    let blob = std::fs::read(types).expect("a kernel's BTF");
    let ours = Btf::parse(&blob).expect("valid BTF");
    let theirs = btf_rs::Btf::from_bytes(&blob).expect("valid BTF");
    assert_eq!(compare(&ours, &theirs), Ok(()));
    assert!(ours.len() > 10_000, "only {} types", ours.len());
}

#[test]
fn objects_read_the_same() {
    let sections = sections();
    assert!(sections.len() >= 9, "only {} objects", sections.len());
    for (file, blob) in &sections {
        let ours = Btf::parse(blob).expect("valid BTF");
        let theirs = btf_rs::Btf::from_bytes(blob).expect("valid BTF");
        assert_eq!(compare(&ours, &theirs), Ok(()), "{}", file.display());
    }
}

#[test]
fn every_kind_reads_the_same_in_both_byte_orders() {
    let blob = every_kind();
    for bytes in [blob.bytes(), blob.big_endian()] {
        let ours = Btf::parse(&bytes).expect("valid BTF");
        let theirs = btf_rs::Btf::from_bytes(&bytes).expect("valid BTF");
        assert_eq!(compare(&ours, &theirs), Ok(()));
    }
}

#[test]
fn split_btf_reads_the_same() {
    let base = every_kind();
    let mut split = base.split();
    let pointer = split.ptr(6);
    split.structure("own", 24, &[("s", 6, 0), ("p", pointer, 128)]);
    let (base, split) = (base.bytes(), split.bytes());
    let ours = Btf::parse(&base).expect("valid BTF");
    let ours = Btf::parse_split(&split, &ours).expect("valid split BTF");
    let theirs = btf_rs::Btf::from_bytes(&base).expect("valid BTF");
    let theirs = btf_rs::Btf::from_split_bytes(&split, &theirs).expect("valid split BTF");
    assert_eq!(compare(&ours, &theirs), Ok(()));
}

/// What we accept of damaged blobs, btf-rs reads the same way, if it accepts it as well.
#[test]
fn damaged_blobs_read_the_same() {
    let mut rng = mutate::rng();
    let mut blobs: Vec<_> = sections().into_iter().map(|(_, blob)| blob).collect();
    blobs.push(every_kind().bytes());
    let (cases, mut compared) = (mutate::cases(20_000), 0);
    for case in 1..=cases {
        let mut blob = match rng.u8(..4) {
            0 => random::blob(&mut rng, 40).bytes(),
            _ => rng.choice(&blobs).expect("a blob").clone(),
        };
        let damage = match rng.u8(..4) {
            0 => mutate::blindly(&mut rng, &mut blob),
            _ => mutate::records(&mut rng, &mut blob),
        };
        let (Ok(ours), Ok(theirs)) = (Btf::parse(&blob), btf_rs::Btf::from_bytes(&blob)) else {
            continue;
        };
        compared += 1;
        assert_eq!(compare(&ours, &theirs), Ok(()), "case {case}: {damage}");
    }
    println!("{compared} of {cases} damaged blobs are valid and read the same");
    assert!(compared > 100, "only {compared} of {cases} were compared");
}
