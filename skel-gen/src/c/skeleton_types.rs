//! The types in a C skeleton, where one of them may be called like the skeleton.

use super::ident::flavoured;
use super::wasm::Header;
use btf_layout::{DefKind, Layout};

/// The definitions of the types of a skeleton.
pub(super) struct Types<'a, 'b> {
    /// Declares what is of these types.
    pub(super) header: Header<'a, 'b>,
    /// The definitions.
    pub(super) text: String,
    /// The guard of the struct, union or enum that is called like the skeleton, in headers of the types alone.
    pub(super) namesake: Option<String>,
}

impl<'a, 'b> Types<'a, 'b> {
    /// Renders the types of a skeleton called `name`.
    ///
    /// A type of that name is `name___bpf` in the skeleton. It, and what holds it, is guarded as headers of the types alone guard
    /// it, so that each type is defined once, whichever header comes first.
    pub(super) fn new(layout: &'a Layout<'b>, name: &str) -> Self {
        let mut plain = Header::new(layout);
        if !is_taken(&plain, name) {
            let text = plain.definitions();
            return Types {
                header: plain,
                text,
                namesake: None,
            };
        }
        let mut header = Header::beside(layout, Some(name.to_owned()));
        let mut text = String::new();
        let mut namesake = None;
        for def in layout.defs() {
            let (guard, other) = plain.definition(def);
            let (own_guard, own) = header.definition(def);
            let is_tag = !matches!(def.kind, DefKind::Typedef(_));
            if is_tag && plain.names.of(def.id) == name {
                namesake = Some(guard.clone());
            }
            match own == other || guard.is_empty() {
                true => text.push_str(&own),
                // In `#ifndef` and in `#define`.
                false => text.push_str(&own.replacen(&own_guard, &guard, 2)),
            }
        }
        Types {
            header,
            text,
            namesake,
        }
    }
}

/// Whether a type is called `name`.
fn is_taken(header: &Header<'_, '_>, name: &str) -> bool {
    let btf = header.layout.btf();
    let mut declared = btf.declared().filter(|id| header.names.of(*id) == name);
    declared.any(|id| btf.kind(id).is_defined())
}

/// What the skeleton's own tag is where a type has its name.
pub(super) fn other_tag(name: &str) -> String {
    format!("{name}___skel")
}

/// Lines that say which of the two has the name `name`: the type whose guard is `guard` if it is defined already, else the
/// skeleton. `tag` is the macro for the skeleton's tag.
pub(super) fn tag_macro(tag: &str, name: &str, spelled: &str, guard: &str) -> [String; 8] {
    let (ty, skeleton) = (flavoured(name), other_tag(name));
    [
        format!(
            "/* A type of the object is called {name} as well. Where it is defined already, or by the guest, the skeleton is"
        ),
        format!(" * struct {skeleton}; else the skeleton has the name, and the type is {ty}. */"),
        format!("#if defined({guard}) || defined({name}__NO_TYPES)"),
        format!("#define {tag} {skeleton}"),
        format!("#define {ty} {name}"),
        "#else".to_owned(),
        format!("#define {tag} {spelled}"),
        "#endif".to_owned(),
    ]
}
