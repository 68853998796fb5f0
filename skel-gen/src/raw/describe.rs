//! What each kind of record says, in bpftool's order and words.

use super::form::{Form, shown};
use btf_layout::{Btf, Composite, Datasec, Enum, FuncProto, Int, Kind, TypeId};

/// Tells `form` everything about record `id`.
pub(super) fn record(btf: &Btf<'_>, id: TypeId, form: &mut impl Form) {
    let kind = btf.stored(id);
    form.open(id, title(&kind), btf.name(id));
    facts(btf, kind, form);
    form.close();
}

fn facts(btf: &Btf<'_>, kind: Kind<'_>, form: &mut impl Form) {
    match kind {
        Kind::Void => {}
        Kind::Int(int) => int_facts(int, form),
        Kind::Ptr(ty)
        | Kind::Typedef(ty)
        | Kind::Volatile(ty)
        | Kind::Const(ty)
        | Kind::Restrict(ty)
        | Kind::TypeTag { ty, .. } => form.number("type_id", ty.0),
        Kind::Array(array) => {
            form.number("type_id", array.elem.0);
            form.number("index_type_id", array.index.0);
            form.number("nr_elems", array.len);
        }
        Kind::Struct(composite) | Kind::Union(composite) => members(composite, form),
        Kind::Enum(decl) => enumerators(decl, form),
        Kind::Fwd { union } => form.word("fwd_kind", if union { "union" } else { "struct" }),
        Kind::Func {
            proto: ty,
            linkage: value,
        } => {
            form.number("type_id", ty.0);
            form.word("linkage", linkage(value));
        }
        Kind::FuncProto(proto) => params(proto, form),
        Kind::Var { ty, linkage: value } => {
            form.number("type_id", ty.0);
            form.aside(&[","]);
            form.word("linkage", linkage(value));
        }
        Kind::Datasec(section) => vars(btf, section, form),
        Kind::Float(size) => form.number("size", size.0),
        Kind::DeclTag {
            target, component, ..
        } => {
            form.number("type_id", target.0);
            form.number("component_idx", component.map_or(-1, u32::cast_signed));
        }
    }
}

fn int_facts(int: Int, form: &mut impl Form) {
    form.number("size", int.size.0);
    form.number("bits_offset", int.offset);
    form.number("nr_bits", int.bits);
    let encoding = match (int.signed, int.char, int.bool) {
        (false, false, false) => "(none)",
        (true, false, false) => "SIGNED",
        (false, true, false) => "CHAR",
        (false, false, true) => "BOOL",
        _ => "UNKN",
    };
    form.word("encoding", encoding);
}

fn members(composite: Composite<'_>, form: &mut impl Form) {
    form.number("size", composite.size.0);
    form.number("vlen", composite.len() as u64);
    form.open_rows("members");
    for member in composite.members() {
        form.open_row(Some(member.name));
        form.number("type_id", member.place.ty.0);
        form.number("bits_offset", member.place.offset.0);
        if let Some(width) = member.place.width {
            form.number("bitfield_size", width.0);
        }
        form.close_row();
    }
    form.close_rows();
}

fn enumerators(decl: Enum<'_>, form: &mut impl Form) {
    form.word("encoding", if decl.signed { "SIGNED" } else { "UNSIGNED" });
    form.number("size", decl.size.0);
    form.number("vlen", decl.len() as u64);
    let suffix = match (decl.is_enum64(), decl.signed) {
        (false, _) => "",
        (true, true) => "LL",
        (true, false) => "ULL",
    };
    form.open_rows("values");
    for (name, value) in decl.enumerators() {
        form.open_row(Some(name));
        form.value(value, suffix);
        form.close_row();
    }
    form.close_rows();
}

fn params(proto: FuncProto<'_>, form: &mut impl Form) {
    form.number("ret_type_id", proto.result.0);
    form.number("vlen", proto.len() as u64);
    form.open_rows("params");
    for (name, ty) in proto.params() {
        form.open_row(Some(name));
        form.number("type_id", ty.0);
        form.close_row();
    }
    form.close_rows();
}

fn vars(btf: &Btf<'_>, section: Datasec<'_>, form: &mut impl Form) {
    form.number("size", section.size.0);
    form.number("vlen", section.len() as u64);
    form.open_rows("vars");
    for entry in section.vars() {
        form.open_row(None);
        form.number("type_id", entry.var.0);
        form.number("offset", entry.offset);
        form.number("size", entry.size);
        let (kind, name) = (btf.stored(entry.var), shown(btf.name(entry.var)));
        form.aside(&[" (", title(&kind), " '", name, "')"]);
        form.close_row();
    }
    form.close_rows();
}

/// Linkage of functions and of variables: the numbers mean the same.
fn linkage(value: u32) -> &'static str {
    match value {
        0 => "static",
        1 => "global",
        2 => "extern",
        _ => "(unknown)",
    }
}

/// The kind, as BTF spells it.
fn title(kind: &Kind<'_>) -> &'static str {
    match kind {
        Kind::Void => "UNKNOWN",
        Kind::Int(_) => "INT",
        Kind::Ptr(_) => "PTR",
        Kind::Array(_) => "ARRAY",
        Kind::Struct(_) => "STRUCT",
        Kind::Union(_) => "UNION",
        Kind::Enum(decl) if decl.is_enum64() => "ENUM64",
        Kind::Enum(_) => "ENUM",
        Kind::Fwd { .. } => "FWD",
        Kind::Typedef(_) => "TYPEDEF",
        Kind::Volatile(_) => "VOLATILE",
        Kind::Const(_) => "CONST",
        Kind::Restrict(_) => "RESTRICT",
        Kind::Func { .. } => "FUNC",
        Kind::FuncProto(_) => "FUNC_PROTO",
        Kind::Var { .. } => "VAR",
        Kind::Datasec(_) => "DATASEC",
        Kind::Float(_) => "FLOAT",
        Kind::DeclTag { .. } => "DECL_TAG",
        Kind::TypeTag { .. } => "TYPE_TAG",
    }
}
