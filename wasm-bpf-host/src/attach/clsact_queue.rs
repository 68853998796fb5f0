//! The `clsact` queue of an interface, in which filters of all tools are.

use libbpf_rs::libbpf_sys;
use rustix::net::netlink::SocketAddrNetlink;
use rustix::net::{
    AddressFamily, RecvFlags, SendFlags, SocketFlags, SocketType, recv, sendto, socket_with,
};
use std::io;

/// Removes the queue if there is no filter in it, neither way.
pub(super) fn remove_empty(interface: i32) {
    if !is_empty(interface).unwrap_or(false) {
        return;
    }
    let mut hook = libbpf_sys::bpf_tc_hook {
        sz: size_of::<libbpf_sys::bpf_tc_hook>() as libbpf_sys::size_t,
        ifindex: interface,
        // Both ways: the queue itself.
        attach_point: libbpf_sys::BPF_TC_INGRESS | libbpf_sys::BPF_TC_EGRESS,
        ..Default::default()
    };
    // SAFETY: the struct has its size in it and lives during the call.
    #[allow(unsafe_code, reason = "libbpf-rs does not do this alone")]
    unsafe {
        libbpf_sys::bpf_tc_hook_destroy(&raw mut hook);
    }
}

/// `TC_H_MAKE(TC_H_CLSACT, TC_H_MIN_INGRESS)` and the other way, of <linux/pkt_sched.h>.
const PARENTS: [u32; 2] = [0xffff_fff2, 0xffff_fff3];

fn is_empty(interface: i32) -> io::Result<bool> {
    for parent in PARENTS {
        if has_filter(interface, parent)? {
            return Ok(false);
        }
    }
    Ok(true)
}

/// Of <linux/rtnetlink.h> and <linux/netlink.h>.
const RTM_NEWTFILTER: u16 = 44;
const RTM_GETTFILTER: u16 = 46;
const NLM_F_REQUEST: u16 = 0x1;
const NLM_F_DUMP: u16 = 0x300;
const NLMSG_ERROR: u16 = 2;
const NLMSG_DONE: u16 = 3;
/// `struct nlmsghdr`, with `struct tcmsg` after it.
const HEADER: usize = 16;
const REQUEST: u32 = 36;

/// Asks the kernel for the filters that a queue has for one direction.
fn has_filter(interface: i32, parent: u32) -> io::Result<bool> {
    let socket = socket_with(
        AddressFamily::NETLINK,
        SocketType::RAW,
        SocketFlags::CLOEXEC,
        None,
    )?;
    let mut request = Vec::with_capacity(REQUEST as usize);
    request.extend(REQUEST.to_ne_bytes());
    request.extend(RTM_GETTFILTER.to_ne_bytes());
    request.extend((NLM_F_REQUEST | NLM_F_DUMP).to_ne_bytes());
    // Number and port: nobody else asks here. Then the family.
    request.extend([0; 12]);
    request.extend(interface.to_ne_bytes());
    // No handle.
    request.extend([0; 4]);
    request.extend(parent.to_ne_bytes());
    request.extend([0; 4]);
    sendto(
        &socket,
        &request,
        SendFlags::empty(),
        &SocketAddrNetlink::new(0, 0),
    )?;
    let mut buffer = vec![0; 64 << 10];
    loop {
        let (_, len) = recv(&socket, &mut buffer[..], RecvFlags::empty())?;
        let mut rest = buffer.get(..len).unwrap_or_default();
        if rest.len() < HEADER {
            return Err(io::ErrorKind::InvalidData.into());
        }
        while let [a, b, c, d, low, high, ..] = *rest {
            match u16::from_ne_bytes([low, high]) {
                RTM_NEWTFILTER => return Ok(true),
                NLMSG_DONE => return Ok(false),
                NLMSG_ERROR => return Err(io::Error::other("no list of filters")),
                _ => {}
            }
            let size = (u32::from_ne_bytes([a, b, c, d]) as usize).next_multiple_of(4);
            rest = rest.get(size.max(HEADER)..).unwrap_or_default();
        }
    }
}
