//! Programs that no other hook takes. libbpf knows from the section of some of them how they are attached.

use super::attachment::Attachment;
use super::hook::Hook;

pub(super) const HOOK: Hook = Hook {
    takes: |_, _| false,
    attach: |request| request.by_section().map(Attachment::new),
};
