//! Types in comments: what a pointer points to.

use super::declarator::{Speller, Step, declare, keyword};
use super::names::Names;
use crate::text::Source;
use btf_layout::{Btf, Error, TypeId};

/// Writes a type as a comment spells it to `out`; anonymous structs, unions and enums by their keyword alone.
pub(super) fn spell<'b>(out: &mut Source, btf: &'b Btf<'b>, names: &Names<'b>, id: TypeId) {
    let mut comment = Comment {
        btf,
        names,
        out,
        chain: Vec::new(),
    };
    // The bases of a comment cannot fail.
    let _ = declare(&mut comment, id, "", false);
}

/// Writes declarations into comments.
struct Comment<'a, 'b> {
    btf: &'b Btf<'b>,
    names: &'a Names<'b>,
    out: &'a mut Source,
    chain: Vec<Step<'b>>,
}

impl<'b> Speller<'b> for Comment<'_, 'b> {
    fn btf(&self) -> &'b Btf<'b> {
        self.btf
    }

    fn names(&self) -> &Names<'b> {
        self.names
    }

    fn out(&mut self) -> &mut Source {
        self.out
    }

    fn chain(&mut self) -> &mut Vec<Step<'b>> {
        &mut self.chain
    }

    fn base(&mut self, id: TypeId) -> Result<(), Error> {
        self.out.push(keyword(self.btf, id));
        if id != TypeId::VOID {
            let name = self.names.of(id);
            self.out
                .push(if name.is_empty() { "{ ... }" } else { name });
        }
        Ok(())
    }
}
