//! `bpftool-wasm btf`.

use crate::failure::Failure;
use crate::help;
use crate::options::Options;
use crate::output;
use crate::source_file;
use crate::streams::Streams;
use crate::words::Words;
use btf_layout::{Btf, Layout, Roots, TypeId};
use skel_gen::wit::{self, Arrays, Package, WitError};
use skel_gen::{Input, c, raw, rust};
use std::ffi::OsString;

/// What a dump is printed as.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Format {
    Raw,
    C,
    Rust,
    Wit,
}

/// What a dump as WIT holds: the package, or the implementation of its functions.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum WitPart {
    #[default]
    Package,
    Rust,
    C,
}

/// What the words after `btf dump` ask for.
#[derive(Debug)]
struct Request {
    file: OsString,
    format: Format,
    root_ids: Vec<TypeId>,
    root_names: Vec<String>,
    sorted: bool,
    wit: wit::Options,
    wit_part: WitPart,
    /// The first word that is for `format wit` only.
    wit_word: Option<&'static str>,
}

/// Runs `btf ...`.
pub(crate) fn run(
    options: &Options,
    streams: &mut Streams<'_>,
    words: &mut Words,
) -> Result<(), Failure> {
    if words.take("dump") {
        words.require("dump", 2)?;
        return dump(options, streams, &Request::parse(words)?);
    }
    if words.take("help") {
        return help::print(options, streams, help::BTF);
    }
    Err(help::refuse(help::BTF, words.next_text(), "btf"))
}

impl Request {
    fn parse(words: &mut Words) -> Result<Self, Failure> {
        if !words.take("file") {
            let word = words.next_text().unwrap_or_default();
            let message = format!("unrecognized BTF source specifier: '{word}'");
            return Err(Failure::usage(message));
        }
        let mut request = Request {
            file: words.next().unwrap_or_default(),
            format: Format::Raw,
            root_ids: Vec::new(),
            root_names: Vec::new(),
            sorted: true,
            wit: wit::Options::default(),
            wit_part: WitPart::default(),
            wit_word: None,
        };
        loop {
            if words.take("format") {
                request.format = format(words)?;
            } else if words.take("root_id") {
                request.root_id(words)?;
            } else if words.take("type") {
                request.root_names.push(words.value("type")?);
            } else if words.take("unsorted") {
                request.sorted = false;
            } else if words.take("arrays") {
                request.wit_word.get_or_insert("arrays");
                request.wit.arrays = arrays(words)?;
            } else if words.take("strings") {
                request.wit_word.get_or_insert("strings");
                request.wit.strings = true;
            } else if words.take("lang") {
                request.wit_word.get_or_insert("lang");
                request.wit_part = lang(words)?;
            } else if let Some(word) = words.next_text() {
                return Err(Failure::invalid(format!("unrecognized option: '{word}'")));
            } else {
                return Ok(request);
            }
        }
    }

    fn root_id(&mut self, words: &mut Words) -> Result<(), Failure> {
        let word = words.value("root_id")?;
        let id = match word.strip_prefix("0x") {
            Some(digits) => u32::from_str_radix(digits, 16),
            None => word.parse(),
        };
        let id = id
            .map(TypeId)
            .map_err(|_| Failure::usage(format!("can't parse {word} as root ID")))?;
        if self.root_ids.contains(&id) {
            return Err(Failure::invalid(format!("duplicate root_id {id} supplied")));
        }
        self.root_ids.push(id);
        Ok(())
    }
}

fn format(words: &mut Words) -> Result<Format, Failure> {
    let word = words.value("format")?;
    match word.as_str() {
        "raw" => Ok(Format::Raw),
        "c" => Ok(Format::C),
        "rust" => Ok(Format::Rust),
        "wit" => Ok(Format::Wit),
        _ => {
            let message = format!(
                "unrecognized format specifier: '{word}', possible values: raw, c, rust, wit"
            );
            Err(Failure::invalid(message))
        }
    }
}

fn arrays(words: &mut Words) -> Result<Arrays, Failure> {
    let word = words.value("arrays")?;
    match word.as_str() {
        "list" => Ok(Arrays::List),
        "fixed" => Ok(Arrays::Fixed),
        "tuple" => Ok(Arrays::Tuple),
        _ => {
            let message = format!(
                "unrecognized form of arrays: '{word}', possible values: list, fixed, tuple"
            );
            Err(Failure::invalid(message))
        }
    }
}

