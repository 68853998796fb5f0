//! A mock host: module `wasm_bpf` as a guest sees it. Every call is recorded. What an image holds is asked of libbpf, so a call for a

//! map or program that libbpf does not find, or does not load, fails here as it would at a real host.

use crate::objects;
use libbpf_rs::MapType;
use std::collections::{BTreeMap, VecDeque};

/// Errors as hosts give them: Linux's numbers, whatever the guest's libc calls them.
pub const ENOENT: i32 = -2;
const EINTR: i32 = -4;
const EEXIST: i32 = -17;
const EINVAL: i32 = -22;

/// CPUs of the mock kernel.
pub const CPUS: usize = 3;

/// How hosts let internal maps be found.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Names {
    /// By section (`.bss`): libbpf, when objects are opened without a name.
    #[default]
    Section,
    /// By the name that a named object's maps have (`guest_bp.bss`).
    Object,
    /// Not at all, but for those with two dots.
    Hidden,
}

/// What a test wants the host to do.
#[derive(Clone, Debug, Default)]
pub struct Behaviour {
    pub names: Names,
    /// The load call that fails, counted from 1; 0: none.
    pub failing_load: usize,
    /// The program whose attachment fails.
    pub failing_program: Option<&'static str>,
    /// Callbacks are told the size an event had before it was cut.
    pub tells_whole_size: bool,
    /// Polls return what the last callback did instead of a count.
    pub poll_returns_callback: bool,
    /// For each poll of the map of this name: events.
    pub events: Vec<(&'static str, Vec<Vec<u8>>)>,
    /// Polls after the last of these are interrupted by a signal.
    pub interrupted: bool,
    /// Bytes of `.kconfig`, as if from the kernel.
    pub kconfig: Vec<u8>,
}

/// A call, as recorded. Handles are numbered from 1.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Call {
    Load(u64),
    Close(u64),
    Attach(u64, String, String),
    MapFd(u64, String),
    Poll(u64, String),
    Operate(Operation, String),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Operation {
    Lookup,
    Update,
    Delete,
    NextKey,
}

#[derive(Debug)]
pub struct Map {
    object: u64,
    pub name: String,
    kind: MapType,
    pub key_size: usize,
    /// As the kernel copies them: for each CPU, rounded up to 8.
    pub value_size: usize,
    max_entries: usize,
    pub elements: BTreeMap<Vec<u8>, Vec<u8>>,
    /// Written by the guest's `.rodata` in a kernel: it is frozen.
    frozen: bool,
    polls: VecDeque<Vec<Vec<u8>>>,
}

#[derive(Debug)]
pub struct Object {
    pub image: Vec<u8>,
    /// Programs that are loaded.
    programs: Vec<String>,
    pub open: bool,
}

/// What the host knows, and what happened.
#[derive(Debug, Default)]
pub struct Host {
    behaviour: Behaviour,
    pub calls: Vec<Call>,
    pub objects: Vec<Object>,
    pub maps: Vec<Map>,
    loads: usize,
}

impl Host {
    pub fn new(behaviour: Behaviour) -> Self {
        Host {
            behaviour,
            ..Host::default()
        }
    }

    fn object(&self, handle: u64) -> Option<&Object> {
        self.objects
            .get(usize::try_from(handle).ok()?.checked_sub(1)?)
            .filter(|object| object.open)
    }

    pub fn load(&mut self, image: &[u8]) -> u64 {
        self.loads += 1;
        if self.loads == self.behaviour.failing_load {
            self.calls.push(Call::Load(0));
            return 0;
        }
        let Ok(open) = objects::open("mock", image) else {
            self.calls.push(Call::Load(0));
            return 0;
        };
        let handle = self.objects.len() as u64 + 1;
        for map in open.maps().filter(libbpf_rs::OpenMap::autocreate) {
            let map = self.map(handle, &map);
            self.maps.push(map);
        }
        let loaded = open.progs().filter(libbpf_rs::OpenProgram::autoload);
        let programs = loaded
            .map(|program| program.name().to_string_lossy().into_owned())
            .collect();
        self.objects.push(Object {
            image: image.to_vec(),
            programs,
            open: true,
        });
        self.calls.push(Call::Load(handle));
        handle
    }

    fn map(&self, object: u64, map: &libbpf_rs::OpenMap<'_>) -> Map {
        let name = map.name().to_string_lossy().into_owned();
        let kind = map.map_type();
        let per_cpu = matches!(
            kind,
            MapType::PercpuArray | MapType::PercpuHash | MapType::LruPercpuHash
        );
        let size = map.value_size() as usize;
        let value_size = if per_cpu {
            size.next_multiple_of(8) * CPUS
        } else {
            size
        };
        let max_entries = map.max_entries() as usize;
        let mut elements = BTreeMap::new();
        if matches!(kind, MapType::Array | MapType::PercpuArray) {
            for index in 0..max_entries.min(1000) as u32 {
                elements.insert(index.to_le_bytes().to_vec(), vec![0; value_size]);
            }
        }
        // Those of arenas and tables of functions are no elements.
        if let Some(value) = map.initial_value().filter(|_| kind == MapType::Array) {
            let value = if name.ends_with(".kconfig") {
                &*self.behaviour.kconfig
            } else {
                value
            };
            elements.insert(vec![0; 4], value.to_vec());
        }
        let events = self.behaviour.events.iter().filter(|(map, _)| *map == name);
        Map {
            object,
            kind,
            key_size: map.key_size() as usize,
            value_size,
            max_entries,
            elements,
            frozen: name.contains(".rodata") || name.ends_with(".kconfig"),
            polls: events.map(|(_, events)| events.clone()).collect(),
            name,
        }
    }

