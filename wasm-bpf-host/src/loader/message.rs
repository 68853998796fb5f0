//! What the engine, the loader and its workers tell each other.
//!
//! One request is answered by one reply, in order. Descriptors go along with the message.

use crate::attach::{Filter, Leftover};
use crate::config::Config;
use crate::errno::{Errno, Failure};
use crate::limits::{Limits, Usage};
use crate::object_maps::MapInfo;
use serde::{Deserialize, Serialize};
use std::os::fd::OwnedFd;

/// Bytes that a request may have: two texts of 4096, and numbers.
pub(super) const MAX_REQUEST: usize = 16 << 10;
/// Bytes that a reply may have: what libbpf says, and descriptions of maps.
pub(super) const MAX_REPLY: usize = 64 << 20;
/// Of these, bytes that libbpf may say.
const MAX_SAID: usize = 16 << 20;
/// Descriptors that go along with a request, and with a reply.
pub(super) const REQUEST_FDS: usize = 1;
pub(super) const REPLY_FDS: usize = 128;

/// What the loader is told when it is started, before the engine has seen a byte of a guest's, and never again.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Settings {
    /// Of this crate: both are the same program, or ought to be.
    pub(super) version: String,
    pub(crate) limits: Limits,
    pub(crate) object_name: String,
    /// All that libbpf says is wanted.
    pub(crate) verbose: bool,
}

impl Settings {
    pub(crate) fn of(config: &Config) -> Self {
        Settings {
            version: env!("CARGO_PKG_VERSION").to_owned(),
            limits: Limits {
                log_bytes: config.limits.log_bytes.min(MAX_SAID),
                ..config.limits.clone()
            },
            object_name: config.object_name.clone(),
            verbose: config.verbose,
        }
    }
}

/// What is asked of a loader.
#[derive(Debug, Serialize, Deserialize)]
pub(super) enum Request {
    /// With a sealed memory file: the image.
    Load,
    Attach {
        object: u64,
        program: String,
        target: String,
    },
    Map {
        object: u64,
        map: u32,
    },
    /// Those after the first `from`.
    Samples {
        object: u64,
        map: u32,
        from: u32,
    },
    Close {
        object: u64,
    },
}

#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Reply {
    pub(super) said: String,
    pub(super) result: Result<Answer, Refusal>,
}

#[derive(Debug, Serialize, Deserialize)]
pub(super) enum Answer {
    /// With a pipe that nobody writes to, whose other end the worker has.
    Loaded {
        object: u64,
        maps: Vec<MapInfo>,
        usage: Usage,
    },
    /// With a descriptor if it is an iterator.
    Attached {
        left: Left,
    },
    /// With a descriptor.
    Map,
    /// With some of so many descriptors.
    Samples {
        count: u32,
    },
    Closed,
}

/// What a worker leaves attached if it is killed: the loader removes it then. The engine is told of nothing.
#[derive(Debug, Serialize, Deserialize)]
pub(super) enum Left {
    Nothing,
    Filter(Filter),
    /// With a descriptor: its map.
    Table,
}

#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Refusal {
    errno: i32,
    message: String,
}

impl From<Failure> for Refusal {
    fn from(failure: Failure) -> Self {
        Refusal {
            errno: failure.errno.number(),
            message: failure.message,
        }
    }
}

impl From<Refusal> for Failure {
    fn from(refusal: Refusal) -> Self {
        Failure::new(Errno::of_number(refusal.errno), refusal.message)
    }
}

/// A program was attached.
#[derive(Debug, Default)]
pub(crate) struct Attached {
    /// What can be read of it.
    pub(super) output: Option<OwnedFd>,
    pub(super) leftover: Option<Leftover>,
}

/// A loaded object, as the engine knows it.
#[derive(Debug)]
pub(crate) struct Loaded {
    pub(crate) object: u64,
    pub(crate) maps: Vec<MapInfo>,
    /// Hangs up when the process that holds the object has ended; there is none if this process does.
    pub(crate) life: Option<OwnedFd>,
}
