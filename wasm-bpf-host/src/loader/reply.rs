//! Answering a request.

use super::channel::Channel;
use super::message::{Answer, Reply};
use crate::log::Heard;
use std::io;
use std::os::fd::{AsFd, OwnedFd};

/// Sends an answer.
pub(super) fn pass_on(channel: &Channel, heard: Heard<(Answer, Vec<OwnedFd>)>) -> io::Result<()> {
    let said = heard.said;
    match heard.result {
        Ok((answer, fds)) => {
            let fds: Vec<_> = fds.iter().map(AsFd::as_fd).collect();
            let result = Ok(answer);
            channel.send(&Reply { said, result }, &fds)
        }
        Err(failure) => {
            let result = Err(failure.into());
            channel.send(&Reply { said, result }, &[])
        }
    }
}
