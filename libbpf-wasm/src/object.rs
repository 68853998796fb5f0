//! An open or loaded object, and the host's calls on it.

use crate::contents::Variables;
use crate::errno::{self, EBADF, EINVAL, EIO, ENOENT, EOPNOTSUPP};
use crate::error::{Error, Result};
use crate::spec::{Contents, MapSpec, ObjectSpec, ProgramSpec};
use crate::sys;
use alloc::boxed::Box;
use alloc::rc::Rc;
use alloc::string::String;
use alloc::vec::Vec;
use core::cell::{Cell, RefCell};
use core::ffi::c_int;

/// An object, shared by its skeleton and its maps, programs and buffers. It is closed with the skeleton; what is left of it
/// then gives errors.
#[derive(Debug)]
pub(crate) struct Object {
    pub(crate) spec: &'static ObjectSpec,
    /// The host's, 0: not loaded, or closed.
    handle: Cell<u64>,
    pub(crate) maps: Box<[MapState]>,
    pub(crate) programs: Box<[ProgramState]>,
}

#[derive(Debug)]
pub(crate) struct MapState {
    pub(crate) max_entries: Cell<u32>,
    /// A descriptor, or a negative error: what a use of it gives.
    fd: Cell<c_int>,
    /// Of a table of functions: whether the skeleton attaches it, and whether it is attached.
    pub(crate) autoattach: Cell<bool>,
    pub(crate) attached: Cell<bool>,
}

#[derive(Debug)]
pub(crate) struct ProgramState {
    pub(crate) autoload: Cell<bool>,
    pub(crate) autoattach: Cell<bool>,
    pub(crate) attached: Cell<bool>,
    pub(crate) target: RefCell<String>,
}

impl Object {
    pub(crate) fn open(spec: &'static ObjectSpec) -> Rc<Self> {
        let map = |map: &MapSpec| MapState {
            max_entries: Cell::new(map.max_entries),
            fd: Cell::new(-ENOENT),
            autoattach: Cell::new(true),
            attached: Cell::new(false),
        };
        let program = |program: &ProgramSpec| ProgramState {
            autoload: Cell::new(program.autoload),
            autoattach: Cell::new(true),
            attached: Cell::new(false),
            target: RefCell::default(),
        };
        Rc::new(Object {
            spec,
            handle: Cell::new(0),
            maps: spec.maps.iter().map(map).collect(),
            programs: spec.programs.iter().map(program).collect(),
        })
    }

    pub(crate) fn error(&self, action: &'static str, errno: i32) -> Error {
        let object = self.spec.name;
        Error::Object {
            object,
            action,
            errno,
        }
    }

    /// The handle of a loaded object.
    pub(crate) fn handle(&self) -> Result<u64, i32> {
        match self.handle.get() {
            0 => Err(EBADF),
            handle => Ok(handle),
        }
    }

    /// Hands the image to the host, with everything that was chosen since the object was opened, then writes and reads
    /// what is not in the image.
    pub(crate) fn load(&self, variables: &mut [&mut Variables]) -> Result<()> {
        self.check_switches()?;
        let mut image = Vec::new();
        image
            .try_reserve_exact(self.spec.image.len())
            .map_err(|_| self.error("load", errno::ENOMEM))?;
        image.extend_from_slice(self.spec.image);
        self.edit(&mut image, variables)
            .ok_or_else(|| self.error("load", EINVAL))?;
        self.handle.set(host_load(&image));
        drop(image);
        if self.handle.get() == 0 {
            let errno = if sys::HAS_HOST { EIO } else { EOPNOTSUPP };
            return Err(self.error("load", errno));
        }
        for (map, state) in self.spec.maps.iter().zip(&self.maps) {
            self.resolve(map, state)?;
        }
        variables
            .iter_mut()
            .try_for_each(|variables| variables.start(&|map| self.fd(map)))
    }

    /// Loading is a matter of the section: that some of its programs are on and some off cannot be said.
    fn check_switches(&self) -> Result<()> {
        let programs = || self.spec.programs.iter().zip(&self.programs);
        for (i, (program, state)) in programs().enumerate() {
            let place = program.switch.first().map(|patch| patch.at);
            let differs = programs().take(i).any(|(other, others)| {
                place.is_some()
                    && other.switch.first().map(|patch| patch.at) == place
                    && others.autoload != state.autoload
            });
            if differs {
                return Err(Error::Program {
                    program: program.name,
                    action: "load it or not, unlike others of its section",
                    errno: EOPNOTSUPP,
                });
            }
        }
        Ok(())
    }

    /// Writes all that was chosen into a copy of the image. `None` if a table of the skeleton leads out of it.
    fn edit(&self, image: &mut [u8], variables: &[&mut Variables]) -> Option<()> {
        let mut put = |at: u32, bytes: &[u8]| {
            let place = image.get_mut(at as usize..)?.get_mut(..bytes.len())?;
            place.copy_from_slice(bytes);
            Some(())
        };
        for (program, state) in self.spec.programs.iter().zip(&self.programs) {
            if state.autoload.get() == program.autoload {
                continue;
            }
            for patch in program.switch {
                let word = match state.autoload.get() {
                    true => patch.enabled,
                    false => patch.disabled,
                };
                put(patch.at, &word.to_le_bytes())?;
            }
        }
        for (map, state) in self.spec.maps.iter().zip(&self.maps) {
            if let (Some(at), true) = (
                map.max_entries_at,
                state.max_entries.get() != map.max_entries,
            ) {
                put(at, &state.max_entries.get().to_le_bytes())?;
            }
        }
        for (map, bytes) in variables.iter().flat_map(|variables| variables.iter()) {
            if let Contents::Constants(at) | Contents::Variables(at) = map.contents {
                put(at, bytes)?;
            }
        }
        Some(())
    }

