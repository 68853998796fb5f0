//! How a guest is run.

use crate::limits::Limits;
use crate::log::Log;
use std::path::PathBuf;

/// A folder that a guest may see.
///
/// ```
/// use wasm_bpf_host::{Config, Dir};
///
/// let mut config = Config::default();
/// config.dirs.push(Dir {
///     host: "/srv/data".into(),
///     guest: "/data".to_owned(),
///     writable: false,
/// });
/// ```
#[derive(Clone, Debug)]
pub struct Dir {
    /// Where it is.
    pub host: PathBuf,
    /// What the guest calls it.
    pub guest: String,
    /// Whether the guest may write there.
    pub writable: bool,
}

/// Where compiled code is kept for the next time.
///
/// The host executes what it finds there, so it is a folder `wasm-bpf` that only this user can look into. It is made if it is
/// missing. Every folder on the way to it has to belong to this user or to root, and nobody else may write there, unless its
/// sticky bit is set, as that of `/tmp` is. Where that is not so, as when `sudo` leaves `HOME` as it was, the log says so and
/// no code is kept.
///
/// ```
/// use wasm_bpf_host::{Cache, Config};
///
/// let mut config = Config::default();
/// config.cache = Cache::Folder("/var/cache/guests".into());
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Cache {
    /// Nowhere.
    #[default]
    Off,
    /// In `$XDG_CACHE_HOME` or `$HOME/.cache`.
    User,
    /// In this folder.
    Folder(PathBuf),
    /// In this folder, which was looked at already: a confined process cannot do so any more.
    #[doc(hidden)]
    Checked(PathBuf),
}

/// What a guest gets, besides its module. The default: no arguments but its name, no environment, no folder, the standard
/// streams of the process, the default [`Limits`], no cache. What is to be otherwise is set in its fields.
///
/// ```
/// use std::time::Duration;
/// use wasm_bpf_host::Config;
///
/// let mut config = Config::default();
/// config.args = ["bootstrap", "-d", "100"].map(String::from).into();
/// config.env.push(("TZ".to_owned(), "UTC".to_owned()));
/// config.limits.time = Some(Duration::from_secs(60));
/// ```
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Config {
    /// The guest's arguments. The first is its name.
    pub args: Vec<String>,
    /// Its environment.
    pub env: Vec<(String, String)>,
    /// Its folders.
    pub dirs: Vec<Dir>,
    /// What it may do.
    pub limits: Limits,
    /// Where compiled code is kept.
    pub cache: Cache,
    /// What libbpf calls the guest's objects: the kernel shows maps of sections as `NAME.bss`.
    pub object_name: String,
    /// The module from which guests import a `wasm_bpf_buffer_poll` that takes no function: TinyGo cannot name one by its place
    /// in a table.
    pub callback_module: String,
    /// What that one calls for each event.
    pub callback_export: String,
    /// Where messages go.
    pub log: Log,
    /// Whether they include all that libbpf says.
    pub verbose: bool,
}

impl Default for Config {
    fn default() -> Self {
        Config {
            args: vec!["guest".to_owned()],
            env: Vec::new(),
            dirs: Vec::new(),
            limits: Limits::default(),
            cache: Cache::default(),
            object_name: "guest".to_owned(),
            callback_module: "callback-wrapper".to_owned(),
            callback_export: "go-callback".to_owned(),
            log: Log::default(),
            verbose: false,
        }
    }
}
