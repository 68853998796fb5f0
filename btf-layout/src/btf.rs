//! A BTF section, validated once: every later look-up is in range, every walk ends.

use crate::error::Error;
use crate::extent::Extents;
use crate::header::{Endian, Sections};
use crate::kind::{Kind, Place};
use crate::names::Names;
use crate::record::{HEAD_LEN, Head, decode, number};
use crate::spelling::{Spelling, Spellings};
use crate::units::{Bits, Bytes, TypeId};
use crate::validate;
use std::borrow::Cow;
use xxhash_rust::xxh3::xxh3_64_with_seed;

/// A validated BTF section, borrowed from the bytes it was parsed from; for split BTF, with its base.
///
/// Validation is the promise everything else rests on: each record lies inside the section, each name is a string, each
/// reference leads to a type of a kind that may stand there, sizes are possible, neither by-value nesting nor chains of
/// unnamed types recur or run deeper than [`Btf::MAX_DEPTH`], and all types together can be written down in text of a length
/// that is in proportion to the section's.
#[derive(Debug)]
pub struct Btf<'a> {
    endian: Endian,
    /// Where the type section starts in the blob, in bytes.
    types_at: u32,
    /// The type section as little-endian words.
    types: Cow<'a, [u8]>,
    names: Names<'a>,
    /// This section's own records.
    rows: Vec<Row>,
    /// Id of the first row.
    first: TypeId,
    extents: Extents,
    spellings: Spellings,
    /// Whether some integer does not fill its storage: an old encoding of bitfields.
    legacy_bitfields: bool,
    /// What [`Btf::declared`] lists.
    declared: Vec<TypeId>,
    base: Option<&'a Btf<'a>>,
}

/// A record: its head, and where its rows begin in the type section.
#[derive(Clone, Copy, Debug)]
struct Row {
    head: Head,
    tail: u32,
}

impl<'a> Btf<'a> {
    /// The deepest nesting that is accepted, by value or through unnamed types; no compiler comes near it, and it bounds every recursion.
    pub const MAX_DEPTH: u32 = 128;

    /// Size of a pointer in BPF and in every kernel BTF is made for.
    pub const POINTER: Bytes = Bytes(8);

    /// Validates a raw BTF blob (the bytes of a `.BTF` section or of `/sys/kernel/btf/vmlinux`).
    ///
    /// # Errors
    /// [`Error`] names the header field, the section offset or the type that is wrong.
    pub fn parse(blob: &'a [u8]) -> Result<Self, Error> {
        Self::parse_with(blob, None)
    }

    /// Validates a split BTF blob (of a kernel module, say), whose ids and names continue those of `base`.
    ///
    /// # Errors
    /// As [`Btf::parse`]; also if the byte orders differ.
    pub fn parse_split(blob: &'a [u8], base: &'a Btf<'a>) -> Result<Self, Error> {
        Self::parse_with(blob, Some(base))
    }

    fn parse_with(blob: &'a [u8], base: Option<&'a Btf<'a>>) -> Result<Self, Error> {
        let sections = Sections::parse(blob)?;
        if base.is_some_and(|base| base.endian != sections.endian) {
            return Err(Error::MixedByteOrder);
        }
        let types = match sections.endian {
            Endian::Little => Cow::Borrowed(sections.types),
            Endian::Big => Cow::Owned(swap_words(sections.types)),
        };
        let first = TypeId(base.map_or(1, Btf::len));
        let mut btf = Btf {
            endian: sections.endian,
            types_at: sections.types_at,
            names: Names::parse(sections.strings, base.map(|base| base.names))?,
            rows: rows(&types, first)?,
            first,
            types,
            extents: Extents::default(),
            spellings: Spellings::default(),
            legacy_bitfields: false,
            declared: Vec::new(),
            base,
        };
        btf.declared = btf.list_declared();
        validate::references(&btf)?;
        btf.legacy_bitfields = btf.has_legacy_bitfields();
        btf.extents = Extents::measure(&btf)?;
        validate::members(&btf)?;
        btf.spellings = Spellings::measure(&btf, sections.types.len() + sections.strings.len())?;
        Ok(btf)
    }

    /// Byte order of the section.
    pub fn endian(&self) -> Endian {
        self.endian
    }

    /// A number made from all that the section and its base say: equal for equal contents, on every machine.
    pub fn digest(&self) -> u64 {
        let seed = self.base.map_or(0, Btf::digest);
        xxh3_64_with_seed(
            self.names.own().as_bytes(),
            xxh3_64_with_seed(&self.types, seed),
        )
    }

