//! The engine's side: a loader process, and what is asked of it.

use super::channel::Channel;
use super::child::Child;
use super::message::{Answer, Loaded, MAX_REPLY, REPLY_FDS, Reply, Request, Settings};
use super::process;
use crate::config::Config;
use crate::errno::{Errno, Failure};
use crate::error::Error;
use crate::interrupt::Interrupt;
use crate::log::Heard;
use rustix::event::PollFlags;
use rustix::fs::{MemfdFlags, SealFlags, fcntl_add_seals, memfd_create};
use std::fs::File;
use std::io::{self, Write};
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::process::Command;
use std::time::Duration;

/// A loader process: what takes privileges is done there, for one guest.
///
/// It is started with the settings of a [`Config`], before anything of a guest was read, and takes no others. What it is asked for is
/// checked there again, so whatever becomes of the process that runs the guest, it gets no more than the [`Limits`](crate::Limits)
/// allow. It ends when this value is dropped, or the process that has it; all that was loaded and attached is gone then.
///
/// The process that runs the guest needs no privileges any more: [`confine`](crate::confine) drops them.
///
/// ```no_run
/// use std::process::Command;
/// use wasm_bpf_host::{Config, Loader, Runner};
///
/// // In a program whose `main` begins with `wasm_bpf_host::serve_if_loader()`.
/// let config = Config::default();
/// let loader = Loader::start(Command::new("/proc/self/exe"), &config)?;
/// let runner = Runner::from_file("bootstrap.wasm", config)?.with_loader(loader);
/// runner.run()?;
/// # Ok::<(), wasm_bpf_host::Error>(())
/// ```
#[derive(Debug)]
pub struct Loader {
    /// `None` when nothing can be asked any more.
    channel: Option<Channel>,
    child: Child,
}

impl Loader {
    /// Starts a loader: `program` with its first arguments, whose `main` has to begin with
    /// [`serve_if_loader`](crate::serve_if_loader). It gets the network namespace, the credentials and the standard error of
    /// the calling thread, and a process group of its own.
    ///
    /// # Errors
    /// [`Error::Loader`] if it cannot be started.
    pub fn start(program: Command, config: &Config) -> Result<Self, Error> {
        let started = process::start(program).and_then(|(channel, child)| {
            let loader = Loader {
                channel: Some(channel),
                child,
            };
            let channel = loader.channel.as_ref();
            channel.map_or(Ok(()), |channel| channel.send(&Settings::of(config), &[]))?;
            Ok(loader)
        });
        started.map_err(Error::Loader)
    }

    /// The number of its process.
    pub fn id(&self) -> u32 {
        self.child.id()
    }

    pub(super) fn load(&mut self, interrupt: &Interrupt, image: &[u8]) -> Heard<Loaded> {
        let image = match memory_file(image) {
            Ok(image) => image,
            Err(error) => {
                let message = format!("cannot pass on the BPF object: {error}");
                return Failure::new(Errno::of_io(&error), message).into();
            }
        };
        let heard = self.ask(interrupt, &Request::Load, Some(image.as_fd()));
        heard.and_then(|(answer, mut fds)| match answer {
            Answer::Loaded { object, maps, .. } => Ok(Loaded {
                object,
                maps,
                life: fds.pop(),
            }),
            _ => Err(unexpected()),
        })
    }

    pub(super) fn attach(
        &mut self,
        interrupt: &Interrupt,
        object: u64,
        program: &str,
        target: &str,
    ) -> Heard<Option<OwnedFd>> {
        let request = Request::Attach {
            object,
            program: program.to_owned(),
            target: target.to_owned(),
        };
        let heard = self.ask(interrupt, &request, None);
        heard.and_then(|(answer, mut fds)| match answer {
            Answer::Attached { .. } => Ok(fds.pop()),
            _ => Err(unexpected()),
        })
    }

