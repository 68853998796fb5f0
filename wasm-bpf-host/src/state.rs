//! What the host knows of a running guest.

use crate::clock::Clock;
use crate::config::Config;
use crate::errno::Failure;
use crate::interrupt::Interrupt;
use crate::objects::Objects;
use std::sync::Arc;
use wasmtime::{Caller, Memory, StoreLimits};
use wasmtime_wasi::p1::WasiP1Ctx;

/// A guest that has called the host.
pub(crate) type Guest<'a> = Caller<'a, State>;

pub(crate) struct State {
    pub(crate) wasi: WasiP1Ctx,
    pub(crate) store_limits: StoreLimits,
    pub(crate) config: Arc<Config>,
    pub(crate) interrupt: Arc<Interrupt>,
    pub(crate) clock: Clock,
    /// A sleep ended early, and the guest has not polled since.
    pub(crate) slept_interrupted: bool,
    pub(crate) objects: Objects,
    /// The exported one, once it was asked for.
    pub(crate) memory: Option<Memory>,
    /// What was reported of events.
    pub(crate) events: EventCounts,
}

/// Of all buffers.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct EventCounts {
    pub(crate) delivered: u64,
    pub(crate) cut: u64,
    pub(crate) lost: u64,
}

impl State {
    /// Tells the user of a failed call; the call's result.
    pub(crate) fn fail(&self, failure: &Failure) -> i32 {
        if !failure.message.is_empty() {
            self.config.log.say(&failure.message);
        }
        failure.errno.result()
    }
}
