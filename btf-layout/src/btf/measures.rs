//! How much a type is: bytes of its values, levels below it, text that it takes. Measured when the BTF was validated.

use super::Btf;
use super::expansion::Spelling;
use super::record::number;
use crate::units::{Bytes, TypeId};

impl Btf<'_> {
    /// Size of a value of type `id`, or `None` for what has none: types without bytes, functions, forward declarations.
    #[inline]
    pub fn size(&self, id: TypeId) -> Option<Bytes> {
        match self.number(id) {
            number::PTR => Some(Btf::POINTER),
            number::INT | number::STRUCT | number::UNION | number::ENUM64 | number::FLOAT => {
                Some(Bytes(self.target(id).0))
            }
            // Of size 0: a forward declaration of an enum.
            number::ENUM => Some(Bytes(self.target(id).0)).filter(|size| *size != Bytes(0)),
            _ if self.borrows_size(id) => self.borrowed_size(id),
            _ => None,
        }
    }

    /// Whether type `id` has another type's bytes: a typedef, a qualified type, an array.
    #[inline]
    pub(crate) fn borrows_size(&self, id: TypeId) -> bool {
        let kind = self.number(id);
        kind == number::TYPEDEF || kind == number::ARRAY || number::is_qualifier(kind)
    }

    #[inline]
    fn borrowed_size(&self, id: TypeId) -> Option<Bytes> {
        match id.0.checked_sub(self.first.0) {
            Some(own) => self.extents.size(own),
            None => self.base?.borrowed_size(id),
        }
    }

    /// Whether a value of type `id` has no bytes: `void`, and arrays and typedefs of it. Structs without members are not among
    /// them: they are types of size 0.
    #[inline]
    pub fn has_no_bytes(&self, id: TypeId) -> bool {
        match self.number(id) {
            number::VOID => true,
            _ if self.borrows_size(id) => self.lacks_bytes(id),
            _ => false,
        }
    }

    fn lacks_bytes(&self, id: TypeId) -> bool {
        match id.0.checked_sub(self.first.0) {
            Some(own) => self.extents.lacks_bytes(own),
            None => self.base.is_some_and(|base| base.lacks_bytes(id)),
        }
    }

    /// Levels below type `id`: 0 for a scalar; less than [`Btf::MAX_DEPTH`].
    pub(crate) fn depth(&self, id: TypeId) -> u32 {
        match id.0.checked_sub(self.first.0) {
            Some(own) => self.extents.depth(own),
            None => self.base.map_or(0, |base| base.depth(id)),
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
        let own = self.words.as_flattened().len() + self.names.own().len();
        let base = self.base.map_or(0, Btf::section_len);
        base.saturating_add(u64::try_from(own).unwrap_or(u64::MAX))
    }

    /// About how many bytes of text type `id` is when it is written out in full, even if it has a name; nothing for a function
    /// or its type, which no value has.
    pub fn text_len(&self, id: TypeId) -> u32 {
        self.spelling(id).text
    }

    /// What type `id` takes when it is written out in full, if that was of interest.
    pub(crate) fn spelling(&self, id: TypeId) -> Spelling {
        match id.0.checked_sub(self.first.0) {
            Some(own) => self.spellings.get(own),
            None => self
                .base
                .map_or(Spelling::default(), |base| base.spelling(id)),
        }
    }
}
