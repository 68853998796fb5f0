//! What an image claims to hold, by its section headers and symbols alone, before libbpf reads it.

use object::Endianness;
use object::elf::{FileHeader64, SHT_SYMTAB, STT_FUNC};
use object::read::elf::{FileHeader, SectionHeader};

type Header = FileHeader64<Endianness>;
type Section = <Header as FileHeader>::SectionHeader;
type Symbol = <Header as FileHeader>::Sym;

/// The section headers of an image.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Claim<'a> {
    image: &'a [u8],
    endian: Endianness,
    sections: &'a [Section],
}

impl<'a> Claim<'a> {
    /// Finds the section headers.
    pub(crate) fn of(image: &'a [u8]) -> object::Result<Self> {
        let header = Header::parse(image)?;
        let endian = header.endian()?;
        let sections = header.section_headers(endian, image)?;
        Ok(Claim {
            image,
            endian,
            // The first one is no section.
            sections: sections.get(1..).unwrap_or_default(),
        })
    }

    /// Bytes of all sections. Those that overlap, and those without bytes in the file such as `.bss`, count in full: libbpf
    /// makes room for each.
    pub(crate) fn bytes(&self) -> u64 {
        let sizes = self.sections.iter().map(|it| it.sh_size(self.endian));
        sizes.fold(0, u64::saturating_add)
    }

    /// Functions: libbpf makes a program of each. Reads as many bytes as the tables of symbols claim to have.
    pub(crate) fn functions(&self) -> object::Result<usize> {
        let mut count = 0_usize;
        for section in self.sections {
            if section.sh_type(self.endian) == SHT_SYMTAB {
                let symbols: &[Symbol] = section.data_as_array(self.endian, self.image)?;
                let functions = symbols.iter().filter(|it| it.st_type() == STT_FUNC);
                count = count.saturating_add(functions.count());
            }
        }
        Ok(count)
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    /// An ELF file of these sections, each of a type, a place and a size.
    pub(crate) fn elf(sections: &[(u32, u64, u64)], bytes: &[u8]) -> Vec<u8> {
        let mut file = vec![0; 64];
        file[..7].copy_from_slice(b"\x7fELF\x02\x01\x01");
        file[16..20].copy_from_slice(&[1, 0, 247, 0]);
        file[20] = 1;
        file.extend_from_slice(bytes);
        file.resize(file.len().next_multiple_of(8), 0);
        let table = file.len() as u64;
        file[40..48].copy_from_slice(&table.to_le_bytes());
        file[52] = 64;
        file[58] = 64;
        let count = u16::try_from(sections.len() + 1).expect("a small number");
        file[60..62].copy_from_slice(&count.to_le_bytes());
        file.extend_from_slice(&[0; 64]);
        for (kind, offset, size) in sections {
            let mut header = [0; 64];
            header[4..8].copy_from_slice(&kind.to_le_bytes());
            header[24..32].copy_from_slice(&offset.to_le_bytes());
            header[32..40].copy_from_slice(&size.to_le_bytes());
            file.extend_from_slice(&header);
        }
        file
    }

    #[test]
    fn sections_that_overlap_and_those_without_bytes_count_in_full() {
        let (progbits, nobits) = (1, 8);
        let image = elf(&[(progbits, 64, 16); 100], &[0; 16]);
        assert_eq!(Claim::of(&image).map(|claim| claim.bytes()), Ok(1600));
        let image = elf(&[(nobits, 0, 1 << 40), (progbits, 64, 8)], &[0; 8]);
        assert_eq!(
            Claim::of(&image).map(|claim| claim.bytes()),
            Ok((1 << 40) + 8)
        );
        let image = elf(&[(nobits, 0, u64::MAX), (nobits, 0, 2)], &[]);
        assert_eq!(Claim::of(&image).map(|claim| claim.bytes()), Ok(u64::MAX));
        assert_eq!(Claim::of(&elf(&[], &[])).map(|claim| claim.bytes()), Ok(0));
    }

    #[test]
    fn functions_are_counted_in_every_table() {
        // `st_info` is the fifth byte.
        let mut symbols = [0; 24 * 3];
        symbols[4] = 0x12;
        symbols[28] = 0x11;
        symbols[52] = 0x02;
        let image = elf(&[(2, 64, 72), (2, 64, 48)], &symbols);
        let claim = Claim::of(&image).expect("section headers");
        assert_eq!(claim.functions(), Ok(3));
        // One that is not in the file.
        let image = elf(&[(2, 1 << 40, 72)], &symbols);
        assert!(Claim::of(&image).expect("headers").functions().is_err());
    }

    #[test]
    fn what_is_no_elf_file_is_an_error() {
        for image in [&b""[..], b"\x7fELF", b"\x7fELF\x01\x01\x01", &[0; 200]] {
            assert!(Claim::of(image).is_err());
        }
        let mut image = elf(&[(1, 64, 8)], &[0; 8]);
        image[40..48].copy_from_slice(&u64::MAX.to_le_bytes());
        assert!(Claim::of(&image).is_err());
    }
}
