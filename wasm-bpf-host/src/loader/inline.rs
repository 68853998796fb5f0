//! A loader and its worker in one process, for tests of what they do with requests: no other process is started.

use super::channel::Channel;
use super::message::{Attached, MAX_REPLY, REPLY_FDS, Reply, Settings};
use super::object::Object;
use super::server;
use super::table::{Held, New, Table};
use super::worker::read_image;
use crate::errno::Failure;
use crate::limits::Usage;
use crate::log::Heard;
use std::io;
use std::os::fd::OwnedFd;

/// An object that is read as a worker reads it, and is in this process.
#[derive(Debug)]
struct Inline(Object);

impl Held for Inline {
    type Context = ();
    type Image<'a> = OwnedFd;

    fn load((): &(), settings: &Settings, image: OwnedFd, usage: Usage) -> Heard<New<Self>> {
        let heard = read_image(image, settings).map_or_else(Heard::from, |bytes| {
            Object::load(&(), settings, &bytes, usage)
        });
        heard.map(|new| New {
            held: Inline(new.held),
            maps: new.maps,
            usage: new.usage,
            life: new.life,
        })
    }

    fn attach(&mut self, program: &str, target: &str) -> Heard<Attached> {
        self.0.attach(program, target)
    }

    fn map(&mut self, map: u32) -> Result<OwnedFd, Failure> {
        self.0.map(map)
    }

    fn samples(&mut self, map: u32, from: u32) -> Result<(Vec<OwnedFd>, u32), Failure> {
        self.0.samples(map, from)
    }
}

/// Answers requests as a loader does, until there are none or one is not what an engine says.
pub(crate) fn answer_all(engine: OwnedFd, settings: Settings) -> io::Result<()> {
    let mut objects = Table::<Inline>::new(settings, ());
    server::answer_all(&engine.into(), &mut objects, |_, _| Ok(()))
}

/// Reads replies as an engine does: whether each was a good one.
pub(crate) fn read_replies(loader: OwnedFd) -> io::Result<Vec<bool>> {
    let channel = Channel::from(loader);
    let mut good = Vec::new();
    while let Some((reply, _)) = channel.receive::<Reply>(MAX_REPLY, REPLY_FDS, || Ok(()))? {
        good.push(reply.result.is_ok());
    }
    Ok(good)
}

/// Reads settings as a loader does when it is started.
pub(crate) fn read_settings(engine: OwnedFd) -> io::Result<Option<Settings>> {
    super::process::read_settings(&Channel::from(engine))
}
