//! The command line.

use clap::{Arg, ArgAction, ArgMatches, Command, value_parser};
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::time::Duration;
use wasm_bpf_host::{AttachKind, Cache, Config, Dir, Limits, Profile, program_type_names};

/// What to run, and how.
#[derive(Debug)]
pub(crate) struct Invocation {
    pub(crate) file: PathBuf,
    pub(crate) config: Config,
    /// Everything in this process, which keeps its privileges.
    pub(crate) in_process: bool,
    pub(crate) times: Times,
}

/// What the command sees to itself.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Times {
    /// How long the module may take to be compiled.
    pub(crate) compile: Duration,
    /// How long a guest may go on after SIGTERM.
    pub(crate) grace: Duration,
}

/// Reads the process's arguments. Ends the process for `-h`, `-V` and what cannot be understood.
pub(crate) fn parse() -> Invocation {
    invocation(&command().get_matches())
}

const ABOUT: &str = "Runs a WebAssembly guest that drives BPF programs.

Options after FILE are the guest's. The guest's exit code is this program's; 1 if the guest fails, 2 for a bad option.
The first SIGINT or SIGTERM ends the guest's wait for events with -EINTR, the second ends the guest.
What takes privileges is done by a process of its own; the one that runs the guest has none.";

fn option(name: &'static str, value: &'static str, help: &'static str) -> Arg {
    Arg::new(name).long(name).value_name(value).help(help)
}

fn flag(name: &'static str, help: &'static str) -> Arg {
    Arg::new(name)
        .long(name)
        .help(help)
        .action(ArgAction::SetTrue)
}

fn command() -> Command {
    Command::new("wasm-bpf")
        .version(env!("CARGO_PKG_VERSION"))
        .about(ABOUT)
        .arg_required_else_help(true)
        .arg(flag("verbose", "Print all that libbpf says").short('v'))
        .args(sandbox())
        .args(limits())
        .args(amounts())
        .args([
            flag("in-process", "Load and attach in the guest's process, which then keeps its privileges"),
            flag("no-cache", "Compile the guest anew, keep nothing"),
            option("cache-dir", "DIR", "Keep compiled code in a private folder there")
                .value_parser(value_parser!(PathBuf))
                .conflicts_with("no-cache"),
            option(
                "object-name",
                "NAME",
                "What the kernel calls the guest's maps of sections",
            ),
            option("module", "NAME", "Module of the poll that calls an export")
                .short('m')
                .default_value("callback-wrapper"),
            option("callback-export", "NAME", "The export that it calls")
                .short('c')
                .default_value("go-callback"),
        ])
        // FILE and what comes after it: clap reads no option there.
        .allow_external_subcommands(true)
        .external_subcommand_value_parser(value_parser!(OsString))
        .subcommand_required(true)
        .disable_help_subcommand(true)
        .override_usage("wasm-bpf [OPTIONS] FILE [ARGS]...")
}

fn sandbox() -> [Arg; 2] {
    [
        option(
            "dir",
            "HOST[::GUEST]",
            "Let the guest see a folder; HOST:ro: not write there",
        )
        .action(ArgAction::Append),
        option("env", "NAME[=VALUE]", "Set a variable, or pass one on").action(ArgAction::Append),
    ]
}

