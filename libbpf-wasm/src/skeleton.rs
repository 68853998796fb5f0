//! What generated skeletons are made of. Guests use the generated types.

pub use crate::contents::Variables;
pub use crate::spec::{Contents, MapSpec, ObjectSpec, Patch, ProgramSpec};

use crate::error::Result;
use crate::map::{Map, OpenMap};
use crate::object::Object;
use crate::plain::Unaligned;
use crate::program::{OpenProgram, Program};
use alloc::rc::Rc;

/// An open object: its variables can be changed, its programs and maps chosen.
#[derive(Debug)]
pub struct Open {
    object: Rc<Object>,
    variables: Variables,
}

/// A loaded object. It is closed, and everything detached, with this value.
#[derive(Debug)]
pub struct Loaded {
    object: Rc<Object>,
    variables: Variables,
}

impl Open {
    /// Opens an object with the variables of these maps. Each call makes a new one.
    pub fn new(spec: &'static ObjectSpec, sections: &[usize]) -> Self {
        Open {
            object: Object::open(spec),
            variables: Variables::new(spec, sections),
        }
    }

    /// More variables of the same object, to be given to [`Open::load`]: its tables of functions.
    pub fn variables(&self, maps: &[usize]) -> Variables {
        Variables::new(self.object.spec, maps)
    }

    /// The map at this place of the table.
    pub fn map(&self, index: usize) -> OpenMap {
        OpenMap::new(&self.object, index)
    }

    /// The program at this place of the table.
    pub fn program(&self, index: usize) -> OpenProgram {
        OpenProgram::new(&self.object, index)
    }

    /// The variables of a map.
    pub fn get<T: Unaligned>(&self, map: usize) -> &T {
        self.variables.get(map)
    }

    /// The variables of a map, to be changed.
    pub fn get_mut<T: Unaligned>(&mut self, map: usize) -> &mut T {
        self.variables.get_mut(map)
    }

    /// Loads it.
    ///
    /// # Errors
    /// `EIO` if the host refuses, for which it gives no reason; `EOPNOTSUPP` on other targets than wasm32, if some but not all
    /// programs of a section are to be loaded, or if the host hides variables that have to be written.
    pub fn load(mut self, more: &mut [&mut Variables]) -> Result<Loaded> {
        let mut variables = alloc::vec![&mut self.variables];
        variables.extend(more.iter_mut().map(|more| &mut **more));
        let result = self.object.load(&mut variables);
        // Closes what did not load to its end.
        let loaded = Loaded {
            object: self.object,
            variables: self.variables,
        };
        result.map(|()| loaded)
    }
}

impl Loaded {
    /// The map at this place of the table.
    pub fn map<M: From<Map>>(&self, index: usize) -> M {
        Map::new(&self.object, index).into()
    }

    /// The program at this place of the table.
    pub fn program(&self, index: usize) -> Program {
        Program::new(&self.object, index)
    }

    /// The variables of a map, as last read or written.
    pub fn get<T: Unaligned>(&self, map: usize) -> &T {
        self.variables.get(map)
    }

    /// The variables of a map, to be changed and flushed.
    pub fn get_mut<T: Unaligned>(&mut self, map: usize) -> &mut T {
        self.variables.get_mut(map)
    }

    /// Attaches every program that is loaded, not yet attached, not left out, and whose section says to what, or which has a
    /// target; then every table of functions that was made, is not yet attached and not left out. Stops at the first failure;
    /// what was attached stays.
    ///
    /// # Errors
    /// The host's, which may be `EIO` for all.
    pub fn attach(&self) -> Result<()> {
        self.object.attach()
    }

    /// Reads `.data`, `.bss` and `.kconfig` from the kernel.
    ///
    /// # Errors
    /// The first of `EOPNOTSUPP` for a section that the host hides, and the kernel's; the others are read all the same.
    pub fn sync(&mut self) -> Result<()> {
        self.variables.sync(&|map| self.object.fd(map))
    }

    /// Writes `.data` and `.bss`, whole sections, to the kernel.
    ///
    /// # Errors
    /// As [`Loaded::sync`].
    pub fn flush(&self) -> Result<()> {
        self.variables.flush(&|map| self.object.fd(map))
    }
}

impl Drop for Loaded {
    fn drop(&mut self) {
        self.object.close();
    }
}
