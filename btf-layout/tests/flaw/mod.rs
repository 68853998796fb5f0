//! What keeps types of hand-made BTF from being laid out.

use btf_layout::{Btf, Layout, Roots};

/// What is wrong with the types in `blob`, whose records are good: the flaw of the first that has one, or why they cannot be
/// written down.
#[track_caller]
pub(crate) fn flaw(blob: &[u8]) -> Option<String> {
    let btf = Btf::parse(blob).expect("good records");
    let first = btf.flawed().next();
    let flaw = first.map(|id| btf.flaw(id).expect("a flaw").to_string());
    flaw.or_else(|| {
        let planned = Layout::plan(&btf, &Roots::All);
        planned.err().map(|error| error.to_string())
    })
}