    pub(super) fn map(
        &mut self,
        interrupt: &Interrupt,
        object: u64,
        map: u32,
    ) -> Result<OwnedFd, Failure> {
        let request = Request::Map { object, map };
        let (answer, mut fds) = self.ask(interrupt, &request, None).result?;
        match (answer, fds.pop()) {
            (Answer::Map, Some(fd)) => Ok(fd),
            _ => Err(unexpected()),
        }
    }

    pub(super) fn samples(
        &mut self,
        interrupt: &Interrupt,
        object: u64,
        map: u32,
        from: u32,
    ) -> Result<(Vec<OwnedFd>, u32), Failure> {
        let request = Request::Samples { object, map, from };
        match self.ask(interrupt, &request, None).result? {
            (Answer::Samples { count }, fds) => Ok((fds, count)),
            _ => Err(unexpected()),
        }
    }

    pub(super) fn close(&mut self, interrupt: &Interrupt, object: u64) -> Result<(), Failure> {
        let (answer, _) = self
            .ask(interrupt, &Request::Close { object }, None)
            .result?;
        match answer {
            Answer::Closed => Ok(()),
            _ => Err(unexpected()),
        }
    }

    fn ask(
        &mut self,
        interrupt: &Interrupt,
        request: &Request,
        fd: Option<BorrowedFd<'_>>,
    ) -> Heard<(Answer, Vec<OwnedFd>)> {
        match self.exchange(interrupt, request, fd) {
            Ok(Some((reply, fds))) => Heard {
                said: reply.said,
                result: reply
                    .result
                    .map(|answer| (answer, fds))
                    .map_err(Failure::from),
            },
            Ok(None) => self.failed(None).into(),
            Err(error) => self.failed(Some(&error)).into(),
        }
    }

    fn exchange(
        &self,
        interrupt: &Interrupt,
        request: &Request,
        fd: Option<BorrowedFd<'_>>,
    ) -> io::Result<Option<(Reply, Vec<OwnedFd>)>> {
        let Some(channel) = &self.channel else {
            return Ok(None);
        };
        channel.send(request, fd.as_slice())?;
        channel.receive(MAX_REPLY, REPLY_FDS, || {
            interrupt.wait_unless_ended(channel.as_fd(), PollFlags::IN)
        })
    }

    /// Nothing can be asked any more: an answer may still be on its way, or there is nobody to answer.
    fn failed(&mut self, error: Option<&io::Error>) -> Failure {
        self.channel = None;
        match error.map(io::Error::kind) {
            Some(io::ErrorKind::Interrupted) => {
                Failure::new(Errno::INTR, "the guest ends before the loader has answered")
            }
            _ => match (self.child.wait(MOMENT), error) {
                (Some(end), _) => Failure::new(Errno::IO, format!("the loader ended {end}")),
                (None, Some(error)) => Failure::new(Errno::IO, format!("loader: {error}")),
                (None, None) => Failure::new(Errno::IO, "the loader has ended"),
            },
        }
    }
}

/// How long it takes until a process that has hung up has ended.
const MOMENT: Duration = Duration::from_secs(1);

/// How long the end of a loader is waited for, in which it detaches everything. Then it is stuck in the kernel, and ends when it can.
const PATIENCE: Duration = Duration::from_secs(15);

impl Drop for Loader {
    fn drop(&mut self) {
        // It ends when nobody is there any more.
        self.channel = None;
        self.child.wait(PATIENCE);
    }
}

fn unexpected() -> Failure {
    Failure::new(Errno::IO, "the loader answers something else")
}

/// The image, in memory that nobody can change any more.
fn memory_file(image: &[u8]) -> io::Result<File> {
    let flags = MemfdFlags::CLOEXEC | MemfdFlags::ALLOW_SEALING;
    let mut file = File::from(memfd_create("image", flags)?);
    file.write_all(image)?;
    let seals = SealFlags::SEAL | SealFlags::SHRINK | SealFlags::GROW | SealFlags::WRITE;
    fcntl_add_seals(&file, seals)?;
    Ok(file)
}
