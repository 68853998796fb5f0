//! Attaching programs: by section name, or to the target that the guest names, as the crate's documentation says.
//!
//! Each hook is a file with a constant `HOOK`, and a line of the table in `kind.rs`.

mod attachment;
mod cgroup;
mod clsact_queue;
mod filter;
mod hook;
mod interface;
mod iter;
mod kind;
mod kprobe;
mod leftover;
mod lsm;
mod netns;
mod other;
mod perf_event;
mod request;
mod socket;
mod sockmap;
mod struct_ops;
mod target_path;
mod tc;
mod trace;
mod tracepoint;
mod uprobe;
mod usdt;
mod xdp;

pub(crate) use attachment::{Attachment, Held};
pub(crate) use filter::Filter;
pub use kind::{AttachKind, UnknownAttachKind};
pub(crate) use leftover::Leftover;

use crate::errno::{Errno, Failure};
use libbpf_rs::{MapCore, MapMut, MapType, Object};
use request::Request;
use std::collections::BTreeSet;

/// Attaches a program, or the table of functions of this name, if it is of an allowed kind (`None`: all are).
pub(crate) fn attach(
    object: &mut Object,
    allowed: Option<&BTreeSet<AttachKind>>,
    name: &str,
    target: &str,
) -> Result<Attachment, Failure> {
    let check = |kind: AttachKind| match allowed {
        Some(allowed) if !allowed.contains(&kind) => Err(Failure::new(
            Errno::PERM,
            format!("program {name}: the host does not allow to attach to {kind}"),
        )),
        _ => Ok(()),
    };
    let mut programs = object.progs_mut();
    if let Some(program) = programs.find(|program| program.name() == name) {
        if !program.autoload() {
            let message = format!("program {name}: it was not loaded");
            return Err(Failure::new(Errno::INVAL, message));
        }
        let section = program.section().to_str().unwrap_or_default();
        let kind = AttachKind::of(program.prog_type(), section);
        check(kind)?;
        let request = Request {
            program,
            name,
            section,
            target,
            object,
        };
        return (kind.hook().attach)(&request);
    }
    drop(programs);
    let mut maps = object.maps_mut();
    let is_table = |map: &MapMut<'_>| map.name() == name && map.map_type() == MapType::StructOps;
    let Some(table) = maps.find(is_table) else {
        let message = format!("the object has no program {name}");
        return Err(Failure::new(Errno::NOENT, message));
    };
    check(AttachKind::StructOps)?;
    struct_ops::attach_table(table, name)
}
