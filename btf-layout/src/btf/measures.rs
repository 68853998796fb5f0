//! How much a type is: bytes of its values, levels below it, text that it takes. Measured when the BTF was validated.

use super::kind::BtfKind;
use super::tables::{Expansion, Extent, Nesting, Size};
use super::types::Btf;
use crate::units::{Bytes, TypeId};

impl Btf<'_> {
    /// Size of a value of type `id`, or `None` for what has none: types without bytes, functions, forward declarations.
    #[inline]
    pub fn size(&self, id: TypeId) -> Option<Bytes> {
        self.value_size(id).bytes()
    }

    /// Whether a value of type `id` has no bytes: `void`, and arrays and typedefs of it. Structs without members are not among
    /// them: they are types of size 0.
    #[inline]
    pub fn has_no_bytes(&self, id: TypeId) -> bool {
        self.value_size(id) == Size::NoBytes
    }

    /// What a value of type `id` takes.
    #[inline]
    pub(crate) fn value_size(&self, id: TypeId) -> Size {
        let own = |btf: &Self| btf.extent(id).map_or(Size::Unsized, |extent| extent.size);
        self.size_by(id, own)
    }

    /// What a value of type `id` takes; `borrowed` says it of those whose bytes are another type's.
    #[inline]
    pub(crate) fn size_by(&self, id: TypeId, borrowed: impl FnOnce(&Self) -> Size) -> Size {
        match self.btf_kind(id) {
            BtfKind::Void => Size::NoBytes,
            BtfKind::Ptr => Size::Bytes(Btf::POINTER),
            BtfKind::Int | BtfKind::Struct | BtfKind::Union | BtfKind::Enum64 | BtfKind::Float => {
                Size::Bytes(Bytes(self.target(id).0))
            }
            // Of size 0: a forward declaration of an enum.
            BtfKind::Enum => match self.target(id) {
                TypeId(0) => Size::Unsized,
                TypeId(size) => Size::Bytes(Bytes(size)),
            },
            BtfKind::Array
            | BtfKind::Typedef
            | BtfKind::Volatile
            | BtfKind::Const
            | BtfKind::Restrict
            | BtfKind::TypeTag => borrowed(self),
            BtfKind::Fwd
            | BtfKind::Func
            | BtfKind::FuncProto
            | BtfKind::Var
            | BtfKind::Datasec
            | BtfKind::DeclTag => Size::Unsized,
        }
    }

    /// Levels below type `id`: 0 for a scalar; less than [`Btf::MAX_DEPTH`].
    pub(crate) fn depth(&self, id: TypeId) -> u8 {
        match self.extent(id).map(|extent| extent.nesting) {
            Some(Nesting::Depth(depth)) => depth,
            Some(Nesting::New | Nesting::Open | Nesting::Flawed) | None => 0,
        }
    }

    fn extent(&self, id: TypeId) -> Option<Extent> {
        match id.0.checked_sub(self.first.0) {
            Some(own) => self.extents.get(own as usize).copied(),
            None => self.base?.extent(id),
        }
    }

    /// The most bytes of code that should be made of this section and its base: 16 times as many as they have, and 4 MiB. A kernel's
    /// types are five times as many in the most verbose of languages, and compilers take up to two seconds for each megabyte.
    pub fn text_limit(&self) -> u64 {
        const PROPORTION: u64 = 16;
        const ROOM: u64 = 4 << 20;
        self.section_len()
            .saturating_mul(PROPORTION)
            .saturating_add(ROOM)
    }

    /// Bytes of the types and strings, the base's included.
    fn section_len(&self) -> u64 {
        let own = self.words.as_flattened().len() + self.strings.own().len();
        let base = self.base.map_or(0, Btf::section_len);
        base.saturating_add(u64::try_from(own).unwrap_or(u64::MAX))
    }

    /// About how many bytes of text type `id` is when it is written out in full, even if it has a name; nothing for a function
    /// or its type, which no value has.
    pub fn text_len(&self, id: TypeId) -> u32 {
        match self.expansion(id) {
            Expansion::Known(text) => text.len,
            Expansion::New | Expansion::Open => 0,
        }
    }

    /// What type `id` takes when it is written out in full.
    pub(crate) fn expansion(&self, id: TypeId) -> Expansion {
        let known = match id.0.checked_sub(self.first.0) {
            Some(own) => self.expansions.get(own as usize).copied(),
            None => self.base.map(|base| base.expansion(id)),
        };
        known.unwrap_or(Expansion::New)
    }
}
