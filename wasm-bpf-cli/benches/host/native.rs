//! The same events, taken by libbpf-rs.

use crate::guest;
use libbpf_rs::{MapCore, MapFlags, MapHandle, ObjectBuilder, RingBufferBuilder};
use std::cell::Cell;
use std::path::Path;
use std::time::Instant;

/// Nanoseconds that taking the events takes, and all.
pub(crate) fn rate(object: &Path, rounds: u64, events: u64, size: u32) -> [f64; 2] {
    let open = ObjectBuilder::default()
        .open_file(object)
        .expect("an object");
    let object = open.load().expect("a loaded object");
    let map = |name: &str| {
        let found = object.maps().find(|map| map.name() == name);
        MapHandle::try_from(&found.expect("a map")).expect("a handle")
    };
    let (control, totals, first) = (map("control"), map("totals"), map("first"));
    let program = object.progs_mut().next().expect("a program");
    let _link = program.attach().expect("a link");
    let (next, wrong) = (Cell::new(0_u64), Cell::new(0));
    let mut builder = RingBufferBuilder::new();
    let take = |event: &[u8]| {
        let number = u64::from_ne_bytes(*event.first_chunk().expect("8 bytes"));
        wrong.set(wrong.get() + u64::from(number != next.get()));
        next.set(next.get() + 1);
        0
    };
    builder.add(&first, take).expect("a ring buffer");
    let ring = builder.build().expect("a ring buffer");
    let thread: u32 = guest::thread_id().parse().expect("a number");
    let arm = |armed: u32| {
        let words = [thread, armed, size, 1];
        let value: Vec<u8> = words.iter().flat_map(|word| word.to_ne_bytes()).collect();
        control
            .update(&[0; 4], &value, MapFlags::ANY)
            .expect("an update");
    };
    let start = Instant::now();
    let mut taking = 0;
    for _ in 0..rounds {
        arm(1);
        for _ in 1..events {
            let mut value = [0; 16];
            totals
                .lookup_into(&[0; 4], &mut value, MapFlags::ANY)
                .expect("a look-up");
        }
        arm(0);
        let before = Instant::now();
        ring.consume().expect("events");
        taking += before.elapsed().as_nanos();
    }
    assert_eq!((next.get(), wrong.get()), (rounds * events, 0));
    [taking as f64, start.elapsed().as_nanos() as f64]
}
