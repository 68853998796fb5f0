//! Host for WebAssembly guests that drive BPF programs, to embed. The command `wasm-bpf` is made of it.
//!
//! A guest is a WASI command that imports the calls of module `wasm_bpf`: it hands a BPF object to the host, which loads it with
//! libbpf (CO-RE), attaches its programs, and gives the guest its maps and events. The guest reaches its own objects and what
//! [`Config`] gives it, and nothing else.
//!
//! ```no_run
//! use std::time::Duration;
//! use wasm_bpf_host::{Config, Runner};
//!
//! let mut config = Config::default();
//! config.args = ["bootstrap", "-d", "100"].map(String::from).into();
//! config.limits.time = Some(Duration::from_secs(60));
//! let runner = Runner::from_file("bootstrap.wasm", config)?;
//! let stop = runner.stop_handle();
//! std::thread::spawn(move || {
//!     std::thread::sleep(Duration::from_secs(10));
//!     stop.interrupt();
//! });
//! let outcome = runner.run()?;
//! println!("{} events, exit code {}", outcome.events, outcome.exit_code);
//! # Ok::<(), wasm_bpf_host::Error>(())
//! ```
//!
//! # Calls
//!
//! Results are 0, a count, a handle or descriptor, or a negative error number of Linux. An address that is not in memory is
//! `-EFAULT`, a handle or descriptor that the guest does not have `-EBADF`.
//!
//! | call | result |
//! |---|---|
//! | `wasm_load_bpf_object(image, size)` | a handle; 0 if it fails, with libbpf's messages in the log |
//! | `wasm_close_bpf_object(object)` | 0; all that is attached is detached, all descriptors and buffers are gone |
//! | `wasm_attach_bpf_program(object, name, target)` | 0; the target is described below |
//! | `wasm_bpf_map_fd_by_name(object, name)` | the same descriptor each time; `-ENOENT` |
//! | `wasm_bpf_buffer_poll(object, fd, function, context, data, max_size, timeout_ms)` | the number of events, 0 after the timeout (negative: none), `-EINTR`, or what the callback returned if that is negative |
//! | `wasm_bpf_map_operate(fd, command, key, value, next_key, flags)` | 0; `-EPERM` for what would take a descriptor of the host's |
//!
//! The events that a callback did not let come are delivered by the next poll. Callbacks may call everything: a poll within a
//! poll of the same buffer goes on where the outer one is, and closing the object ends the poll.
//!
//! Iterators have no call of their own. The output of one that is attached is found by its program's name, as a map would be;
//! each poll of that descriptor runs it from its beginning and passes its output on, in parts of up to `max_size` bytes. The
//! result is the number of parts.
//!
//! # Targets
//!
//! | program | target |
//! |---|---|
//! | tracepoint | none (by section), or `category:name` |
//! | raw tracepoint | none, or its name |
//! | kprobe, kretprobe, ksyscall | none, or the function, also `function+offset` |
//! | uprobe, uretprobe | none, or `binary:symbol`, `binary:symbol+offset`, `binary:0xoffset` |
//! | USDT | none, or `binary:provider:name` |
//! | BTF tracepoint, fentry, fexit, LSM | none: the section says it, when it is loaded |
//! | perf event | `event@frequency`: `cpu-clock@99`; on each CPU |
//! | cgroup, sockops, `lsm_cgroup` | path of the cgroup |
//! | socket filter | interface; `any`: all |
//! | XDP | interface |
//! | TC | interface, also `interface:egress` |
//! | `sk_lookup`, flow dissector | path of the network namespace |
//! | iterator | none, or the map whose elements it visits |
//! | `sk_skb`, `sk_msg` | the map of sockets |
//! | the map of a `struct_ops` table, by its name | none |

mod attach;
mod buffer;
mod cache;
mod calls;
mod clock;
mod config;
mod confine;
mod engine;
mod errno;
mod error;
#[cfg(feature = "fuzzing")]
#[doc(hidden)]
pub mod fuzzing;
pub mod image;
mod interrupt;
mod limits;
mod loader;
mod log;
mod map;
mod object_maps;
mod objects;
mod perf_event;
mod perf_ring;
mod profile;
mod runner;
mod state;
mod streams;

pub use attach::{AttachKind, UnknownAttachKind};
pub use config::{Cache, Config, Dir};
pub use confine::{Confined, confine};
pub use error::{EngineError, Error};
pub use interrupt::StopHandle;
pub use limits::{Limits, program_type_names};
pub use loader::{Loader, serve_if_loader};
pub use log::Log;
pub use profile::{Allowed, Profile, ProfileError, Refusal};
pub use runner::{Outcome, Runner};
