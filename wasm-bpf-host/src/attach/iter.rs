//! Iterators, over what their section says, or over the elements of the map that is the target.

use super::attachment::Attachment;
use super::hook::Hook;
use super::request::Request;
use crate::errno::{Errno, Failure};
use libbpf_rs::ProgramType;
use std::os::fd::AsFd;

pub(super) const HOOK: Hook = Hook {
    takes: |program, prefix| program == ProgramType::Tracing && prefix == "iter",
    attach,
};

fn attach(request: &Request<'_>) -> Result<Attachment, Failure> {
    let link = match request.target {
        "" => request.result(request.program.attach()),
        _ => {
            let map = request.map()?;
            request.result(request.program.attach_iter(map.as_fd()))
        }
    }?;
    let output = link.as_fd().try_clone_to_owned().map_err(|error| {
        let why = format!("no descriptor of its output: {error}");
        request.failure(Errno::of_io(&error), &why)
    })?;
    Ok(Attachment {
        output: Some(output),
        ..Attachment::new(link)
    })
}
