//! Calls made of bytes: the first says which, then there is one for each argument.

use super::contents::{self, CONTENTS, MEMORY, SCRATCH};
use fastrand::Rng;
use wasm_encoder::ValType;

/// What an argument is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// A handle of an object.
    Object,
    /// A descriptor of a map.
    Descriptor,
    /// Where an image is, and its size: one byte for both.
    Image,
    Size,
    /// A name of a program or of a map, or a target.
    Program,
    Map,
    Target,
    /// Where bytes are.
    Address,
    Function,
    Timeout,
    Number,
    Flags,
}

/// A function that is imported.
pub(super) struct Import {
    pub(super) module: &'static str,
    pub(super) name: &'static str,
    pub(super) kinds: &'static [Kind],
    pub(super) result: ValType,
}

const MODULE: &str = "wasm_bpf";

pub(super) const IMPORTS: [Import; 7] = [
    Import {
        module: MODULE,
        name: "wasm_load_bpf_object",
        kinds: &[Kind::Image, Kind::Size],
        result: ValType::I64,
    },
    Import {
        module: MODULE,
        name: "wasm_close_bpf_object",
        kinds: &[Kind::Object],
        result: ValType::I32,
    },
    Import {
        module: MODULE,
        name: "wasm_attach_bpf_program",
        kinds: &[Kind::Object, Kind::Program, Kind::Target],
        result: ValType::I32,
    },
    Import {
        module: MODULE,
        name: "wasm_bpf_map_fd_by_name",
        kinds: &[Kind::Object, Kind::Map],
        result: ValType::I32,
    },
    Import {
        module: MODULE,
        name: "wasm_bpf_buffer_poll",
        kinds: &[
            Kind::Object,
            Kind::Descriptor,
            Kind::Function,
            Kind::Number,
            Kind::Address,
            Kind::Size,
            Kind::Timeout,
        ],
        result: ValType::I32,
    },
    Import {
        module: MODULE,
        name: "wasm_bpf_map_operate",
        kinds: &[
            Kind::Descriptor,
            Kind::Number,
            Kind::Address,
            Kind::Address,
            Kind::Address,
            Kind::Flags,
        ],
        result: ValType::I32,
    },
    Import {
        module: "callback-wrapper",
        name: "wasm_bpf_buffer_poll",
        kinds: &[
            Kind::Object,
            Kind::Descriptor,
            Kind::Number,
            Kind::Address,
            Kind::Size,
            Kind::Timeout,
        ],
        result: ValType::I32,
    },
];
pub(super) const LOAD: u8 = 0;
pub(super) const CLOSE: u8 = 1;
pub(super) const ATTACH: u8 = 2;
pub(super) const MAP: u8 = 3;
pub(super) const POLL: u8 = 4;
pub(super) const OPERATE: u8 = 5;
pub(super) const POLL_BY_NAME: u8 = 6;

/// Calls of one guest.
const MOST: usize = 40;

/// A call with its arguments, as bytes.
#[derive(Clone, Debug)]
pub(super) struct Call {
    pub(super) import: u8,
    pub(super) arguments: Vec<u8>,
}

impl Call {
    /// The calls that the bytes stand for. A last one that is not whole is none.
    pub(super) fn all(mut bytes: &[u8]) -> Vec<Self> {
        let mut calls = Vec::new();
        while let Some((first, rest)) = bytes.split_first() {
            let import = usize::from(*first) % IMPORTS.len();
            let Some((arguments, rest)) = rest.split_at_checked(IMPORTS[import].kinds.len()) else {
                break;
            };
            bytes = rest;
            calls.push(Call {
                import: u8::try_from(import).unwrap_or_default(),
                arguments: arguments.to_vec(),
            });
            if calls.len() == MOST {
                break;
            }
        }
        calls
    }

    /// Where calls end, also where the first begins.
    pub(super) fn ends(bytes: &[u8]) -> Vec<usize> {
        let mut ends = vec![0];
        let mut at = 0;
        for call in Call::all(bytes) {
            at += 1 + call.arguments.len();
            ends.push(at);
        }
        ends
    }

