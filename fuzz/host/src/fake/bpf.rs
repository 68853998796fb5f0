//! `bpf(2)`: reads and writes what the kernel would, all of it, so that a sanitizer sees a size that is wrong; and does nothing.

use super::{maps, unlucky};
use libbpf_rs::libbpf_sys::{self, bpf_attr, bpf_map_info};
use libc::{c_int, c_long};

/// Answers a call.
///
/// # Safety
/// `attributes` has `size` bytes, and what they lead to is there.
#[allow(unsafe_code, reason = "what is called from C is given pointers")]
pub(super) unsafe fn call(
    command: c_long,
    attributes: *mut u8,
    size: c_long,
) -> Result<c_long, c_int> {
    let command = u32::try_from(command).map_err(|_| libc::EINVAL)?;
    let size = usize::try_from(size).map_err(|_| libc::EINVAL)?;
    // SAFETY: both are there, and do not overlap; any bytes are good attributes.
    let mut own = unsafe {
        let mut own: bpf_attr = std::mem::zeroed();
        let size = size.min(size_of::<bpf_attr>());
        std::ptr::copy_nonoverlapping(attributes, (&raw mut own).cast::<u8>(), size);
        own
    };
    // SAFETY: the caller's.
    unsafe {
        match command {
            libbpf_sys::BPF_MAP_CREATE => with_luck(|| maps::create(&own.__bindgen_anon_1)),
            libbpf_sys::BPF_MAP_LOOKUP_ELEM
            | libbpf_sys::BPF_MAP_LOOKUP_AND_DELETE_ELEM
            | libbpf_sys::BPF_MAP_UPDATE_ELEM
            | libbpf_sys::BPF_MAP_DELETE_ELEM
            | libbpf_sys::BPF_MAP_GET_NEXT_KEY => element(command, &own),
            libbpf_sys::BPF_PROG_LOAD => program(&own),
            libbpf_sys::BPF_BTF_LOAD => {
                let btf = &own.__bindgen_anon_7;
                read(btf.btf, btf.btf_size as usize);
                maps::something()
            }
            libbpf_sys::BPF_OBJ_GET_INFO_BY_FD => {
                let result = info(&mut own);
                let own = (&raw const own).cast::<u8>();
                std::ptr::copy_nonoverlapping(own, attributes, size.min(size_of::<bpf_attr>()));
                result
            }
            libbpf_sys::BPF_LINK_CREATE
            | libbpf_sys::BPF_RAW_TRACEPOINT_OPEN
            | libbpf_sys::BPF_ITER_CREATE => with_luck(maps::something),
            libbpf_sys::BPF_MAP_FREEZE
            | libbpf_sys::BPF_PROG_BIND_MAP
            | libbpf_sys::BPF_PROG_ATTACH
            | libbpf_sys::BPF_PROG_DETACH
            | libbpf_sys::BPF_LINK_UPDATE
            | libbpf_sys::BPF_LINK_DETACH => with_luck(|| Ok(0)),
            libbpf_sys::BPF_PROG_GET_NEXT_ID
            | libbpf_sys::BPF_MAP_GET_NEXT_ID
            | libbpf_sys::BPF_BTF_GET_NEXT_ID
            | libbpf_sys::BPF_LINK_GET_NEXT_ID
            | libbpf_sys::BPF_OBJ_GET => Err(libc::ENOENT),
            libbpf_sys::BPF_MAP_GET_FD_BY_ID => maps::something(),
            _ => Err(libc::EINVAL),
        }
    }
}

fn with_luck(act: impl FnOnce() -> Result<c_long, c_int>) -> Result<c_long, c_int> {
    match unlucky() {
        true => Err(libc::EPERM),
        false => act(),
    }
}

/// Reads every byte.
///
/// # Safety
/// They are there, unless the address is 0.
#[allow(unsafe_code, reason = "what is called from C is given pointers")]
unsafe fn read(address: u64, len: usize) {
    if address == 0 {
        return;
    }
    let mut copy = Vec::<u8>::with_capacity(len);
    // SAFETY: the caller's; the copy has room.
    unsafe {
        std::ptr::copy_nonoverlapping(address as *const u8, copy.as_mut_ptr(), len);
    }
    std::hint::black_box(copy.as_ptr());
}

