//! The loader: has the objects' processes, counts what there is, and passes on what is asked of an object. It reads no image
//! itself. When the engine is gone, it sees to it that nothing is left attached.

use super::channel::Channel;
use super::message::{Answer, Left, MAX_REQUEST, REQUEST_FDS, Request, Settings};
use super::reply::pass_on;
use super::table::{Held, Table};
use super::worker::Worker;
use crate::errno::{Errno, Failure};
use crate::log::Heard;
use rustix::event::{PollFd, PollFlags, poll};
use std::io;
use std::os::fd::OwnedFd;
use std::rc::Rc;
use std::time::{Duration, Instant};

/// How long all workers together may take to end.
const PATIENCE: Duration = Duration::from_secs(10);

/// An object that is loaded of what came along with a request.
pub(super) trait FromDescriptor: for<'a> Held<Image<'a> = OwnedFd> {}

impl<T: for<'a> Held<Image<'a> = OwnedFd>> FromDescriptor for T {}

/// Serves until the engine is gone, or says what no engine says.
pub(super) fn serve(engine: Channel, settings: Settings) -> io::Result<()> {
    let engine = Rc::new(engine);
    let mut objects = Table::<Worker>::new(settings, engine.clone());
    let result = answer_all(&engine, &mut objects, wait);
    let mut workers: Vec<Worker> = objects.into_held().collect();
    // All at once, then one after the other.
    workers.iter_mut().for_each(Worker::hang_up);
    let until = Instant::now() + PATIENCE;
    workers.iter_mut().for_each(|worker| worker.end(until));
    result
}

/// Answers one request after the other. `wait` is called before each.
pub(super) fn answer_all<T: FromDescriptor>(
    engine: &Channel,
    objects: &mut Table<T>,
    wait: impl Fn(&Channel, &mut Table<T>) -> io::Result<()>,
) -> io::Result<()> {
    loop {
        wait(engine, objects)?;
        let received = engine.receive::<Request>(MAX_REQUEST, REQUEST_FDS, || Ok(()));
        let (request, fds) = match received {
            Ok(Some(received)) => received,
            Ok(None) => return Ok(()),
            Err(error) if error.kind() == io::ErrorKind::ConnectionReset => return Ok(()),
            Err(error) => return Err(error),
        };
        match pass_on(engine, answer(objects, request, fds)) {
            // It did not wait for the answer.
            Err(error) if error.kind() == io::ErrorKind::BrokenPipe => return Ok(()),
            result => result?,
        }
    }
}

/// Waits for a request. What a worker that has ended meanwhile has left is removed at once.
fn wait(engine: &Channel, objects: &mut Table<Worker>) -> io::Result<()> {
    loop {
        let mut workers: Vec<&mut Worker> = objects
            .each()
            .filter(|worker| worker.life().is_some())
            .collect();
        let mut polled = vec![PollFd::new(engine, PollFlags::IN)];
        let lives = workers.iter().filter_map(|worker| worker.life());
        // Nothing was asked, so nothing is answered but by an end.
        polled.extend(lives.map(|life| PollFd::from_borrowed_fd(life, PollFlags::IN)));
        match poll(&mut polled, None) {
            Err(rustix::io::Errno::INTR) => continue,
            result => result?,
        };
        let mut ready = polled.iter().map(|fd| !fd.revents().is_empty());
        let request = ready.next() == Some(true);
        let ended: Vec<bool> = ready.collect();
        for (worker, ended) in workers.iter_mut().zip(ended) {
            if ended {
                worker.end(Instant::now());
            }
        }
        if request {
            return Ok(());
        }
    }
}

fn answer<T: FromDescriptor>(
    objects: &mut Table<T>,
    request: Request,
    mut fds: Vec<OwnedFd>,
) -> Heard<(Answer, Vec<OwnedFd>)> {
    match request {
        Request::Load => {
            let Some(image) = fds.pop() else {
                return Failure::new(Errno::BADF, "no BPF object came along").into();
            };
            objects.load_new(image).map(|(loaded, usage)| {
                let answer = Answer::Loaded {
                    object: loaded.object,
                    maps: loaded.maps,
                    usage,
                };
                (answer, loaded.life.into_iter().collect())
            })
        }
        Request::Attach {
            object,
            program,
            target,
        } => {
            let heard = objects.attach(object, &program, &target);
            heard.map(|attached| {
                let answer = Answer::Attached {
                    left: Left::Nothing,
                };
                (answer, attached.output.into_iter().collect())
            })
        }
        Request::Map { object, map } => {
            let found = objects.map(object, map);
            Heard::silent(found.map(|fd| (Answer::Map, vec![fd])))
        }
        Request::Samples { object, map, from } => {
            let found = objects.samples(object, map, from);
            Heard::silent(found.map(|(fds, count)| (Answer::Samples { count }, fds)))
        }
        Request::Close { object } => {
            Heard::silent(objects.close(object).map(|()| (Answer::Closed, Vec::new())))
        }
    }
}
