//! A BTF section, validated once: every later look-up is in range, every walk ends.

use super::compound::{Composite, Member, Place};
use super::flaws::Flaws;
use super::header::Endian;
use super::index::Index;
use super::kind::{BtfKind, Class, Kind};
use super::strings::Strings;
use super::tables::{Expansion, Extent};
use super::tail::Words;
use super::wire::{Head, decode};
use crate::error::TypeError;
use crate::units::{Bits, Bytes, TypeId};
use std::borrow::Cow;
use xxhash_rust::xxh3::xxh3_64_with_seed;

/// A validated BTF section, borrowed from the bytes it was parsed from; for split BTF, with its base.
///
/// Validation has two levels.
/// The first is about entries: each lies inside the section, each name is a string, each reference leads to an entry. What breaks
/// this is an error of [`Btf::parse`]; libbpf refuses it as well. [`Btf::stored`] shows the entries.
///
/// The second is about types: sizes are possible, members lie inside what they are members of and do not overlap, neither by-value
/// nesting nor chains of anonymous types recur or run deeper than [`Btf::MAX_DEPTH`]. A type that breaks this, or holds one by value
/// that does, has a [`Btf::flaw`]: no layout can be made of it. Everything but `stored` shows it as what a pointer to it needs: a
/// struct or union as a forward declaration, anything else as `void`. So whoever asks for a [`Btf::kind`] need not know of flaws, and
/// every walk ends. That all types together can be written down in text of a length in proportion to the section's is required
/// by [`Layout::plan`](crate::Layout::plan).
///
/// An integer of size 0, which is Rust's `()`, is `void` as well: a type without bytes.
#[derive(Debug)]
pub struct Btf<'a> {
    pub(crate) endian: Endian,
    /// Where the type section starts in the blob, in bytes.
    pub(crate) types_at: u32,
    /// The type section, as its types are shown.
    pub(crate) words: Cow<'a, Words>,
    /// The type section as it is stored, if that differs.
    pub(crate) stored: Option<Cow<'a, Words>>,
    pub(crate) strings: Strings<'a>,
    /// This section's own types.
    pub(crate) index: Index,
    /// Id of the first type.
    pub(crate) first: TypeId,
    pub(crate) extents: Vec<Extent>,
    pub(crate) expansions: Vec<Expansion>,
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
    /// The deepest nesting that is accepted, by value or through anonymous types; no compiler comes near it, and it bounds every recursion.
    pub const MAX_DEPTH: u32 = 128;

    /// Size of a pointer in BPF and in every kernel BTF is made for.
    pub const POINTER: Bytes = Bytes(8);

    /// Byte order of the section.
    pub fn endian(&self) -> Endian {
        self.endian
    }

    /// A number made from all that the section and its base say: equal for equal contents, on every machine.
    pub fn digest(&self) -> u64 {
        let seed = self.base.map_or(0, Btf::digest);
        xxh3_64_with_seed(
            self.strings.own().as_bytes(),
            xxh3_64_with_seed(self.stored_words().as_flattened(), seed),
        )
    }

    /// Number of types, `void` and the base's included: ids run from 0 to `len() - 1`.
    pub fn len(&self) -> u32 {
        // A section of less than 2^32 bytes has fewer than 2^29 types.
        #[expect(
            clippy::cast_possible_truncation,
            reason = "12 bytes a type, 4 GiB at most"
        )]
        let own = self.index.len() as u32;
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

    /// The ids of all integers, floats, structs, unions, enums, forward declarations and typedefs, the base's included: what a
    /// program declares. Most types are none of these but functions, pointers and the like.
    pub fn declared(&self) -> impl DoubleEndedIterator<Item = TypeId> + use<'_> {
        self.declared.iter().copied()
    }

    /// Finds out what holds for all types as they are shown now: which are declared, and whether some bitfields are legacy.
    pub(crate) fn survey(&mut self) {
        let mut declared = self.base.map_or(Vec::new(), |base| base.declared.clone());
        let own = self.own_ids().zip(self.index.kinds());
        let own = own.filter(|(_, kind)| matches!(kind.class(), Class::Tagged | Class::Named));
        declared.extend(own.map(|(id, _)| id));
        self.declared = declared;
        let irregular = |id| matches!(self.kind(id), Kind::Int(int) if !int.is_regular());
        let legacy_bitfields = self.declared().any(irregular);
        self.legacy_bitfields = legacy_bitfields;
    }

    /// What type `id` is. An id out of range, which no validated type refers to, is `void`.
    #[inline(always)] // so that a caller that asks for one kind pays for one comparison
    pub fn kind(&self, id: TypeId) -> Kind<'_> {
        match self.entry(id) {
            Some((btf, head, rest)) => decode(head, rest, &btf.strings).unwrap_or(Kind::Void),
            None => Kind::Void,
        }
    }

    /// Name of type `id`, empty if it has none.
    pub fn name(&self, id: TypeId) -> &str {
        let entry = self.entry(id);
        entry
            .and_then(|(btf, head, _)| btf.strings.get(head.name))
            .unwrap_or_default()
    }

    /// Whether type `id` has a name; quicker than finding it.
    pub fn is_named(&self, id: TypeId) -> bool {
        self.entry(id)
            .is_some_and(|(btf, head, _)| btf.strings.is_some(head.name))
    }

    /// `id` without the qualifiers and type tags around it; typedefs stay.
    #[inline]
    pub fn unqualified(&self, mut id: TypeId) -> TypeId {
        while self.btf_kind(id).class() == Class::Qualifier {
            id = self.target(id);
        }
        self.or_void(id)
    }

    /// `id` without qualifiers, type tags and typedefs: the type that says what the bytes are.
    pub fn resolved(&self, mut id: TypeId) -> TypeId {
        while self.btf_kind(id) == BtfKind::Typedef || self.btf_kind(id).class() == Class::Qualifier
        {
            id = self.target(id);
        }
        self.or_void(id)
    }

    /// `id`, or `void` if it is shown as that.
    fn or_void(&self, id: TypeId) -> TypeId {
        match self.btf_kind(id) == BtfKind::Void {
            true => TypeId::VOID,
            false => id,
        }
    }

    /// The place as newer encodings state it: in older ones (no `kind_flag`) a bitfield's width and part of its offset are
    /// those of its integer type.
    #[inline]
    pub fn normalized(&self, place: Place) -> Place {
        if !self.legacy_bitfields || place.width.is_some() {
            return place;
        }
        let Kind::Int(int) = self.kind(self.resolved(place.ty)) else {
            return place;
        };
        if int.is_regular() {
            return place;
        }
        Place {
            offset: Bits(place.offset.0 + u64::from(int.offset)),
            width: Some(Bits(u64::from(int.bits))),
            ..place
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

    /// The struct or union whose members are promoted to the one that holds a member of this name and type: the member has no
    /// name, whether its type has one or not.
    pub fn promoted(&self, name: &str, ty: TypeId) -> Option<TypeId> {
        if !name.is_empty() {
            return None;
        }
        let inner = self.resolved(ty);
        let is_record = matches!(self.btf_kind(inner), BtfKind::Struct | BtfKind::Union);
        is_record.then_some(inner)
    }

    /// Where the entry of `id` starts in the blob it was parsed from, in bytes; `None` if it is the base's.
    pub fn entry_offset(&self, id: TypeId) -> Option<u32> {
        let own = id.0.checked_sub(self.first.0)?;
        Some(self.types_at + self.index.start(own)? * 4)
    }

    /// The head of type `id`, the section that holds it, and that section from the rows after the head on.
    #[inline(always)]
    fn entry(&self, id: TypeId) -> Option<(&Btf<'_>, Head, &Words)> {
        let Some(own) = id.0.checked_sub(self.first.0) else {
            return self.base?.entry(id);
        };
        let (head, rest) = Head::read(self.index.words(own, &self.words)?)?;
        Some((self, head, rest))
    }

    /// The kind of type `id`, [`BtfKind::Void`] if there is no such type.
    #[inline]
    pub(crate) fn btf_kind(&self, id: TypeId) -> BtfKind {
        let kind = match id.0.checked_sub(self.first.0) {
            Some(own) => self.index.kind(own),
            None => self.base.map(|base| base.btf_kind(id)),
        };
        kind.unwrap_or(BtfKind::Void)
    }

    /// The type that the head of type `id` refers to.
    #[inline]
    pub(crate) fn target(&self, id: TypeId) -> TypeId {
        TypeId(self.head(id).map_or(0, |head| head.size_or_type))
    }

    /// Whether `id` exists and is a type, as functions, variables, sections and tags are not.
    #[inline]
    pub(crate) fn is_type(&self, id: TypeId) -> bool {
        // Types of unknown kinds are refused, so only what does not exist has none.
        self.btf_kind(id).class() != Class::Other && id.0 < self.len()
    }

    /// Whether text refers to type `id` by its name, which `void` has as well; structs, unions and enums may have none.
    pub(crate) fn is_word(&self, id: TypeId) -> bool {
        match self.btf_kind(id).class() {
            Class::Named => true,
            Class::Tagged => self.is_named(id),
            Class::Qualifier | Class::Built | Class::Other => false,
        }
    }

    /// The head of type `id`.
    #[inline]
    pub(crate) fn head(&self, id: TypeId) -> Option<Head> {
        Some(self.entry(id)?.1)
    }

    /// The name at `offset` of the string section; empty if there is none.
    pub fn name_at(&self, offset: u32) -> &str {
        self.strings.get(offset).unwrap_or_default()
    }

    /// Length of the longest name in bytes.
    pub fn longest_name(&self) -> u64 {
        let (mut longest, mut start) = (0, 0);
        for end in memchr::memchr_iter(0, self.strings.own().as_bytes()) {
            longest = longest.max(end - start);
            start = end + 1;
        }
        let own = longest as u64;
        self.base.map_or(0, Btf::longest_name).max(own)
    }

    /// Whether `offset` is that of a name, which may be empty.
    pub fn has_name(&self, offset: u32) -> bool {
        self.strings.has(offset)
    }
}
