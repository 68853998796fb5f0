// Ring and perf buffers: every event arrives once, in order, as what it is or not at all.

include!(concat!(env!("SKELETONS"), "/guest.rs"));
mod check;

use check::fails;
use libbpf_wasm::errno::{EBADF, EBADMSG, EBUSY};
use libbpf_wasm::{Error, EventBuffer, MapFlags, Sample};
use std::cell::{Cell, RefCell};
use std::ops::ControlFlow;
use std::rc::Rc;
use std::time::Duration;

const NOW: Duration = Duration::ZERO;

// Polls: two good events, one too short, three to be stopped at the second, two for the busy callback, none, two large ones.
fn ring(skel: &GuestSkel) {
    let pids = RefCell::new(Vec::new());
    let rb = skel
        .maps
        .rb
        .ring_buffer(|event: &types::notice| {
            assert_eq!(event.name_str(), *"task");
            pids.borrow_mut().push(event.pid);
        })
        .unwrap();
    assert!(rb.poll(NOW).unwrap());
    assert_eq!(*pids.borrow(), [11, 22]);
    match rb.poll(NOW) {
        Err(Error::Event { map: "rb", expected: 32, found: 31 }) => {}
        other => panic!("{other:?}"),
    }
    fails(Err::<(), _>(Error::Event { map: "rb", expected: 32, found: 31 }), EBADMSG);
    assert_eq!(pids.borrow().len(), 2);
    drop(rb);

    let seen = Cell::new(0);
    let rb = skel.maps.rb.ring_buffer(|event: &[u8]| {
        assert_eq!(event.len(), size_of::<types::notice>());
        seen.set(seen.get() + 1);
        if seen.get() == 2 { Err("stop") } else { Ok(()) }
    });
    let rb = rb.unwrap();
    let error = rb.poll(NOW).unwrap_err();
    assert!(matches!(error, Error::Callback(_)) && error.to_string() == "stop");
    assert_eq!(seen.get(), 2);
    // What the callback did not take is not lost.
    assert!(rb.poll(NOW).unwrap());
    assert_eq!(seen.get(), 3);
    drop(rb);
    busy(skel);

    let seen = Cell::new(0);
    let rb = skel.maps.rb.ring_buffer(|sample: &Sample| {
        let bytes = sample.bytes();
        assert_eq!(bytes.last(), Some(&b'L'));
        assert_eq!(sample.is_truncated(), seen.get() == 0);
        assert!(if sample.is_truncated() { bytes.len() < 5000 } else { bytes.len() == 5000 });
        seen.set(seen.get() + 1);
    });
    let rb = rb.unwrap();
    assert_eq!((rb.consume().unwrap(), rb.truncated()), (1, 1));
    assert_eq!((rb.consume().unwrap(), rb.truncated()), (1, 1));
    assert_eq!(seen.get(), 2);
}

// A callback may do all that the guest may, but poll its own buffer, and end the loop.
fn busy(skel: &GuestSkel) {
    let this: Rc<RefCell<Option<EventBuffer<'_>>>> = Rc::default();
    let other = Rc::clone(&this);
    let (mut skel_started, mut seen) = (skel.maps.started.clone(), 0);
    let rb = skel.maps.rb.ring_buffer(move |event: &types::notice| {
        let started = &mut skel_started;
        started.insert(&1, event, MapFlags::ANY)?;
        assert_eq!({ started.get(&1)?.unwrap().pid }, { event.pid });
        if !skel.progs.passes.is_attached() {
            skel.progs.passes.attach("lo")?;
        }
        fails(other.borrow().as_ref().unwrap().poll(NOW), EBUSY);
        seen += 1;
        Ok::<_, Error>(if seen == 2 { ControlFlow::Break(()) } else { ControlFlow::Continue(()) })
    });
    this.replace(Some(rb.unwrap()));
    assert!(!this.borrow().as_ref().unwrap().poll(NOW).unwrap());
    assert!(this.borrow().as_ref().unwrap().poll(NOW).unwrap());
    let rb = this.take();
    drop(rb);
}

fn main() {
    check::run(|| {
        let skel = GuestSkel::open_and_load().unwrap();
        ring(&skel);
        let mut letters = Vec::new();
        let perf = skel.maps.perf.perf_buffer(|event: &[u8; 5]| letters.push(event[4])).unwrap();
        perf.poll(NOW).unwrap();
        drop(perf);
        assert_eq!(letters, b"ab");
        let stale = skel.maps.rb.ring_buffer(|_: &[u8]| ()).unwrap();
        drop(skel);
        fails(stale.poll(NOW), EBADF);
    });
}
