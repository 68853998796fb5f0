//! The driver's work in Rust: the same bytes read and written through generated types.

use super::super::oracle::rust::first_called;
use super::{Hop, Leaf, Record, Unit, What};
use std::fmt::Write;

const DRIVER: &str = include_str!("driver.rs");

/// A program that prints what the native one prints: results for `rounds` seeds of each struct.
pub fn program(types: &str, unit: &Unit, seeds: &[Vec<i32>]) -> String {
    let mut text = format!("{types}{DRIVER}");
    let mut main = String::new();
    for (i, (record, seeds)) in unit.records.iter().zip(seeds).enumerate() {
        visitor(&mut text, i, record, types);
        let ty = ty(record);
        let span = match &record.flexible {
            Some(path) => {
                let name = path.trim_start_matches("p->");
                format!("size_of::<{ty}>() + 2 * element_size({ty}::{name}_in(&[]))")
            }
            None => format!("size_of::<{ty}>()"),
        };
        let _ = writeln!(
            main,
            "    for seed in {seeds:?} {{ run(size_of::<{ty}>(), {span}, visit{i}, seed); }}"
        );
    }
    text + "fn main() {\n" + &main + "}\n"
}

fn ty(record: &Record) -> String {
    let tag = record.name.split(' ').next_back().unwrap_or_default();
    // Some are called like primitive types.
    format!("types::{}", first_called(tag))
}

fn visitor(text: &mut String, number: usize, record: &Record, types: &str) {
    let ty = ty(record);
    let _ = writeln!(
        text,
        "#[allow(unused_mut, unused_variables, unused_assignments)]\n\
         fn visit{number}(p: *mut {ty}, d: &mut Driver) {{\n    let base = p.cast::<u8>();"
    );
    for leaf in &record.leaves {
        let code = match leaf.what {
            What::Constant => format!("d.constant({}, base);", constant(types, &leaf.path)),
            _ => access(leaf, record, &ty),
        };
        let _ = writeln!(text, "    {{ {code} }}");
    }
    text.push_str("}\n");
}

/// The value that the generated text gives an enumerator.
fn constant<'t>(types: &'t str, name: &str) -> &'t str {
    let start = types
        .find(&format!("pub const {name}: "))
        .expect("an enumerator");
    let line = types[start..].lines().next().unwrap_or_default();
    let value = line.rsplit_once("= ").expect("a value").1;
    value
        .trim_start_matches("Self(")
        .trim_end_matches([')', ';'])
}

/// Whether a place can be compared: what a method hands out as a value, or not at all, has none.
pub fn has_place(leaf: &Leaf, record: &Record) -> bool {
    let by_value = |hop: &Hop| {
        matches!(
            hop,
            Hop::Member {
                method: true,
                record: false,
                ..
            }
        )
    };
    let flexible = record.flexible.as_ref();
    let behind = flexible.is_some_and(|path| leaf.path.starts_with(&format!("{path}[")));
    leaf.what != What::Place || !(behind || leaf.hops.iter().any(by_value))
}

/// The way to a value: what it takes to get there, and to bring back what was changed in a copy.
struct Route<'a> {
    before: String,
    behind: String,
    place: String,
    /// The last accessor, if the place itself is not the value.
    method: Option<&'a str>,
    text_element: bool,
}

fn route<'a>(leaf: &'a Leaf, record: &Record, ty: &str) -> Route<'a> {
    let (mut before, mut behind) = (String::new(), String::new());
    let mut place = "(*p)".to_owned();
    let flexible = record
        .flexible
        .as_deref()
        .map(|path| path.trim_start_matches("p->"));
    let mut hops = leaf.hops.iter().peekable();
    let (mut count, mut text_element) = (0, false);
    let mut method = None;
    while let Some(hop) = hops.next() {
        count += 1;
        match hop {
            Hop::Member {
                name,
                method: false,
                ..
            } if count == 1 && Some(name.as_str()) == flexible => {
                // What is after the struct: copied, changed, copied back.
                let Some(Hop::Element { i, text }) = hops.next() else {
                    panic!("{leaf:?}");
                };
                text_element = *text;
                let elements = format!("{ty}::{name}_in(d.bytes(base))");
                before += &format!("let mut t{count} = {elements}.get({i}).unwrap();\n");
                behind = format!(
                    "d.put_element(base, {elements}.as_bytes().len(), {i}, &t{count});\n{behind}"
                );
                place = format!("t{count}");
            }
            Hop::Member {
                name,
                method: false,
                ..
            } => place += &format!(".{name}"),
            Hop::Member {
                name, record: true, ..
            } => place = format!("(*{place}.{name}_mut())"),
            Hop::Member { name, .. } if hops.peek().is_some() => {
                before += &format!("let mut t{count} = {place}.{name}();\n");
                behind = format!("{place}.set_{name}(t{count});\n{behind}");
                place = format!("t{count}");
            }
            Hop::Member { name, .. } => method = Some(name.as_str()),
            Hop::Element { i, text } => {
                place += &format!("[{i}]");
                text_element = *text;
            }
        }
    }
    Route {
        before,
        behind,
        place,
        method,
        text_element,
    }
}

/// Reads and writes one value.
fn access(leaf: &Leaf, record: &Record, ty: &str) -> String {
    let Route {
        before,
        behind,
        place,
        method,
        text_element,
    } = route(leaf, record, ty);
    let (get, set) = match method {
        Some(name) => (
            format!("{place}.{name}()"),
            format!("{place}.set_{name}(value)"),
        ),
        None => (format!("{{ {place} }}"), format!("{place} = value")),
    };
    if leaf.what == What::Place {
        let at = match has_place(leaf, record) {
            true => format!("unsafe {{ (&raw const {place}).cast::<u8>().addr() - base.addr() }}"),
            false => "0".to_owned(),
        };
        return format!("d.place(|| {at}, base);");
    }
    let visit = match (leaf.what, text_element) {
        (What::Int, true) => "text",
        (What::Int, false) => "int",
        (What::Bool, _) => "bool",
        (What::Bit, _) => "bit",
        (What::Float, _) => "float",
        (What::Double, _) => "double",
        (What::Pointer, _) => "pointer",
        (What::Place | What::Constant, _) => unreachable!("dealt with"),
    };
    format!(
        "#[allow(unused_unsafe)] unsafe {{ \n{before}let old = {get};\n\
         if let Some(value) = d.{visit}(old) {{ {set};\n{behind} d.written(base); }} }}"
    )
}
