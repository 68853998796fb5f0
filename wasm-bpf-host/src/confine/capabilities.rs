//! Capabilities: none, in no set.

use caps::{CapSet, Capability, CapsHashSet};
use libbpf_rs::{MapHandle, MapType, libbpf_sys};
use std::io;
use std::os::fd::{AsFd, AsRawFd};

/// Drops all, for ever. Whether one had to stay, and why.
pub(super) fn drop_all() -> io::Result<Option<String>> {
    // A map to try on whether using one takes a privilege. Who cannot make one has none to lose.
    let map = tiny_map();
    // Without this one there is no changing the bounding set, which is about executing: that gives nothing any more.
    if caps::has_cap(None, CapSet::Effective, Capability::CAP_SETPCAP).unwrap_or(false) {
        caps::clear(None, CapSet::Bounding).map_err(io::Error::other)?;
    }
    no_new_privileges()?;
    // Kernels before 4.3 do not have it.
    let _ = caps::clear(None, CapSet::Ambient);
    for set in [CapSet::Inheritable, CapSet::Effective] {
        caps::clear(None, set).map_err(io::Error::other)?;
    }
    let usable = map.as_ref().is_none_or(usable);
    let bpf = caps::has_cap(None, CapSet::Permitted, Capability::CAP_BPF).unwrap_or(false);
    if usable || !bpf {
        caps::clear(None, CapSet::Permitted).map_err(io::Error::other)?;
        return Ok((!usable).then(|| {
            "the kernel lets nobody without privileges use maps, and has no CAP_BPF: run it in one process".to_owned()
        }));
    }
    let kept: CapsHashSet = [Capability::CAP_BPF].into_iter().collect();
    caps::set(None, CapSet::Permitted, &kept).map_err(io::Error::other)?;
    caps::set(None, CapSet::Effective, &kept).map_err(io::Error::other)?;
    let message =
        "the kernel lets nobody without privileges use maps (Linux 5.19 does): CAP_BPF is kept";
    Ok(Some(message.to_owned()))
}

fn tiny_map() -> Option<MapHandle> {
    let opts = libbpf_sys::bpf_map_create_opts {
        sz: size_of::<libbpf_sys::bpf_map_create_opts>() as libbpf_sys::size_t,
        ..Default::default()
    };
    MapHandle::create(MapType::Array, Some("probe"), 4, 4, 1, &opts).ok()
}

fn usable(map: &MapHandle) -> bool {
    let (key, mut value) = (0_u32, 0_u32);
    // SAFETY: key and value have the sizes that the map was made with.
    #[allow(
        unsafe_code,
        reason = "libbpf-rs asks for what the map is, which is not the question"
    )]
    let result = unsafe {
        let (key, value) = ((&raw const key).cast(), (&raw mut value).cast());
        libbpf_sys::bpf_map_lookup_elem(map.as_fd().as_raw_fd(), key, value)
    };
    result == 0 && libbpf_rs::MapInfo::new(map.as_fd()).is_ok()
}

/// What is executed gets no more privileges than this process has.
fn no_new_privileges() -> io::Result<()> {
    // SAFETY: takes numbers.
    #[allow(
        unsafe_code,
        reason = "rustix has it with a feature that nobody else needs"
    )]
    let result = unsafe { libc::prctl(libc::PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) };
    match result {
        0 => Ok(()),
        _ => Err(io::Error::last_os_error()),
    }
}