    /// Number of types, `void` and the base's included: ids run from 0 to `len() - 1`.
    pub fn len(&self) -> u32 {
        // A section of less than 2^32 bytes has fewer than 2^29 records.
        #[expect(
            clippy::cast_possible_truncation,
            reason = "12 bytes a record, 4 GiB at most"
        )]
        let own = self.rows.len() as u32;
        self.first.0.saturating_add(own)
    }

    /// Whether there is no type but `void`.
    pub fn is_empty(&self) -> bool {
        self.len() <= 1
    }

    /// The first id that is this section's own: 1, or in split BTF the number of the base's types.
    pub fn first(&self) -> TypeId {
        self.first
    }

    /// All ids from 1, the base's included.
    pub fn ids(&self) -> impl DoubleEndedIterator<Item = TypeId> + use<> {
        (1..self.len()).map(TypeId)
    }

    /// The ids that are not the base's.
    pub fn own_ids(&self) -> impl DoubleEndedIterator<Item = TypeId> + use<> {
        (self.first.0..self.len()).map(TypeId)
    }

    /// The ids of all integers, floats, structs, unions, enums, forward declarations and typedefs, the base's included: what C
    /// gives a name, or could. Most records are none of these but functions, pointers and the like.
    pub fn declared(&self) -> impl DoubleEndedIterator<Item = TypeId> + use<'_> {
        self.declared.iter().copied()
    }

    fn has_legacy_bitfields(&self) -> bool {
        let irregular = |id| matches!(self.kind(id), Kind::Int(int) if !int.is_regular());
        self.declared().any(irregular)
    }

    fn list_declared(&self) -> Vec<TypeId> {
        let mut declared = self.base.map_or(Vec::new(), |base| base.declared.clone());
        declared.extend(self.own_ids().filter(|id| {
            matches!(
                self.kind(*id),
                Kind::Int(_)
                    | Kind::Float(_)
                    | Kind::Struct(_)
                    | Kind::Union(_)
                    | Kind::Enum(_)
                    | Kind::Fwd { .. }
                    | Kind::Typedef(_)
            )
        }));
        declared
    }

    /// What type `id` is. An id out of range, which no validated record holds, is `void`.
    #[inline(always)] // so that a caller that asks for one kind pays for one comparison
    pub fn kind(&self, id: TypeId) -> Kind<'_> {
        let Some((btf, row)) = self.row(id) else {
            return Kind::Void;
        };
        let rest = btf.types.get(row.tail as usize..).unwrap_or_default();
        decode(row.head, rest, &btf.names).unwrap_or(Kind::Void)
    }

    /// Name of type `id`, empty if it has none.
    pub fn name(&self, id: TypeId) -> &str {
        let row = self.row(id);
        row.and_then(|(btf, row)| btf.names.get(row.head.name))
            .unwrap_or_default()
    }

    /// Whether type `id` has a name; quicker than finding it.
    pub fn is_named(&self, id: TypeId) -> bool {
        self.row(id)
            .is_some_and(|(btf, row)| btf.names.is_some(row.head.name))
    }

    /// Size of a value of type `id`, or `None` for what has none: `void`, functions, forward declarations.
    pub fn size(&self, mut id: TypeId) -> Option<Bytes> {
        let mut count = 1_u32;
        let size = loop {
            let head = self.head(id)?;
            match head.kind() {
                number::PTR => break Btf::POINTER.0,
                // A forward declaration of an enum.
                number::ENUM if head.size_or_type == 0 => return None,
                number::INT
                | number::STRUCT
                | number::UNION
                | number::ENUM
                | number::ENUM64
                | number::FLOAT => break head.size_or_type,
                number::ARRAY => match self.kind(id) {
                    Kind::Array(array) => {
                        count = count.saturating_mul(array.len);
                        id = array.elem;
                    }
                    _ => return None,
                },
                number::TYPEDEF => id = TypeId(head.size_or_type),
                _ => id = head.unqualified()?,
            }
        };
        Some(Bytes(size.saturating_mul(count)))
    }

    /// Levels below type `id`: 0 for a scalar; less than [`Btf::MAX_DEPTH`].
    pub(crate) fn depth(&self, id: TypeId) -> u32 {
        match id.0.checked_sub(self.first.0) {
            Some(own) => self.extents.depth(own),
            None => self.base.map_or(0, |base| base.depth(id)),
        }
    }

    /// What type `id` takes when it is written out in full.
    pub(crate) fn spelling(&self, id: TypeId) -> Spelling {
        let spelling = match id.0.checked_sub(self.first.0) {
            Some(own) => self.spellings.get(own),
            None => self.base.map(|base| base.spelling(id)),
        };
        spelling.unwrap_or_default()
    }

    /// `id` without the qualifiers and type tags around it; typedefs stay.
    pub fn unqualified(&self, mut id: TypeId) -> TypeId {
        while let Some(inner) = self.head(id).and_then(Head::unqualified) {
            id = inner;
        }
        id
    }

    /// `id` without qualifiers, type tags and typedefs: the type that says what the bytes are.
    pub fn resolved(&self, mut id: TypeId) -> TypeId {
        while let Some(head) = self.head(id) {
            id = match head.unqualified() {
                Some(inner) => inner,
                None if head.kind() == number::TYPEDEF => TypeId(head.size_or_type),
                None => break,
            };
        }
        id
    }

    /// The place as newer encodings state it: in older ones (no `kind_flag`) a bitfield's width and part of its offset are
    /// those of its integer type.
    #[inline]
    pub fn normalized(&self, place: Place) -> Place {
        if !self.legacy_bitfields || place.width.is_some() {
            return place;
        }
        match self.kind(self.resolved(place.ty)) {
            Kind::Int(int) if !int.is_regular() => Place {
                offset: Bits(place.offset.0 + u64::from(int.offset)),
                width: Some(Bits(u64::from(int.bits))),
                ..place
            },
            _ => place,
        }
    }

    /// Where the record of `id` starts in the blob it was parsed from, in bytes; `None` if it is the base's.
    pub fn record_offset(&self, id: TypeId) -> Option<u32> {
        let own = id.0.checked_sub(self.first.0)?;
        let row = self.rows.get(own as usize)?;
        (self.types_at + row.tail).checked_sub(u32::try_from(HEAD_LEN).ok()?)
    }

    /// The record of `id`, and the section that holds it.
    #[inline(always)]
    fn row(&self, id: TypeId) -> Option<(&Btf<'_>, Row)> {
        match id.0.checked_sub(self.first.0) {
            Some(own) => Some((self, *self.rows.get(own as usize)?)),
            None => self.base?.row(id),
        }
    }

    /// The head of record `id`.
    #[inline]
    pub(crate) fn head(&self, id: TypeId) -> Option<Head> {
        Some(self.row(id)?.1.head)
    }

    /// The name at `offset` of the string section; empty if there is none.
    pub fn name_at(&self, offset: u32) -> &str {
        self.names.get(offset).unwrap_or_default()
    }

    /// Whether the name at `offset` is empty.
    pub(crate) fn is_empty_name(&self, offset: u32) -> bool {
        !self.names.is_some(offset)
    }

    /// Length of the longest name in bytes.
    pub(crate) fn longest_name(&self) -> u64 {
        let own = self
            .names
            .own()
            .split('\0')
            .map(str::len)
            .max()
            .unwrap_or(0);
        self.base.map_or(0, Btf::longest_name).max(own as u64)
    }

    /// Whether `offset` is that of a name.
    pub(crate) fn has_name(&self, offset: u32) -> bool {
        self.names.has(offset)
    }
}

