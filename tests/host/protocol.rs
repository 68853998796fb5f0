//! An engine that means no good: it speaks to a loader by itself, and gets no more than the limits allow.
//!
//! A message is its size in four bytes, then itself as `postcard` encodes it; numbers are of varying length.

use crate::guest;
use crate::loading::compile;
use rustix::fs::{MemfdFlags, SealFlags, fcntl_add_seals, memfd_create};
use rustix::net::{SendAncillaryBuffer, SendAncillaryMessage, SendFlags, sendmsg};
use std::fs::{self, File};
use std::io::{IoSlice, Read, Write};
use std::mem::MaybeUninit;
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::os::unix::net::UnixStream;
use std::process::{Child, Command, Stdio};
use std::time::Duration;
use test_support::probe;
use wasm_bpf_host::{Config, Limits, Loader};

/// What a loader is told first, with the length before it.
fn settings(limits: Limits) -> Vec<u8> {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("settings");
    let mut listener = Command::new("sh");
    listener.args(["-c", "cat > \"$0\""]).arg(&file);
    let mut config = Config::default();
    config.limits = limits;
    drop(Loader::start(listener, &config).expect("a shell"));
    fs::read(&file).expect("what the shell heard")
}

/// A loader, and the engine's end of its socket.
struct Talk {
    socket: UnixStream,
    loader: Child,
}

impl Talk {
    fn start(settings: &[u8]) -> Self {
        let (mut socket, theirs) = UnixStream::pair().expect("sockets");
        let loader = guest::program()
            .arg("--wasm-bpf-loader")
            .stdin(OwnedFd::from(theirs))
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("a loader");
        let time = Some(Duration::from_secs(60));
        socket.set_read_timeout(time).expect("a time");
        // One that has ended already does not listen.
        let _ = socket.write_all(settings);
        Talk { socket, loader }
    }

