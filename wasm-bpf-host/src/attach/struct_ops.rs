//! Tables of functions that the kernel calls. What is attached of one is its map.

use super::attachment::Attachment;
use super::hook::Hook;
use super::leftover::Leftover;
use crate::errno::{Errno, Failure};
use libbpf_rs::{MapMut, ProgramType, libbpf_sys};
use std::os::fd::AsFd;

/// For the functions themselves, which libbpf does not attach one by one.
pub(super) const HOOK: Hook = Hook {
    takes: |program, _| program == ProgramType::StructOps,
    attach: |request| request.by_section().map(Attachment::new),
};

/// Hands a table of functions to the kernel.
pub(super) fn attach_table(mut map: MapMut<'_>, name: &str) -> Result<Attachment, Failure> {
    let failed = |error: libbpf_rs::Error| {
        Failure::libbpf(&format!("map {name}: cannot attach its functions"), &error)
    };
    let kernel = libbpf_rs::MapInfo::new(map.as_fd()).map_err(failed)?;
    let leftover = match kernel.info.map_flags & libbpf_sys::BPF_F_LINK {
        0 => {
            let fd = map.as_fd().try_clone_to_owned();
            let fd = fd.map_err(|error| Failure::new(Errno::of_io(&error), error.to_string()))?;
            Some(Leftover::Table(fd))
        }
        _ => None,
    };
    let link = map.attach_struct_ops().map_err(failed)?;
    Ok(Attachment {
        leftover,
        ..Attachment::new(link)
    })
}
