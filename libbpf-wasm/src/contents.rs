//! The variables of a skeleton's sections, in the guest's memory.

use crate::error::{Error, Result};
use crate::map::{Call, host_operate};
use crate::plain::Unaligned;
use crate::spec::{Contents, MapSpec, ObjectSpec};
use alloc::boxed::Box;
use alloc::vec;
use alloc::vec::Vec;
use core::ffi::c_int;

/// What tells the descriptor of a loaded object's map by its position, or an error number.
pub(crate) type Descriptors<'f> = &'f dyn Fn(usize) -> Result<c_int, i32>;

/// Copies of sections: what the guest reads and writes. Each belongs to one open object.
#[derive(Debug)]
pub struct Variables {
    sections: Vec<Section>,
}

#[derive(Debug)]
struct Section {
    /// Its position among the maps.
    index: usize,
    map: &'static MapSpec,
    bytes: Box<[u8]>,
}

impl Variables {
    /// Those of these maps, with the values of the image.
    pub(crate) fn new(object: &'static ObjectSpec, maps: &[usize]) -> Self {
        let section = |index: &usize| {
            let map = object.maps.get(*index)?;
            let mut bytes = vec![0; map.contents_size as usize].into_boxed_slice();
            if let Contents::Constants(at) | Contents::Variables(at) = map.contents {
                let initial = object.image.get(at as usize..)?.get(..bytes.len())?;
                bytes.copy_from_slice(initial);
            }
            Some(Section {
                index: *index,
                map,
                bytes,
            })
        };
        Variables {
            sections: maps.iter().filter_map(section).collect(),
        }
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = (&'static MapSpec, &[u8])> {
        let sections = self.sections.iter();
        sections.map(|section| (section.map, &*section.bytes))
    }

    /// The variables of map `index`, which are a `T`.
    ///
    /// # Panics
    /// If they are not, which no generated skeleton says.
    pub fn get<T: Unaligned>(&self, index: usize) -> &T {
        let mut sections = self.sections.iter();
        let section = sections.find(|section| section.index == index);
        match section.map(|section| T::from_bytes(&section.bytes)) {
            Some(Ok(value)) => value,
            _ => unreachable!("the tables of a skeleton agree with its types"),
        }
    }

    /// The same, to be changed.
    ///
    /// # Panics
    /// As [`Variables::get`].
    pub fn get_mut<T: Unaligned>(&mut self, index: usize) -> &mut T {
        let mut sections = self.sections.iter_mut();
        let section = sections.find(|section| section.index == index);
        match section.map(|section| T::from_bytes_mut(&mut section.bytes)) {
            Some(Ok(value)) => value,
            _ => unreachable!("the tables of a skeleton agree with its types"),
        }
    }

    /// After load: brings kernel and guest together where the image could not.
    pub(crate) fn start(&mut self, fds: Descriptors<'_>) -> Result<()> {
        for section in &mut self.sections {
            match section.map.contents {
                Contents::Zeroed if section.bytes.iter().any(|byte| *byte != 0) => {
                    section.write(fds)?;
                }
                // What the host hides stays as it was.
                Contents::Kernel if fds(section.index).is_ok() => {
                    section.read(fds)?;
                }
                _ => {}
            }
        }
        Ok(())
    }

    /// Reads what BPF programs or the kernel write. Goes on after a failure and returns the first.
    pub(crate) fn sync(&mut self, fds: Descriptors<'_>) -> Result<()> {
        let mut result = Ok(());
        for section in &mut self.sections {
            if matches!(
                section.map.contents,
                Contents::Variables(_) | Contents::Zeroed | Contents::Kernel
            ) {
                result = result.and(section.read(fds));
            }
        }
        result
    }

    /// Writes what BPF programs read and may write. Goes on after a failure and returns the first.
    pub(crate) fn flush(&self, fds: Descriptors<'_>) -> Result<()> {
        let mut result = Ok(());
        for section in &self.sections {
            if matches!(
                section.map.contents,
                Contents::Variables(_) | Contents::Zeroed
            ) {
                result = result.and(section.write(fds));
            }
        }
        result
    }
}

impl Section {
    fn error(&self, action: &'static str) -> impl Fn(i32) -> Error + use<> {
        let section = self.map.section;
        move |errno| Error::Section {
            section,
            action,
            errno,
        }
    }

    /// Reads the map's only element.
    fn read(&mut self, fds: Descriptors<'_>) -> Result<()> {
        if !self.map.autocreate {
            return Ok(());
        }
        let failed = self.error("read");
        let fd = fds(self.index).map_err(&failed)?;
        host_operate(fd, Call::Lookup(&mut self.bytes), &[0; 4], 0).map_err(failed)
    }

    /// Writes the map's only element.
    fn write(&self, fds: Descriptors<'_>) -> Result<()> {
        if !self.map.autocreate {
            return Ok(());
        }
        let failed = self.error("write");
        let fd = fds(self.index).map_err(&failed)?;
        host_operate(fd, Call::Update(&self.bytes), &[0; 4], 0).map_err(failed)
    }
}
