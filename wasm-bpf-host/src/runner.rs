//! Running a guest.

use crate::calls;
use crate::clock::Clock;
use crate::config::Config;
use crate::confine::Confined;
use crate::engine::engine;
use crate::error::{EngineError, Error};
use crate::interrupt::{Interrupt, Reason, StopHandle};
use crate::limits::Limits;
use crate::loader::{Loader, Privileged, Settings};
use crate::objects::Objects;
use crate::state::{EventCounts, State};
use crate::streams;
use std::fs::File;
use std::io::Read;
use std::path::Path;
use std::sync::Arc;
use std::sync::mpsc::{RecvTimeoutError, channel};
use wasmtime::{Engine, Linker, Module, Store, StoreLimitsBuilder, Trap};
use wasmtime_wasi::{FsPerms, I32Exit, WasiCtxBuilder};

/// A compiled guest, ready to run once.
///
/// ```no_run
/// use wasm_bpf_host::{Config, Runner};
///
/// let outcome = Runner::from_file("bootstrap.wasm", Config::default())?.run()?;
/// println!("{} events, {} of them lost", outcome.events, outcome.lost_events);
/// # Ok::<(), wasm_bpf_host::Error>(())
/// ```
pub struct Runner {
    engine: Engine,
    module: Module,
    config: Arc<Config>,
    interrupt: Arc<Interrupt>,
    loader: Option<Loader>,
    /// It has the guest's folders open.
    confined: Option<Confined>,
}

/// What a guest that came to its end has done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Outcome {
    /// What it ended with.
    pub exit_code: i32,
    /// Events that it got.
    pub events: u64,
    /// Those of them that were cut, because the guest had no room for them.
    pub cut_events: u64,
    /// Samples that the kernel dropped, because the guest was slow.
    pub lost_events: u64,
}

impl std::fmt::Debug for Runner {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Runner")
            .field("config", &self.config)
            .finish_non_exhaustive()
    }
}

impl Runner {
    /// Compiles a module, in binary form.
    ///
    /// ```
    /// use wasm_bpf_host::{Config, Error, Runner};
    ///
    /// let error = Runner::new(b"no module", Config::default()).expect_err("no module");
    /// assert!(matches!(error, Error::Module(_)));
    /// ```
    ///
    /// # Errors
    /// [`Error::Large`], [`Error::Module`], [`Error::Engine`], [`Error::System`].
    pub fn new(module: &[u8], config: Config) -> Result<Self, Error> {
        check_size(module, &config.limits)?;
        let engine = engine(&config)?;
        let module = Module::new(&engine, module)
            .map_err(|error| Error::Module(EngineError::line(error)))?;
        let interrupt = Interrupt::new().map_err(|source| Error::System {
            what: "a descriptor to stop the guest with".to_owned(),
            source,
        })?;
        Ok(Runner {
            engine,
            module,
            config: Arc::new(config),
            interrupt: Arc::new(interrupt),
            loader: None,
            confined: None,
        })
    }

    /// The same, of a file.
    ///
    /// # Errors
    /// [`Error::Read`] and those of [`Runner::new`].
    pub fn from_file(path: impl AsRef<Path>, config: Config) -> Result<Self, Error> {
        let module = Runner::read(path, &config.limits)?;
        Runner::new(&module, config)
    }

    /// Reads a module that is not larger than a guest's may be.
    ///
    /// # Errors
    /// [`Error::Read`], [`Error::Large`].
    pub fn read(path: impl AsRef<Path>, limits: &Limits) -> Result<Vec<u8>, Error> {
        let path = path.as_ref();
        let failed = |source| Error::Read {
            path: path.to_owned(),
            source,
        };
        let mut module = Vec::new();
        let file = File::open(path).map_err(failed)?;
        let mut limited = file.take((limits.module as u64).saturating_add(1));
        limited.read_to_end(&mut module).map_err(failed)?;
        check_size(&module, limits)?;
        Ok(module)
    }

    /// Has another process load and attach what the guest asks for, instead of this one. It is to be started with the same
    /// [`Config`], whose limits it enforces.
    ///
    /// Without a loader, libbpf runs in this process, with the guest: this process needs the privileges, a guest that finds a
    /// fault of libbpf's or the engine's has them, what libbpf is busy with cannot be interrupted, and what is attached without
    /// a link of the kernel's outlives a process that is killed.
    #[must_use]
    pub fn with_loader(mut self, loader: Loader) -> Self {
        self.loader = Some(loader);
        self
    }

    /// Has the guest run in this process, which was confined for it: it opens no files any more but those of the guest's folders.
    #[must_use]
    pub fn confined(mut self, confined: Confined) -> Self {
        if let Some(missing) = confined.close_cache().filter(|_| self.config.verbose) {
            self.config.log.say(&missing);
        }
        self.confined = Some(confined);
        self
    }

    /// What stops the guest, from any thread, before or while it runs.
    pub fn stop_handle(&self) -> StopHandle {
        StopHandle::new(self.interrupt.clone(), self.engine.clone())
    }