    pub fn close(&mut self, handle: u64) -> i32 {
        self.calls.push(Call::Close(handle));
        if self.object(handle).is_none() {
            return -1;
        }
        self.objects[handle as usize - 1].open = false;
        0
    }

    pub fn attach(&mut self, handle: u64, program: &str, target: &str) -> i32 {
        self.calls
            .push(Call::Attach(handle, program.to_owned(), target.to_owned()));
        let loaded = self
            .object(handle)
            .is_some_and(|object| object.programs.iter().any(|name| name == program));
        // Tables of functions are attached by the names of their maps.
        let is_table = |map: &Map| {
            map.object == handle && map.kind == MapType::StructOps && map.name == program
        };
        let is_table = self.object(handle).is_some() && self.maps.iter().any(is_table);
        if (loaded || is_table && target.is_empty())
            && self.behaviour.failing_program != Some(program)
        {
            0
        } else {
            -1
        }
    }

    /// Descriptors are positions in `maps` after a few that every process has.
    pub fn map_fd(&mut self, handle: u64, name: &str) -> i32 {
        self.calls.push(Call::MapFd(handle, name.to_owned()));
        if self.object(handle).is_none() {
            return -1;
        }
        let names = self.behaviour.names;
        let found = self
            .maps
            .iter()
            .position(|map| map.object == handle && map.answers_to(name, names));
        found.map_or(-1, |i| i32::try_from(i).expect("a few maps") + FIRST_FD)
    }

    /// The map behind a descriptor, if its object is open.
    pub fn map_of(&mut self, fd: i32) -> Option<&mut Map> {
        let i = usize::try_from(fd - FIRST_FD).ok()?;
        let handle = self.maps.get(i)?.object;
        self.object(handle)?;
        self.maps.get_mut(i)
    }

    /// The events of the next poll of a map, and how they are given to the guest.
    pub fn poll(&mut self, handle: u64, fd: i32) -> Result<(Vec<Vec<u8>>, &Behaviour), i32> {
        let map = self.map_of(fd).filter(|map| map.object == handle);
        let map = map.filter(|map| matches!(map.kind, MapType::RingBuf | MapType::PerfEventArray));
        let map = map.ok_or(-1)?;
        let (events, name) = (map.polls.pop_front(), map.name.clone());
        self.calls.push(Call::Poll(handle, name));
        if events.is_none() && self.behaviour.interrupted {
            return Err(EINTR);
        }
        Ok((events.unwrap_or_default(), &self.behaviour))
    }

    pub fn record(&mut self, operation: Operation, fd: i32) {
        let name = self
            .map_of(fd)
            .map_or("?".to_owned(), |map| map.name.clone());
        self.calls.push(Call::Operate(operation, name));
    }
}

/// After standard input, output and error.
const FIRST_FD: i32 = 3;

impl Map {
    /// libbpf called the maps of an object that was opened as `mock` `mock.bss`.
    fn answers_to(&self, name: &str, names: Names) -> bool {
        let Some(section) = self
            .name
            .strip_prefix("mock.")
            .map(|section| format!(".{section}"))
        else {
            return self.name == name;
        };
        match names {
            Names::Section => section == name,
            Names::Object => name.ends_with(&section) && name != section,
            Names::Hidden => false,
        }
    }

    pub fn lookup(&self, key: &[u8]) -> Result<Vec<u8>, i32> {
        self.elements.get(key).cloned().ok_or(ENOENT)
    }

    pub fn update(&mut self, key: &[u8], value: &[u8], flags: u64) -> i32 {
        let exists = self.elements.contains_key(key);
        match flags {
            _ if self.frozen => return -1,
            1 if exists => return EEXIST,
            2 if !exists => return ENOENT,
            _ if !exists && self.elements.len() >= self.max_entries => return -7,
            0..=2 => {}
            _ => return EINVAL,
        }
        self.elements.insert(key.to_vec(), value.to_vec());
        0
    }

    pub fn delete(&mut self, key: &[u8]) -> i32 {
        if matches!(self.kind, MapType::Array | MapType::PercpuArray) {
            return EINVAL;
        }
        if self.elements.remove(key).is_some() {
            0
        } else {
            ENOENT
        }
    }

    /// The key after `key`; the first if there is no such key.
    pub fn next_key(&self, key: &[u8]) -> Result<Vec<u8>, i32> {
        let mut keys = self.elements.keys();
        if self.elements.contains_key(key) {
            keys.find(|candidate| *candidate == key);
        }
        keys.next().cloned().ok_or(ENOENT)
    }
}