/// Writes every byte.
///
/// # Safety
/// They are there, unless the address is 0.
#[allow(unsafe_code, reason = "what is called from C is given pointers")]
unsafe fn write(address: u64, byte: u8, len: usize) -> Result<(), c_int> {
    if address == 0 {
        return Err(libc::EFAULT);
    }
    // SAFETY: the caller's.
    unsafe {
        std::ptr::write_bytes(address as *mut u8, byte, len);
    }
    Ok(())
}

/// # Safety
/// The caller's of [`call`].
#[allow(unsafe_code, reason = "what is called from C is given pointers")]
unsafe fn element(command: u32, attributes: &bpf_attr) -> Result<c_long, c_int> {
    // SAFETY: any bytes are good numbers; the addresses are the caller's.
    unsafe {
        let element = &attributes.__bindgen_anon_2;
        let (_, map) = maps::of(element.map_fd)?;
        read(element.key, map.key as usize);
        let value = element.__bindgen_anon_1.value;
        match command {
            libbpf_sys::BPF_MAP_UPDATE_ELEM => read(value, map.copied()),
            _ if unlucky() => return Err(libc::ENOENT),
            libbpf_sys::BPF_MAP_DELETE_ELEM => {}
            libbpf_sys::BPF_MAP_GET_NEXT_KEY => write(value, b'k', map.key as usize)?,
            _ => write(value, b'v', map.copied())?,
        }
    }
    with_luck(|| Ok(0))
}

/// # Safety
/// The caller's of [`call`].
#[allow(unsafe_code, reason = "what is called from C is given pointers")]
unsafe fn program(attributes: &bpf_attr) -> Result<c_long, c_int> {
    /// Bytes of an instruction.
    const INSTRUCTION: usize = 8;
    // SAFETY: any bytes are good numbers; the addresses are the caller's.
    unsafe {
        let program = &attributes.__bindgen_anon_3;
        if program.insn_cnt == 0 {
            return Err(libc::E2BIG);
        }
        let license: *const libc::c_char = program.license as *const _;
        read(program.insns, INSTRUCTION * program.insn_cnt as usize);
        let rows = [
            (
                program.func_info,
                program.func_info_cnt,
                program.func_info_rec_size,
            ),
            (
                program.line_info,
                program.line_info_cnt,
                program.line_info_rec_size,
            ),
            (
                program.core_relos,
                program.core_relo_cnt,
                program.core_relo_rec_size,
            ),
        ];
        for (address, count, size) in rows {
            read(address, count as usize * size as usize);
        }
        if !license.is_null() {
            read(program.license, libc::strlen(license) + 1);
        }
        if program.log_level != 0 && program.log_size != 0 {
            write(program.log_buf, 0, program.log_size as usize)?;
        }
    }
    with_luck(maps::something)
}

/// # Safety
/// The caller's of [`call`].
#[allow(unsafe_code, reason = "what is called from C is given pointers")]
unsafe fn info(attributes: &mut bpf_attr) -> Result<c_long, c_int> {
    // SAFETY: any bytes are good numbers; the address is the caller's, of so many bytes as he says.
    unsafe {
        let asked = &mut attributes.info;
        let room = asked.info_len as usize;
        write(asked.info, 0, room)?;
        let Ok((id, map)) = maps::of(asked.bpf_fd) else {
            return Ok(0);
        };
        let info = bpf_map_info {
            type_: map.kind,
            id,
            key_size: map.key,
            value_size: map.value,
            max_entries: map.entries,
            map_flags: map.flags,
            map_extra: map.extra,
            ..Default::default()
        };
        let len = room.min(size_of::<bpf_map_info>());
        let from = (&raw const info).cast::<u8>();
        std::ptr::copy_nonoverlapping(from, asked.info as *mut u8, len);
        asked.info_len = u32::try_from(len).unwrap_or(0);
    }
    Ok(0)
}
