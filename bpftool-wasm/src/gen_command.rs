//! `bpftool-wasm gen`.

use crate::failure::Failure;
use crate::help;
use crate::options::Options;
use crate::output;
use crate::source_file;
use crate::streams::Streams;
use crate::words::Words;
use btf_layout::Btf;
use skel_gen::object::{BpfObject, Elf, ObjectError, object_name};
use skel_gen::{Input, InputError, Skeleton, SkeletonTypes, c, rust};

/// The longest name of an object, in bytes; libbpf cuts off the rest.
const NAME_LEN: usize = 63;

/// Runs `gen ...`.
pub(crate) fn run(
    options: &Options,
    streams: &mut Streams<'_>,
    words: &mut Words,
) -> Result<(), Failure> {
    if words.take("skeleton") {
        words.require("skeleton", 1)?;
        return skeleton(options, streams, words);
    }
    if words.take("header") {
        return output::write(options, streams, &c::guest_header());
    }
    if words.take("help") {
        return help::print(options, streams, help::GEN);
    }
    Err(help::refuse(help::GEN, words.next_text(), "gen"))
}

/// The languages of skeletons.
#[derive(Clone, Copy)]
enum Lang {
    C,
    Rust,
}

/// What follows the file: the object's name, the language.
fn arguments(words: &mut Words) -> Result<(Option<String>, Lang), Failure> {
    let (mut name, mut lang) = (None, Lang::C);
    while let Some(word) = words.peek_text() {
        if words.take("name") {
            words.require("name", 1)?;
            let given = words.next_text().unwrap_or_default();
            let kept = given
                .char_indices()
                .take_while(|(at, c)| at + c.len_utf8() <= NAME_LEN);
            if name
                .replace(kept.map(|(_, c)| c).collect::<String>())
                .is_some()
            {
                return Err(Failure::usage("object name already specified"));
            }
        } else if words.take("lang") {
            words.require("lang", 1)?;
            let given = words.next_text().unwrap_or_default();
            lang = match given.as_str() {
                "c" => Lang::C,
                "rust" => Lang::Rust,
                _ => {
                    let message =
                        format!("unrecognized language: '{given}', possible values: c, rust");
                    return Err(Failure::invalid(message));
                }
            };
        } else {
            return Err(Failure::usage(format!("unknown arg {word}")));
        }
    }
    Ok((name, lang))
}

fn skeleton(
    options: &Options,
    streams: &mut Streams<'_>,
    words: &mut Words,
) -> Result<(), Failure> {
    let file = words.next().unwrap_or_default();
    let path = file.to_string_lossy();
    let (name, lang) = arguments(words)?;
    if let (Err(error), false) = (std::fs::metadata(&file), file == "-") {
        return Err(Failure::stat(&path, &error));
    }
    let bytes = source_file::read(options, streams, &file)?;
    let failed = |error: ObjectError| Failure::object(&path, &error.into());
    let elf = Elf::parse(&bytes).map_err(failed)?;
    let btf = match Input::parse(&bytes) {
        Ok(input) => input.btf,
        Err(InputError::NoBtf) => Input::WITHOUT_BTF,
        Err(error) => return Err(Failure::input(&path, &error)),
    };
    let btf = Btf::parse(btf).map_err(|error| Failure::btf(&path, &error))?;
    let name = name.unwrap_or_else(|| object_name(path.strip_suffix(".c").unwrap_or(&path)));
    let object = BpfObject::parse(&name, elf, &btf).map_err(failed)?;
    let types = match lang {
        Lang::C => SkeletonTypes::Needed,
        Lang::Rust => SkeletonTypes::All,
    };
    let skeleton = Skeleton::new(object, &btf, types);
    let skeleton = skeleton.map_err(|error| Failure::object(&path, &error))?;
    let text = match lang {
        Lang::C => c::wasm_skeleton(&skeleton),
        Lang::Rust => {
            let checked = rust::check(&skeleton.layout);
            checked.map_err(|error| Failure::object(&path, &error.into()))?;
            let text = rust::wasm_skeleton(&skeleton, &rust::Embed::Inline);
            text.map_err(|error| Failure::invalid(format!("{path}: {error}")))?
        }
    };
    output::write(options, streams, &text)
}