fn limits() -> [Arg; 9] {
    [
        option(
            "max-memory",
            "BYTES",
            "Memory of the guest; also 64K, 16M, 1G [default: 1G]",
        )
        .value_parser(bytes),
        option("fuel", "UNITS", "Instructions that the guest may run")
            .value_parser(value_parser!(u64)),
        option(
            "timeout",
            "SECONDS",
            "Time that the guest may run, loading included",
        )
        .value_parser(seconds),
        option(
            "grace",
            "SECONDS",
            "Time that it may go on after SIGTERM [default: 5]",
        )
        .value_parser(seconds),
        option(
            "compile-timeout",
            "SECONDS",
            "Time that compiling it may take [default: 60]",
        )
        .value_parser(seconds),
        option(
            "allow-prog-type",
            "TYPE",
            "Allow these program types only: kprobe, xdp, ...",
        )
        .action(ArgAction::Append)
        .value_delimiter(',')
        .value_parser(program_type),
        option(
            "allow-attach",
            "KIND",
            "Allow these attachments only: tracepoint, xdp, ...",
        )
        .action(ArgAction::Append)
        .value_delimiter(',')
        .value_parser(|text: &str| text.parse::<AttachKind>()),
        option(
            "profile",
            "NAME|FILE",
            "What programs may do: trusted, confined, or what a file says",
        )
        .value_parser(|text: &str| Profile::named(text).map_err(whole)),
        flag("allow-pinning", "Let objects pin maps, and use pinned ones"),
    ]
}

/// Limits of all that is loaded at a time.
fn amounts() -> [Arg; 9] {
    let count = |name, help| option(name, "COUNT", help).value_parser(value_parser!(u32));
    let amount = |name, help| option(name, "BYTES", help).value_parser(bytes);
    [
        amount("max-module", "The guest's file [default: 64M]"),
        count("max-objects", "BPF objects at a time [default: 64]"),
        count(
            "max-programs",
            "Programs and their functions [default: 4096]",
        ),
        count(
            "max-maps",
            "Maps, those of sections included [default: 1024]",
        ),
        count("max-entries", "Entries of a map; bytes of a ring buffer"),
        count("max-attachments", "Attachments at a time [default: 1024]"),
        amount(
            "max-map-bytes",
            "Kernel memory that all maps may take when they are full [default: 512M]",
        ),
        amount(
            "max-image-bytes",
            "Sections of all BPF objects, .bss included [default: 64M]",
        ),
        amount(
            "max-log-bytes",
            "What libbpf and the verifier say in one call [default: 1M]",
        ),
    ]
}

/// An error with its causes, which clap does not print.
fn whole(error: impl Into<anyhow::Error>) -> String {
    format!("{:#}", error.into())
}

fn program_type(text: &str) -> Result<String, String> {
    let names: Vec<&str> = program_type_names().collect();
    match names.contains(&text) {
        true => Ok(text.to_owned()),
        false => Err(format!("no such type; there are {}", names.join(", "))),
    }
}

fn bytes(text: &str) -> Result<usize, String> {
    let (digits, shift) = match text.char_indices().last() {
        Some((at, 'K' | 'k')) => (text.get(..at), 10),
        Some((at, 'M' | 'm')) => (text.get(..at), 20),
        Some((at, 'G' | 'g')) => (text.get(..at), 30),
        _ => (Some(text), 0),
    };
    let number = digits.unwrap_or_default().parse::<usize>();
    let number = number.map_err(|error| error.to_string())?;
    number
        .checked_mul(1 << shift)
        .ok_or_else(|| "too large".to_owned())
}

fn seconds(text: &str) -> Result<Duration, String> {
    let seconds = text.parse::<f64>().map_err(|error| error.to_string())?;
    Duration::try_from_secs_f64(seconds).map_err(|error| error.to_string())
}

fn invocation(matches: &ArgMatches) -> Invocation {
    let (file, guest) = matches.subcommand().unzip();
    let file = PathBuf::from(file.unwrap_or_default());
    let guest = guest.and_then(|guest| guest.get_many::<OsString>(""));
    let stem = stem(&file);
    let mut args = vec![file.to_string_lossy().into_owned()];
    args.extend(
        guest
            .into_iter()
            .flatten()
            .map(|arg| arg.to_string_lossy().into_owned()),
    );
    let text = |name: &str| matches.get_one::<String>(name).cloned().unwrap_or_default();
    let mut config = Config::default();
    config.args = args;
    config.env = environment(matches);
    config.dirs = dirs(matches);
    config.limits = chosen_limits(matches);
    config.cache = match matches.get_one::<PathBuf>("cache-dir") {
        _ if matches.get_flag("no-cache") => Cache::Off,
        Some(folder) => Cache::Folder(folder.clone()),
        None => Cache::User,
    };
    config.object_name = match text("object-name") {
        name if name.is_empty() => stem,
        name => name,
    };
    config.callback_module = text("module");
    config.callback_export = text("callback-export");
    config.verbose = matches.get_flag("verbose");
    let in_process = matches.get_flag("in-process");
    Invocation {
        file,
        config,
        in_process,
        times: times(matches),
    }
}

