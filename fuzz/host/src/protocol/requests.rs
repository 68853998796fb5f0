//! Requests made of bytes: each begins with one that says which, and takes what it needs of those after it; what is missing is 0.

use crate::seeds;
use fastrand::Rng;
use rustix::fs::{MemfdFlags, SealFlags, fcntl_add_seals, memfd_create};
use rustix::net::{SendAncillaryBuffer, SendAncillaryMessage, SendFlags, sendmsg};
use std::fs::File;
use std::io::{IoSlice, Write};
use std::mem::MaybeUninit;
use std::os::fd::{AsFd, OwnedFd};
use std::os::unix::net::UnixStream;

/// More would not fit into a socket that nobody reads yet.
const MOST: usize = 48;
/// Ways to make a request of bytes.
const KINDS: u8 = 8;

/// Targets as guests name them, for one kind of hook or the other; some are none.
pub(crate) const TARGETS: [&str; 32] = [
    "",
    "lo",
    "any",
    "lo:egress",
    "lo:ingress",
    "no-such-interface",
    "cpu-clock@99",
    "cpu-clock@0",
    "cpu-clock@99999999999999999999",
    "@",
    "task-clock",
    "sched:sched_process_exec",
    "sched:",
    ":",
    "a:b:c",
    "../../x:y",
    "sys_enter",
    "do_unlinkat",
    "do_unlinkat+4",
    "do_unlinkat+99999999999999999999",
    "*",
    "sh:main",
    "sh:0x1000",
    "sh:main+",
    "/proc/self/fd/0:main",
    "sh:provider:name",
    "/proc/self/ns/net",
    "/sys/fs/cgroup",
    "/dev/null",
    "sockets",
    "hash",
    "\u{e9}\u{202e}\n",
];

/// What is to be said.
#[derive(Debug, Default)]
pub(super) struct Conversation {
    messages: Vec<(Vec<u8>, Vec<OwnedFd>)>,
    /// Each message is a request.
    pub(super) well_formed: bool,
}

/// Bytes that are taken one after the other, and zeros after them.
struct Bytes<'a>(&'a [u8]);

impl Bytes<'_> {
    fn next(&mut self) -> u8 {
        match self.0.split_first() {
            Some((first, rest)) => {
                self.0 = rest;
                *first
            }
            None => 0,
        }
    }

    /// So many bytes as the next one says.
    fn some(&mut self) -> Vec<u8> {
        let len = self.next();
        (0..len).map(|_| self.next()).collect()
    }

    /// The number of an object, as it is sent: most are small.
    fn object(&mut self) -> Vec<u8> {
        match self.next() {
            255 => vec![0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01],
            number => vec![number % 8],
        }
    }

    fn text(&mut self, known: &[String]) -> Vec<u8> {
        let text = match self.next() {
            255 => vec![b'x'; 4095],
            254 => self.some(),
            number => {
                let at = usize::from(number) % known.len().max(1);
                known.get(at).cloned().unwrap_or_default().into_bytes()
            }
        };
        let mut sent = varint(text.len());
        sent.extend(text);
        sent
    }
}

/// A number as `postcard` sends it.
fn varint(mut number: usize) -> Vec<u8> {
    let mut bytes = Vec::new();
    loop {
        let low = u8::try_from(number & 0x7f).unwrap_or_default();
        number >>= 7;
        if number == 0 {
            bytes.push(low);
            return bytes;
        }
        bytes.push(low | 0x80);
    }
}

fn framed(body: &[u8]) -> Vec<u8> {
    let size = u32::try_from(body.len()).unwrap_or_default().to_le_bytes();
    [&size[..], body].concat()
}

impl Conversation {
    pub(super) fn of(input: &[u8]) -> Self {
        let mut bytes = Bytes(input);
        let mut conversation = Conversation {
            messages: Vec::new(),
            well_formed: true,
        };
        while !bytes.0.is_empty() && conversation.messages.len() < MOST {
            conversation.add(&mut bytes);
        }
        conversation
    }

    pub(super) fn len(&self) -> usize {
        self.messages.len()
    }

    fn add(&mut self, bytes: &mut Bytes<'_>) {
        let mut fds = Vec::new();
        let body = match bytes.next() % KINDS {
            0 => {
                fds.extend(descriptor(bytes));
                self.well_formed &= fds.len() < 2;
                vec![0]
            }
            1 => {
                let programs = seeds::program_names();
                let targets = TARGETS.map(str::to_owned);
                let (object, program) = (bytes.object(), bytes.text(&programs));
                let (program, target) = (program, bytes.text(&targets));
                self.well_formed &= std::str::from_utf8(&[&program[..], &target].concat()).is_ok();
                [&[1], &object[..], &program, &target].concat()
            }
            2 => [&[2], &bytes.object()[..], &varint(bytes.next().into())].concat(),
            3 => {
                let (object, map) = (bytes.object(), varint(bytes.next().into()));
                [&[3], &object[..], &map, &varint(bytes.next().into())].concat()
            }
            4 => [&[4], &bytes.object()[..]].concat(),
            // Descriptors that nobody asked for.
            5 => {
                fds.extend(descriptor(bytes));
                self.well_formed &= fds.len() < 2;
                [&[4], &bytes.object()[..]].concat()
            }
            6 => {
                self.well_formed = false;
                bytes.some()
            }
            _ => {
                self.well_formed = false;
                let stray = bytes.some();
                self.messages.push((stray, fds));
                return;
            }
        };
        self.messages.push((framed(&body), fds));
    }

