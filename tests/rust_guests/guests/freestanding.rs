// A guest without an operating system, for wasm32-unknown-unknown.
#![no_std]

extern crate alloc;

include!(concat!(env!("SKELETONS"), "/guest.rs"));

use alloc::vec::Vec;
use core::time::Duration;

pub fn pids() -> libbpf_wasm::Result<Vec<i32>> {
    let skel = GuestSkel::open_and_load()?;
    skel.attach()?;
    let mut pids = Vec::new();
    let rb = skel.maps.rb.ring_buffer(|event: &types::notice| pids.push(event.pid))?;
    rb.poll(Duration::MAX)?;
    drop(rb);
    Ok(pids)
}