    fn send(&mut self, body: &[u8], fds: &[BorrowedFd<'_>]) {
        let size = u32::try_from(body.len()).expect("a size").to_le_bytes();
        let message = [&size[..], body].concat();
        let mut space = [MaybeUninit::uninit(); rustix::cmsg_space!(ScmRights(200))];
        let mut control = SendAncillaryBuffer::new(&mut space);
        if !fds.is_empty() {
            assert!(control.push(SendAncillaryMessage::ScmRights(fds)));
        }
        let parts = [IoSlice::new(&message)];
        let _ = sendmsg(&self.socket, &parts, &mut control, SendFlags::NOSIGNAL);
    }

    /// The answer to a message: `None` when the loader has hung up, else whether it is a good one, and all of its bytes.
    fn ask(&mut self, body: &[u8], fds: &[BorrowedFd<'_>]) -> Option<(bool, Vec<u8>)> {
        self.send(body, fds);
        let mut size = [0; 4];
        self.socket.read_exact(&mut size).ok()?;
        let mut reply = vec![0; u32::from_le_bytes(size) as usize];
        self.socket.read_exact(&mut reply).ok()?;
        // What libbpf said, then 0 or 1.
        let (len, rest) = number(&reply);
        let good = rest[usize::try_from(len).expect("a length")] == 0;
        Some((good, reply))
    }

    /// The loader ends by itself, not by a signal.
    fn ends(mut self) {
        drop(self.socket);
        let status = self.loader.wait().expect("an end");
        assert!(status.code().is_some(), "{status}");
    }
}

/// A number, and what follows it.
fn number(bytes: &[u8]) -> (u64, &[u8]) {
    let end = bytes.iter().position(|byte| byte & 0x80 == 0);
    let (own, rest) = bytes.split_at(end.expect("an end") + 1);
    let add = |sum, byte: &u8| sum << 7 | u64::from(byte & 0x7f);
    (own.iter().rev().fold(0, add), rest)
}

const LOAD: &[u8] = &[0];

fn attach(object: u8, program: &str) -> Vec<u8> {
    let length = u8::try_from(program.len()).expect("a short name");
    [&[1, object, length][..], program.as_bytes(), &[0]].concat()
}

fn map(object: u8, map: u8) -> [u8; 3] {
    [2, object, map]
}

fn samples(object: u8, map: u8, from: u8) -> [u8; 4] {
    [3, object, map, from]
}

fn close(object: u8) -> [u8; 2] {
    [4, object]
}

fn image(bytes: &[u8], sealed: bool) -> File {
    let flags = MemfdFlags::CLOEXEC | MemfdFlags::ALLOW_SEALING;
    let mut file = File::from(memfd_create("image", flags).expect("a file"));
    file.write_all(bytes).expect("an image");
    if sealed {
        fcntl_add_seals(&file, SealFlags::WRITE | SealFlags::SHRINK).expect("seals");
    }
    file
}

#[test]
fn what_is_no_message_ends_the_loader() {
    let settings = settings(Limits::default());
    let mut random = fastrand::Rng::with_seed(7);
    let mut messages: Vec<Vec<u8>> = vec![
        vec![],
        vec![0xff; 4],
        // A length that is not there, and one that is too long.
        vec![200, 0, 0, 0, 1, 2, 3],
        [&u32::MAX.to_le_bytes()[..], &[0; 100]].concat(),
        // A text that is longer than the message, one that is no text, bytes after the message, no such message.
        vec![6, 0, 0, 0, 1, 1, 0xff, 0xff, 0xff, 0x7f],
        vec![5, 0, 0, 0, 1, 1, 1, 0xff, 0],
        vec![3, 0, 0, 0, 4, 1, 0],
        vec![1, 0, 0, 0, 99],
    ];
    for _ in 0..100 {
        let length = random.usize(..300);
        messages.push((0..length).map(|_| random.u8(..)).collect());
    }
    for message in &messages {
        let mut talk = Talk::start(&settings);
        let _ = talk.socket.write_all(message);
        talk.ends();
    }
    // Before there are settings, too.
    for message in messages.iter().take(30) {
        Talk::start(message).ends();
    }
    Talk::start(&settings[..settings.len() - 1]).ends();
}

#[test]
fn what_is_not_there_is_an_error() {
    let mut talk = Talk::start(&settings(Limits::default()));
    let requests: [&[u8]; 6] = [
        LOAD,
        &attach(1, "x"),
        &map(1, 0),
        &samples(1, 0, 0),
        &close(1),
        &[
            4, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01,
        ],
    ];
    for request in requests {
        let (good, _) = talk.ask(request, &[]).expect("an answer");
        assert!(!good, "{request:?}");
    }
    // What is read for ever, what is never read, what others may still change, nothing, and what is no object.
    let (never, _pipe) = std::io::pipe().expect("a pipe");
    let zero = File::open("/dev/zero").expect("a device");
    let (changeable, empty, none) = (image(b"x", false), image(b"", true), image(b"x", true));
    for fd in [
        never.as_fd(),
        zero.as_fd(),
        changeable.as_fd(),
        empty.as_fd(),
        none.as_fd(),
    ] {
        let (good, _) = talk.ask(LOAD, &[fd]).expect("an answer");
        assert!(!good);
    }
    // Descriptors that nobody asked for.
    let answer = talk.ask(&close(1), &[zero.as_fd(); 200]);
    assert!(answer.is_none_or(|(good, _)| !good));
    talk.ends();
}

#[test]
fn an_engine_gets_no_more_than_the_limits_allow() {
    let Some(object) = compile(
        "struct { MAP(ARRAY, 1, 4, 4); } one SEC(\".maps\");
        SEC(\"raw_tp/sys_enter\") int on_call(void *c) { __u32 k = 0; return bpf_map_lookup_elem(&one, &k) != 0; }
        SEC(\"socket\") int on_packet(void *c) { return 0; }",
    ) else {
        return;
    };
    let Some(_together) = guest::needs(&[probe::raw_tracepoints]) else {
        return;
    };
    let mut limits = Limits::default();
    limits.objects = 2;
    limits.attachments = 1;
    limits.attach_kinds = Some([wasm_bpf_host::AttachKind::Tracepoint].into());
    let mut talk = Talk::start(&settings(limits));
    let object = image(&object, true);
    let said =
        |(good, reply): (bool, Vec<u8>)| (good, String::from_utf8_lossy(&reply).into_owned());
    for _ in 0..2 {
        let (good, said) = said(talk.ask(LOAD, &[object.as_fd()]).expect("an answer"));
        assert!(good, "{said}");
    }
    let mut refused = |request: &[u8], fds: &[BorrowedFd<'_>], words: &str| {
        let (good, text) = said(talk.ask(request, fds).expect("an answer"));
        assert!(!good && text.contains(words), "{words}: {text}");
    };
    refused(LOAD, &[object.as_fd()], "no more than 2 objects");
    refused(
        &attach(1, "on_packet"),
        &[],
        "does not allow to attach to socket",
    );
    refused(&attach(3, "on_call"), &[], "no such object");
    refused(&map(1, 9), &[], "no map 9");
    refused(&samples(1, 0, 0), &[], "has no perf events");
    let (good, text) = said(talk.ask(&attach(2, "on_call"), &[]).expect("an answer"));
    assert!(good, "{text}");
    let mut refused = |request: &[u8], words: &str| {
        let (good, text) = said(talk.ask(request, &[]).expect("an answer"));
        assert!(!good && text.contains(words), "{words}: {text}");
    };
    refused(&attach(1, "on_call"), "no more than 1 attachments");
    refused(&close(9), "no such object");
    // What is closed does not count any more.
    for request in [&close(2)[..], &attach(1, "on_call"), &map(1, 0)] {
        let (good, text) = said(talk.ask(request, &[]).expect("an answer"));
        assert!(good, "{text}");
    }
    talk.ends();
}

/// Nobody else starts one by accident.
#[test]
fn a_loader_is_started_by_a_host() {
    let output = guest::program()
        .arg("--wasm-bpf-loader")
        .stdin(Stdio::null())
        .output()
        .expect("a program that runs");
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(1), "{said}");
    assert!(said.contains("started by the host only"), "{said}");
}