    /// Runs the guest to its end. Whatever it loaded and attached is gone then.
    ///
    /// # Errors
    /// [`Error::Link`], [`Error::NoStart`], [`Error::Dir`] before it begins; [`Error::Trap`], [`Error::Fuel`],
    /// [`Error::Deadline`], [`Error::Stopped`] if it is ended. That a guest ends with another exit code than 0 is no error.
    pub fn run(mut self) -> Result<Outcome, Error> {
        let mut linker = Linker::new(&self.engine);
        calls::link(&mut linker, &self.config).map_err(engine_failed)?;
        let mut store = self.store()?;
        let limit = self.config.limits.time;
        let stop = self.stop_handle();
        let (ended, end) = channel::<()>();
        std::thread::scope(|scope| {
            if let Some(limit) = limit {
                let watch = move || {
                    if end.recv_timeout(limit) == Err(RecvTimeoutError::Timeout) {
                        stop.end(Reason::Deadline);
                    }
                };
                let thread = std::thread::Builder::new().spawn_scoped(scope, watch);
                thread.map_err(|source| Error::System {
                    what: "a thread to stop the guest with".to_owned(),
                    source,
                })?;
            }
            let result = self.call(&linker, &mut store);
            drop(ended);
            self.outcome(result, store.data().events)
        })
    }

    fn store(&mut self) -> Result<Store<State>, Error> {
        let privileged = match self.loader.take() {
            Some(loader) => Privileged::there(loader, self.interrupt.clone()),
            None => Privileged::here(Settings::of(&self.config)),
        };
        let config = &self.config;
        let clock = Clock::start();
        let mut wasi = WasiCtxBuilder::new();
        let (stdin, stdout, stderr) = streams::standard(&self.interrupt);
        wasi.stdin(stdin)
            .stdout(stdout)
            .stderr(stderr)
            .allow_blocking_current_thread(true)
            .monotonic_clock(clock)
            .args(&config.args)
            .envs(&config.env);
        for dir in &config.dirs {
            let perms = match dir.writable {
                true => FsPerms::ReadWrite,
                false => FsPerms::ReadOnly,
            };
            wasi.preopened_dir(&dir.host, &dir.guest, perms)
                .map_err(|error| Error::Dir {
                    path: dir.host.clone(),
                    source: EngineError::line(error),
                })?;
        }
        let limits = &config.limits;
        let state = State {
            wasi: wasi.build_p1(),
            store_limits: StoreLimitsBuilder::new()
                .memory_size(limits.memory)
                .table_elements(MAX_ELEMENTS)
                .tables(MAX_TABLES)
                .instances(1)
                .memories(1)
                .build(),
            config: config.clone(),
            interrupt: self.interrupt.clone(),
            clock,
            slept_interrupted: false,
            objects: Objects::new(privileged),
            memory: None,
            events: EventCounts::default(),
        };
        let mut store = Store::new(&self.engine, state);
        store.limiter(|state| &mut state.store_limits);
        // Stopping it is the next epoch.
        store.set_epoch_deadline(1);
        store.epoch_deadline_trap();
        if let Some(fuel) = limits.fuel {
            store.set_fuel(fuel).map_err(engine_failed)?;
        }
        Ok(store)
    }

    fn call(&self, linker: &Linker<State>, store: &mut Store<State>) -> Result<(), Failed> {
        let instance = linker
            .instantiate(&mut *store, &self.module)
            .map_err(Failed::Link)?;
        let start = instance
            .get_typed_func::<(), ()>(&mut *store, "_start")
            .map_err(|_| Failed::NoStart)?;
        // It may have been stopped before the epoch was set.
        match self.interrupt.ended() {
            Some(_) => Ok(()),
            None => start.call(&mut *store, ()).map_err(Failed::Run),
        }
    }

    fn outcome(&self, result: Result<(), Failed>, events: EventCounts) -> Result<Outcome, Error> {
        let outcome = |exit_code| Outcome {
            exit_code,
            events: events.delivered,
            cut_events: events.cut,
            lost_events: events.lost,
        };
        let (error, linking) = match result {
            Ok(()) if self.interrupt.ended().is_none() => return Ok(outcome(0)),
            Ok(()) => (None, false),
            Err(Failed::NoStart) => return Err(Error::NoStart),
            Err(Failed::Link(error)) => (Some(error), true),
            Err(Failed::Run(error)) => (Some(error), false),
        };
        let trap = error
            .as_ref()
            .and_then(|error| error.downcast_ref::<Trap>().copied());
        let exit = error
            .as_ref()
            .and_then(|error| error.downcast_ref::<I32Exit>());
        let exit = exit.map(|exit| exit.0);
        match (self.interrupt.ended(), trap, exit, error) {
            (Some(Reason::Deadline), ..) => Err(Error::Deadline),
            (Some(Reason::Killed), ..) => Err(Error::Stopped),
            (None, Some(Trap::OutOfFuel), ..) => Err(Error::Fuel),
            (None, _, Some(exit), _) => Ok(outcome(exit)),
            (None, None, None, Some(error)) if linking => {
                Err(Error::Link(EngineError::line(error)))
            }
            (None, _, _, Some(error)) => Err(Error::Trap(EngineError::trap(error))),
            (None, _, _, None) => Ok(outcome(0)),
        }
    }
}

fn engine_failed(error: wasmtime::Error) -> Error {
    Error::Engine(EngineError::line(error))
}

fn check_size(module: &[u8], limits: &Limits) -> Result<(), Error> {
    match module.len() > limits.module {
        true => Err(Error::Large(limits.module)),
        false => Ok(()),
    }
}

/// Tables that a guest may have, and elements of each: more than any compiler makes. An element takes 8 bytes.
const MAX_TABLES: usize = 4;
const MAX_ELEMENTS: usize = 1 << 20;

/// How far a guest came.
enum Failed {
    Link(wasmtime::Error),
    NoStart,
    Run(wasmtime::Error),
}
