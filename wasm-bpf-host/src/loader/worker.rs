//! Workers: a process for each object, in which libbpf handles it. The loader makes it by forking, and passes on what is asked of
//! the object.

use super::channel::Channel;
use super::child::{Child, End};
use super::message::{
    Answer, Attached, Left, MAX_REPLY, MAX_REQUEST, REPLY_FDS, Refusal, Reply, Request, Settings,
};
use super::object::Object;
use super::process_name::set_name;
use super::reply::pass_on;
use super::table::{Held, New};
use crate::attach::Leftover;
use crate::errno::{Errno, Failure};
use crate::limits::Usage;
use crate::log::Heard;
use rustix::event::{PollFd, PollFlags, poll};
use rustix::fs::{SealFlags, fcntl_get_seals};
use rustix::process::Pid;
use std::fs::File;
use std::io::{self, PipeWriter, Read, Seek};
use std::os::fd::{AsFd, AsRawFd, BorrowedFd, OwnedFd};
use std::rc::Rc;
use std::time::{Duration, Instant};

/// The process that has an object.
#[derive(Debug)]
pub(super) struct Worker {
    /// `None` when it has ended, or is about to.
    channel: Option<Channel>,
    child: Child,
    engine: Rc<Channel>,
    /// The object is still being loaded: there is nothing to clean up.
    loading: bool,
    /// What is to be cleaned up if it does not do so itself.
    leftovers: Vec<Leftover>,
}

/// How long a process that hung up takes to have ended.
const MOMENT: Duration = Duration::from_secs(1);

/// How long a worker may take to detach what it has attached.
const PATIENCE: Duration = Duration::from_secs(10);

impl Held for Worker {
    type Context = Rc<Channel>;
    type Image<'a> = OwnedFd;

    fn load(
        engine: &Rc<Channel>,
        settings: &Settings,
        image: OwnedFd,
        usage: Usage,
    ) -> Heard<New<Self>> {
        let started = Worker::start(engine, settings, image, usage);
        let (mut worker, life) = match started {
            Ok(started) => started,
            Err(error) => {
                let message = format!("cannot start a process for the object: {error}");
                return Failure::new(Errno::of_io(&error), message).into();
            }
        };
        let heard = worker.answer("while it loaded the object");
        worker.loading = false;
        heard.and_then(|(answer, _)| match answer {
            Answer::Loaded { maps, usage, .. } => Ok(New {
                held: worker,
                maps,
                usage,
                life: Some(life),
            }),
            _ => Err(unexpected()),
        })
    }

    fn attach(&mut self, program: &str, target: &str) -> Heard<Attached> {
        let request = Request::Attach {
            object: 0,
            program: program.to_owned(),
            target: target.to_owned(),
        };
        let heard = self.ask(&request, "while it attached a program");
        heard.and_then(|(answer, mut fds)| {
            let Answer::Attached { left } = answer else {
                return Err(unexpected());
            };
            match left {
                Left::Nothing => {}
                Left::Filter(filter) => self.leftovers.push(Leftover::Filter(filter)),
                Left::Table => self.leftovers.extend(fds.pop().map(Leftover::Table)),
            }
            Ok(Attached {
                output: fds.pop(),
                leftover: None,
            })
        })
    }

    fn map(&mut self, map: u32) -> Result<OwnedFd, Failure> {
        let request = Request::Map { object: 0, map };
        let (answer, mut fds) = self.ask(&request, "").result?;
        match (answer, fds.pop()) {
            (Answer::Map, Some(fd)) => Ok(fd),
            _ => Err(unexpected()),
        }
    }

    fn samples(&mut self, map: u32, from: u32) -> Result<(Vec<OwnedFd>, u32), Failure> {
        let request = Request::Samples {
            object: 0,
            map,
            from,
        };
        match self.ask(&request, "").result? {
            (Answer::Samples { count }, fds) => Ok((fds, count)),
            _ => Err(unexpected()),
        }
    }
}

fn unexpected() -> Failure {
    Failure::new(Errno::IO, "the object's process answers something else")
}

