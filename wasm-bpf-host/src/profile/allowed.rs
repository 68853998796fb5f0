//! Sets of names: what is allowed.

use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// What of one kind is allowed, by name.
///
/// ```
/// use wasm_bpf_host::Allowed;
///
/// let mut helpers = Allowed::only(["ktime_get_ns"]);
/// helpers.allow("get_prandom_u32");
/// assert!(helpers.has("get_prandom_u32") && !helpers.has("probe_read_kernel"));
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Allowed {
    /// All but these.
    AllBut(BTreeSet<String>),
    /// These, and nothing else.
    Only(BTreeSet<String>),
}

impl Allowed {
    /// Everything.
    pub fn all() -> Self {
        Allowed::AllBut(BTreeSet::new())
    }

    /// Nothing.
    pub fn nothing() -> Self {
        Allowed::Only(BTreeSet::new())
    }

    /// These names.
    pub fn only<'n>(names: impl IntoIterator<Item = &'n str>) -> Self {
        Allowed::Only(names.into_iter().map(str::to_owned).collect())
    }

    /// Whether `name` is allowed.
    pub fn has(&self, name: &str) -> bool {
        match self {
            Allowed::AllBut(names) => !names.contains(name),
            Allowed::Only(names) => names.contains(name),
        }
    }

    /// Whether everything is.
    pub fn is_all(&self) -> bool {
        matches!(self, Allowed::AllBut(names) if names.is_empty())
    }

    /// Allows `name` as well.
    pub fn allow(&mut self, name: &str) {
        match self {
            Allowed::AllBut(names) => _ = names.remove(name),
            Allowed::Only(names) => _ = names.insert(name.to_owned()),
        }
    }

    /// No longer allows `name`.
    pub fn deny(&mut self, name: &str) {
        match self {
            Allowed::AllBut(names) => _ = names.insert(name.to_owned()),
            Allowed::Only(names) => _ = names.remove(name),
        }
    }
}
