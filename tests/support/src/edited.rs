//! An image edited step by step, and what libbpf has to find in it.

use crate::objects::{contents, open, switch, write};
use libbpf_rs::OpenObject;
use skel_gen::Skeleton;
use skel_gen::object::{DataSection, Map, MapOrigin};

/// What libbpf is expected to find in an edited image.
pub struct Expected {
    /// For each program.
    autoload: Vec<bool>,
    /// For each map.
    max_entries: Vec<u32>,
    /// For each map that is a data section: its bytes.
    values: Vec<Option<Vec<u8>>>,
}

impl Expected {
    /// Of an image that is not edited.
    fn of(skeleton: &Skeleton<'_>) -> Self {
        let object = &skeleton.object;
        Expected {
            autoload: object
                .programs
                .iter()
                .map(|program| program.autoload)
                .collect(),
            max_entries: object.maps.iter().map(|map| map.max_entries).collect(),
            values: object.maps.iter().map(|map| value(skeleton, map)).collect(),
        }
    }

    pub fn check(&self, object: &OpenObject, what: &str) {
        let autoload: Vec<_> = object.progs().map(|program| program.autoload()).collect();
        assert_eq!(self.autoload, autoload, "{what}");
        let max_entries: Vec<_> = object.maps().map(|map| map.max_entries()).collect();
        assert_eq!(self.max_entries, max_entries, "{what}");
        for (map, expected) in object.maps().zip(&self.values) {
            if let Some(expected) = expected {
                let value = map.initial_value().expect("an initial value");
                assert!(expected == value, "{what}: {:?}", map.name());
            }
        }
    }
}

/// The bytes a data section is loaded with; not those of tables of functions, which libbpf completes.
fn value(skeleton: &Skeleton<'_>, map: &Map<'_>) -> Option<Vec<u8>> {
    if matches!(map.origin, MapOrigin::StructOps { .. }) {
        return None;
    }
    let (at, len) = contents(skeleton, map)?;
    Some(match at {
        Some(at) => skeleton.image.bytes[at as usize..][..len].to_vec(),
        None => vec![0; len],
    })
}

/// An image, edited step by step, and what has to come of it.
pub struct Edited<'s, 'a> {
    skeleton: &'s Skeleton<'a>,
    pub image: Vec<u8>,
    expected: Expected,
}

impl<'s, 'a> Edited<'s, 'a> {
    pub fn new(skeleton: &'s Skeleton<'a>) -> Self {
        Edited {
            skeleton,
            image: skeleton.image.bytes.clone(),
            expected: Expected::of(skeleton),
        }
    }

    /// Switches program `i`, and with it those of its section.
    pub fn switch(&mut self, i: usize, on: bool) {
        let patches = &self.skeleton.image.switches[i];
        if patches.is_empty() {
            return;
        }
        switch(&mut self.image, patches, on);
        let programs = &self.skeleton.object.programs;
        let section = programs[i].section_index;
        for (program, autoload) in programs.iter().zip(&mut self.expected.autoload) {
            if program.section_index == section {
                *autoload = on;
            }
        }
    }

    /// Sets the size of map `i`. Whether the image can say it.
    pub fn resize(&mut self, i: usize, max_entries: u32) -> bool {
        let Some(at) = self.skeleton.object.maps[i].max_entries_at else {
            return false;
        };
        write(&mut self.image, at, &max_entries.to_le_bytes());
        self.expected.max_entries[i] = max_entries;
        true
    }

    /// Changes the bytes of map `i`. Whether the image has any.
    pub fn fill(&mut self, i: usize, mut byte: impl FnMut() -> u8) -> bool {
        let at = contents(self.skeleton, &self.skeleton.object.maps[i]).and_then(|(at, _)| at);
        let (Some(at), Some(value)) = (at, &mut self.expected.values[i]) else {
            return false;
        };
        value.fill_with(&mut byte);
        write(&mut self.image, at, value);
        true
    }

    pub fn check(&self, what: &str) {
        let name = &self.skeleton.object.name;
        let object = open(name, &self.image).unwrap_or_else(|e| panic!("{name}: {what}: {e}"));
        self.expected.check(&object, &format!("{name}: {what}"));
    }

    /// Checks what libbpf found in an image that should be this one.
    pub fn check_against(&self, object: &OpenObject, what: &str) {
        self.expected.check(object, what);
    }

    /// Switches the program called `name`.
    pub fn program(&mut self, name: &str, on: bool) {
        let programs = &self.skeleton.object.programs;
        let i = programs.iter().position(|program| program.name == name);
        self.switch(i.expect("a program"), on);
    }

    /// Sets the size of the map called `name`.
    pub fn max_entries(&mut self, name: &str, max_entries: u32) {
        let maps = &self.skeleton.object.maps;
        let i = maps.iter().position(|map| map.name == name);
        assert!(self.resize(i.expect("a map"), max_entries), "{name}");
    }

    /// Writes into the variable called `name`, from its byte `at` on.
    pub fn variable(&mut self, name: &str, at: u32, bytes: &[u8]) {
        let skeleton = self.skeleton;
        let object = &skeleton.object;
        let find = |data: &DataSection<'_>| {
            let variable = data
                .variables
                .iter()
                .find(|variable| variable.name == name)?;
            Some(variable.offset.0 + at)
        };
        let found = object
            .data
            .iter()
            .find_map(|data| Some((data, find(data)?)));
        let (data, offset) = found.expect("a variable");
        write(
            &mut self.image,
            data.file_offset.expect("bytes in the file") + offset,
            bytes,
        );
        for (map, value) in object.maps.iter().zip(&mut self.expected.values) {
            let is_its = skeleton
                .data_of(map)
                .is_some_and(|section| section.name == data.name);
            if let (true, Some(value)) = (is_its, value) {
                write(value, offset, bytes);
            }
        }
    }
}
