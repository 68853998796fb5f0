//! The guest library in C, in one piece.

/// Includes the parts, in order.
const HEADER: &str = include_str!("../../../libbpf-wasm/include/libbpf-wasm.h");

/// The parts, in order: their names in `#include "libbpf-wasm/NAME.h"`, and their text.
macro_rules! parts {
    ($($name:literal)*) => {
        &[$((
            $name,
            include_str!(concat!("../../../libbpf-wasm/include/libbpf-wasm/", $name, ".h")),
        )),*]
    };
}

const PARTS: &[(&str, &str)] = parts! {
    "host"
    "linux"
    "skeleton"
    "state"
    "memory"
    "error"
    "object"
    "load"
    "program"
    "map"
    "element"
    "map_fd"
    "batch"
    "buffer"
    "ring_buffer"
    "perf_buffer"
    "sample"
};

/// The licence, which the header states once.
const LICENCE: &str = "/* SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause */\n";

/// `libbpf-wasm.h`, which skeletons include: one file that includes none of ours.
pub fn guest_header() -> String {
    let mut header = String::from(LICENCE);
    for line in HEADER.trim_start_matches(LICENCE).split_inclusive('\n') {
        match part(line) {
            Some(text) => {
                if !header.ends_with("\n\n") {
                    header.push('\n');
                }
                header.push_str(text.trim_start_matches(LICENCE));
            }
            None => header.push_str(line),
        }
    }
    header
}

/// The part that a line includes, if it includes one.
fn part(line: &str) -> Option<&'static str> {
    let name = line.strip_prefix("#include \"libbpf-wasm/")?;
    let name = name.strip_suffix(".h\"\n")?;
    let found = PARTS.iter().find(|(part, _)| *part == name);
    found.map(|(_, text)| *text)
}

#[cfg(test)]
mod tests {
    use super::{PARTS, guest_header};

    #[test]
    fn every_part_is_in_the_header_once() {
        let header = guest_header();
        assert!(
            !header.contains("#include \"libbpf-wasm/"),
            "a part is left out"
        );
        for (name, text) in PARTS {
            let (_, text) = text.split_once('\n').expect("a licence");
            assert_eq!(header.matches(text).count(), 1, "{name}");
        }
        assert_eq!(header.matches("SPDX").count(), 1);
    }
}
