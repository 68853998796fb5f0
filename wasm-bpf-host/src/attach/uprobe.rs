//! Functions of a program.

use super::attachment::Attachment;
use super::hook::Hook;
use super::request::Request;
use crate::errno::Failure;
use libbpf_rs::{Link, ProgramType, UprobeOpts};

pub(super) const HOOK: Hook = Hook {
    takes: |program, prefix| {
        program == ProgramType::Kprobe && matches!(prefix, "uprobe" | "uretprobe")
    },
    attach: |request| attach(request).map(Attachment::new),
};

/// Any process.
const ALL: i32 = -1;

fn attach(request: &Request<'_>) -> Result<Link, Failure> {
    let expected = "binary:symbol, binary:symbol+offset or binary:0xoffset";
    let target = request.target_or_section(expected)?;
    let bad = || request.bad_target(expected);
    let (binary, place) = target.rsplit_once(':').ok_or_else(bad)?;
    let file = request.file(binary)?;
    let program = &request.program;
    let returns = request.section.starts_with("uretprobe");
    let (kind, _) = request
        .section
        .split_once('/')
        .unwrap_or((request.section, ""));
    if kind.contains(".multi") || kind.contains(".session") {
        let session = kind.contains(".session");
        let link = program.attach_uprobe_multi(ALL, file.path(), place, returns, session);
        return request.result(link);
    }
    let (symbol, offset) = match number(place) {
        Some(offset) => ("", offset),
        None => match place.split_once('+') {
            Some((symbol, offset)) => (symbol, number(offset).ok_or_else(bad)?),
            None => (place, 0),
        },
    };
    if binary.is_empty() || place.is_empty() {
        return Err(bad());
    }
    let opts = UprobeOpts {
        retprobe: returns,
        func_name: (!symbol.is_empty()).then(|| symbol.to_owned()),
        ..UprobeOpts::default()
    };
    request.result(program.attach_uprobe_with_opts(ALL, file.path(), offset, opts))
}

/// A number as C writes it, decimal or hexadecimal.
fn number(text: &str) -> Option<usize> {
    match text.strip_prefix("0x") {
        Some(digits) => usize::from_str_radix(digits, 16).ok(),
        None => text.parse().ok(),
    }
}

#[cfg(test)]
mod tests {
    use super::number;

    #[test]
    fn numbers() {
        assert_eq!(number("0x1f"), Some(31));
        assert_eq!(number("12"), Some(12));
        assert_eq!(number("main"), None);
    }
}