    /// A call, mostly with arguments that are good.
    pub(super) fn random(rng: &mut Rng) -> Vec<u8> {
        let import = rng.usize(..IMPORTS.len());
        let mut bytes = vec![u8::try_from(import).unwrap_or_default()];
        for kind in IMPORTS[import].kinds {
            let many = matches!(
                kind,
                Kind::Program | Kind::Map | Kind::Target | Kind::Number
            );
            bytes.push(match rng.u8(..4) {
                0 => rng.u8(..),
                _ if many => rng.u8(..40),
                _ => 0,
            });
        }
        bytes
    }

    /// Whether it may wait for ever.
    pub(super) fn waits(&self) -> bool {
        let kinds = IMPORTS[usize::from(self.import)].kinds;
        let mut arguments = kinds.iter().zip(&self.arguments);
        arguments.any(|(kind, byte)| *kind == Kind::Timeout && timeout(*byte) < 0)
    }

    /// What is passed in the place of this number.
    pub(super) fn argument(&self, at: usize) -> Argument {
        let kind = self.import().kinds[at];
        let byte = self.arguments[at];
        let odd = i32::from(byte >> 3);
        match kind {
            Kind::Object => match byte % 8 {
                0..=2 => Argument::Object,
                3 => Argument::Wide(0),
                4 => Argument::Wide(odd.into()),
                5 => Argument::Wide(-1),
                6 => Argument::Wide(i64::MAX),
                _ => Argument::Wide(1 << 32 | 1),
            },
            Kind::Descriptor => match byte % 8 {
                0..=3 => Argument::Descriptor,
                4 => Argument::Narrow(odd),
                5 => Argument::Narrow(-1),
                6 => Argument::Narrow(i32::MAX),
                _ => Argument::Narrow(i32::MIN),
            },
            Kind::Flags => Argument::Wide(match byte % 8 {
                0..=2 => 0,
                3 => odd.into(),
                4 => -1,
                5 => i64::MIN,
                6 => 1 << 32,
                _ => byte.into(),
            }),
            _ => Argument::Narrow(self.number(kind, byte)),
        }
    }

    fn number(&self, kind: Kind, byte: u8) -> i32 {
        match kind {
            Kind::Image if byte < 192 => contents::image(byte).0,
            Kind::Image => contents::address(byte),
            Kind::Size => self.size(byte),
            Kind::Program => contents::place(&CONTENTS.programs, byte),
            Kind::Map => contents::place(&CONTENTS.maps, byte),
            Kind::Target => contents::place(&CONTENTS.targets, byte),
            Kind::Address if byte < 64 => SCRATCH + i32::from(byte),
            Kind::Address => contents::address(byte),
            Kind::Function => match byte % 16 {
                0..10 => i32::from(byte % 16) / 2 + 1,
                10 => 0,
                11 => -1,
                12 => 7,
                13 => 1 << 20,
                _ => 1,
            },
            Kind::Timeout => timeout(byte),
            _ => match byte {
                0..250 => i32::from(byte % 6),
                250 => -1,
                251 => i32::MAX,
                252 => i32::MIN,
                _ => i32::from(byte),
            },
        }
    }

    /// The size of the image, if it is one's, or of what has room.
    fn size(&self, byte: u8) -> i32 {
        let whole = match self.import {
            LOAD => contents::image(self.arguments[0]).1.len(),
            _ => 64,
        };
        let whole = i32::try_from(whole).unwrap_or_default();
        let odd = i32::from(byte >> 3);
        match byte % 8 {
            0..=1 => whole,
            2 => whole.wrapping_sub(odd),
            3 => odd,
            4 => -1,
            5 => i32::MAX,
            6 => MEMORY,
            _ => whole + 8,
        }
    }

    /// The function that is called.
    pub(super) fn import(&self) -> &'static Import {
        &IMPORTS[usize::from(self.import)]
    }
}

/// An argument.
#[derive(Clone, Copy, Debug)]
pub(super) enum Argument {
    /// The last object that was loaded, and the last descriptor.
    Object,
    Descriptor,
    Narrow(i32),
    Wide(i64),
}

/// A few of them wait.
fn timeout(byte: u8) -> i32 {
    match byte {
        0..240 => 0,
        240..252 => 1,
        252 => -1,
        253 => i32::MIN,
        _ => 2,
    }
}
