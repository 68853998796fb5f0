//! Prints a line for every process that starts another program; an argument is the only process to watch.

include!(concat!(env!("OUT_DIR"), "/hello.skel.rs"));

use std::time::Duration;

fn main() -> libbpf_wasm::Result<()> {
    let pid = std::env::args().nth(1).and_then(|pid| pid.parse().ok());
    let mut open = HelloSkel::open()?;
    open.rodata_mut().wanted_pid = pid.unwrap_or(0);
    let skel = open.load()?;
    skel.attach()?;
    let rb = skel
        .maps
        .rb
        .ring_buffer(|e: &types::event| println!("{} {}", { e.pid }, e.comm_str()))?;
    // Ctrl-C ends the poll.
    while rb.poll(Duration::from_millis(100))? {}
    Ok(())
}
