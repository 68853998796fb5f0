//! Profiles: which programs, helpers and maps a guest may use, decided by reading its instructions before anything is loaded.
//!
//! ```text
//! image = image::verify(bytes)?; profile.check_image(&image)?;      before libbpf opens it
//! profile.check_program(name, prog_type)?                           for each program that libbpf has opened, before load
//! profile.check_map(name, map_type, flags, pinned)?                 for each map that libbpf has opened, before load
//! ```

mod allowed;
mod check;
mod confined;
mod error;
mod file;
mod names;

pub use allowed::Allowed;
pub use error::{ProfileError, Refusal};

use serde::{Deserialize, Serialize};

/// What the BPF programs of a guest may be and do.
///
/// Who may load BPF programs of any type can read all of the machine's memory: under [`Profile::trusted`], the default, a guest is
/// trusted as root is. [`Profile::confined`] is a boundary. A file says what is between, in TOML:
///
/// ```
/// # let text = r#"
/// base = "confined"            # or "trusted", or "nothing"
///
/// [programs]                   # libbpf's names of program types
/// deny = ["cgroup_skb"]
///
/// [helpers]                    # as in the kernel's header, without BPF_FUNC_
/// allow = ["redirect", "fib_lookup"]
///
/// [maps]                       # libbpf's names of map types
/// allow = ["devmap"]
/// memory = "16M"               # of all maps of an object; "unlimited"
/// pinning = false
///
/// [kernel]
/// functions = ["bpf_xdp_metadata_rx_timestamp"]
/// variables = false
/// configuration = true
/// # "#;
/// let profile = wasm_bpf_host::Profile::parse("router.toml", text)?;
/// assert!(profile.helpers.has("redirect") && !profile.helpers.has("probe_read_kernel"));
/// # Ok::<(), wasm_bpf_host::ProfileError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Profile {
    /// Types of programs, by libbpf's names: `socket_filter`, `xdp`.
    pub programs: Allowed,
    /// Helpers, named like their `BPF_FUNC_*` without that prefix.
    pub helpers: Allowed,
    /// Types of maps, by libbpf's names: `hash`, `ringbuf`.
    pub maps: Allowed,
    /// Bytes that the maps of an object may have together. `None`: any number.
    pub map_memory: Option<u64>,
    /// Whether maps may be pinned in the BPF file system.
    pub pinning: bool,
    /// Functions of the kernel that are no helpers, by name.
    pub kernel_functions: Allowed,
    /// Whether programs may refer to variables of the kernel.
    pub kernel_variables: bool,
    /// Whether programs may know how the kernel was configured.
    pub configuration: bool,
}

impl Default for Profile {
    fn default() -> Self {
        Profile::trusted()
    }
}

impl Profile {
    /// Anything that the kernel takes: the guest is trusted as root is. The default.
    pub fn trusted() -> Self {
        Profile {
            programs: Allowed::all(),
            helpers: Allowed::all(),
            maps: Allowed::all(),
            map_memory: None,
            pinning: true,
            kernel_functions: Allowed::all(),
            kernel_variables: true,
            configuration: true,
        }
    }

    /// Programs that see packets where they are attached, and may change and drop them there; they reach nothing else of the
    /// machine. Which interfaces and cgroups the guest may name as targets is not the profile's matter.
    pub fn confined() -> Self {
        let only = |names: &[&str]| Allowed::only(names.iter().copied());
        Profile {
            programs: only(confined::PROGRAMS),
            helpers: only(confined::HELPERS),
            maps: only(confined::MAPS),
            map_memory: Some(confined::MAP_MEMORY),
            pinning: false,
            kernel_functions: Allowed::nothing(),
            kernel_variables: false,
            configuration: true,
        }
    }

    /// No program and no map, as a base for profiles that list everything.
    pub fn nothing() -> Self {
        Profile {
            programs: Allowed::nothing(),
            helpers: Allowed::nothing(),
            maps: Allowed::nothing(),
            configuration: false,
            ..Profile::confined()
        }
    }
}
