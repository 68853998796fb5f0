//! The guest's standard streams: those of the process, so that waiting for them ends when the guest has to.

use crate::interrupt::Interrupt;
use bytes::Bytes;
use rustix::event::PollFlags;
use std::io::{self, Stderr, Stdin, Stdout, stderr, stdin, stdout};
use std::os::fd::{AsFd, BorrowedFd};
use std::sync::Arc;
use wasmtime_wasi::async_trait;
use wasmtime_wasi::cli::{self, IsTerminal, StdinStream, StdoutStream};
use wasmtime_wasi::p2::{InputStream, OutputStream, Pollable, StreamError};

/// Bytes that are written at a time. A pipe that is ready has room for as many.
const PART: usize = 4096;

/// Bytes that are read at a time, at most.
const MAX_READ: usize = 64 << 10;

/// One of the process's streams.
#[derive(Debug)]
pub(crate) struct Stream<S> {
    stream: Arc<S>,
    interrupt: Arc<Interrupt>,
}

/// Standard input, output and error.
pub(crate) fn standard(
    interrupt: &Arc<Interrupt>,
) -> (Stream<Stdin>, Stream<Stdout>, Stream<Stderr>) {
    (
        Stream::new(stdin(), interrupt),
        Stream::new(stdout(), interrupt),
        Stream::new(stderr(), interrupt),
    )
}

impl<S> Clone for Stream<S> {
    fn clone(&self) -> Self {
        Stream {
            stream: self.stream.clone(),
            interrupt: self.interrupt.clone(),
        }
    }
}

impl<S: AsFd> Stream<S> {
    fn new(stream: S, interrupt: &Arc<Interrupt>) -> Self {
        Stream {
            stream: Arc::new(stream),
            interrupt: interrupt.clone(),
        }
    }

    fn fd(&self) -> BorrowedFd<'_> {
        self.stream.as_fd()
    }

    /// Waits until it is ready. A guest that has to end traps.
    fn wait(&self, flags: PollFlags) -> Result<(), StreamError> {
        let ready = self.interrupt.wait_unless_ended(self.fd(), flags);
        ready.map_err(|error| StreamError::Trap(error.into()))
    }
}

fn failed(error: rustix::io::Errno) -> StreamError {
    match error {
        rustix::io::Errno::PIPE => StreamError::Closed,
        error => StreamError::LastOperationFailed(io::Error::from(error).into()),
    }
}

fn again(error: rustix::io::Errno) -> bool {
    matches!(error, rustix::io::Errno::INTR | rustix::io::Errno::AGAIN)
}

impl<S: io::IsTerminal> IsTerminal for Stream<S> {
    fn is_terminal(&self) -> bool {
        self.stream.is_terminal()
    }
}

impl StdinStream for Stream<Stdin> {
    fn async_stream(&self) -> Box<dyn tokio::io::AsyncRead + Send + Sync> {
        Box::new(cli::stdin())
    }

    fn p2_stream(&self) -> Box<dyn InputStream> {
        Box::new(self.clone())
    }
}

impl StdoutStream for Stream<Stdout> {
    fn async_stream(&self) -> Box<dyn tokio::io::AsyncWrite + Send + Sync> {
        Box::new(cli::stdout())
    }

    fn p2_stream(&self) -> Box<dyn OutputStream> {
        Box::new(self.clone())
    }
}

impl StdoutStream for Stream<Stderr> {
    fn async_stream(&self) -> Box<dyn tokio::io::AsyncWrite + Send + Sync> {
        Box::new(cli::stderr())
    }

    fn p2_stream(&self) -> Box<dyn OutputStream> {
        Box::new(self.clone())
    }
}

// They wait where they read and write.
#[async_trait]
impl<S: Send + Sync + 'static> Pollable for Stream<S> {
    async fn ready(&mut self) {}
}

#[async_trait]
impl InputStream for Stream<Stdin> {
    fn read(&mut self, size: usize) -> Result<Bytes, StreamError> {
        let mut bytes = vec![0; size.min(MAX_READ)];
        loop {
            self.wait(PollFlags::IN)?;
            match rustix::io::read(self.fd(), &mut bytes) {
                Ok(0) => return Err(StreamError::Closed),
                Ok(read) => {
                    bytes.truncate(read);
                    return Ok(bytes.into());
                }
                Err(error) if again(error) => {}
                Err(error) => return Err(failed(error)),
            }
        }
    }
}

#[async_trait]
impl<S: AsFd + Send + Sync + 'static> OutputStream for Stream<S> {
    fn write(&mut self, mut bytes: Bytes) -> Result<(), StreamError> {
        while !bytes.is_empty() {
            self.wait(PollFlags::OUT)?;
            let part = bytes.get(..PART).unwrap_or(&bytes);
            match rustix::io::write(self.fd(), part) {
                Ok(written) => drop(bytes.split_to(written)),
                Err(error) if again(error) => {}
                Err(error) => return Err(failed(error)),
            }
        }
        Ok(())
    }

    fn flush(&mut self) -> Result<(), StreamError> {
        Ok(())
    }

    fn check_write(&mut self) -> Result<usize, StreamError> {
        Ok(PART)
    }
}
