//! Target `protocol`: what an engine says to a loader, and a loader to an engine.
//!
//! ```text
//! input = kind (1 byte), which of the kernel's calls fail (1 byte; 0: none), the rest
//! kind 0: requests, as `requests` reads them      1: bytes to a loader that has settings      2: bytes to one that was just started
//! kind 3: bytes from a loader                     4: the same, in one message
//! ```
//!
//! The loader has no processes here, but does all that it does in them.

mod requests;

pub(crate) use requests::TARGETS;

use crate::fake;
use crate::silence::config;
use btf_blobs::target::Reached;
use fastrand::Rng;
use requests::Conversation;
use std::io::{self, Write};
use std::net::Shutdown;
use std::os::fd::OwnedFd;
use std::os::unix::net::UnixStream;
use std::thread;
use wasm_bpf_host::{AttachKind, Config, fuzzing};

/// Kinds of inputs.
const KINDS: u8 = 5;
/// The two bytes before the rest.
const HEAD: usize = 2;
/// Bytes that fit into a socket which nobody reads yet.
const MOST: usize = 32 << 10;

/// Says what the input says.
pub fn check(input: &[u8]) -> Reached {
    let Some(([kind, luck], rest)) = input.split_first_chunk() else {
        return Reached::Nothing;
    };
    fake::begin(*luck);
    let rest = rest.get(..MOST).unwrap_or(rest);
    match kind % KINDS {
        0 => converse(rest),
        1 => bytes(rest, |socket| {
            fuzzing::answer_requests(socket, &settings()).is_ok()
        }),
        2 => bytes(rest, |socket| fuzzing::start_loader(socket).is_ok()),
        3 => bytes(rest, |socket| fuzzing::read_replies(socket).is_ok()),
        _ => {
            let size = u32::try_from(rest.len()).unwrap_or_default().to_le_bytes();
            let message = [&size[..], rest].concat();
            bytes(&message, |socket| fuzzing::read_replies(socket).is_ok())
        }
    }
}

/// What a guest may do at most here: it does not take long.
fn settings() -> Config {
    let traced = [AttachKind::Kprobe, AttachKind::Uprobe, AttachKind::Usdt];
    let kinds = AttachKind::ALL.iter().copied();
    let kinds = kinds.filter(|kind| fake::may_trace() || !traced.contains(kind));
    let mut config = config();
    config.limits.objects = 3;
    config.limits.attachments = 40;
    config.limits.maps = 60;
    config.limits.map_bytes = 64 << 20;
    config.limits.attach_kinds = Some(kinds.collect());
    config
}

/// A pair of sockets, of which one hears something, and then that it was all.
fn told(tell: impl FnOnce(&mut UnixStream)) -> (OwnedFd, UnixStream) {
    let (mut ours, theirs) = UnixStream::pair().expect("sockets");
    tell(&mut ours);
    ours.shutdown(Shutdown::Write).expect("a socket");
    (theirs.into(), ours)
}

/// Bytes that may be anything. Whoever reads them must come to an end, whatever it is.
fn bytes(bytes: &[u8], read: impl FnOnce(OwnedFd) -> bool) -> Reached {
    let (theirs, ours) = told(|socket| socket.write_all(bytes).expect("a socket"));
    let answers = thread::spawn(move || fuzzing::read_replies(ours.into()));
    let good = read(theirs);
    let answers = heard(answers.join().expect("a reader"));
    match (good, answers.is_empty()) {
        (false, _) => Reached::Nothing,
        (true, true) => Reached::Input,
        (true, false) => Reached::Done,
    }
}

/// Good replies. One who hangs up before he has read everything leaves none.
fn heard(answers: io::Result<Vec<bool>>) -> Vec<bool> {
    match answers {
        Err(error) if error.kind() == io::ErrorKind::ConnectionReset => Vec::new(),
        answers => answers.expect("good replies"),
    }
}

/// Requests, of which each is answered: all of them if they are well-formed, else those before the one that is not.
fn converse(input: &[u8]) -> Reached {
    let conversation = Conversation::of(input);
    let (theirs, ours) = told(|socket| conversation.say(socket));
    let answers = thread::spawn(move || fuzzing::read_replies(ours.into()));
    let result = fuzzing::answer_requests(theirs, &settings());
    let answers = heard(answers.join().expect("a reader"));
    if conversation.well_formed {
        assert!(result.is_ok(), "{result:?}");
        assert_eq!(answers.len(), conversation.len(), "an answer for each");
    }
    match answers.contains(&true) {
        true => Reached::Done,
        false if answers.is_empty() => Reached::Nothing,
        false => Reached::Input,
    }
}

/// Other requests, or other bytes.
pub fn mutate(rng: &mut Rng, input: &mut Vec<u8>) -> String {
    input.resize(input.len().max(HEAD), 0);
    match rng.u8(..8) {
        0 => {
            input[1] = rng.u8(..);
            format!("luck {}", input[1])
        }
        1..=5 if input[0].is_multiple_of(KINDS) => {
            let mut rest = input.split_off(HEAD);
            let damage = requests::mutate(rng, &mut rest);
            input.extend(rest);
            damage
        }
        _ => {
            let mut rest = input.split_off(HEAD);
            let damage = btf_blobs::mutate::blindly(rng, &mut rest);
            input.extend(rest);
            damage
        }
    }
}

/// Conversations, good settings, and good replies.
pub fn seeds() -> Vec<Vec<u8>> {
    let mut seeds: Vec<_> = requests::seeds()
        .into_iter()
        .map(|seed| [&[0, 0], seed.as_slice()].concat())
        .collect();
    // A request of each kind, then a failure and an answer of each kind.
    seeds.push([&[1, 0][..], requests::EACH].concat());
    for reply in requests::REPLIES {
        seeds.push([&[4, 0][..], reply].concat());
        let size = u32::try_from(reply.len()).unwrap_or_default().to_le_bytes();
        seeds.push([&[3, 0][..], &size, reply].concat());
    }
    seeds
}
