//! Access strings of CO-RE relocations: `0:2:1` is the second member of the third member of what a pointer points to. libbpf
//! takes each number as an `int` and follows it, negative ones too.

use btf_layout::{Btf, Kind, TypeId};

/// The most numbers that libbpf has room for.
const MAX_LEN: usize = 64;

/// What a relocation is about: `enum bpf_core_relo_kind`.
enum About {
    Field,
    Type,
    Enumerator,
}

impl About {
    fn of(kind: u32) -> Option<Self> {
        match kind {
            0..=5 => Some(About::Field),
            6..=9 | 12 => Some(About::Type),
            10 | 11 => Some(About::Enumerator),
            _ => None,
        }
    }
}

/// Checks the relocation of kind `kind` that is about `text` of type `root`.
///
/// # Errors
/// What is wrong with it.
pub(super) fn check(
    btf: &Btf<'_>,
    root: TypeId,
    text: &str,
    kind: u32,
) -> Result<(), &'static str> {
    if root.0 >= btf.len() {
        return Err("its type does not exist");
    }
    let about = About::of(kind).ok_or("it is of an unknown kind")?;
    if let About::Type = about {
        return match text {
            "0" => Ok(()),
            _ => Err("a relocation of a type accesses no member"),
        };
    }
    let (first, rest) = numbers(text).ok_or("its access string is none")?;
    let resolved = btf.resolved(root);
    match (about, btf.kind(resolved)) {
        (About::Enumerator, Kind::Enum(decl)) if rest.is_empty() && first < decl.len() => Ok(()),
        (About::Enumerator, _) => Err("its access string is of no value of the enum"),
        _ => follow(btf, resolved, &rest),
    }
}

/// The numbers of an access string: the first, and the others.
fn numbers(text: &str) -> Option<(usize, Vec<usize>)> {
    let parts = text.split(':');
    let numbers = parts.map(|part| {
        let number = part.parse::<usize>().ok()?;
        let digits = part.bytes().all(|byte| byte.is_ascii_digit());
        (digits && i32::try_from(number).is_ok()).then_some(number)
    });
    let mut numbers: Vec<usize> = numbers.take(MAX_LEN + 1).collect::<Option<_>>()?;
    if numbers.len() > MAX_LEN {
        return None;
    }
    let rest = numbers.split_off(1);
    Some((*numbers.first()?, rest))
}

/// Follows the numbers after the first, each of which names a member or an element.
fn follow(btf: &Btf<'_>, root: TypeId, path: &[usize]) -> Result<(), &'static str> {
    let mut id = root;
    // Whether the type is that of the last member of a struct: an array without a length may be accessed anywhere there.
    let mut is_last = false;
    for index in path {
        id = btf.resolved(id);
        match btf.kind(id) {
            Kind::Struct(composite) | Kind::Union(composite) => {
                let ty = composite.ty(*index);
                is_last = index + 1 == composite.len();
                id = ty.ok_or("its access string is of a member that does not exist")?;
            }
            Kind::Array(array) => {
                let is_flexible = array.len == 0 && is_last;
                if !is_flexible && *index >= array.len as usize {
                    return Err("its access string is of an element that does not exist");
                }
                is_last = false;
                id = array.elem;
            }
            _ => return Err("its access string enters a type without members"),
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::numbers;

    #[test]
    fn access_strings() {
        assert_eq!(numbers("0"), Some((0, vec![])));
        assert_eq!(numbers("0:12:3"), Some((0, vec![12, 3])));
        for text in [
            "",
            ":",
            "0:",
            ":0",
            "-1",
            "0:-1",
            "+1",
            " 1",
            "0x1",
            "0:2147483648",
            "a",
        ] {
            assert_eq!(numbers(text), None, "{text}");
        }
        assert_eq!(numbers(&"0:".repeat(64)), None);
        assert!(numbers(&vec!["1"; 64].join(":")).is_some());
        assert_eq!(numbers(&vec!["1"; 65].join(":")), None);
    }
}