/// `bootstrap` of `target/bootstrap.wasm`.
fn stem(file: &Path) -> String {
    let stem = file.file_stem().unwrap_or_default();
    stem.to_string_lossy().replace('\0', "")
}

fn environment(matches: &ArgMatches) -> Vec<(String, String)> {
    let given = matches.get_many::<String>("env").into_iter().flatten();
    given
        .filter_map(|text| match text.split_once('=') {
            Some((name, value)) => Some((name.to_owned(), value.to_owned())),
            None => Some((text.clone(), std::env::var(text).ok()?)),
        })
        .collect()
}

fn dirs(matches: &ArgMatches) -> Vec<Dir> {
    let given = matches.get_many::<String>("dir").into_iter().flatten();
    given
        .map(|text| {
            let (text, writable) = match text.strip_suffix(":ro") {
                Some(text) => (text, false),
                None => (text.as_str(), true),
            };
            let (host, guest) = text.split_once("::").unwrap_or((text, text));
            Dir {
                host: host.into(),
                guest: guest.to_owned(),
                writable,
            }
        })
        .collect()
}

fn times(matches: &ArgMatches) -> Times {
    let time = |name: &str, default| matches.get_one(name).copied().unwrap_or(default);
    Times {
        compile: time("compile-timeout", Duration::from_secs(60)),
        grace: time("grace", Duration::from_secs(5)),
    }
}

fn chosen_limits(matches: &ArgMatches) -> Limits {
    let mut limits = Limits::default();
    limits.fuel = matches.get_one("fuel").copied();
    limits.time = matches.get_one("timeout").copied();
    limits.pinning = matches.get_flag("allow-pinning");
    if let Some(module) = matches.get_one("max-module") {
        limits.module = *module;
    }
    if let Some(memory) = matches.get_one("max-memory") {
        limits.memory = *memory;
    }
    if let Some(types) = matches.get_many::<String>("allow-prog-type") {
        limits.program_types = Some(types.cloned().collect());
    }
    if let Some(kinds) = matches.get_many::<AttachKind>("allow-attach") {
        limits.attach_kinds = Some(kinds.copied().collect());
    }
    if let Some(profile) = matches.get_one::<Profile>("profile") {
        limits.profile = profile.clone();
    }
    set_amounts(&mut limits, matches);
    limits
}

fn set_amounts(limits: &mut Limits, matches: &ArgMatches) {
    let counts = [
        ("max-objects", &mut limits.objects),
        ("max-programs", &mut limits.programs),
        ("max-maps", &mut limits.maps),
        ("max-attachments", &mut limits.attachments),
    ];
    for (name, limit) in counts {
        if let Some(count) = matches.get_one::<u32>(name) {
            *limit = *count as usize;
        }
    }
    if let Some(entries) = matches.get_one("max-entries") {
        limits.map_entries = *entries;
    }
    let amounts = [
        ("max-map-bytes", &mut limits.map_bytes),
        ("max-image-bytes", &mut limits.image_bytes),
    ];
    for (name, limit) in amounts {
        if let Some(bytes) = matches.get_one::<usize>(name) {
            *limit = *bytes as u64;
        }
    }
    if let Some(bytes) = matches.get_one("max-log-bytes") {
        limits.log_bytes = *bytes;
    }
}
