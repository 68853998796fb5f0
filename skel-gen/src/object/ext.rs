//! `.BTF.ext`: what a compiler says of functions, lines and relocations for other kernels, section by section of code.
//!
//! Source of every field: <https://docs.kernel.org/bpf/btf.html>, "BTF.ext Section".

/// Offsets in the header: its length; then, one after the other, where a part begins and how long it is.
const HDR_LEN: usize = 4;
const PARTS: [(usize, usize, u32); 3] = [
    // Functions, lines, relocations, and the least size of a record of each.
    (8, 12, 8),
    (16, 20, 16),
    (24, 28, 16),
];
/// A header without relocations, as older compilers write it.
const SHORT_HEADER: usize = 24;

/// Checks a `.BTF.ext` section as libbpf does: the header, and that each part is made of whole blocks of whole records.
///
/// # Errors
/// What is wrong with the section.
pub(super) fn check(bytes: &[u8]) -> Result<(), &'static str> {
    let words = Words(bytes);
    // Magic number, version, flags.
    let (Some(0x0001_eb9f), Some(header)) = (words.at(0), words.at(HDR_LEN)) else {
        return Err("has a header of an unknown form");
    };
    let header = header as usize;
    if header < SHORT_HEADER || header >= bytes.len() {
        return Err("ends within its header");
    }
    for (start, len, least) in PARTS {
        if len + 4 > header {
            break;
        }
        let (Some(start), Some(len)) = (words.at(start), words.at(len)) else {
            return Err("ends within its header");
        };
        if len > 0 && start % 4 != 0 {
            return Err("has a part that is not aligned");
        }
        if len > 0 {
            part(
                words,
                header.saturating_add(start as usize),
                len as usize,
                least,
            )?;
        }
    }
    Ok(())
}

/// Checks the part of `len` bytes from `start` on, whose records have `least` bytes or more.
fn part(words: Words<'_>, start: usize, len: usize, least: u32) -> Result<(), &'static str> {
    let end = start.saturating_add(len);
    if end > words.0.len() {
        return Err("has a part that ends past its end");
    }
    let record = words
        .at(start)
        .filter(|record| *record >= least && record % 4 == 0);
    let Some(record) = record.filter(|_| len > 4) else {
        return Err("has a part without records, or with records of a size that they cannot have");
    };
    let mut at = start.saturating_add(4);
    while at < end {
        let count = words.at(at.saturating_add(4)).unwrap_or(0) as usize;
        let block = (record as usize).saturating_mul(count).saturating_add(8);
        at = at.saturating_add(block);
        if count == 0 || at > end {
            return Err("has a block of records that ends past the end of its part");
        }
    }
    Ok(())
}

/// Bytes read as little-endian words.
#[derive(Clone, Copy)]
pub(super) struct Words<'a>(pub(super) &'a [u8]);

impl Words<'_> {
    pub(super) fn at(&self, offset: usize) -> Option<u32> {
        let bytes = self.0.get(offset..)?.first_chunk::<4>()?;
        Some(u32::from_le_bytes(*bytes))
    }

    /// The blocks of a `.BTF.ext` subsection, one for each section of code: where the block starts, and the offset of the
    /// section's name.
    pub(super) fn blocks(&self, start: usize, len: usize) -> Vec<(usize, u32)> {
        let mut blocks = Vec::new();
        let end = start.saturating_add(len).min(self.0.len());
        let record = self.at(start).unwrap_or(0) as usize;
        let mut at = start.saturating_add(4);
        while at < end {
            let (Some(name), Some(count)) = (self.at(at), self.at(at + 4)) else {
                break;
            };
            blocks.push((at, name));
            at = at
                .saturating_add(8)
                .saturating_add(record.saturating_mul(count as usize));
        }
        blocks
    }
}
