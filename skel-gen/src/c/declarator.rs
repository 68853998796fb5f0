//! C declarators: `int (*name[4])(struct file *)`, built from the name outwards.

use super::names::{Names, Policy};
use btf_layout::{Btf, Kind, TypeId};
use std::fmt::Write;

/// A declaration taken apart: what stands before the declarator, and the declarator.
#[derive(Debug)]
pub(super) struct Declaration {
    /// `const`, `volatile` and tags of the base type, each followed by a space.
    pub(super) qualifiers: String,
    /// The type at the end of the chain: an integer, struct, union, enum, typedef, float, forward declaration or `void`.
    pub(super) base: TypeId,
    /// The declarator, name included: `*name`, `(*name)(int)`, `name[3]`; empty for a bare nameless type.
    pub(super) declarator: String,
}

/// What the declarator built so far binds to.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Outermost {
    Name,
    Pointer,
    Suffix,
}

impl Declaration {
    /// The declaration of `name` with type `id`. It ends, since validated BTF has no endless chain of unnamed types.
    pub(super) fn new(btf: &Btf<'_>, names: &Names<'_>, mut id: TypeId, name: &str) -> Self {
        let mut text = name.to_owned();
        let mut qualifiers = String::new();
        let mut outermost = Outermost::Name;
        loop {
            match btf.kind(id) {
                Kind::Const(inner) => {
                    qualifiers.push_str("const ");
                    id = inner;
                }
                Kind::Volatile(inner) => {
                    qualifiers.push_str("volatile ");
                    id = inner;
                }
                Kind::Restrict(inner) => {
                    qualifiers.push_str("restrict ");
                    id = inner;
                }
                Kind::TypeTag { ty, attribute } => {
                    if names.policy() == Policy::Native {
                        qualifiers.push_str(&type_tag(btf.name(id), attribute));
                    }
                    id = ty;
                }
                Kind::Ptr(to) => {
                    text = match (qualifiers.is_empty(), text.is_empty()) {
                        (true, _) => format!("*{text}"),
                        (false, true) => format!("*{}", qualifiers.trim_end()),
                        (false, false) => format!("*{qualifiers}{text}"),
                    };
                    qualifiers.clear();
                    outermost = Outermost::Pointer;
                    id = to;
                }
                Kind::Array(array) => {
                    bind(&mut text, &mut outermost);
                    // Writing to a `String` cannot fail.
                    let _ = write!(text, "[{}]", array.len);
                    id = array.elem;
                }
                Kind::FuncProto(proto) => {
                    bind(&mut text, &mut outermost);
                    text.push_str(&params(btf, names, &proto));
                    // A function type has no qualifiers.
                    qualifiers.clear();
                    id = proto.result;
                }
                _ => break,
            }
        }
        Declaration {
            qualifiers,
            base: id,
            declarator: text,
        }
    }
}

/// The attribute that makes clang emit a type tag again, and a space.
fn type_tag(tag: &str, attribute: bool) -> String {
    if attribute {
        let plain = tag
            .chars()
            .all(|c| c.is_ascii_alphanumeric() || "_(), ".contains(c));
        return match plain {
            true => format!("__attribute__(({tag})) "),
            false => String::new(),
        };
    }
    format!(
        "__attribute__((btf_type_tag(\"{}\"))) ",
        tag.escape_default()
    )
}

/// Prepares for a suffix: `*x` needs parentheses, or the suffix would bind first.
fn bind(text: &mut String, outermost: &mut Outermost) {
    if *outermost == Outermost::Pointer {
        *text = format!("({text})");
    }
    *outermost = Outermost::Suffix;
}

/// The parameter list of a function type.
fn params(btf: &Btf<'_>, names: &Names<'_>, proto: &btf_layout::FuncProto<'_>) -> String {
    if proto.is_empty() {
        return "(void)".to_owned();
    }
    let last = proto.len() - 1;
    let params: Vec<String> = proto
        .params()
        .enumerate()
        .map(|(i, (name, ty))| {
            if i == last && ty == TypeId::VOID {
                "...".to_owned()
            } else {
                spell(btf, names, ty, &super::ident::legal_or_empty(name))
            }
        })
        .collect();
    format!("({})", params.join(", "))
}

/// A whole declaration on one line, anonymous types by their keyword alone.
pub(super) fn spell(btf: &Btf<'_>, names: &Names<'_>, id: TypeId, name: &str) -> String {
    let declaration = Declaration::new(btf, names, id, name);
    let Declaration {
        qualifiers,
        base,
        declarator,
    } = &declaration;
    let mut text = qualifiers.clone();
    base_into(btf, names, *base, &mut text);
    if !declarator.is_empty() {
        text.push(' ');
        text.push_str(declarator);
    }
    text
}

/// Appends the name of a base type, with its keyword.
pub(super) fn base_into(btf: &Btf<'_>, names: &Names<'_>, id: TypeId, text: &mut String) {
    let keyword = match btf.kind(id) {
        Kind::Struct(_) | Kind::Fwd { union: false } => "struct ",
        Kind::Union(_) | Kind::Fwd { union: true } => "union ",
        Kind::Enum(_) => "enum ",
        Kind::Void => "void",
        _ => "",
    };
    text.push_str(keyword);
    if keyword == "void" {
        return;
    }
    match names.of(id) {
        "" => text.push_str("{ ... }"),
        name => text.push_str(name),
    }
}
