// The loop that every tracing guest has, as the manual shows it.

include!(concat!(env!("SKELETONS"), "/example.rs"));

use std::time::Duration;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut open = ExampleSkel::open()?;
    open.rodata_mut().min_duration_ns = 5_000_000;
    let skel = open.load()?;
    skel.attach()?;
    let rb = skel.maps.rb.ring_buffer(|e: &types::event| println!("{} {}", { e.pid }, e.comm_str()))?;
    while rb.poll(Duration::from_millis(100))? { }
    Ok(())
}
