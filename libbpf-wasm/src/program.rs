//! Programs.

use crate::errno::EOPNOTSUPP;
use crate::error::{Error, Result};
use crate::object::{Object, ProgramState};
use crate::spec::ProgramSpec;
use alloc::borrow::ToOwned;
use alloc::rc::Rc;
use core::ops::Deref;

/// A program of an object that is not loaded yet.
#[derive(Clone, Debug)]
pub struct OpenProgram(ProgramHandle);

/// A program of a loaded object. When the skeleton is gone, attaching it gives `EBADF`.
#[derive(Clone, Debug)]
pub struct Program(ProgramHandle);

/// What both have.
#[derive(Clone, Debug)]
pub struct ProgramHandle {
    object: Rc<Object>,
    index: usize,
}

impl ProgramHandle {
    fn spec(&self) -> Option<&'static ProgramSpec> {
        self.object.spec.programs.get(self.index)
    }

    fn state(&self) -> Option<&ProgramState> {
        self.object.programs.get(self.index)
    }

    /// Its name.
    pub fn name(&self) -> &'static str {
        self.spec().map_or("", |spec| spec.name)
    }

    /// Name of its section, without the `?` that keeps it from being loaded.
    pub fn section(&self) -> &'static str {
        self.spec().map_or("", |spec| spec.section)
    }

    /// Whether it will be loaded, or was.
    pub fn autoload(&self) -> bool {
        self.state().is_some_and(|state| state.autoload.get())
    }

    /// Sets whether the skeleton attaches it.
    pub fn set_autoattach(&self, autoattach: bool) {
        if let Some(state) = self.state() {
            state.autoattach.set(autoattach);
        }
    }

    /// Sets what the skeleton attaches it to, if its section does not say that: `"eth0"` for `SEC("xdp")`, `"/sys/fs/cgroup"`
    /// for `SEC("sockops")`. The host decides by section what a target is.
    pub fn set_attach_target(&self, target: &str) {
        if let Some(state) = self.state() {
            state.target.replace(target.to_owned());
        }
    }
}

impl OpenProgram {
    pub(crate) fn new(object: &Rc<Object>, index: usize) -> Self {
        let object = Rc::clone(object);
        OpenProgram(ProgramHandle { object, index })
    }

    /// Sets whether it will be loaded. Programs of one section are loaded together: set all of them, or load fails.
    ///
    /// # Errors
    /// `EOPNOTSUPP` if the image cannot say it.
    pub fn set_autoload(&self, autoload: bool) -> Result<()> {
        match (self.spec(), self.state()) {
            (Some(spec), Some(state)) if spec.autoload == autoload || !spec.switch.is_empty() => {
                state.autoload.set(autoload);
                Ok(())
            }
            _ => Err(Error::Program {
                program: self.name(),
                action: "set autoload",
                errno: EOPNOTSUPP,
            }),
        }
    }
}

impl Deref for OpenProgram {
    type Target = ProgramHandle;

    fn deref(&self) -> &ProgramHandle {
        &self.0
    }
}

impl Program {
    pub(crate) fn new(object: &Rc<Object>, index: usize) -> Self {
        let object = Rc::clone(object);
        Program(ProgramHandle { object, index })
    }

    /// Attaches it to `target`, or to what its section says if that is empty. It stays so until the skeleton is gone: no host
    /// call detaches, but closing.
    ///
    /// # Errors
    /// `EINVAL` if it is not loaded; `EOPNOTSUPP` if its section names no hook and there is no target; the host's, which may
    /// be `EIO` for all.
    pub fn attach(&self, target: &str) -> Result<()> {
        self.object.attach_program(self.index, target)
    }

    /// Whether it is attached.
    pub fn is_attached(&self) -> bool {
        self.state().is_some_and(|state| state.attached.get())
    }
}

impl Deref for Program {
    type Target = ProgramHandle;

    fn deref(&self) -> &ProgramHandle {
        &self.0
    }
}
