//! Tables of functions for the kernel.

use super::raw::Map;
use crate::error::Result;
use core::ops::Deref;

/// A table of functions that the object gives the kernel (`struct_ops`).
#[derive(Clone, Debug)]
pub struct StructOps {
    map: Map,
}

impl StructOps {
    /// Registers it with the kernel. It stays so until the skeleton is gone: no host call detaches, but closing.
    ///
    /// # Errors
    /// `EINVAL` if it was not made, as those of `SEC("?.struct_ops")` are not; the host's, which may be `EIO` for all.
    pub fn attach(&self) -> Result<()> {
        self.map.object.attach_map(self.map.index)
    }

    /// Whether it is registered.
    pub fn is_attached(&self) -> bool {
        let state = self.map.object.maps.get(self.map.index);
        state.is_some_and(|state| state.attached.get())
    }

    /// Sets whether the skeleton attaches it.
    pub fn set_autoattach(&self, autoattach: bool) {
        if let Some(state) = self.map.object.maps.get(self.map.index) {
            state.autoattach.set(autoattach);
        }
    }
}

impl From<Map> for StructOps {
    fn from(map: Map) -> Self {
        StructOps { map }
    }
}

impl Deref for StructOps {
    type Target = Map;

    fn deref(&self) -> &Map {
        &self.map
    }
}
