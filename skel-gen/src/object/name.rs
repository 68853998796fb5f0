//! Names as libbpf and bpftool make them.

use super::data::DataKind;

/// The longest name of an object, in bytes.
const OBJECT_NAME_LEN: usize = 63;
/// The longest name the kernel takes for a map, in bytes.
const KERNEL_NAME_LEN: usize = 15;
/// What libbpf leaves room for when it shortens the object's name: the length of `.rodata`.
const SUFFIX_LEN: usize = 7;

/// The name of an object from that of its file, as bpftool makes it: without folders and one `.o`, and what C does not allow
/// replaced by `_`. At most 63 bytes.
pub fn object_name(file: &str) -> String {
    let base = file.rsplit('/').next().unwrap_or_default();
    let stem = base.strip_suffix(".o").unwrap_or(base);
    let legal = |byte: u8| match byte.is_ascii_alphanumeric() {
        true => char::from(byte),
        false => '_',
    };
    stem.bytes().take(OBJECT_NAME_LEN).map(legal).collect()
}

/// The name of the internal map of a data section: `bootstra.rodata`, or the section's own if that has two dots. libbpf cuts
/// those to what the kernel takes, but for users of `.data.*` and `.rodata.*`.
pub(super) fn internal_map(object: &str, section: &str, kind: DataKind) -> String {
    let is_custom = section.bytes().skip(1).any(|byte| byte == b'.');
    if is_custom && matches!(kind, DataKind::Data | DataKind::Rodata) {
        return section.to_owned();
    }
    let suffix = section.len().max(SUFFIX_LEN);
    let prefix = match is_custom {
        true => 0,
        false => KERNEL_NAME_LEN.saturating_sub(suffix),
    };
    let name = object.bytes().take(prefix).chain(section.bytes());
    let legal = |byte: u8| match byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'.' {
        true => char::from(byte),
        false => '_',
    };
    name.take(KERNEL_NAME_LEN).map(legal).collect()
}

/// What bpftool calls the member of an internal map: the rest of the name from the first of these words on that is in it.
pub(super) fn internal_member(map: &str) -> &str {
    const WORDS: [&str; 4] = [".data", ".rodata", ".bss", ".kconfig"];
    let found = WORDS.iter().find_map(|word| map.find(word));
    found.and_then(|at| map.get(at + 1..)).unwrap_or(map)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn objects_are_named_like_bpftool_does() {
        assert_eq!(object_name("bootstrap.bpf.o"), "bootstrap_bpf");
        assert_eq!(object_name("out/9p-trace.o"), "9p_trace");
        assert_eq!(object_name("a.o.o"), "a_o");
        assert_eq!(object_name(&"x".repeat(80)).len(), 63);
    }

    #[test]
    fn internal_maps_are_named_like_libbpf_does() {
        use DataKind::{Bss, Data, Kconfig, Rodata};
        for (object, section, kind, expected) in [
            ("bootstrap_bpf", ".rodata", Rodata, "bootstra.rodata"),
            ("bootstrap_bpf", ".bss", Bss, "bootstra.bss"),
            ("bootstrap_bpf", ".kconfig", Kconfig, "bootstr.kconfig"),
            ("a", ".data", Data, "a.data"),
            ("bootstrap_bpf", ".rodata.named", Rodata, ".rodata.named"),
            (
                "bootstrap_bpf",
                ".rodata.longer_than_the_kernel_takes",
                Rodata,
                ".rodata.longer_than_the_kernel_takes",
            ),
            ("bootstrap_bpf", ".bss.named", Bss, ".bss.named"),
            ("bootstrap_bpf", ".bss.MASK_NESTED", Bss, ".bss.MASK_NESTE"),
            ("bootstrap_bpf", ".bss.a-b", Bss, ".bss.a_b"),
        ] {
            assert_eq!(internal_map(object, section, kind), expected);
        }
    }

    #[test]
    fn members_of_internal_maps_are_named_like_bpftool_does() {
        for (map, expected) in [
            ("bootstra.rodata", "rodata"),
            ("bootstr.kconfig", "kconfig"),
            (".data.named", "data.named"),
            (".bss.MASK_NESTE", "bss.MASK_NESTE"),
            (".data.rodata", "data.rodata"),
            (".rodata.data", "data"),
        ] {
            assert_eq!(internal_member(map), expected);
        }
    }
}
