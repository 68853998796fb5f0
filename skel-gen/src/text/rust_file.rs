//! The text of a Rust file.
//!
//! Items are made with `quote`; prettyplease prints them as they stand at their depth. One call prints one definition with all
//! that belongs to it, so that the syntax tree of a whole kernel is never in memory. The blocks around items are lines of text,
//! and so are comments that are no item's documentation.

use super::rust_error::RustError;
use proc_macro2::{Literal, Span, TokenStream};
use syn::{File, Ident, Item, ItemMod, Visibility};

const TAB: &str = "    ";

/// A Rust file under construction.
#[derive(Debug, Default)]
pub(crate) struct RustFile {
    text: String,
    /// The number of blocks around what comes next.
    depth: usize,
}

impl RustFile {
    /// Writes a line of text; an empty one without indentation.
    pub(crate) fn line(&mut self, line: &str) {
        if !line.is_empty() {
            self.text.push_str(&TAB.repeat(self.depth));
            self.text.push_str(line);
        }
        self.text.push('\n');
    }

    /// Opens a block: `HEAD {`.
    pub(crate) fn open(&mut self, head: &str) {
        self.line(&format!("{head} {{"));
        self.depth += 1;
    }

    /// Closes the block that was opened last.
    pub(crate) fn close(&mut self) {
        self.depth = self.depth.saturating_sub(1);
        self.line("}");
    }

    /// Writes lines that have their form already.
    pub(crate) fn lines(&mut self, lines: &str) {
        self.text.push_str(lines);
    }

    /// Writes items, of which there may be none.
    ///
    /// # Errors
    /// [`RustError::Syntax`] if they are no items.
    pub(crate) fn items(&mut self, items: TokenStream) -> Result<(), RustError> {
        let mut file: File = syn::parse2(items)?;
        if file.items.is_empty() {
            return Ok(());
        }
        // Lines are as long as they may be at this depth if the items stand inside as many modules, whose own lines are left out.
        for _ in 0..self.depth {
            file.items = vec![module(file.items)];
        }
        let text = prettyplease::unparse(&file);
        let mut own = text.as_str();
        for _ in 0..self.depth {
            let inside = own
                .split_once('\n')
                .and_then(|(_, rest)| rest.strip_suffix("}\n"));
            own = inside.unwrap_or(own).trim_end_matches(' ');
        }
        self.text.push_str(own);
        Ok(())
    }

    /// Length of the text, in bytes.
    pub(crate) fn len(&self) -> usize {
        self.text.len()
    }

    /// Takes the text out; what is written later goes on where it ends.
    pub(crate) fn take(&mut self) -> String {
        std::mem::take(&mut self.text)
    }
}

/// A module of `items`.
fn module(items: Vec<Item>) -> Item {
    Item::Mod(ItemMod {
        attrs: Vec::new(),
        vis: Visibility::Inherited,
        unsafety: None,
        mod_token: Default::default(),
        ident: Ident::new("m", Span::call_site()),
        content: Some((Default::default(), items)),
        semi: None,
    })
}

/// A number without the suffix of its type.
pub(crate) fn number(number: impl Into<i128>) -> Literal {
    Literal::i128_unsuffixed(number.into())
}

#[cfg(test)]
mod tests {
    use super::RustFile;
    use quote::quote;

    #[test]
    fn items_stand_in_their_blocks() {
        let mut file = RustFile::default();
        file.open("mod outer");
        file.line("// A comment.");
        file.open("impl Trait for super::Type");
        file.items(quote! {
            /// A function.
            fn f() -> [&'static str; 2] { ["}\n", " }"] }
            fn g() {}
        })
        .expect("items");
        file.items(quote!()).expect("no items");
        file.close();
        file.close();
        let text = "mod outer {\n    // A comment.\n    impl Trait for super::Type {\n        /// A function.\n        \
            fn f() -> [&'static str; 2] {\n            [\"}\\n\", \" }\"]\n        }\n        fn g() {}\n    }\n}\n";
        assert_eq!(file.take(), text);
    }

    #[test]
    fn what_is_no_item_is_an_error() {
        let error = RustFile::default().items(quote!(1 + 1)).unwrap_err();
        assert!(
            error
                .to_string()
                .starts_with("the generated code is not Rust: ")
        );
    }
}
