//! SIGINT and SIGTERM: the first asks the guest to end, the second ends it, the third ends the process. A guest that was asked by
//! SIGTERM and goes on is ended after a while.

use crate::alarm::{self, Alarm, MARGIN};
use signal_hook::consts::{SIGINT, SIGTERM};
use signal_hook::iterator::Signals;
use std::time::Duration;
use wasm_bpf_host::{Error, StopHandle};

/// Begins to listen for signals, on a thread of its own. `grace` is how long a guest may go on after SIGTERM.
pub(crate) fn stop_on_signals(stop: StopHandle, grace: Duration) -> Result<(), Error> {
    let mut signals = Signals::new([SIGINT, SIGTERM]).map_err(|source| Error::System {
        what: "cannot listen for signals".to_owned(),
        source,
    })?;
    std::thread::spawn(move || {
        for (count, signal) in signals.forever().enumerate() {
            match count {
                0 => {
                    stop.interrupt();
                    if signal == SIGTERM {
                        let stop = stop.clone();
                        keep(Alarm::set(Some(grace), move || kill(&stop)));
                    }
                }
                1 => kill(&stop),
                // The loader detaches, or the kernel.
                _ => std::process::exit(128 + signal),
            }
        }
    });
    Ok(())
}

/// Ends the guest, and the process if that is stuck.
fn kill(stop: &StopHandle) {
    stop.kill();
    keep(Alarm::set(Some(MARGIN), || {
        alarm::end("the guest was stopped")
    }));
}

fn keep(alarm: Result<Alarm, Error>) {
    match alarm {
        Ok(alarm) => alarm.keep(),
        Err(error) => alarm::end(&format!("{:#}", anyhow::Error::from(error))),
    }
}
