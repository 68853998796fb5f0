//! Names as libbpf and bpftool make them.

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

/// The name of the internal map of a data section: `bootstra.rodata`, or the section's own if that has two dots.
pub(super) fn internal_map(object: &str, section: &str) -> String {
    let dots = section.bytes().filter(|byte| *byte == b'.').count();
    if dots > 1 {
        return section.to_owned();
    }
    let suffix = section.len().max(SUFFIX_LEN);
    let prefix = KERNEL_NAME_LEN.saturating_sub(suffix);
    let name = object.bytes().take(prefix).chain(section.bytes());
    let legal = |byte: u8| match byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'.' {
        true => char::from(byte),
        false => '_',
    };
    name.take(KERNEL_NAME_LEN).map(legal).collect()
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
        assert_eq!(internal_map("bootstrap_bpf", ".rodata"), "bootstra.rodata");
        assert_eq!(internal_map("bootstrap_bpf", ".bss"), "bootstra.bss");
        assert_eq!(internal_map("bootstrap_bpf", ".kconfig"), "bootstr.kconfig");
        assert_eq!(internal_map("a", ".data"), "a.data");
        assert_eq!(
            internal_map("bootstrap_bpf", ".rodata.named"),
            ".rodata.named"
        );
    }
}
