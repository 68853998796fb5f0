//! Makes clang keep types that no code uses.
//!
//! clang writes into the BTF what variables and parameters of functions need, and nothing else; its options against that keep
//! types in the DWARF only. So each type becomes the type of a parameter: of a static function that does nothing, is never
//! called and hence never loaded.

use super::declarations::{Declaration, declarations};
use super::token::tokens;
use std::fmt::Write;

/// The most parameters that a BPF function has. clang's time grows with the square of the number of functions.
const PARAMETERS: usize = 5;

/// `text`, preprocessed C, with a use of each type that is declared in the files that `is_wanted` says yes to. `None` if it
/// has none of these files.
pub(super) fn keep(text: &str, mut is_wanted: impl FnMut(&str) -> bool) -> Option<String> {
    let mut seen = false;
    let tokens = tokens(text, |file| {
        let wanted = is_wanted(file);
        seen |= wanted;
        wanted
    });
    if !seen {
        return None;
    }
    let mut kept = String::with_capacity(text.len() + (text.len() >> 4));
    let mut uses =
        String::from("\n# 1 \"<kept types>\"\n#pragma clang diagnostic ignored \"-Weverything\"\n");
    let mut copied = 0;
    let mut types = Vec::new();
    for (i, declaration) in declarations(&tokens).into_iter().enumerate() {
        types.push(match declaration {
            Declaration::Named(name) => name,
            Declaration::Anonymous(end) => {
                // An enum without a name can only be had as the type of something.
                kept.push_str(text.get(copied..end).unwrap_or_default());
                let _ = write!(kept, " __kept_enum_{i}(void)");
                copied = end;
                format!("__typeof__(__kept_enum_{i}())")
            }
        });
    }
    // libbpf takes a lone function outside of any section for a program.
    uses.push_str("static __attribute__((used)) void __kept_types(void) {}\n");
    for (i, types) in types.chunks(PARAMETERS).enumerate() {
        let _ = write!(uses, "static __attribute__((used)) void __kept_types_{i}(");
        for (p, ty) in types.iter().enumerate() {
            let comma = if p == 0 { "" } else { ", " };
            let _ = write!(uses, "{comma}{ty} *p{p}");
        }
        uses.push_str(") {}\n");
    }
    kept.push_str(text.get(copied..).unwrap_or_default());
    kept.push_str(&uses);
    Some(kept)
}
