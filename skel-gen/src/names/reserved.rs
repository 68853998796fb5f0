//! The names that C, C++ and wasi-libc have taken: those in `reserved.txt`, which `scripts/reserved-names.sh` makes.

/// How a name is taken.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Taken {
    /// By a keyword or an object-like macro: no identifier anywhere may be spelled like this.
    pub(crate) everywhere: bool,
    /// By a struct, union or enum tag of libc.
    pub(crate) tag: bool,
    /// By a function, variable or enumerator of libc.
    pub(crate) ordinary: bool,
    /// By a typedef of libc: its canonical type, `-` if that is no scalar.
    pub(crate) typedef: Option<&'static str>,
}

static RESERVED: phf::Map<&str, Taken> = include!(concat!(env!("OUT_DIR"), "/reserved.rs"));

/// How `name` is taken, if it is.
pub(crate) fn taken(name: &str) -> Taken {
    RESERVED.get(name).copied().unwrap_or_default()
}
