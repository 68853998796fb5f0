//! A BTF section, validated once: every later look-up is in range, every walk ends.

mod enums;
mod expansion;
mod flaws;
mod header;
mod index;
mod kind;
mod measures;
mod nesting;
mod parts;
mod record;
mod references;
mod stored;
mod strings;

pub use self::enums::Enum;
pub use self::header::Endian;
pub use self::kind::{Array, Composite, Datasec, FuncProto, Int, Kind, Member, Place, SectionVar};

pub(crate) use self::record::number;
pub(crate) use self::references::{Checked, Site};
pub(crate) use self::strings::NO_EMPTY_STRING;

use self::expansion::Spellings;
use self::flaws::Flaws;
use self::header::Sections;
use self::index::Records;
use self::nesting::Extents;
use self::record::{Head, Tail, Words, decode};
use self::strings::Names;
use crate::error::{Error, TypeError};
use crate::units::{Bits, Bytes, TypeId};
use std::borrow::Cow;
use xxhash_rust::xxh3::xxh3_64_with_seed;

/// A validated BTF section, borrowed from the bytes it was parsed from; for split BTF, with its base.
///
/// Validation has two levels.
/// The first is about records: each lies inside the section, each name is a string, each reference leads to a record. What breaks
/// this is an error of [`Btf::parse`]; libbpf refuses it as well. [`Btf::stored`] shows the records.
///
/// The second is about types: sizes are possible, members lie inside what they are members of and do not overlap, neither by-value
/// nesting nor chains of unnamed types recur or run deeper than [`Btf::MAX_DEPTH`]. A type that breaks this, or holds one by value
/// that does, has a [`Btf::flaw`]: no layout can be made of it. Everything but `stored` shows it as what a pointer to it needs: a
/// struct or union as a forward declaration, anything else as `void`. So whoever asks for a [`Btf::kind`] need not know of flaws, and
/// every walk ends. That all types together can be written down in text of a length in proportion to the section's is required
/// by [`Layout::plan`](crate::Layout::plan).
///
/// An integer of size 0, which is Rust's `()`, is `void` as well: a type without bytes.
#[derive(Debug)]
pub struct Btf<'a> {
    endian: Endian,
    /// Where the type section starts in the blob, in bytes.
    types_at: u32,
    /// The type section, as its types are shown.
    pub(crate) words: Cow<'a, Words>,
    /// The type section as it is stored, if that differs.
    pub(crate) stored: Option<Cow<'a, Words>>,
    pub(crate) names: Names<'a>,
    /// This section's own records.
    pub(crate) records: Records,
    /// Id of the first record.
    pub(crate) first: TypeId,
    extents: Extents,
    spellings: Spellings,
    pub(crate) flaws: Flaws,
    /// Why the types cannot all be written down.
    pub(crate) too_long: Option<Box<TypeError>>,
    /// Whether some integer does not fill its storage: an old encoding of bitfields.
    pub(crate) legacy_bitfields: bool,
    /// What [`Btf::declared`] lists.
    pub(crate) declared: Vec<TypeId>,
    pub(crate) base: Option<&'a Btf<'a>>,
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
        let words = sections.types.as_chunks().0;
        let words = match sections.endian {
            Endian::Little => Cow::Borrowed(words),
            Endian::Big => Cow::Owned(swapped(words)),
        };
        let first = TypeId(base.map_or(1, Btf::len));
        let names = Names::parse(sections.strings, base.map(|base| base.names))?;
        let mut btf = Btf {
            endian: sections.endian,
            types_at: sections.types_at,
            records: Records::parse(&words, &names, first)?,
            names,
            first,
            words,
            stored: None,
            extents: Extents::default(),
            spellings: Spellings::default(),
            flaws: Flaws::default(),
            too_long: None,
            legacy_bitfields: false,
            declared: Vec::new(),
            base,
        };
        let mut flaws = references::records(&btf)?;
        btf.declared = btf.list_declared();
        let units = references::units(&btf, &flaws);
        if !units.is_empty() {
            units.into_iter().for_each(|id| btf.show(id, None));
            btf.declared = btf.list_declared();
        }
        btf.legacy_bitfields = btf.has_legacy_bitfields();
        btf.extents = Extents::measure(&btf, &mut flaws);
        btf.hide(&flaws);
        let bytes = sections.types.len() + sections.strings.len();
        let known = flaws.len();
        // Without a base's spellings there are none here either.
        if btf.too_long().is_none() {
            match Spellings::measure(&btf, bytes, &mut flaws) {
                Ok(spellings) => btf.spellings = spellings,
                Err(error) => btf.too_long = Some(error),
            }
        }
        if flaws.len() > known {
            // What holds by value what cannot be spelled has no layout either.
            btf.extents = Extents::measure(&btf, &mut flaws);
            btf.hide(&flaws);
        }
        btf.flaws = flaws;
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
            xxh3_64_with_seed(self.stored_words().as_flattened(), seed),
        )
    }

    /// Number of types, `void` and the base's included: ids run from 0 to `len() - 1`.
    pub fn len(&self) -> u32 {
        // A section of less than 2^32 bytes has fewer than 2^29 records.
        #[expect(
            clippy::cast_possible_truncation,
            reason = "12 bytes a record, 4 GiB at most"
        )]
        let own = self.records.len() as u32;
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

    pub(crate) fn has_legacy_bitfields(&self) -> bool {
        let irregular = |id| {
            self.number(id) == number::INT
                && matches!(self.kind(id), Kind::Int(int) if !int.is_regular())
        };
        self.declared().any(irregular)
    }

    pub(crate) fn list_declared(&self) -> Vec<TypeId> {
        let mut declared = self.base.map_or(Vec::new(), |base| base.declared.clone());
        let own = self.own_ids().zip(self.records.kinds());
        declared.extend(own.filter_map(|(id, kind)| match kind {
            number::INT
            | number::FLOAT
            | number::STRUCT
            | number::UNION
            | number::ENUM
            | number::ENUM64
            | number::FWD
            | number::TYPEDEF => Some(id),
            _ => None,
        }));
        declared
    }

    /// What type `id` is. An id out of range, which no validated record holds, is `void`.
    #[inline(always)] // so that a caller that asks for one kind pays for one comparison
    pub fn kind(&self, id: TypeId) -> Kind<'_> {
        match self.record(id) {
            Some((btf, head, rest)) => decode(head, rest, &btf.names).unwrap_or(Kind::Void),
            None => Kind::Void,
        }
    }

    /// Name of type `id`, empty if it has none.
    pub fn name(&self, id: TypeId) -> &str {
        let record = self.record(id);
        record
            .and_then(|(btf, head, _)| btf.names.get(head.name))
            .unwrap_or_default()
    }

    /// Whether type `id` has a name; quicker than finding it.
    pub fn is_named(&self, id: TypeId) -> bool {
        self.record(id)
            .is_some_and(|(btf, head, _)| btf.names.is_some(head.name))
    }

    /// `id` without the qualifiers and type tags around it; typedefs stay.
    #[inline]
    pub fn unqualified(&self, mut id: TypeId) -> TypeId {
        loop {
            match self.number(id) {
                kind if number::is_qualifier(kind) => id = self.target(id),
                number::VOID => return TypeId::VOID,
                _ => return id,
            }
        }
    }

    /// `id` without qualifiers, type tags and typedefs: the type that says what the bytes are.
    pub fn resolved(&self, mut id: TypeId) -> TypeId {
        loop {
            match self.number(id) {
                kind if kind == number::TYPEDEF || number::is_qualifier(kind) => {
                    id = self.target(id);
                }
                number::VOID => return TypeId::VOID,
                _ => return id,
            }
        }
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

    /// The members of a struct or union in declaration order, each at its [normalized](Btf::normalized) place.
    pub fn members(
        &'a self,
        composite: &Composite<'a>,
    ) -> impl ExactSizeIterator<Item = Member<'a>> + Clone + use<'a> {
        let members = composite.members();
        members.map(|member| Member {
            place: self.normalized(member.place),
            ..member
        })
    }

    /// Where the record of `id` starts in the blob it was parsed from, in bytes; `None` if it is the base's.
    pub fn record_offset(&self, id: TypeId) -> Option<u32> {
        let own = id.0.checked_sub(self.first.0)?;
        Some(self.types_at + self.records.start(own)? * 4)
    }

    /// The head of record `id`, the section that holds it, and that section from the record's rows on.
    #[inline(always)]
    fn record(&self, id: TypeId) -> Option<(&Btf<'_>, Head, &Words)> {
        let Some(own) = id.0.checked_sub(self.first.0) else {
            return self.base?.record(id);
        };
        let (head, rest) = Head::read(self.records.words(own, &self.words)?)?;
        Some((self, head, rest))
    }

    /// The kind number of type `id`, [`number::VOID`] if it has no record.
    #[inline]
    pub(crate) fn number(&self, id: TypeId) -> u8 {
        match id.0.checked_sub(self.first.0) {
            Some(own) => self.records.kind(own).unwrap_or(number::VOID),
            None => self.base.map_or(number::VOID, |base| base.number(id)),
        }
    }

    /// The type that the head of record `id` refers to.
    #[inline]
    pub(crate) fn target(&self, id: TypeId) -> TypeId {
        TypeId(self.head(id).map_or(0, |head| head.size_or_type))
    }

    /// The rows of record `id`, whose kind has as many as its head says, of `N` words each.
    #[inline]
    pub(crate) fn rows<const N: usize>(
        &self,
        id: TypeId,
    ) -> impl ExactSizeIterator<Item = [u32; N]> + Clone + use<'_, N> {
        let record = self.record(id);
        let tail = record.and_then(|(btf, head, rest)| Tail::read(rest, head.vlen(), &btf.names));
        tail.unwrap_or(Tail::empty(&self.names)).rows()
    }

    /// Whether `id` exists and is a type, as functions, variables, sections and tags are not.
    #[inline]
    pub(crate) fn is_type(&self, id: TypeId) -> bool {
        let kind = self.number(id);
        let not_type = matches!(
            kind,
            number::FUNC | number::VAR | number::DATASEC | number::DECL_TAG
        );
        // Records of unknown kinds are refused, so only what does not exist has none.
        !not_type && id.0 < self.len()
    }

    /// Whether C refers to type `id` by its name, which in C `void` is as well; structs, unions and enums may have none.
    #[inline]
    pub(crate) fn is_word(&self, id: TypeId) -> bool {
        match id.0.checked_sub(self.first.0) {
            Some(own) => self.records.is_word(own),
            None => self
                .base
                .map_or(id == TypeId::VOID, |base| base.is_word(id)),
        }
    }

    /// The head of record `id`.
    #[inline]
    pub(crate) fn head(&self, id: TypeId) -> Option<Head> {
        Some(self.record(id)?.1)
    }

    /// The name at `offset` of the string section; empty if there is none.
    pub fn name_at(&self, offset: u32) -> &str {
        self.names.get(offset).unwrap_or_default()
    }

    /// Whether the name at `offset` is empty.
    pub(crate) fn is_empty_name(&self, offset: u32) -> bool {
        !self.names.is_some(offset)
    }

    /// Length of the longest name in bytes, or a little more.
    pub fn longest_name(&self) -> u64 {
        let own = self.names.longest() as u64;
        self.base.map_or(0, Btf::longest_name).max(own)
    }

    /// Whether `offset` is that of a name, which may be empty.
    pub fn has_name(&self, offset: u32) -> bool {
        self.names.has(offset)
    }
}

/// The words of a big-endian type section, each turned round.
fn swapped(words: &Words) -> Vec<[u8; 4]> {
    words.iter().map(|[a, b, c, d]| [*d, *c, *b, *a]).collect()
}