    /// Sends all of it.
    pub(super) fn say(&self, socket: &mut UnixStream) {
        for (message, fds) in &self.messages {
            let mut space = [MaybeUninit::uninit(); rustix::cmsg_space!(ScmRights(8))];
            let mut control = SendAncillaryBuffer::new(&mut space);
            let fds: Vec<_> = fds.iter().map(AsFd::as_fd).collect();
            if !fds.is_empty() {
                assert!(control.push(SendAncillaryMessage::ScmRights(&fds)));
            }
            let parts = [IoSlice::new(message)];
            let sent = sendmsg(&*socket, &parts, &mut control, SendFlags::NOSIGNAL);
            assert_eq!(sent, Ok(message.len()), "it fits into the socket");
        }
    }
}

/// What comes along: an image, or nothing that is one.
fn descriptor(bytes: &mut Bytes<'_>) -> Vec<OwnedFd> {
    let number = bytes.next();
    let images = seeds::images();
    match number {
        255 => Vec::new(),
        254 => vec![File::open("/dev/zero").expect("a device").into()],
        253 => vec![std::io::pipe().expect("a pipe").0.into()],
        252 => vec![memory(&[], true)],
        251 => vec![memory(seeds::HOOKS, false)],
        250 => vec![memory(&bytes.some(), true)],
        249 => (0..3).map(|_| memory(b"x", true)).collect(),
        _ => {
            let at = usize::from(number) % images.len();
            vec![memory(images[at], true)]
        }
    }
}

fn memory(bytes: &[u8], sealed: bool) -> OwnedFd {
    let flags = MemfdFlags::CLOEXEC | MemfdFlags::ALLOW_SEALING;
    let mut file = File::from(memfd_create("image", flags).expect("a file"));
    file.write_all(bytes).expect("an image");
    if sealed {
        fcntl_add_seals(&file, SealFlags::WRITE | SealFlags::SHRINK).expect("seals");
    }
    file.into()
}

/// One more request, one less, or one that is another.
pub(super) fn mutate(rng: &mut Rng, requests: &mut Vec<u8>) -> String {
    let at = rng.usize(..=requests.len());
    match rng.u8(..4) {
        0 if at < requests.len() => {
            requests.remove(at);
            format!("byte {at} is gone")
        }
        1 if at < requests.len() => {
            requests[at] = rng.u8(..);
            format!("byte {at} = {}", requests[at])
        }
        _ => {
            let kind = rng.u8(..6);
            let request = [kind, rng.u8(..4), rng.u8(..), rng.u8(..64)];
            // What a request of that kind takes.
            let len = [2, 4, 3, 4, 2, 3][usize::from(kind)];
            requests.splice(at..at, request[..len].iter().copied());
            format!("request {kind} at {at}")
        }
    }
}

/// Each image with every program attached to every target, and all that is asked of maps.
pub(super) fn seeds() -> Vec<Vec<u8>> {
    let byte = |number: usize| u8::try_from(number).unwrap_or_default();
    let mut seeds = Vec::new();
    for image in 0..seeds::images().len() {
        let maps = (0..12).flat_map(|map| [2, 1, map, 3, 1, map, 0]);
        let seed = [0, byte(image)].into_iter().chain(maps).chain([4, 1, 4, 1]);
        seeds.push(seed.collect());
    }
    for (i, _) in seeds::program_names().iter().enumerate() {
        for some in [0..16, 16..TARGETS.len()] {
            let attached = some.flat_map(|target| [1, 1, byte(i), byte(target)]);
            seeds.push([0, 0].into_iter().chain(attached).collect());
        }
    }
    // More objects than are allowed, and descriptors that are no images.
    seeds.push([0, 0].repeat(5));
    seeds.push((249..=255).flat_map(|what| [0, what]).collect());
    seeds
}

/// One request of each kind, as it is sent.
pub(super) const EACH: &[u8] = b"\x01\0\0\0\0\x06\0\0\0\x01\x01\x01x\x01y\x03\0\0\0\x02\x01\0\x04\0\0\0\x03\x01\0\0\x02\0\0\0\x04\x01";

/// Replies, as they are sent: what libbpf said, then 0 and an answer, or 1, an error number and a message.
pub(super) const REPLIES: [&[u8]; 6] = [
    // Loaded: the object, one map without and one with a section, what it takes of the limits.
    b"\0\0\0\x01\x02\x01a\0\x01\x04\x04\0\x01b\x01\x04.bss\x02\x04\x04\x01\0\0\0\0",
    b"\x05hello\0\x01\0",
    b"\0\0\x02",
    b"\0\0\x03\x02",
    b"\0\0\x04",
    b"\x02no\x01\x02\x07refused",
];
