//! What a user may ask of a BTF section: a form, and roots.

use crate::text;
use btf_blobs::target::Reached;
use btf_layout::{Btf, Kind, Layout, Roots, TypeId};
use skel_gen::wit::{self, Arrays, Package};
use skel_gen::{c, raw, rust};

/// What a dump is printed as, with all that can be chosen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// `format raw`.
    Raw {
        /// To a terminal.
        shown: bool,
    },
    /// `format raw -j`, or `-p`.
    Json {
        /// `-p`.
        pretty: bool,
        /// To a terminal.
        shown: bool,
    },
    /// `format c`, or with `unsorted`.
    Native {
        /// Not `unsorted`.
        sorted: bool,
    },
    /// `format c -j`.
    Wasm,
    /// `format rust -j`.
    Rust,
    /// `format wit -j`.
    Wit(wit::Options, WitPart),
}

/// What a dump as WIT holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WitPart {
    /// The package.
    Package,
    /// `lang rust`.
    Rust,
    /// `lang c`.
    C,
}

impl Form {
    /// All of them.
    pub fn all() -> Vec<Form> {
        let mut all = vec![
            Form::Raw { shown: false },
            Form::Raw { shown: true },
            Form::Json {
                pretty: false,
                shown: false,
            },
            Form::Json {
                pretty: true,
                shown: false,
            },
            Form::Json {
                pretty: false,
                shown: true,
            },
            Form::Native { sorted: true },
            Form::Native { sorted: false },
            Form::Wasm,
            Form::Rust,
        ];
        for arrays in [Arrays::List, Arrays::Fixed, Arrays::Tuple] {
            for strings in [false, true] {
                let options = wit::Options { arrays, strings };
                let parts = [WitPart::Package, WitPart::Rust, WitPart::C];
                all.extend(parts.map(|part| Form::Wit(options, part)));
            }
        }
        all
    }

    /// Renders `roots` of `btf`, which `bytes` bytes hold, twice, and asserts what must hold of text.
    pub fn check(self, btf: &Btf<'_>, roots: &Roots, bytes: usize) -> Reached {
        let text = self.render(btf, roots);
        assert!(
            text == self.render(btf, roots),
            "{self:?} differs from itself"
        );
        let Ok(text) = text else {
            return Reached::Input;
        };
        text::assert_in_proportion(&text, bytes);
        self.assert_readable(&text);
        Reached::Done
    }

    /// Text of `roots`, or why there is none.
    fn render(self, btf: &Btf<'_>, roots: &Roots) -> Result<String, String> {
        let layout = || Layout::plan(btf, roots).map_err(|error| refusal(&error));
        if matches!(self, Form::Raw { .. } | Form::Json { .. }) {
            raw::check(btf, ids(btf, roots)).map_err(|error| refusal(&error))?;
        }
        let mut out = Vec::new();
        let written = match self {
            Form::Raw { shown: false } => raw::plain(btf, ids(btf, roots), &mut out),
            Form::Raw { shown: true } => raw::plain_for_terminal(btf, ids(btf, roots), &mut out),
            Form::Json {
                pretty,
                shown: false,
            } => raw::json(btf, ids(btf, roots), pretty, &mut out),
            Form::Json {
                pretty,
                shown: true,
            } => raw::json_for_terminal(btf, ids(btf, roots), pretty, &mut out),
            Form::Native { sorted } => {
                return c::native_header(btf, roots, sorted).map_err(|error| refusal(&error));
            }
            Form::Wasm => c::wasm_header(&layout()?, &mut out),
            Form::Rust => {
                let layout = layout()?;
                rust::check(&layout).map_err(|error| refusal(&error))?;
                rust::wasm_types(&layout, &mut out)
            }
            Form::Wit(options, part) => {
                let layout = layout()?;
                let package = Package::new(&layout, "fuzzed", options);
                let package = package.map_err(|error| error.to_string())?;
                return match part {
                    WitPart::Package => Ok(wit::wit_text(&package)),
                    WitPart::Rust => wit::rust_codec(&package).map_err(|error| error.to_string()),
                    WitPart::C => wit::c_codec(&package).map_err(|error| error.to_string()),
                };
            }
        };
        written.expect("memory to write to");
        Ok(String::from_utf8(out).expect("text"))
    }

    /// Asserts that whoever the text is for can read it.
    fn assert_readable(self, text: &str) {
        match self {
            Form::Raw { shown: false } => {}
            Form::Raw { shown: true } => text::assert_shown(text),
            Form::Json { shown, .. } => {
                text::assert_json(text);
                if shown {
                    text::assert_shown(text);
                }
            }
            Form::Native { .. } | Form::Wasm | Form::Wit(_, WitPart::C) => text::assert_c(text),
            Form::Rust | Form::Wit(_, WitPart::Rust) => text::assert_rust(text),
            Form::Wit(_, WitPart::Package) => text::assert_wit(text),
        }
    }
}

/// The records that the raw forms show.
fn ids(btf: &Btf<'_>, roots: &Roots) -> Vec<TypeId> {
    match roots {
        Roots::All | Roots::Except(_) => raw::own_ids(btf).collect(),
        Roots::Only(ids) | Roots::Values(ids) => ids.clone(),
    }
}

/// The message of an error that a user may see: all but those about bugs of our own.
fn refusal(error: &btf_layout::Error) -> String {
    let message = error.to_string();
    assert!(!message.contains("layout check failed"), "{message}");
    assert!(!message.is_empty(), "{error:?}");
    message
}

/// One dump: the options in the first bytes of an input.
#[derive(Clone, Copy, Debug)]
pub struct Dump {
    form: Form,
    /// How the roots are named.
    naming: u8,
    /// Which types they are.
    number: u16,
}

impl Dump {
    /// Bytes that it takes at the begin of an input.
    pub const LEN: usize = 4;
    /// Ways to name roots.
    pub const NAMINGS: u8 = 6;

    /// The options of an input, and what stands after them. The first byte chooses the form, the second how roots are named, the
    /// other two a type. `None` if the input is too short.
    pub fn split(input: &[u8]) -> Option<(Self, &[u8])> {
        let ([form, naming, low, high], rest) = input.split_first_chunk()?;
        let forms = Form::all();
        let dump = Dump {
            form: *forms.get(usize::from(*form) % forms.len())?,
            naming: naming % Self::NAMINGS,
            number: u16::from_le_bytes([*low, *high]),
        };
        Some((dump, rest))
    }

    /// Renders `btf`, which `bytes` bytes hold, and asserts what must hold of text.
    pub fn check(self, btf: &Btf<'_>, bytes: usize) -> Reached {
        match self.roots(btf) {
            Some(roots) => self.form.check(btf, &roots, bytes),
            None => Reached::Input,
        }
    }

    /// The roots as a user names them, if they are there.
    fn roots(self, btf: &Btf<'_>) -> Option<Roots> {
        let count = btf.len().max(2) - 1;
        let id = |number: u16| TypeId(1 + u32::from(number) % count);
        let first = id(self.number);
        let select = |ids: &[TypeId], names: &[String]| Roots::select(btf, ids, names).ok();
        if btf.len() < 2 || self.naming == 0 {
            return Some(Roots::All);
        }
        match self.naming {
            1 => select(&[first], &[]),
            2 => select(&[first, id(self.number.rotate_left(5) ^ 0x55)], &[]),
            3 => select(&[], &[btf.name(first).to_owned()]),
            4 => {
                let word = Kind::word(&btf.kind(first));
                select(&[first], &[format!("{word} {}", btf.name(first))])
            }
            _ => Some(Roots::Only(btf.ids().collect())),
        }
    }
}
