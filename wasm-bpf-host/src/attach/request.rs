//! What a guest asks for when it attaches a program.

use crate::errno::{Errno, Failure};
use crate::error::chain;
use crate::image::{Target, TargetError, open_target};
use crate::object_maps;
use libbpf_rs::{Link, ProgramMut};
use std::os::fd::OwnedFd;

/// A program that is to be attached, and where.
pub(super) struct Request<'a> {
    pub(super) program: ProgramMut<'a>,
    pub(super) name: &'a str,
    pub(super) section: &'a str,
    /// Empty: none.
    pub(super) target: &'a str,
    pub(super) object: &'a libbpf_rs::Object,
}

impl Request<'_> {
    /// A failure of this program.
    pub(super) fn failure(&self, errno: Errno, why: &str) -> Failure {
        Failure::new(
            errno,
            format!("program {} ({}): {why}", self.name, self.section),
        )
    }

    /// What libbpf or the kernel said to it.
    pub(super) fn result<T>(&self, result: libbpf_rs::Result<T>) -> Result<T, Failure> {
        result.map_err(|error| {
            let to = match self.target {
                "" => "cannot attach it".to_owned(),
                target => format!("cannot attach it to {target}"),
            };
            self.failure(Errno::of_libbpf(&error), &format!("{to}: {error:#}"))
        })
    }

    /// A target that is not what it has to be.
    pub(super) fn bad_target(&self, expected: &str) -> Failure {
        let why = match self.target {
            "" => format!("it takes a target: {expected}"),
            target => format!("the target has to be {expected}, not {target}"),
        };
        self.failure(Errno::INVAL, &why)
    }

    /// Attaches the program to what its section says.
    pub(super) fn by_section(&self) -> Result<Link, Failure> {
        let names_it = self
            .section
            .split_once('/')
            .is_some_and(|(_, place)| place == self.target);
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

    /// Whether a target is given. It has to be if the section has nothing after its first `/`.
    pub(super) fn has_target(&self, expected: &str) -> Result<bool, Failure> {
        let section_says_it = self
            .section
            .split_once('/')
            .is_some_and(|(_, place)| !place.is_empty());
        match self.target {
            "" if section_says_it => Ok(false),
            "" => Err(self.bad_target(expected)),
            _ => Ok(true),
        }
    }

    /// The target, or what the section says in its place: libbpf would open the file that a section names without a look at it.
    pub(super) fn target_or_section(&self, expected: &str) -> Result<&str, Failure> {
        if self.has_target(expected)? {
            return Ok(self.target);
        }
        let place = self.section.split_once('/');
        Ok(place.map_or("", |(_, place)| place))
    }

    /// The target as the name of one of the object's maps.
    pub(super) fn map(&self) -> Result<libbpf_rs::Map<'_>, Failure> {
        let map = object_maps::find(self.object, self.target);
        map.ok_or_else(|| self.bad_target("a map of the object"))
    }

    /// The target as a path, opened by `open`. `-ENOENT` whatever else is there, so that a guest does not learn what it is.
    pub(super) fn open(
        &self,
        what: &str,
        open: impl FnOnce(&str) -> Option<OwnedFd>,
    ) -> Result<OwnedFd, Failure> {
        if self.target.is_empty() {
            return Err(self.bad_target(&format!("the path of a {what}")));
        }
        open(self.target).ok_or_else(|| {
            let why = format!("cannot open {}: not a {what}", self.target);
            self.failure(Errno::NOENT, &why)
        })
    }

    /// The file in which functions and static probes are looked for.
    pub(super) fn file(&self, name: &str) -> Result<Target, Failure> {
        open_target(name).map_err(|error| {
            let errno = match &error {
                TargetError::Open { source, .. } => Errno::of_io(source),
                _ => Errno::INVAL,
            };
            self.failure(errno, &format!("cannot attach it: {}", chain(&error)))
        })
    }
}
