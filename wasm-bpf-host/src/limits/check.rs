//! What libbpf has read of an object is compared to the limits, before anything is loaded.

use super::bounds::Limits;
use super::map_memory::{Machine, MapShape};
use super::program_types::type_name;
use super::usage::{Usage, denied};
use crate::errno::{Errno, Failure};
use crate::profile::{Profile, Refusal};
use libbpf_rs::{AsRawLibbpf, MapType, OpenMap, OpenObject, OpenProgram, ProgramType, libbpf_sys};
use std::ffi::OsStr;
use std::ptr::NonNull;

/// Checks an open object, of which nothing is loaded yet. What its maps take is added to `image`, what is known of it already;
/// the sum with what is `loaded` has to stay within the limits.
///
/// # Errors
/// `-EPERM` with what is not allowed.
pub(crate) fn check_open(
    open: &OpenObject,
    image: Usage,
    limits: &Limits,
    loaded: Usage,
) -> Result<Usage, Failure> {
    let refused = |refusal: Refusal| Failure::new(Errno::PERM, refusal.to_string());
    check_profile(open, &limits.profile).map_err(refused)?;
    check_programs(open, limits)?;
    let machine = Machine::this()?;
    let mut usage = image;
    for map in open.maps().filter(OpenMap::autocreate) {
        let name = map.name();
        check_pin(&map, limits)?;
        usage = usage.with(check_map(map.as_libbpf_object(), name, limits, machine)?);
        let inner = inner_map(map.as_libbpf_object());
        if let Some(inner) = inner {
            usage = usage.with(check_map(inner, name, limits, machine)?);
        }
        let sum = usage.with(loaded);
        let what = format!("map {}", name.display());
        if sum.maps > limits.maps {
            return Err(denied(what, limits.maps, "maps"));
        }
        if sum.map_bytes > limits.map_bytes {
            let what = format!("{what}: with it, maps may take {} bytes", sum.map_bytes);
            return Err(denied(what, limits.map_bytes, "bytes of all maps"));
        }
    }
    Ok(usage)
}

/// The profile again, of what libbpf has made of the image.
fn check_profile(open: &OpenObject, profile: &Profile) -> Result<(), Refusal> {
    for program in open.progs().filter(OpenProgram::autoload) {
        let name = program.name().to_string_lossy();
        profile.check_program(&name, program.prog_type() as u32)?;
    }
    for map in open.maps().filter(OpenMap::autocreate) {
        let name = map.name().to_string_lossy();
        let kind = map.map_type() as u32;
        profile.check_map(&name, kind, map.map_flags(), is_pinned(&map))?;
    }
    Ok(())
}

/// Programs of the allowed types only, by the type that they will be loaded as.
fn check_programs(open: &OpenObject, limits: &Limits) -> Result<(), Failure> {
    let Some(allowed) = &limits.program_types else {
        return Ok(());
    };
    let mut maps = open.maps().filter(OpenMap::autocreate);
    let has_table = maps.any(|map| map.map_type() == MapType::StructOps);
    // libbpf loads the functions of a table even if their sections say that they are not to be loaded.
    let loads = |program: &OpenProgram<'_>| {
        program.autoload() || (has_table && program.prog_type() == ProgramType::StructOps)
    };
    for program in open.progs().filter(loads) {
        let name = type_name(program.prog_type());
        if !allowed.contains(name) {
            let message = format!(
                "program {}: the host does not allow programs of type {name}",
                program.name().display()
            );
            return Err(Failure::new(Errno::PERM, message));
        }
    }
    // Tables that only hold data have no program, but are the same thing to the kernel.
    let name = type_name(ProgramType::StructOps);
    if has_table && !allowed.contains(name) {
        let message = format!("the host does not allow tables of type {name}");
        return Err(Failure::new(Errno::PERM, message));
    }
    Ok(())
}

/// What one map takes.
fn check_map(
    map: NonNull<libbpf_sys::bpf_map>,
    name: &OsStr,
    limits: &Limits,
    machine: Machine,
) -> Result<Usage, Failure> {
    let shape = MapShape::of(map);
    if shape.max_entries > limits.map_entries {
        let what = format!("map {}", name.display());
        return Err(denied(what, limits.map_entries, "entries"));
    }
    Ok(Usage {
        maps: 1,
        map_bytes: shape.kernel_bytes(machine),
        ..Usage::default()
    })
}

fn is_pinned(map: &OpenMap<'_>) -> bool {
    // SAFETY: the map is one of an open object.
    #[allow(unsafe_code, reason = "libbpf-rs knows pins of loaded maps only")]
    let pin = unsafe { libbpf_sys::bpf_map__pin_path(map.as_libbpf_object().as_ptr()) };
    !pin.is_null()
}

fn check_pin(map: &OpenMap<'_>, limits: &Limits) -> Result<(), Failure> {
    if limits.pinning || !is_pinned(map) {
        return Ok(());
    }
    let name = map.name().display();
    let message = format!("map {name}: the host does not allow pinned maps");
    Err(Failure::new(Errno::PERM, message))
}

/// The prototype of the maps that a map of maps may hold. libbpf creates it for a moment.
fn inner_map(map: NonNull<libbpf_sys::bpf_map>) -> Option<NonNull<libbpf_sys::bpf_map>> {
    // SAFETY: the map is one of an open object.
    #[allow(unsafe_code, reason = "libbpf-rs does not know inner maps")]
    let inner = unsafe { libbpf_sys::bpf_map__inner_map(map.as_ptr()) };
    NonNull::new(inner)
}

impl MapShape {
    /// Of a map of an open object.
    fn of(map: NonNull<libbpf_sys::bpf_map>) -> Self {
        let map = map.as_ptr();
        // SAFETY: the map, or the one that it is the prototype of, is one of an open object; these read its definition.
        #[allow(unsafe_code, reason = "libbpf-rs does not know inner maps")]
        unsafe {
            MapShape {
                kind: MapType::from(libbpf_sys::bpf_map__type(map)),
                key_size: libbpf_sys::bpf_map__key_size(map),
                value_size: libbpf_sys::bpf_map__value_size(map),
                max_entries: libbpf_sys::bpf_map__max_entries(map),
                flags: libbpf_sys::bpf_map__map_flags(map),
                extra: libbpf_sys::bpf_map__map_extra(map),
            }
        }
    }
}

impl Machine {
    /// The one that this runs on.
    pub(super) fn this() -> Result<Self, Failure> {
        let cpus = libbpf_rs::num_possible_cpus();
        let cpus = cpus.map_err(|error| Failure::libbpf("cannot count the CPUs", &error))?;
        Ok(Machine {
            cpus: u32::try_from(cpus).unwrap_or(u32::MAX),
            page_size: u32::try_from(rustix::param::page_size()).unwrap_or(u32::MAX),
        })
    }
}