fn lang(words: &mut Words) -> Result<WitPart, Failure> {
    let word = words.value("lang")?;
    match word.as_str() {
        "c" => Ok(WitPart::C),
        "rust" => Ok(WitPart::Rust),
        _ => {
            let message = format!("unrecognized language: '{word}', possible values: c, rust");
            Err(Failure::invalid(message))
        }
    }
}

/// Refuses what there is for wasm32 guests only, unless that is requested: whoever forgot `-j` should not get another layout.
fn check_target(options: &Options, request: &Request) -> Result<(), Failure> {
    match (request.format, options.json) {
        (Format::Rust, false) => Err(Failure::invalid(
            "format rust is for wasm32 guests only: add -j (--json) or -w (--wasm)",
        )),
        (Format::Wit, false) => Err(Failure::invalid(
            "format wit is for wasm32 guests only: add -j (--json) or -w (--wasm)",
        )),
        (Format::Wit, true) => Ok(()),
        _ => match request.wit_word {
            Some(word) => Err(Failure::invalid(format!("'{word}' is for format wit only"))),
            None => Ok(()),
        },
    }
}

/// Reads, validates, renders, writes; nothing is written unless all of it went well.
fn dump(options: &Options, streams: &mut Streams<'_>, request: &Request) -> Result<(), Failure> {
    check_target(options, request)?;
    let base_name = options.base.as_ref().map(|base| base.to_string_lossy());
    let base_bytes = match &options.base {
        Some(base) => Some(source_file::read(options, streams, base.as_os_str())?),
        None => None,
    };
    let base = match (&base_name, &base_bytes) {
        (Some(name), Some(bytes)) => Some(parse(name, bytes, None)?),
        _ => None,
    };
    let bytes = source_file::read(options, streams, &request.file)?;
    let name = request.file.to_string_lossy();
    let btf = parse(&name, &bytes, base.as_ref())?;
    let failed = |error| Failure::types(&name, &error);
    let roots = Roots::select(&btf, &request.root_ids, &request.root_names).map_err(failed)?;
    match (request.format, options.json) {
        (Format::Raw, json) => {
            let ids: Vec<TypeId> = match &roots {
                Roots::All | Roots::Except(_) => raw::own_ids(&btf).collect(),
                Roots::Only(ids) | Roots::Values(ids) => ids.clone(),
            };
            raw::check(&btf, ids.iter().copied()).map_err(failed)?;
            let pretty = options.pretty;
            let terminal = output::is_terminal(options, streams);
            output::stream(options, streams, |out| match (json, terminal) {
                (true, false) => raw::json(&btf, ids, pretty, out),
                (true, true) => raw::json_for_terminal(&btf, ids, pretty, out),
                (false, false) => raw::plain(&btf, ids, out),
                (false, true) => raw::plain_for_terminal(&btf, ids, out),
            })
        }
        (Format::C, true) => {
            let layout = Layout::plan(&btf, &roots).map_err(failed)?;
            output::stream(options, streams, |out| c::wasm_header(&layout, out))
        }
        (Format::Rust, _) => {
            let layout = Layout::plan(&btf, &roots).map_err(failed)?;
            rust::check(&layout).map_err(failed)?;
            output::stream(options, streams, |out| rust::wasm_types(&layout, out))
        }
        (Format::Wit, _) => {
            let layout = Layout::plan(&btf, &roots).map_err(failed)?;
            let text = wit_dump(&layout, request).map_err(|error| Failure::wit(&name, &error))?;
            output::write(options, streams, &text)
        }
        (Format::C, false) => {
            let text = c::native_header(&btf, &roots, request.sorted).map_err(failed)?;
            output::write(options, streams, &text)
        }
    }
}

fn wit_dump(layout: &Layout<'_>, request: &Request) -> Result<String, WitError> {
    let name = wit::package_name(&request.file.to_string_lossy());
    let package = Package::new(layout, &name, request.wit)?;
    match request.wit_part {
        WitPart::Package => Ok(wit::wit_text(&package)),
        WitPart::Rust => wit::rust_codec(&package),
        WitPart::C => wit::c_codec(&package),
    }
}

fn parse<'a>(name: &str, bytes: &'a [u8], base: Option<&'a Btf<'a>>) -> Result<Btf<'a>, Failure> {
    let input = Input::parse(bytes).map_err(|error| Failure::input(name, &error))?;
    let btf = match base {
        Some(base) => Btf::parse_split(input.btf, base),
        None => Btf::parse(input.btf),
    };
    btf.map_err(|error| match base {
        None if error.may_be_split() => Failure::no_base(name, &error),
        _ => Failure::btf(name, &error),
    })
}