    /// Finds a map's descriptor.
    fn resolve(&self, map: &MapSpec, state: &MapState) -> Result<()> {
        if !map.autocreate {
            return Ok(());
        }
        let handle = self.handle.get();
        let mut fd = host_map_fd(handle, map.name);
        // Hosts open objects without a name, and libbpf derives the names of internal maps from it.
        let is_internal = !map.section.is_empty();
        if fd < 0 && is_internal {
            fd = host_map_fd(handle, map.section);
        }
        match fd {
            0.. => state.fd.set(fd),
            _ if is_internal => state.fd.set(-EOPNOTSUPP),
            _ => {
                return Err(Error::Map {
                    map: map.name,
                    action: "find",
                    errno: ENOENT,
                });
            }
        }
        Ok(())
    }

    /// The descriptor of a map.
    pub(crate) fn fd(&self, map: usize) -> Result<c_int, i32> {
        let fd = self.maps.get(map).map_or(-EINVAL, |state| state.fd.get());
        if fd < 0 { Err(-fd) } else { Ok(fd) }
    }

    /// Attaches every program that is loaded, not yet attached, not left out, and whose section says to what, or which has a
    /// target; then every table of functions that was made, is not yet attached and not left out.
    pub(crate) fn attach(&self) -> Result<()> {
        self.handle().map_err(|errno| self.error("attach", errno))?;
        for (i, (program, state)) in self.spec.programs.iter().zip(&self.programs).enumerate() {
            let targeted = program.by_section || !state.target.borrow().is_empty();
            if state.autoload.get() && state.autoattach.get() && !state.attached.get() && targeted {
                self.attach_program(i, &state.target.borrow())?;
            }
        }
        for (i, (map, state)) in self.spec.maps.iter().zip(&self.maps).enumerate() {
            let is_wanted = map.autocreate && state.autoattach.get() && !state.attached.get();
            if map.is_struct_ops() && is_wanted {
                self.attach_map(i)?;
            }
        }
        Ok(())
    }

    /// Attaches one table of functions, which the host knows by its map's name.
    pub(crate) fn attach_map(&self, index: usize) -> Result<()> {
        let (Some(map), Some(state)) = (self.spec.maps.get(index), self.maps.get(index)) else {
            return Err(self.error("attach", EINVAL));
        };
        let failed = |errno| Error::Map {
            map: map.name,
            action: "attach",
            errno,
        };
        let handle = self.handle().map_err(failed)?;
        if !map.is_struct_ops() || !map.autocreate {
            return Err(failed(EINVAL));
        }
        match host_attach(handle, map.name, "") {
            0 => state.attached.set(true),
            result => return Err(failed(host_error(handle, result))),
        }
        Ok(())
    }

    /// Attaches one program, to what its section says if `target` is empty.
    pub(crate) fn attach_program(&self, index: usize, target: &str) -> Result<()> {
        let (Some(program), Some(state)) =
            (self.spec.programs.get(index), self.programs.get(index))
        else {
            return Err(self.error("attach", EINVAL));
        };
        let failed = |errno| Error::Program {
            program: program.name,
            action: "attach",
            errno,
        };
        let handle = self.handle().map_err(failed)?;
        if !state.autoload.get() || target.contains('\0') {
            return Err(failed(EINVAL));
        }
        if target.is_empty() && !program.by_section {
            return Err(failed(EOPNOTSUPP));
        }
        match host_attach(handle, program.name, target) {
            0 => state.attached.set(true),
            result => return Err(failed(host_error(handle, result))),
        }
        Ok(())
    }

    /// Closes at the host, which detaches.
    pub(crate) fn close(&self) {
        let handle = self.handle.replace(0);
        for map in &self.maps {
            map.fd.set(-EBADF);
        }
        if handle != 0 {
            // SAFETY: the host takes a number.
            #[allow(unsafe_code, reason = "a call of the host")]
            unsafe {
                sys::wasm_close_bpf_object(handle)
            };
        }
    }
}

/// The error in a result of which -1 may be `EPERM`, or all that the host ever says. It is the latter if a map without a name,
/// which does not exist, gives -1 as well.
pub(crate) fn host_error(handle: u64, result: c_int) -> i32 {
    match result {
        1 | -1 if host_map_fd(handle, "") == -1 => EIO,
        _ => errno::of_host(result),
    }
}

fn host_load(image: &[u8]) -> u64 {
    let Ok(size) = c_int::try_from(image.len()) else {
        return 0;
    };
    // SAFETY: the host reads `size` bytes, which are there.
    #[allow(unsafe_code, reason = "a call of the host")]
    unsafe {
        sys::wasm_load_bpf_object(image.as_ptr().cast(), size)
    }
}

/// Text as the host reads it.
fn terminated(text: &str) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(text.len() + 1);
    bytes.extend_from_slice(text.as_bytes());
    bytes.push(0);
    bytes
}

fn host_map_fd(handle: u64, name: &str) -> c_int {
    let name = terminated(name);
    // SAFETY: the host reads up to the NUL.
    #[allow(unsafe_code, reason = "a call of the host")]
    unsafe {
        sys::wasm_bpf_map_fd_by_name(handle, name.as_ptr().cast())
    }
}

fn host_attach(handle: u64, name: &str, target: &str) -> c_int {
    let (name, text) = (terminated(name), terminated(target));
    // Some hosts read an empty target as none, all read NULL so.
    let target = match target.is_empty() {
        true => core::ptr::null(),
        false => text.as_ptr(),
    };
    // SAFETY: the host reads up to the NULs.
    #[allow(unsafe_code, reason = "a call of the host")]
    unsafe {
        sys::wasm_attach_bpf_program(handle, name.as_ptr().cast(), target.cast())
    }
}
