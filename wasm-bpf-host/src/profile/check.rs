//! What a profile makes of a guest's object: before libbpf opens it, and again of what libbpf has opened.

use super::{Profile, Refusal, confined, names};
use crate::image::instruction::{Call, Instruction};
use crate::image::{Extern, ExternKind, ImageFunction, ImageMap, VerifiedImage};

impl Profile {
    /// Checks everything that an image says about itself: sections of programs, every instruction of every program and
    /// subprogram, whether it would be loaded or not, what it takes from the kernel, maps.
    ///
    /// CO-RE relocations are not looked at: libbpf writes no more than numbers of the kernel's types into constants and offsets,
    /// and never makes another instruction of a call.
    ///
    /// # Errors
    /// [`Refusal`] names the program, map or extern, and what of it is not allowed.
    pub fn check_image(&self, image: &VerifiedImage<'_>) -> Result<(), Refusal> {
        for function in image.functions() {
            self.section(function)?;
            self.instructions(function)?;
        }
        image.externs().iter().try_for_each(|one| self.takes(one))?;
        image.maps().iter().try_for_each(|map| self.map(map))?;
        let Some(limit) = self.map_memory else {
            return Ok(());
        };
        let processors = libbpf_rs::num_possible_cpus().unwrap_or(1) as u64;
        let memory = image.maps().iter().map(|map| map.memory(processors));
        let bytes = memory.fold(0, u64::saturating_add);
        match bytes > limit {
            true => Err(Refusal::MapMemory { bytes, limit }),
            false => Ok(()),
        }
    }

    /// Checks a program that libbpf has opened and will load; `prog_type` is the `BPF_PROG_TYPE_*` that libbpf gave it.
    ///
    /// # Errors
    /// [`Refusal::Program`].
    pub fn check_program(&self, name: &str, prog_type: u32) -> Result<(), Refusal> {
        let kind = names::program(prog_type);
        match self.programs.has(&kind) {
            true => Ok(()),
            false => Err(Refusal::Program {
                program: name.to_owned(),
                kind,
            }),
        }
    }

    /// Checks a map that libbpf has opened and will make: its `BPF_MAP_TYPE_*`, its `BPF_F_*`, and whether it has a path to be
    /// pinned at.
    ///
    /// # Errors
    /// [`Refusal`] names the map.
    pub fn check_map(
        &self,
        name: &str,
        map_type: u32,
        flags: u32,
        pinned: bool,
    ) -> Result<(), Refusal> {
        let map = name.to_owned();
        let kind = names::map(map_type);
        if !self.maps.has(&kind) {
            return Err(Refusal::Map { map, kind });
        }
        let flags = flags & !confined::MAP_FLAGS;
        if flags != 0 && !self.maps.is_all() {
            return Err(Refusal::MapFlags { map, flags });
        }
        match pinned && !self.pinning {
            true => Err(Refusal::Pinned { map }),
            false => Ok(()),
        }
    }

    fn map(&self, map: &ImageMap) -> Result<(), Refusal> {
        self.check_map(&map.name, map.kind, map.flags, map.pinned)?;
        match &map.inner {
            Some(inner) => self.map(inner),
            None => Ok(()),
        }
    }

    fn section(&self, function: &ImageFunction<'_>) -> Result<(), Refusal> {
        if function.section == ".text" || self.programs.is_all() {
            return Ok(());
        }
        match names::program_of_section(function.section) {
            Some(kind) => self.check_program(function.name, kind),
            None => Err(Refusal::Section {
                program: function.name.to_owned(),
                section: function.section.to_owned(),
            }),
        }
    }

    fn instructions(&self, function: &ImageFunction<'_>) -> Result<(), Refusal> {
        let mut code = Instruction::all(function.code).enumerate();
        while let Some((instruction, at)) = code.next() {
            if at.is_wide() {
                code.next();
            }
            let function = || function.name.to_owned();
            match at.call() {
                None | Some(Call::Subprogram) => {}
                Some(Call::Helper(number)) => {
                    let helper = names::helper(number);
                    if !self.helpers.has(&helper) {
                        let function = function();
                        return Err(Refusal::Helper {
                            function,
                            instruction,
                            helper,
                        });
                    }
                }
                // Its name is not known here.
                Some(Call::Kfunc(_) | Call::Unknown) if !self.kernel_functions.is_all() => {
                    let function = function();
                    return Err(Refusal::Call {
                        function,
                        instruction,
                    });
                }
                Some(Call::Kfunc(_) | Call::Unknown) => {}
            }
        }
        Ok(())
    }

    /// What libbpf makes a call of the kernel of, whatever the instruction was before, or an address in it.
    fn takes(&self, one: &Extern) -> Result<(), Refusal> {
        let (what, allowed) = match one.kind {
            ExternKind::Function => (
                "function",
                self.kernel_functions.has(without_flavour(&one.name)),
            ),
            ExternKind::Variable => ("variable", self.kernel_variables),
            ExternKind::Kconfig => ("configuration", self.configuration),
        };
        match allowed {
            true => Ok(()),
            false => Err(Refusal::Extern {
                what,
                name: one.name.clone(),
            }),
        }
    }
}

/// The name that libbpf looks for in the kernel: without the last `___` and what follows it.
fn without_flavour(name: &str) -> &str {
    let bytes = name.as_bytes();
    let mut windows = bytes.windows(5).enumerate().rev();
    let at =
        windows.find(|(_, w)| matches!(w, [x, b'_', b'_', b'_', y] if *x != b'_' && *y != b'_'));
    at.and_then(|(at, _)| name.get(..=at)).unwrap_or(name)
}

#[cfg(test)]
mod tests {
    use super::without_flavour;

    #[test]
    fn flavours_are_libbpfs() {
        for (name, essential) in [
            ("bpf_skb_ct_lookup", "bpf_skb_ct_lookup"),
            ("bpf_skb_ct_lookup___old", "bpf_skb_ct_lookup"),
            ("a___b___c", "a___b"),
            ("a___", "a___"),
            ("___a", "___a"),
            ("a____b", "a____b"),
        ] {
            assert_eq!(without_flavour(name), essential);
        }
    }
}
