//! Instructions as the kernel encodes them: <https://docs.kernel.org/bpf/standardization/instruction-set.html>.

/// An instruction, 8 bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Instruction {
    /// Class, operation and source.
    pub(crate) code: u8,
    /// Destination register.
    pub(crate) dst: u8,
    /// Source register, or what the immediate number is.
    pub(crate) src: u8,
    /// Offset of a jump or of memory.
    pub(crate) offset: i16,
    /// Immediate number.
    pub(crate) imm: i32,
}

/// Size of an instruction in bytes.
pub(crate) const INSTRUCTION: usize = 8;

/// `BPF_LD | BPF_IMM | BPF_DW`: the one instruction of 16 bytes.
const LD_IMM64: u8 = 0x18;
/// `BPF_JMP | BPF_CALL`, by number.
const CALL: u8 = 0x85;
/// `BPF_JMP` and `BPF_JMP32`, of which `BPF_CALL` is operation 8.
const JMP: u8 = 0x05;
const JMP32: u8 = 0x06;

/// What an `ld_imm64` loads, by its source register.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Loads {
    /// 0: a number; or what a relocation puts there.
    Number,
    /// 4, `BPF_PSEUDO_FUNC`: the address of a subprogram.
    Function,
    /// 1, 2, 5, 6, `BPF_PSEUDO_MAP_*`: a map, by a descriptor of the process.
    Map,
    /// 3, `BPF_PSEUDO_BTF_ID`: a variable of the kernel.
    Kernel,
    /// What no kernel knows.
    Unknown,
}

/// What a call calls.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Call {
    /// A helper of this number.
    Helper(i32),
    /// A subprogram; or what a relocation makes of it.
    Subprogram,
    /// A function of the kernel, by its type.
    Kfunc(i32),
    /// By register, or what no kernel knows.
    Unknown,
}

impl Instruction {
    /// The instructions that `bytes` are; what is left at the end is dropped.
    pub(crate) fn all(bytes: &[u8]) -> impl ExactSizeIterator<Item = Instruction> + Clone + '_ {
        bytes
            .as_chunks()
            .0
            .iter()
            .map(|word| Instruction::of(*word))
    }

    /// The `index`-th instruction of `bytes`.
    pub(crate) fn nth(bytes: &[u8], index: usize) -> Option<Instruction> {
        bytes
            .as_chunks()
            .0
            .get(index)
            .map(|word| Instruction::of(*word))
    }

    fn of([code, registers, o0, o1, i0, i1, i2, i3]: [u8; INSTRUCTION]) -> Self {
        Instruction {
            code,
            dst: registers & 0xf,
            src: registers >> 4,
            offset: i16::from_le_bytes([o0, o1]),
            imm: i32::from_le_bytes([i0, i1, i2, i3]),
        }
    }

    /// Whether it is the first half of an `ld_imm64`.
    pub(crate) fn is_wide(self) -> bool {
        self.code == LD_IMM64
    }

    /// What it loads if it is an `ld_imm64`.
    pub(crate) fn loads(self) -> Option<Loads> {
        self.is_wide().then_some(match self.src {
            0 => Loads::Number,
            1 | 2 | 5 | 6 => Loads::Map,
            3 => Loads::Kernel,
            4 => Loads::Function,
            _ => Loads::Unknown,
        })
    }

    /// What it calls if it is a call of any kind.
    pub(crate) fn call(self) -> Option<Call> {
        let is_call = matches!(self.code & 7, JMP | JMP32) && self.code >> 4 == 8;
        is_call.then_some(match (self.code, self.src) {
            (CALL, 0) => Call::Helper(self.imm),
            (CALL, 1) => Call::Subprogram,
            (CALL, 2) => Call::Kfunc(self.imm),
            _ => Call::Unknown,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn only(bytes: [u8; 8]) -> Instruction {
        Instruction::all(&bytes).next().expect("an instruction")
    }

    #[test]
    fn calls_of_all_kinds() {
        let call = |code, src: u8| only([code, src << 4, 0, 0, 1, 0, 0, 0]).call();
        assert_eq!(call(0x85, 0), Some(Call::Helper(1)));
        assert_eq!(call(0x85, 1), Some(Call::Subprogram));
        assert_eq!(call(0x85, 2), Some(Call::Kfunc(1)));
        assert_eq!(call(0x85, 3), Some(Call::Unknown));
        // By register, and in the class of 32-bit jumps.
        assert_eq!(call(0x8d, 0), Some(Call::Unknown));
        assert_eq!(call(0x86, 0), Some(Call::Unknown));
        assert_eq!(call(0x95, 0), None);
        assert_eq!(call(0x87, 0), None);
    }

    #[test]
    fn loads_of_all_kinds() {
        let loads = |src: u8| only([0x18, src << 4 | 1, 0, 0, 9, 0, 0, 0]).loads();
        assert_eq!(loads(0), Some(Loads::Number));
        assert_eq!(loads(1), Some(Loads::Map));
        assert_eq!(loads(2), Some(Loads::Map));
        assert_eq!(loads(3), Some(Loads::Kernel));
        assert_eq!(loads(4), Some(Loads::Function));
        assert_eq!(loads(6), Some(Loads::Map));
        assert_eq!(loads(7), Some(Loads::Unknown));
        assert_eq!(only([0x85, 0, 0, 0, 0, 0, 0, 0]).loads(), None);
    }
}
