//! An ELF object to skeletons, and the edits that a guest makes to the image in one.

use crate::text;
use btf_blobs::target::Reached;
use btf_layout::Btf;
use skel_gen::object::{BpfObject, Elf, Patch};
use skel_gen::{Input, InputError, Skeleton, SkeletonError, SkeletonTypes, c, rust};
use std::ops::Range;

/// What is made of an object.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Work {
    /// A skeleton in C.
    C,
    /// One in Rust.
    Rust,
    /// Edits.
    Edits,
}

impl Work {
    /// All that can be made.
    pub const ALL: [Work; 3] = [Work::C, Work::Rust, Work::Edits];

    /// What a byte asks for.
    pub(crate) fn of(byte: u8) -> Self {
        match byte % 3 {
            0 => Work::C,
            1 => Work::Rust,
            _ => Work::Edits,
        }
    }
}

/// Makes of the bytes of an object called `name` what is asked for, and asserts what must hold of it.
pub fn exercise(file: &[u8], name: &str, work: Work) -> Reached {
    let (Ok(elf), Some(bytes)) = (Elf::parse(file), btf_of(file)) else {
        return Reached::Nothing;
    };
    let Ok(btf) = Btf::parse(bytes) else {
        return Reached::Nothing;
    };
    let skeleton = BpfObject::parse(name, elf, &btf)
        .map_err(SkeletonError::from)
        .and_then(|object| match work {
            Work::Rust => Skeleton::new(object, &btf, SkeletonTypes::All),
            Work::C | Work::Edits => Skeleton::new(object, &btf, SkeletonTypes::Needed),
        });
    let skeleton = match skeleton {
        Ok(skeleton) => skeleton,
        Err(error) => {
            let message = error.to_string();
            assert!(!message.contains("layout check failed"), "{message}");
            return Reached::Input;
        }
    };
    assert_in_image(&skeleton);
    match work {
        Work::C => {
            let text = same(|| c::wasm_skeleton(&skeleton));
            text::assert_in_proportion(&text, file.len());
            text::assert_c(&text);
        }
        Work::Rust => {
            if rust::check(&skeleton.layout).is_err() {
                return Reached::Input;
            }
            let text = same(|| rust::wasm_skeleton(&skeleton, &rust::Embed::Inline).expect("Rust"));
            text::assert_in_proportion(&text, file.len());
            text::assert_rust(&text);
        }
        Work::Edits => Editor::new(&skeleton, bytes).edit(),
    }
    Reached::Done
}

/// The BTF of an object, which may have none.
fn btf_of(file: &[u8]) -> Option<&[u8]> {
    match Input::parse(file) {
        Ok(input) => Some(input.btf),
        Err(InputError::NoBtf) => Some(Input::WITHOUT_BTF),
        Err(_) => None,
    }
}

/// What is the same each time.
fn same(render: impl Fn() -> String) -> String {
    let text = render();
    assert!(text == render(), "the text differs from itself");
    text
}

/// The bytes that a guest may write all lie in the image.
fn assert_in_image(skeleton: &Skeleton<'_>) {
    let len = skeleton.image.bytes.len();
    let check = |at: u32, size: u32| {
        let end = at as usize + size as usize;
        assert!(end <= len, "{size} bytes at {at} of {len}");
    };
    let patches = skeleton.image.switches.iter().flatten();
    patches.for_each(|patch| check(patch.at, 4));
    let maps = &skeleton.object.maps;
    maps.iter()
        .filter_map(|map| map.max_entries_at)
        .for_each(|at| check(at, 4));
    for section in &skeleton.object.data {
        if let Some(at) = section.file_offset {
            check(at, section.size.0);
        }
    }
}

/// What edits are to change, or to leave: names of programs and whether they are loaded, names of maps and their sizes.
#[derive(Debug, PartialEq, Eq)]
struct Summary {
    programs: Vec<(String, usize, bool)>,
    maps: Vec<(String, u32)>,
}

impl Summary {
    fn of(object: &BpfObject<'_>) -> Self {
        let programs = object.programs.iter().map(|program| {
            let name = program.name.to_owned();
            (name, program.section_index, program.autoload)
        });
        let maps = object.maps.iter();
        Summary {
            programs: programs.collect(),
            maps: maps
                .map(|map| (map.name.clone(), map.max_entries))
                .collect(),
        }
    }
}

/// Edits of one image.
struct Editor<'s, 'a> {
    skeleton: &'s Skeleton<'a>,
    /// Whether no two parts of the file share bytes. If some do, an edit of one is an edit of the other.
    is_tidy: bool,
}