impl Worker {
    /// Forks. Also what hangs up when the process ends.
    fn start(
        engine: &Rc<Channel>,
        settings: &Settings,
        image: OwnedFd,
        usage: Usage,
    ) -> io::Result<(Self, OwnedFd)> {
        let (ours, theirs) = Channel::pair()?;
        let (life, alive) = io::pipe()?;
        // SAFETY: the loader has one thread, so the child has all of it, and nobody holds a lock.
        #[allow(unsafe_code, reason = "only C can fork")]
        let pid = unsafe { libc::fork() };
        if pid < 0 {
            return Err(io::Error::last_os_error());
        }
        let Some(pid) = Pid::from_raw(pid) else {
            let end = serve(&theirs, alive, settings, image, usage);
            std::process::exit(i32::from(end.is_err()));
        };
        let worker = Worker {
            channel: Some(ours),
            child: Child::new(pid)?,
            engine: engine.clone(),
            loading: true,
            leftovers: Vec::new(),
        };
        Ok((worker, life.into()))
    }

    fn ask(&mut self, request: &Request, doing: &str) -> Heard<(Answer, Vec<OwnedFd>)> {
        if let Some(channel) = &self.channel {
            // An error is one of receiving, too.
            let _ = channel.send(request, &[]);
        }
        self.answer(doing)
    }

    fn answer(&mut self, doing: &str) -> Heard<(Answer, Vec<OwnedFd>)> {
        let received = match &self.channel {
            Some(channel) => channel.receive::<Reply>(MAX_REPLY, REPLY_FDS, || {
                wait(channel.as_fd(), self.engine.as_fd())
            }),
            None => Ok(None),
        };
        match received {
            Ok(Some((reply, fds))) => Heard {
                said: reply.said,
                result: reply
                    .result
                    .map(|answer| (answer, fds))
                    .map_err(Failure::from),
            },
            Err(error) if error.kind() == io::ErrorKind::ConnectionAborted => {
                Failure::new(Errno::INTR, error.to_string()).into()
            }
            Ok(None) | Err(_) => {
                self.channel = None;
                let why = match self.child.wait(MOMENT) {
                    Some(end) => format!("the object's loader ended {end} {doing}"),
                    None => "the object's loader has ended".to_owned(),
                };
                self.end(Instant::now());
                Failure::new(Errno::IO, why.trim_end()).into()
            }
        }
    }

    /// Ends the process, which detaches everything first.
    pub(super) fn end(&mut self, until: Instant) {
        self.channel = None;
        if self.loading {
            self.child.kill();
        }
        let rest = until.saturating_duration_since(Instant::now());
        let mut end = self.child.wait(rest);
        if end.is_none() {
            self.child.kill();
            end = self.child.wait(MOMENT);
        }
        // Otherwise it has removed them itself.
        if !end.is_some_and(End::is_good) {
            self.leftovers.iter().for_each(Leftover::remove);
        }
        self.leftovers.clear();
    }

    /// What hangs up when the process ends.
    pub(super) fn life(&self) -> Option<BorrowedFd<'_>> {
        self.channel.as_ref().map(AsFd::as_fd)
    }

    /// Tells the process to end, without waiting for it.
    pub(super) fn hang_up(&mut self) {
        self.channel = None;
    }
}

impl Drop for Worker {
    fn drop(&mut self) {
        self.end(Instant::now() + PATIENCE);
    }
}

/// Waits for an answer, as long as there is somebody to pass it on to.
fn wait(worker: BorrowedFd<'_>, engine: BorrowedFd<'_>) -> io::Result<()> {
    loop {
        let mut polled = [
            PollFd::from_borrowed_fd(worker, PollFlags::IN),
            PollFd::from_borrowed_fd(engine, PollFlags::RDHUP),
        ];
        match poll(&mut polled, None) {
            Err(rustix::io::Errno::INTR) => continue,
            result => result?,
        };
        let [worker, engine] = polled;
        if !engine.revents().is_empty() {
            return Err(io::Error::new(
                io::ErrorKind::ConnectionAborted,
                "the guest has ended",
            ));
        }
        if !worker.revents().is_empty() {
            return Ok(());
        }
    }
}

