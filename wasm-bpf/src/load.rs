//! Loading an object within the host's limits.

use crate::errno::{Errno, Failure};
use crate::limits::{Limits, Usage};
use crate::loader::Settings;
use libbpf_rs::libbpf_sys;
use libbpf_rs::{AsRawLibbpf, ObjectBuilder, OpenObject, ProgramType};
use std::ffi::CStr;

/// Opens and loads an object, within what others have left of the limits. Also what it takes of them.
pub(crate) fn load(
    settings: &Settings,
    image: &[u8],
    loaded: Usage,
) -> Result<(libbpf_rs::Object, Usage), Failure> {
    let open = ObjectBuilder::default()
        .name(&settings.object_name)
        .and_then(|builder| builder.open_memory(image))
        .map_err(|error| Failure::libbpf("cannot open the BPF object", &error))?;
    let usage = check(&open, &settings.limits, loaded)?;
    // The image has to live until here.
    let object = open
        .load()
        .map_err(|error| Failure::libbpf("cannot load the BPF object", &error))?;
    Ok((object, usage))
}

fn denied(message: String) -> Failure {
    Failure::new(Errno::PERM, message)
}

/// What the host does not allow is not loaded.
fn check(open: &OpenObject, limits: &Limits, loaded: Usage) -> Result<Usage, Failure> {
    if let Some(allowed) = &limits.program_types {
        for program in open.progs().filter(libbpf_rs::OpenProgram::autoload) {
            let name = type_name(program.prog_type());
            if !allowed.contains(name) {
                return Err(denied(format!(
                    "program {}: the host does not allow programs of type {name}",
                    program.name().display()
                )));
            }
        }
    }
    let mut usage = Usage::default();
    for map in open.maps().filter(libbpf_rs::OpenMap::autocreate) {
        usage.maps += 1;
        if usage.with(loaded).maps > limits.maps {
            return Err(denied(format!(
                "the host allows no more than {} maps",
                limits.maps
            )));
        }
        let name = map.name().display();
        if map.max_entries() > limits.map_entries {
            return Err(denied(format!(
                "map {name}: the host allows no more than {} entries",
                limits.map_entries
            )));
        }
        // SAFETY: the map is one of an open object.
        #[allow(unsafe_code, reason = "libbpf-rs knows pins of loaded maps only")]
        let pin = unsafe { libbpf_sys::bpf_map__pin_path(map.as_libbpf_object().as_ptr()) };
        if !pin.is_null() && !limits.pinning {
            return Err(denied(format!(
                "map {name}: the host does not allow pinned maps"
            )));
        }
    }
    Ok(usage)
}

/// libbpf's name of a program type.
pub(crate) fn type_name(program: ProgramType) -> &'static str {
    // SAFETY: takes a number; the text is one of libbpf's constants, or NULL.
    #[allow(unsafe_code, reason = "libbpf-rs has no names of types")]
    unsafe {
        let name = libbpf_sys::libbpf_bpf_prog_type_str(program as u32);
        if name.is_null() {
            return "unknown";
        }
        CStr::from_ptr(name).to_str().unwrap_or("unknown")
    }
}
