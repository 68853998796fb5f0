//! Attaching programs: by section name, or to the target that the guest names, as the crate's documentation says.

mod attachment;
mod cgroup;
mod interface;
mod kind;
mod perf_event;
mod probe;
mod queue;
mod socket;
mod target_path;
mod tc;

pub(crate) use attachment::{Attachment, Leftover};
pub(crate) use tc::Filter;

use crate::errno::{Errno, Failure};
use crate::limits::{AttachKind, Limits};
use crate::loader::Object;
use libbpf_rs::{Link, MapCore, MapType, ProgramMut};

/// A program that is to be attached, and where.
pub(crate) struct Request<'a> {
    pub(crate) program: ProgramMut<'a>,
    pub(crate) name: &'a str,
    pub(crate) section: &'a str,
    pub(crate) target: &'a str,
    pub(crate) object: &'a Object,
}

/// Attaches a program, as long as the attachment lives.
pub(crate) fn attach(
    object: &Object,
    limits: &Limits,
    name: &str,
    target: &str,
) -> Result<Attachment, Failure> {
    let found = object
        .object
        .progs_mut()
        .find(|program| program.name() == name);
    let Some(program) = found else {
        return struct_ops(object, limits, name);
    };
    let section = program.section().to_str().unwrap_or_default();
    if !program.autoload() {
        return Err(Failure::new(
            Errno::INVAL,
            format!("program {name}: it was not loaded"),
        ));
    }
    let kind = kind::of(&program, section);
    allow(limits, kind, name)?;
    let request = Request {
        program,
        name,
        section,
        target,
        object,
    };
    request.attach(kind)
}

fn allow(limits: &Limits, kind: AttachKind, name: &str) -> Result<(), Failure> {
    match &limits.attach_kinds {
        Some(allowed) if !allowed.contains(&kind) => Err(Failure::new(
            Errno::PERM,
            format!("program {name}: the host does not allow to attach to {kind}"),
        )),
        _ => Ok(()),
    }
}

/// What is attached of a table of functions is its map.
fn struct_ops(object: &Object, limits: &Limits, name: &str) -> Result<Attachment, Failure> {
    let mut maps = object.object.maps();
    let map = maps.find(|map| map.name() == name && map.map_type() == MapType::StructOps);
    if map.is_none() {
        let message = format!("the object has no program {name}");
        return Err(Failure::new(Errno::NOENT, message));
    }
    allow(limits, AttachKind::StructOps, name)?;
    attachment::struct_ops(object, name)
}

impl Request<'_> {
    fn attach(&self, kind: AttachKind) -> Result<Attachment, Failure> {
        match kind {
            AttachKind::Tracepoint => self.tracepoint().map(Attachment::Link),
            AttachKind::Kprobe => self.kprobe().map(Attachment::Link),
            AttachKind::Uprobe => self.uprobe().map(Attachment::Link),
            AttachKind::Usdt => self.usdt().map(Attachment::Link),
            AttachKind::PerfEvent => self.perf_event().map(Attachment::Links),
            AttachKind::Cgroup => self.cgroup().map(Attachment::Link),
            AttachKind::Netns => self.netns().map(Attachment::Link),
            AttachKind::Socket => self.socket().map(Attachment::Descriptor),
            AttachKind::Xdp => self.xdp().map(Attachment::Link),
            AttachKind::Tc => self.tc(),
            AttachKind::Iter => self.iterator(),
            AttachKind::SockMap => self.sock_map(),
            AttachKind::Trace | AttachKind::Lsm | AttachKind::StructOps | AttachKind::Other => {
                self.by_section().map(Attachment::Link)
            }
        }
    }

    /// A failure of this program.
    pub(crate) fn failure(&self, errno: Errno, why: &str) -> Failure {
        Failure::new(
            errno,
            format!("program {} ({}): {why}", self.name, self.section),
        )
    }

    /// What libbpf or the kernel said to it.
    pub(crate) fn result<T>(&self, result: libbpf_rs::Result<T>) -> Result<T, Failure> {
        result.map_err(|error| {
            let to = match self.target {
                "" => "cannot attach it".to_owned(),
                target => format!("cannot attach it to {target}"),
            };
            self.failure(Errno::of_libbpf(&error), &format!("{to}: {error:#}"))
        })
    }

    /// A target that is not what it has to be.
    pub(crate) fn bad_target(&self, expected: &str) -> Failure {
        let why = match self.target {
            "" => format!("it takes a target: {expected}"),
            target => format!("the target has to be {expected}, not {target}"),
        };
        self.failure(Errno::INVAL, &why)
    }

    /// By section name alone.
    pub(crate) fn by_section(&self) -> Result<Link, Failure> {
        let names_it = self
            .section
            .split_once('/')
            .is_some_and(|(_, hook)| hook == self.target);
        if !self.target.is_empty() && !names_it {
            return Err(self.failure(
                Errno::INVAL,
                &format!(
                    "it takes no target, its section says it; not {}",
                    self.target
                ),
            ));
        }
        self.result(self.program.attach())
    }

    /// The part of the section behind its first `/`.
    pub(crate) fn section_has_hook(&self) -> bool {
        self.section
            .split_once('/')
            .is_some_and(|(_, hook)| !hook.is_empty())
    }

    fn iterator(&self) -> Result<Attachment, Failure> {
        let link = match self.target {
            "" => self.result(self.program.attach()),
            name => {
                let map = self.object.find_map(name);
                let map = map.ok_or_else(|| self.bad_target("a map of the object"))?;
                let map = std::os::fd::AsFd::as_fd(&map);
                self.result(self.program.attach_iter(map))
            }
        }?;
        Ok(Attachment::Iterator(link))
    }
}
