// Tables of functions for the kernel are registered with the skeleton, or one by one.

mod check;
mod struct_ops {
    include!(concat!(env!("SKELETONS"), "/struct_ops.rs"));
}

use libbpf_wasm::errno;
use struct_ops::StructOpsSkel;

fn main() {
    check::run(|| {
        let mut open = StructOpsSkel::open().unwrap();
        open.maps.plain.set_autoattach(false);
        open.struct_ops.linked_mut().name[..6].copy_from_slice(&b"edited".map(|byte| byte as _));
        open.struct_ops.linked_mut().flags = 77;
        let skel = open.load().unwrap();
        assert!(!skel.maps.linked.is_attached());

        if let Err(error) = skel.attach() {
            assert_eq!(error.errno(), errno::EIO);
            assert!(!skel.maps.linked.is_attached() && !skel.maps.second.is_attached());
            return;
        }
        assert!(skel.maps.linked.is_attached() && skel.maps.second.is_attached());
        assert!(!skel.maps.plain.is_attached() && !skel.maps.on_demand.is_attached());
        skel.attach().unwrap(); // all of them are

        skel.maps.plain.attach().unwrap();
        assert!(skel.maps.plain.is_attached());
        assert_eq!(skel.maps.on_demand.attach().unwrap_err().errno(), errno::EINVAL);
        let table = skel.maps.plain.clone();
        assert_eq!((table.name(), table.value_size()), ("plain", 48));
        drop(skel);
        assert_eq!(table.attach().unwrap_err().errno(), errno::EBADF);
    });
}
