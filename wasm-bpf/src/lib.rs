//! Host runtime for WebAssembly guests that drive BPF programs.
//!
//! A guest is a WASI command that imports the calls of module `wasm_bpf`: it hands a BPF object to the host, which loads it with
//! libbpf (CO-RE), attaches its programs, and gives the guest its maps and events. The guest reaches its own objects and what
//! [`Config`] gives it, and nothing else.
//!
//! ```no_run
//! use wasm_bpf::{Config, Limits, Runner};
//! use std::time::Duration;
//!
//! let limits = Limits { time: Some(Duration::from_secs(60)), ..Limits::default() };
//! let config = Config::default().args(["bootstrap", "-d", "100"]).limits(limits);
//! let runner = Runner::from_file("bootstrap.wasm", config)?;
//! let stop = runner.stop_handle();
//! std::thread::spawn(move || {
//!     std::thread::sleep(Duration::from_secs(10));
//!     stop.interrupt();
//! });
//! let outcome = runner.run()?;
//! println!("{} events, exit code {}", outcome.events, outcome.exit_code);
//! # Ok::<(), wasm_bpf::Error>(())
//! ```

mod attach;
mod buffer;
mod config;
mod engine;
mod errno;
mod error;
mod imports;
mod interrupt;
mod limits;
mod load;
mod log;
mod map;
mod memory;
mod objects;
mod poll;
mod runner;
mod sleep;
mod state;

pub use config::{Cache, Config, Dir};
pub use error::Error;
pub use interrupt::StopHandle;
pub use limits::{AttachKind, Limits};
pub use log::Log;
pub use runner::{Outcome, Runner};
