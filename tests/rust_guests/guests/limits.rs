// What this image or that host cannot do is refused, and is not pretended. The host does not let internal maps be found.

mod guest {
    include!(concat!(env!("SKELETONS"), "/guest.rs"));
}
include!(concat!(env!("SKELETONS"), "/programs.rs"));
mod check;

use check::fails;
use guest::GuestSkel;
use libbpf_wasm::errno::{EBADF, EOPNOTSUPP};
use libbpf_wasm::Error;
use std::time::Duration;

fn parts_of_sections() {
    let skel = ProgramsSkel::open().unwrap();
    // `first` and `second` share a section.
    skel.progs.first.set_autoload(false).unwrap();
    fails(skel.load(), EOPNOTSUPP);

    let skel = ProgramsSkel::open().unwrap();
    skel.progs.first.set_autoload(false).unwrap();
    skel.progs.second.set_autoload(false).unwrap();
    // Switched on, these would share its name.
    fails(skel.progs.optional_first.set_autoload(true), EOPNOTSUPP);
    skel.progs.optional_alone.set_autoload(true).unwrap();
    let skel = skel.load().unwrap();
    assert!(!skel.progs.first.autoload() && skel.progs.first.attach("").is_err());
    skel.progs.optional_alone.attach("").unwrap();
    assert_eq!(skel.progs.optional_alone.section(), "tp/sched/sched_process_exec");
}

fn hidden_sections() {
    let mut skel = GuestSkel::open_and_load().unwrap();
    // .data.named and .rodata.named are found by these names everywhere.
    fails(skel.maps.data.fd(), EOPNOTSUPP);
    skel.maps.data_named.fd().unwrap();
    let error = skel.sync().unwrap_err();
    assert!(matches!(error, Error::Section { section: ".data", errno: EOPNOTSUPP, .. }), "{error:?}");
    drop(skel);

    let mut skel = GuestSkel::open().unwrap();
    skel.bss_mut().byte = 1;
    let error = skel.load().unwrap_err();
    assert!(matches!(error, Error::Section { section: ".bss", errno: EOPNOTSUPP, .. }), "{error:?}");
}

fn stale_buffers() {
    let skel = GuestSkel::open_and_load().unwrap();
    let rb = skel.maps.rb.ring_buffer(|_: &[u8]| ()).unwrap();
    drop(skel);
    fails(rb.poll(Duration::ZERO), EBADF);
}

fn main() {
    check::run(|| {
        parts_of_sections();
        hidden_sections();
        stale_buffers();
    });
}
