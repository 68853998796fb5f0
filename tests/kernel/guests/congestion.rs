// Registers congestion controls for TCP under names of its own, until Ctrl-C: congestion NAME.

mod skeleton {
    include!(concat!(env!("SKELETONS"), "/congestion.skel.rs"));
}

use skeleton::CongestionSkel;
use std::error::Error;
use std::io::Write;
use std::thread::sleep;
use std::time::Duration;

/// Writes a text into an array of C.
fn put(to: &mut [u8], text: &str) {
    for (place, byte) in to.iter_mut().zip(text.bytes().chain([0])) {
        *place = byte;
    }
}

fn say(line: &str) -> std::io::Result<()> {
    println!("{line}");
    std::io::stdout().flush()
}

fn main() -> Result<(), Box<dyn Error>> {
    let name = std::env::args().nth(1).ok_or("no name")?;
    let mut open = CongestionSkel::open()?;
    put(&mut open.struct_ops.steady_mut().name, &name);
    put(&mut open.struct_ops.later_mut().name, &format!("{name}_later"));
    open.maps.later.set_autoattach(false);
    let mut skel = open.load()?;
    skel.attach()?;
    assert!(skel.maps.steady.is_attached() && !skel.maps.later.is_attached());
    say(&format!("REGISTERED {name}"))?;
    sleep(Duration::from_secs(2));
    skel.maps.later.attach()?;
    say("LATER")?;
    sleep(Duration::from_secs(100));
    skel.sync()?;
    let connections = skel.bss().connections;
    say(&format!("CONNECTIONS {connections}"))?;
    Ok(())
}
