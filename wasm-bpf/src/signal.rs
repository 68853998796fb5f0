//! SIGINT and SIGTERM: the first asks the guest to end, the second ends it, the third ends the process.

use signal_hook::consts::{SIGINT, SIGTERM};
use signal_hook::iterator::Signals;
use wasm_bpf::{Error, StopHandle};

/// Begins to listen for signals, on a thread of its own.
pub(crate) fn stop_on_signals(stop: StopHandle) -> Result<(), Error> {
    let mut signals = Signals::new([SIGINT, SIGTERM]).map_err(|source| Error::System {
        what: "cannot listen for signals".to_owned(),
        source,
    })?;
    std::thread::spawn(move || {
        for (count, signal) in signals.forever().enumerate() {
            match count {
                0 => stop.interrupt(),
                1 => stop.kill(),
                // It waits for something that nothing ends, such as standard input. The kernel detaches.
                _ => std::process::exit(128 + signal),
            }
        }
    });
    Ok(())
}
