//! Profiles in files: TOML, of which every table and every key may be missing.

use super::{Allowed, Profile, ProfileError, names};
use serde::Deserialize;
use std::ops::Range;
use std::path::Path;
use toml::Spanned;

/// A name, and where it stands.
type Name = Spanned<String>;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    base: Option<Name>,
    #[serde(default)]
    programs: Lists,
    #[serde(default)]
    helpers: Lists,
    #[serde(default)]
    maps: Maps,
    #[serde(default)]
    kernel: Kernel,
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Lists {
    #[serde(default)]
    allow: Vec<Name>,
    #[serde(default)]
    deny: Vec<Name>,
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Maps {
    #[serde(default)]
    allow: Vec<Name>,
    #[serde(default)]
    deny: Vec<Name>,
    memory: Option<Name>,
    pinning: Option<bool>,
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Kernel {
    functions: Option<Vec<Name>>,
    variables: Option<bool>,
    configuration: Option<bool>,
}

/// What is wrong, and where.
type Problem = (Option<Range<usize>>, String);

impl Profile {
    /// Reads a profile from text; `name` is what errors call it.
    ///
    /// # Errors
    /// [`ProfileError::Text`] with the line.
    pub fn parse(name: &str, text: &str) -> Result<Self, ProfileError> {
        let file = toml::from_str::<File>(text)
            .map_err(|error| (error.span(), error.message().to_owned()));
        file.and_then(File::profile).map_err(|(span, problem)| {
            let before = text.get(..span.map_or(0, |span| span.start));
            ProfileError::Text {
                name: name.to_owned(),
                line: before.unwrap_or(text).matches('\n').count() + 1,
                problem,
            }
        })
    }

    /// `trusted`, `confined`, or the path of a profile's file; a file of one of these names is `./confined`.
    ///
    /// # Errors
    /// [`ProfileError`] if there is no such file, or with the line that is wrong.
    pub fn named(name_or_path: &str) -> Result<Self, ProfileError> {
        match name_or_path {
            "trusted" => return Ok(Profile::trusted()),
            "confined" => return Ok(Profile::confined()),
            _ => {}
        }
        let path = Path::new(name_or_path);
        let text = std::fs::read_to_string(path).map_err(|source| ProfileError::Read {
            path: path.to_owned(),
            source,
        })?;
        Profile::parse(name_or_path, &text)
    }
}

fn problem<T>(at: &Name, problem: String) -> Result<T, Problem> {
    Err((Some(at.span()), problem))
}

impl File {
    fn profile(self) -> Result<Profile, Problem> {
        let base = self.base.as_ref().map(|base| base.get_ref().as_str());
        let mut profile = match (base, &self.base) {
            (None | Some("confined"), _) => Profile::confined(),
            (Some("trusted"), _) => Profile::trusted(),
            (Some("nothing"), _) => Profile::nothing(),
            (Some(other), Some(at)) => {
                return problem(
                    at,
                    format!("the base is confined, trusted or nothing, not {other}"),
                );
            }
            (Some(_), None) => Profile::nothing(),
        };
        let is_program = |name: &str| names::is_type(name, names::program);
        let is_map = |name: &str| names::is_type(name, names::map);
        self.programs
            .edit(&mut profile.programs, "type of programs", is_program)?;
        self.helpers
            .edit(&mut profile.helpers, "helper", names::is_helper)?;
        let lists = Lists {
            allow: self.maps.allow,
            deny: self.maps.deny,
        };
        lists.edit(&mut profile.maps, "type of maps", is_map)?;
        if let Some(memory) = &self.maps.memory {
            profile.map_memory = bytes(memory)?;
        }
        set(&mut profile.pinning, self.maps.pinning);
        set(&mut profile.kernel_variables, self.kernel.variables);
        set(&mut profile.configuration, self.kernel.configuration);
        if let Some(functions) = self.kernel.functions {
            let names = functions.iter().map(|name| name.get_ref().as_str());
            profile.kernel_functions = Allowed::only(names);
        }
        Ok(profile)
    }
}

fn set(field: &mut bool, given: Option<bool>) {
    *field = given.unwrap_or(*field);
}

impl Lists {
    fn edit(
        &self,
        allowed: &mut Allowed,
        what: &str,
        is_known: impl Fn(&str) -> bool,
    ) -> Result<(), Problem> {
        let mut all = self.allow.iter().chain(&self.deny);
        if let Some(unknown) = all.find(|name| !is_known(name.get_ref())) {
            return problem(unknown, format!("there is no {what} {}", unknown.get_ref()));
        }
        let denied = |name: &&Name| {
            self.deny
                .iter()
                .any(|other| other.get_ref() == name.get_ref())
        };
        if let Some(both) = self.allow.iter().find(denied) {
            return problem(
                both,
                format!("{what} {} is allowed and denied", both.get_ref()),
            );
        }
        self.allow
            .iter()
            .for_each(|name| allowed.allow(name.get_ref()));
        self.deny
            .iter()
            .for_each(|name| allowed.deny(name.get_ref()));
        Ok(())
    }
}

/// `16M`, or `unlimited`.
fn bytes(text: &Name) -> Result<Option<u64>, Problem> {
    let number = text.get_ref().as_str();
    if number == "unlimited" {
        return Ok(None);
    }
    let (digits, shift) = match number.as_bytes().last() {
        Some(b'K') => (number.strip_suffix('K'), 10),
        Some(b'M') => (number.strip_suffix('M'), 20),
        Some(b'G') => (number.strip_suffix('G'), 30),
        _ => (Some(number), 0),
    };
    let bytes = digits.and_then(|digits| digits.parse::<u64>().ok());
    match bytes.and_then(|bytes| bytes.checked_mul(1 << shift)) {
        Some(bytes) => Ok(Some(bytes)),
        None => problem(
            text,
            format!("{number} is no number of bytes, such as 65536, 64K, 16M or 1G, nor unlimited"),
        ),
    }
}
