// After load: what BPF writes is read with sync, what the guest writes is given with flush.

include!(concat!(env!("SKELETONS"), "/guest.rs"));
mod check;

use libbpf_wasm::{MapFlags, Plain};

fn main() {
    check::run(|| {
        let mut skel = GuestSkel::open().unwrap();
        skel.bss_mut().total = 1;
        let mut skel = skel.load().unwrap();

        // As a BPF program would.
        let mut data = *skel.data();
        data.counter = 1000;
        let mut bss = GuestBss::zeroed();
        (bss.total, bss.byte) = (2000, 3);
        skel.maps.data.insert_bytes(&[0; 4], data.as_bytes(), MapFlags::ANY).unwrap();
        skel.maps.bss.insert_bytes(&[0; 4], bss.as_bytes(), MapFlags::ANY).unwrap();
        assert_eq!(({ skel.data().counter }, { skel.bss().total }), (3, 1));
        skel.sync().unwrap();
        assert_eq!(({ skel.data().counter }, { skel.bss().total }, skel.bss().byte), (1000, 2000, 3));
        assert_eq!({ skel.data().current.limit }, 8);

        skel.data_mut().current.mode = b'f' as i8;
        skel.bss_mut().byte = 4;
        skel.flush().unwrap();
        let bytes = skel.maps.data.get_bytes(&[0; 4]).unwrap().unwrap();
        let data = GuestData::from_bytes(&bytes).unwrap();
        assert_eq!(({ data.counter }, data.current.mode), (1000, b'f' as i8));
        let bytes = skel.maps.bss.get_bytes(&[0; 4]).unwrap().unwrap();
        let bss = GuestBss::from_bytes(&bytes).unwrap();
        assert_eq!(({ bss.total }, bss.byte), (2000, 4));
        assert_eq!({ skel.rodata().min_duration }, 5);
    });
}