/// The words of a big-endian type section, each turned round. Every field of every record is one word.
fn swap_words(types: &[u8]) -> Vec<u8> {
    let words = types.as_chunks::<4>().0;
    words
        .iter()
        .flat_map(|[a, b, c, d]| [*d, *c, *b, *a])
        .collect()
}

/// The records of a type section. Checks that each is of a known kind and lies inside the section.
fn rows(types: &[u8], first: TypeId) -> Result<Vec<Row>, Error> {
    let mut rows = Vec::with_capacity(types.len() / 32);
    let mut offset = 0;
    for id in (first.0..).map(TypeId) {
        if offset >= types.len() {
            break;
        }
        let truncated = || Error::RecordTruncated { id, offset };
        let rest = types.get(offset..).ok_or_else(truncated)?;
        let head = Head::read(rest).ok_or_else(truncated)?;
        let tail_len = head.tail_len().ok_or(Error::UnknownKind {
            id,
            kind: head.kind(),
            offset,
        })?;
        if rest.len() < HEAD_LEN + tail_len {
            return Err(truncated());
        }
        let tail = u32::try_from(offset + HEAD_LEN).map_err(|_| truncated())?;
        rows.push(Row { head, tail });
        offset += HEAD_LEN + tail_len;
    }
    Ok(rows)
}
