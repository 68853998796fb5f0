//! Calls to begin with.

use super::call::{ATTACH, CLOSE, LOAD, MAP, OPERATE, POLL, POLL_BY_NAME};
use super::contents::{CONTENTS, MAPS};
use crate::protocol::TARGETS;

/// Every image with its maps polled and operated on, every program attached to every target.
pub(super) fn seeds() -> Vec<Vec<u8>> {
    let byte = |number: usize| u8::try_from(number).unwrap_or_default();
    let mut seeds = Vec::new();
    for image in 0..CONTENTS.images.len() {
        for (map, _) in MAPS.iter().enumerate() {
            let mut calls = vec![LOAD, byte(image), 0, MAP, 0, byte(map)];
            calls.extend((1..5).flat_map(|command| [OPERATE, 0, command, 0, 8, 16, 0]));
            calls.extend((0..10).flat_map(|function| [POLL, 0, 0, function, 0, 0, 0, 0]));
            calls.extend([POLL_BY_NAME, 0, 0, 0, 0, 0, 0, CLOSE, 0, CLOSE, 0]);
            seeds.push(calls);
        }
    }
    for (program, _) in CONTENTS.programs.iter().enumerate() {
        let some = (0..TARGETS.len()).flat_map(|target| [ATTACH, 0, byte(program), byte(target)]);
        seeds.push([LOAD, 0, 0].into_iter().chain(some).collect());
    }
    // Edges of memory for every argument.
    for edge in 224..=255 {
        let mut calls = vec![
            LOAD, edge, 0, LOAD, 0, 0, LOAD, 0, edge, MAP, 0, edge, MAP, 0, 2,
        ];
        calls.extend([ATTACH, 0, edge, 0, ATTACH, 0, 1, edge]);
        calls.extend([OPERATE, 0, 2, edge, 0, 0, 0, OPERATE, 0, 1, 0, edge, 0, 0]);
        calls.extend([
            OPERATE, 0, 4, 0, 0, edge, 0, MAP, 0, 0, POLL, 0, 0, edge, 0, 0, 0, 0,
        ]);
        calls.extend([POLL, 0, 0, 0, 0, edge, 0, 0, POLL, 0, 0, 0, 0, 0, edge, 0]);
        seeds.push(calls);
    }
    seeds
}
