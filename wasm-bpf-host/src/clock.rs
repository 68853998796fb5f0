//! Time as guests see it.

use std::time::{Duration, Instant};

/// The guest's monotonic clock: time since it was started.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Clock {
    start: Instant,
}

impl Clock {
    pub(crate) fn start() -> Self {
        let start = Instant::now();
        Clock { start }
    }

    pub(crate) fn elapsed(self) -> Duration {
        self.start.elapsed()
    }
}

impl wasmtime_wasi::HostMonotonicClock for Clock {
    fn resolution(&self) -> u64 {
        1
    }

    fn now(&self) -> u64 {
        u64::try_from(self.elapsed().as_nanos()).unwrap_or(u64::MAX)
    }
}
