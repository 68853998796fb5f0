//! Names of program types: libbpf's.

use libbpf_rs::{ProgramType, libbpf_sys};
use std::ffi::CStr;

/// The name of a type.
pub(crate) fn type_name(program: ProgramType) -> &'static str {
    name_of(program as u32).unwrap_or("unknown")
}

/// The names of all types that libbpf knows: what [`Limits::program_types`](crate::Limits::program_types) may hold.
///
/// ```
/// assert!(wasm_bpf_host::program_type_names().any(|name| name == "sched_cls"));
/// ```
pub fn program_type_names() -> impl Iterator<Item = &'static str> {
    // The first one stands for none.
    (1..).map_while(name_of)
}

fn name_of(number: u32) -> Option<&'static str> {
    // SAFETY: takes a number; the text is one of libbpf's constants, or NULL.
    #[allow(unsafe_code, reason = "libbpf-rs has no names of types")]
    let name = unsafe {
        let name = libbpf_sys::libbpf_bpf_prog_type_str(number);
        (!name.is_null()).then(|| CStr::from_ptr(name))
    };
    name?.to_str().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_those_of_libbpf() {
        let names: Vec<_> = program_type_names().collect();
        assert_eq!(names.first(), Some(&"socket_filter"));
        assert!(names.contains(&"struct_ops"), "{names:?}");
        assert!(!names.contains(&"unspec"), "{names:?}");
        assert_eq!(type_name(ProgramType::SchedCls), "sched_cls");
        assert_eq!(type_name(ProgramType::Unspec), "unspec");
    }
}
