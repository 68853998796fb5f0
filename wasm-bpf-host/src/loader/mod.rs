//! What takes privileges: loading objects, attaching programs, perf counters, pins. It runs in the guest's process, or in processes
//! of its own, which hold the privileges when the guest's has dropped them.
//!
//! ```text
//! engine (runs wasm)          loader (for one guest)          worker (one for each object)
//! Privileged::There  ------>  Table<Worker>  -------------->  Object      libbpf
//! Privileged::Here   ------>  Table<Object>                               libbpf, in the engine's process
//!                             counts, limits                  verifies, loads, attaches, detaches
//! ```
//!
//! The engine gets descriptors of maps, of perf counters and of iterators, and takes events and elements from them itself. What it
//! asks for is hostile until it is checked: the loader counts what there is, and the worker checks the object.
//!
//! libbpf and the engine never share an address space, nor do two objects: an object that crashes libbpf ends its worker, which is
//! an error of that load, and takes nothing else along.

mod channel;
mod child;
mod client;
#[cfg(feature = "fuzzing")]
pub(crate) mod inline;
mod load;
mod message;
mod object;
mod process;
mod process_name;
mod reply;
mod samples;
mod server;
mod table;
mod worker;

pub use client::Loader;
pub use process::serve_if_loader;

pub(crate) use message::{Loaded, Settings};

use crate::errno::{Errno, Failure};
use crate::interrupt::Interrupt;
use crate::log::Log;
use object::Object;
use std::os::fd::OwnedFd;
use std::sync::Arc;
use table::Table;

/// What takes privileges, in this process or in another one.
pub(crate) enum Privileged {
    Here(Box<Table<Object>>),
    There(Loader, Arc<Interrupt>),
}

impl Privileged {
    /// In this process.
    pub(crate) fn here(settings: Settings) -> Self {
        Privileged::Here(Box::new(Table::new(settings, ())))
    }

    /// In another one, for whose answers nobody waits any more when the guest has to end.
    pub(crate) fn there(loader: Loader, interrupt: Arc<Interrupt>) -> Self {
        Privileged::There(loader, interrupt)
    }

    /// Loads an object. Its handle, and what its maps are.
    pub(crate) fn load(&mut self, image: &[u8], log: &Log) -> Result<Loaded, Failure> {
        match self {
            Privileged::Here(table) => table.load(image),
            Privileged::There(loader, interrupt) => loader.load(interrupt, image),
        }
        .tell(log)
    }

    /// Attaches a program, until its object is closed. An iterator has a descriptor, of which its output comes.
    pub(crate) fn attach(
        &mut self,
        object: u64,
        program: &str,
        target: &str,
        log: &Log,
    ) -> Result<Option<OwnedFd>, Failure> {
        match self {
            Privileged::Here(table) => {
                let heard = table.attach(object, program, target);
                heard.map(|attached| attached.output)
            }
            Privileged::There(loader, interrupt) => {
                loader.attach(interrupt, object, program, target)
            }
        }
        .tell(log)
    }

    /// A descriptor of a map, by its place among the object's. It cannot change what guests must not change.
    pub(crate) fn map(&mut self, object: u64, map: u32) -> Result<OwnedFd, Failure> {
        match self {
            Privileged::Here(table) => table.map(object, map),
            Privileged::There(loader, interrupt) => loader.map(interrupt, object, map),
        }
    }

    /// The perf events whose samples a perf event array has: one for each CPU, which nobody reads yet.
    pub(crate) fn samples(&mut self, object: u64, map: u32) -> Result<Vec<OwnedFd>, Failure> {
        let mut samples = Vec::new();
        loop {
            let from = u32::try_from(samples.len()).unwrap_or(u32::MAX);
            let (more, count) = match self {
                Privileged::Here(table) => table.samples(object, map, from),
                Privileged::There(loader, interrupt) => {
                    loader.samples(interrupt, object, map, from)
                }
            }?;
            let none = more.is_empty();
            samples.extend(more);
            if samples.len() >= count as usize {
                return Ok(samples);
            }
            if none {
                let message = "the loader has fewer perf events than it says";
                return Err(Failure::new(Errno::IO, message));
            }
        }
    }

    /// Detaches and closes an object.
    pub(crate) fn close(&mut self, object: u64) -> Result<(), Failure> {
        match self {
            Privileged::Here(table) => table.close(object),
            Privileged::There(loader, interrupt) => loader.close(interrupt, object),
        }
    }
}

impl std::fmt::Debug for Privileged {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Privileged::Here(_) => "Here",
            Privileged::There(..) => "There",
        })
    }
}