/// Programs and maps that are edited: more would be more of the same.
const MOST: usize = 8;
/// A size that no map has by chance.
const RESIZED: u32 = 0x0abc_def0;

impl<'s, 'a> Editor<'s, 'a> {
    fn new(skeleton: &'s Skeleton<'a>, btf: &[u8]) -> Self {
        let mut parts = file_parts(&skeleton.object.elf);
        let mut of_btf = btf_parts(btf);
        Editor {
            skeleton,
            is_tidy: are_apart(&mut parts) && are_apart(&mut of_btf),
        }
    }

    fn edit(&self) {
        let object = &self.skeleton.object;
        for (i, patches) in self.skeleton.image.switches.iter().enumerate().take(MOST) {
            self.switch(i, patches);
        }
        for (i, map) in object.maps.iter().enumerate().take(MOST) {
            if let Some(at) = map.max_entries_at {
                let mut expected = Summary::of(object);
                expected.maps[i].1 = RESIZED;
                self.write(&[(at, RESIZED.to_le_bytes().to_vec())], Some(&expected));
            }
        }
        for section in object.data.iter().take(MOST) {
            if let Some(at) = section.file_offset {
                let bytes = vec![0xa5; section.size.0 as usize];
                self.write(&[(at, bytes)], Some(&Summary::of(object)));
            }
        }
    }

    /// Switches program `i` off and on; those of its section go with it.
    fn switch(&self, i: usize, patches: &[Patch]) {
        let object = &self.skeleton.object;
        let program = &object.programs[i];
        // Renaming these takes away more than a program; with a second mark, one stays behind.
        let special = |name: &str| {
            name.starts_with(['.', '?']) || matches!(name, "license" | "version" | "maps")
        };
        for on in [false, true] {
            let mut expected = Summary::of(object);
            if patches.is_empty() {
                continue;
            }
            for (_, section, autoload) in &mut expected.programs {
                if *section == program.section_index {
                    *autoload = on;
                }
            }
            let words = patches.iter().map(|patch| {
                let word = if on { patch.enabled } else { patch.disabled };
                (patch.at, word.to_le_bytes().to_vec())
            });
            let words: Vec<_> = words.collect();
            self.write(&words, (!special(program.section)).then_some(&expected));
        }
    }

    /// Reads the image with other bytes in places; if it is tidy, nothing but what is expected has changed.
    fn write(&self, places: &[(u32, Vec<u8>)], expected: Option<&Summary>) {
        let mut image = self.skeleton.image.bytes.clone();
        for (at, bytes) in places {
            image[*at as usize..][..bytes.len()].copy_from_slice(bytes);
        }
        let found = summary(&self.skeleton.object.name, &image);
        if let (true, Some(expected)) = (self.is_tidy, expected) {
            assert_eq!(found.as_ref(), Ok(expected), "{places:x?}");
        }
    }
}

fn summary(name: &str, image: &[u8]) -> Result<Summary, String> {
    let elf = Elf::parse(image).map_err(|error| error.to_string())?;
    let btf = btf_of(image).ok_or("no BTF")?;
    let btf = Btf::parse(btf).map_err(|error| error.to_string())?;
    let object = BpfObject::parse(name, elf, &btf).map_err(|error| error.to_string())?;
    Ok(Summary::of(&object))
}

/// Header, section headers and sections.
fn file_parts(elf: &Elf<'_>) -> Vec<Range<usize>> {
    let table = elf.sections.first().map_or(0, |section| section.header);
    let mut parts = vec![0..64, table..table + 64 * elf.sections.len()];
    parts.extend(elf.sections.iter().map(|section| {
        let start = usize::try_from(section.offset).unwrap_or(usize::MAX);
        start..start.saturating_add(section.data.len())
    }));
    parts
}

/// Header, types and strings.
fn btf_parts(btf: &[u8]) -> Vec<Range<usize>> {
    let word = |at: usize| {
        let bytes = btf.get(at..).and_then(|rest| rest.first_chunk());
        bytes.map_or(0, |bytes| u32::from_le_bytes(*bytes) as usize)
    };
    let header = word(4);
    let part = |at: usize| {
        let start = header + word(at);
        start..start + word(at + 4)
    };
    vec![0..header, part(8), part(16)]
}

/// Whether no two parts share bytes.
fn are_apart(parts: &mut Vec<Range<usize>>) -> bool {
    parts.retain(|part| !part.is_empty());
    parts.sort_by_key(|part| part.start);
    parts.windows(2).all(|pair| match pair {
        [one, next] => one.end <= next.start,
        _ => true,
    })
}
