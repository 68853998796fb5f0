//! Targets of fuzzing: what must hold for every input, and how inputs are made. Two runners find inputs for them: libFuzzer, and
//! the tests.

use fastrand::Rng;
use std::fs;
use std::io;
use std::path::Path;

/// Something that is done with what others wrote.
#[derive(Clone, Copy, Debug)]
pub struct Target {
    /// Its name, also that of its program in `fuzz_targets` and of its folder of regressions.
    pub name: &'static str,
    /// Asserts all that must hold for an input.
    pub check: fn(&[u8]) -> Reached,
    /// Damages an input a little, and knows what it consists of. Returns what it did.
    pub mutate: fn(&mut Rng, &mut Vec<u8>) -> String,
    /// Good inputs to begin with, the same each time.
    pub seeds: fn() -> Vec<Vec<u8>>,
}

/// How far an input came: a run in which none comes far finds nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Reached {
    /// It was refused at once.
    Nothing,
    /// It was read or understood, and refused later.
    Input,
    /// All was done that it asks for: text was made of it, libbpf took it.
    Done,
}

impl Target {
    /// The target called `name`.
    ///
    /// # Panics
    /// If there is none.
    pub fn find<'t>(targets: &'t [Target], name: &str) -> &'t Target {
        let found = targets.iter().find(|target| target.name == name);
        found.unwrap_or_else(|| panic!("no target is called {name}"))
    }

    /// One more damage of `input` at most as long as `longest`, for libFuzzer.
    pub fn mutated(&self, input: &[u8], longest: usize, seed: u64) -> Vec<u8> {
        let mut rng = Rng::with_seed(seed);
        let mut damaged = input.to_vec();
        (self.mutate)(&mut rng, &mut damaged);
        if damaged.len() > longest {
            return input.to_vec();
        }
        damaged
    }

    /// Writes the seeds to `folder`. What else is there stays.
    ///
    /// # Errors
    /// Those of writing.
    pub fn write_seeds(&self, folder: &Path) -> io::Result<()> {
        fs::create_dir_all(folder)?;
        for (i, seed) in (self.seeds)().iter().enumerate() {
            fs::write(folder.join(format!("seed-{i}")), seed)?;
        }
        Ok(())
    }
}

/// The program that libFuzzer runs for the target `CRATE::NAME`: half of its inputs are damaged by what knows their parts.
#[macro_export]
macro_rules! libfuzzer {
    ($of:ident::$target:ident) => {
        libfuzzer_sys::fuzz_target!(|input: &[u8]| {
            $of::$target::check(input);
        });

        libfuzzer_sys::fuzz_mutator!(|data: &mut [u8], size: usize, most: usize, seed: u32| {
            if seed % 2 == 0 {
                return libfuzzer_sys::fuzzer_mutate(data, size, most);
            }
            let target = $crate::target::Target::find(&$of::TARGETS, stringify!($target));
            let damaged = target.mutated(&data[..size], most, u64::from(seed));
            data[..damaged.len()].copy_from_slice(&damaged);
            damaged.len()
        });
    };
}