/// The new process: loads the object, then does what is asked until nobody is there to ask.
fn serve(
    loader: &Channel,
    alive: PipeWriter,
    settings: &Settings,
    image: OwnedFd,
    usage: Usage,
) -> io::Result<()> {
    set_name(c"wasm-bpf-object");
    close_others(&[loader.as_fd(), alive.as_fd(), image.as_fd()]);
    let heard = read_image(image, settings).map_or_else(Heard::from, |bytes| {
        Object::load(&(), settings, &bytes, usage)
    });
    let said = heard.said;
    let mut object = match heard.result {
        Ok(new) => {
            let answer = Answer::Loaded {
                object: 0,
                maps: new.maps,
                usage: new.usage,
            };
            reply(loader, said, Ok(answer), &[])?;
            new.held
        }
        Err(failure) => return reply(loader, said, Err(failure.into()), &[]),
    };
    while let Some((request, _)) = loader.receive::<Request>(MAX_REQUEST, 0, || Ok(()))? {
        answer(loader, &mut object, &request)?;
    }
    Ok(())
}

fn answer(loader: &Channel, object: &mut Object, request: &Request) -> io::Result<()> {
    let heard = match request {
        Request::Attach {
            program, target, ..
        } => {
            let heard = object.attach(program, target);
            heard.map(|attached| {
                let mut fds = Vec::from_iter(attached.output);
                let left = match attached.leftover {
                    None => Left::Nothing,
                    Some(Leftover::Filter(filter)) => Left::Filter(filter),
                    Some(Leftover::Table(map)) => {
                        fds.push(map);
                        Left::Table
                    }
                };
                (Answer::Attached { left }, fds)
            })
        }
        Request::Map { map, .. } => {
            let found = object.map(*map);
            Heard::silent(found.map(|fd| (Answer::Map, vec![fd])))
        }
        Request::Samples { map, from, .. } => {
            let found = object.samples(*map, *from);
            Heard::silent(found.map(|(fds, count)| (Answer::Samples { count }, fds)))
        }
        Request::Load | Request::Close { .. } => {
            Failure::new(Errno::INVAL, "no request for an object").into()
        }
    };
    pass_on(loader, heard)
}

fn reply(
    loader: &Channel,
    said: String,
    result: Result<Answer, Refusal>,
    fds: &[BorrowedFd<'_>],
) -> io::Result<()> {
    loader.send(&Reply { said, result }, fds)
}

/// Closes what the loader has open, but for these: a worker that lives must not keep another one's connections open.
fn close_others(kept: &[BorrowedFd<'_>]) {
    let mut kept: Vec<u32> = kept
        .iter()
        .map(|fd| fd.as_raw_fd().unsigned_abs())
        .collect();
    kept.sort_unstable();
    let mut first = libc::STDERR_FILENO.unsigned_abs() + 1;
    for last in kept.into_iter().chain([u32::MAX]) {
        if first < last {
            // SAFETY: nothing of the loader's is used in this process any more, and nothing of it is dropped.
            #[allow(unsafe_code, reason = "descriptors that nobody owns any more")]
            let result = unsafe { libc::syscall(libc::SYS_close_range, first, last - 1, 0) };
            if result != 0 {
                // Kernels before 5.9 do not have it.
                close_each(first, last - 1);
            }
        }
        first = last.saturating_add(1);
    }
}

fn close_each(first: u32, last: u32) {
    let limit = rustix::process::getrlimit(rustix::process::Resource::Nofile).current;
    let limit = limit.and_then(|limit| u32::try_from(limit).ok());
    for fd in first..=last.min(limit.unwrap_or(1 << 20)) {
        // SAFETY: as above.
        #[allow(unsafe_code, reason = "descriptors that nobody owns any more")]
        unsafe {
            libc::close(fd.cast_signed());
        }
    }
}

/// A copy of the image that nobody else has.
pub(super) fn read_image(image: OwnedFd, settings: &Settings) -> Result<Vec<u8>, Failure> {
    let failed = |error: io::Error| {
        Failure::new(
            Errno::of_io(&error),
            format!("cannot read the BPF object: {error}"),
        )
    };
    // Reading anything else may block.
    let seals = fcntl_get_seals(&image).map_err(|error| failed(error.into()))?;
    if !seals.contains(SealFlags::WRITE | SealFlags::SHRINK) {
        return Err(Failure::new(Errno::INVAL, "the BPF object is not sealed"));
    }
    let mut bytes = Vec::new();
    let mut file = File::from(image);
    let allowed = settings.limits.memory;
    file.rewind().map_err(failed)?;
    let mut limited = file.take(allowed as u64 + 1);
    limited.read_to_end(&mut bytes).map_err(failed)?;
    if bytes.len() > allowed {
        let message = format!("the host allows no BPF object of more than {allowed} bytes");
        return Err(Failure::new(Errno::PERM, message));
    }
    Ok(bytes)
}
