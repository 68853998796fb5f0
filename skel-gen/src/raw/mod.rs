//! `format raw`: the type records themselves, as bpftool prints them, byte for byte.
//!
//! ```text
//! record -> describe  one walk says which facts a record has, in which order
//! facts  -> plain     `[id] KIND 'name' key=value`, one line per row
//!        -> json      the same facts as bpftool's JSON, compact or pretty
//! ```
//!
//! # Where this differs from a bpftool
//!
//! The reference is the newest bpftool. Its text, and 7.1's (Debian 12), is the same as ours, byte for byte, for all that
//! compilers and pahole write, but for the first row; much older ones show no `encoding` of enums.
//!
//! | where | bpftool | here |
//! |---|---|---|
//! | JSON, `\` in a name (a tag's string) | 7.1: `\n`, which reads back as a line break; newest: `\\` | `\\` |
//! | JSON, control character without a short escape | the bare byte, which is not JSON | `\u00XX` |
//! | more than 65,535 rows in a record | 7.1: the lower 16 bits of their number; newest: all | all |
//! | a name that is an empty string, but not the one at offset 0 | `''` | `'(anon)'` |
//! | `INT` with encoding bit 3, which has no meaning | `UNKN` | the other bits |
//! | `root_id N` | 7.1: no such option; newest: these records, in the order of the request | as newest |
//! | what [`Btf`] refuses: dangling references, names outside the string section | 7.1: `(invalid)`; newest: error | error |
//!
//! Records are printed as they are stored, also those of types that no layout can be made of. [`check`] refuses a
//! section in which long names stand so often that its text would be out of all proportion, where bpftool writes without end.
//!
//! Kept, odd as it is: in JSON a value from 2^31 on of an unsigned `ENUM` is its sign extension to 64 bits
//! (4294967295 becomes 18446744073709551615; the plain form has the right one); the plain form shows names as they are,
//! quotes and line breaks included, but for a terminal; no version shows the `kind_flag` of `DECL_TAG` and `TYPE_TAG`.

mod bound;
mod describe;
mod form;
mod json;
mod plain;

pub use bound::check;

use btf_layout::{Btf, TypeId};
use form::Form;
use std::io::{self, Write};

/// Writes the records `ids` of `btf` as text, one line for each and for each of its rows.
///
/// ```text
/// [3] STRUCT 'event' size=16 vlen=1
///         'pid' type_id=2 bits_offset=0
/// ```
///
/// # Errors
/// Those of `out`, which needs no buffer of its own: it is given large pieces.
pub fn plain(
    btf: &Btf<'_>,
    ids: impl IntoIterator<Item = TypeId>,
    out: &mut (impl Write + ?Sized),
) -> io::Result<()> {
    render(btf, ids, plain::Plain::new(false), out)
}

/// [`plain`] for a terminal: what that would act upon instead of showing it, and what would end a line, is escaped in names.
///
/// # Errors
/// As [`plain`].
pub fn plain_for_terminal(
    btf: &Btf<'_>,
    ids: impl IntoIterator<Item = TypeId>,
    out: &mut (impl Write + ?Sized),
) -> io::Result<()> {
    render(btf, ids, plain::Plain::new(true), out)
}

/// Writes the records `ids` of `btf` as bpftool's JSON, on one line or `pretty`.
///
/// # Errors
/// As [`plain`].
pub fn json(
    btf: &Btf<'_>,
    ids: impl IntoIterator<Item = TypeId>,
    pretty: bool,
    out: &mut (impl Write + ?Sized),
) -> io::Result<()> {
    render(btf, ids, json::Json::new(pretty, false), out)
}

/// [`json`] for a terminal: the same document, but what a terminal would act upon is escaped in its strings.
///
/// # Errors
/// As [`plain`].
pub fn json_for_terminal(
    btf: &Btf<'_>,
    ids: impl IntoIterator<Item = TypeId>,
    pretty: bool,
    out: &mut (impl Write + ?Sized),
) -> io::Result<()> {
    render(btf, ids, json::Json::new(pretty, true), out)
}

/// The ids bpftool prints if none is requested: all; of split BTF those that are not its base's.
pub fn own_ids(btf: &Btf<'_>) -> impl Iterator<Item = TypeId> + use<> {
    (btf.first().0..btf.len()).map(TypeId)
}

/// Text is handed on in pieces of about this size: a kernel's 12 to 40 MB in one piece would cost as much time in page
/// faults as in rendering.
const PIECE: usize = 1 << 16;

fn render(
    btf: &Btf<'_>,
    ids: impl IntoIterator<Item = TypeId>,
    mut form: impl Form,
    out: &mut (impl Write + ?Sized),
) -> io::Result<()> {
    form.start();
    for id in ids {
        describe::record(btf, id, &mut form);
        if form.text().len() >= PIECE {
            out.write_all(form.text())?;
            form.text().clear();
        }
    }
    form.finish();
    out.write_all(form.text())
}
