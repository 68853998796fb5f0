//! How much text the names of records are, before any is written: a long name may stand in any number of rows.

use super::describe;
use super::form::Form;
use btf_layout::{Btf, Error, Problem, TypeId};

/// Checks that the names in the records `ids` are text in proportion to the BTF ([`Btf::text_limit`]). All else in a record is.
///
/// # Errors
/// [`Error::Type`] names the record with which it is too much.
pub fn check(btf: &Btf<'_>, ids: impl IntoIterator<Item = TypeId>) -> Result<(), Error> {
    if btf.longest_name() <= MODERATE {
        return Ok(());
    }
    let limit = btf.text_limit();
    let mut names = Names {
        len: 0,
        text: Vec::new(),
    };
    for id in ids {
        describe::record(btf, id, &mut names);
        if names.len > limit {
            let limit = u32::try_from(limit).unwrap_or(u32::MAX);
            return Err(btf.error(id, None, Problem::TooLong(limit)).into());
        }
    }
    Ok(())
}

/// Bytes of a name that a row of 8 bytes or more pays for: text is 16 times the BTF at most.
const MODERATE: u64 = 128;

/// A form that only counts the bytes of names.
struct Names {
    len: u64,
    text: Vec<u8>,
}

impl Names {
    fn count(&mut self, name: &str) {
        self.len = self.len.saturating_add(name.len() as u64);
    }
}

impl Form for Names {
    fn text(&mut self) -> &mut Vec<u8> {
        &mut self.text
    }

    fn start(&mut self) {}

    fn finish(&mut self) {}

    fn open(&mut self, _id: TypeId, _kind: &'static str, name: &str) {
        self.count(name);
    }

    fn close(&mut self) {}

    fn number(&mut self, _key: &'static str, _value: impl itoa::Integer) {}

    fn value(&mut self, _value: i128, _suffix: &'static str) {}

    fn word(&mut self, _key: &'static str, _word: &'static str) {}

    fn open_rows(&mut self, _key: &'static str) {}

    fn close_rows(&mut self) {}

    fn open_row(&mut self, name: Option<&str>) {
        self.count(name.unwrap_or_default());
    }

    fn close_row(&mut self) {}

    fn aside(&mut self, parts: &[&str]) {
        parts.iter().for_each(|part| self.count(part));
    }
}
