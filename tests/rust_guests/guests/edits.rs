// Two objects of one skeleton: what is written into one never shows in the other, and all of it arrives.

include!(concat!(env!("SKELETONS"), "/guest.rs"));
mod check;

use check::fails;
use libbpf_wasm::errno::EOPNOTSUPP;
use libbpf_wasm::Ptr;

fn check_untouched(skel: &OpenGuestSkel) {
    assert_eq!({ skel.rodata().min_duration }, 5);
    assert_eq!((skel.rodata().settings.mode, { skel.rodata().settings.limit }), (b'a' as i8, 7));
    assert_eq!({ skel.rodata_named().named }, 1);
    assert_eq!(({ skel.data().counter }, skel.data().current.mode), (3, b'b' as i8));
    assert_eq!({ skel.data().current.limit }, 8);
    assert_eq!({ skel.data_named().named_data }, 4);
    assert_eq!(({ skel.bss().total }, skel.bss().byte), (0, 0));
    assert_eq!({ skel.kconfig().LINUX_KERNEL_VERSION }, 0);
}

fn edit_first(skel: &mut OpenGuestSkel) {
    skel.rodata_mut().min_duration = 0x1111111111111111;
    skel.rodata_mut().settings.mode = b'x' as i8;
    skel.rodata_mut().settings.cookie = Ptr::from_addr(0x2222222222222222);
    skel.rodata_named_mut().named = 0x33333333;
    skel.data_mut().counter = -1;
    skel.data_mut().current.limit = 0x4444444444444444;
    skel.data_named_mut().named_data = 0x55555555;
    skel.bss_mut().total = 0x6666666666666666;
    skel.bss_mut().byte = 0x77;
    skel.progs.chosen.set_autoload(false).unwrap();
    skel.progs.optional.set_autoload(true).unwrap();
    assert!(!skel.progs.chosen.autoload() && skel.progs.optional.autoload());
    skel.maps.started.set_max_entries(99).unwrap();
    assert_eq!(skel.maps.started.max_entries(), 99);
    fails(skel.maps.rodata.set_max_entries(2), EOPNOTSUPP);
}

fn edit_second(skel: &mut OpenGuestSkel) {
    skel.rodata_mut().min_duration = 6;
    // There and back.
    skel.progs.chosen.set_autoload(false).unwrap();
    skel.progs.chosen.set_autoload(true).unwrap();
    skel.data_mut().counter = 9;
    skel.data_mut().counter = 3;
    skel.progs.chosen.set_autoattach(false);
}

fn main() {
    check::run(|| {
        let (mut first, mut second) = (GuestSkel::open().unwrap(), GuestSkel::open().unwrap());
        check_untouched(&first);
        edit_first(&mut first);
        check_untouched(&second);
        edit_second(&mut second);
        assert!(GuestSkel::elf_bytes().starts_with(b"\x7fELF"));

        first.progs.tunes.set_attach_target("/sys/fs/cgroup/test");
        let first = first.load().unwrap();
        assert_eq!({ first.kconfig().LINUX_KERNEL_VERSION }, 0x060102);
        assert_eq!({ second.kconfig().LINUX_KERNEL_VERSION }, 0);
        let second = second.load().unwrap();
        assert_ne!(first.maps.rb.fd().unwrap(), second.maps.rb.fd().unwrap());
        assert_eq!(first.maps.started.max_entries(), 99);

        first.progs.passes.set_attach_target("lo");
        first.attach().unwrap();
        assert!(first.progs.always.is_attached() && !first.progs.chosen.is_attached());
        assert!(first.progs.optional.is_attached() && first.progs.tunes.is_attached());
        second.attach().unwrap();
        assert!(second.progs.always.is_attached() && !second.progs.chosen.is_attached());
        assert!(!second.progs.optional.is_attached() && !second.progs.tunes.is_attached());
        // Nothing is attached twice.
        first.attach().unwrap();
        drop(second);
    });
}
