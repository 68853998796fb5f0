// What goes wrong gives an error that names its part, and leaves nothing behind. The host refuses the second load, and to attach
// `chosen`.

include!(concat!(env!("SKELETONS"), "/guest.rs"));
mod check;

use check::fails;
use libbpf_wasm::errno::{EBADF, EINVAL, EIO, ENOENT};
use libbpf_wasm::{Error, MapFlags, Plain};

/// What is asked of an error that `anyhow` takes.
fn is_portable<T: std::error::Error + Send + Sync + 'static>() {}

fn main() {
    is_portable::<Error>();
    check::run(|| {
        let skel = GuestSkel::open_and_load().unwrap();
        // `always` is attached, `chosen` is not, and says so.
        let error = skel.attach().unwrap_err();
        assert!(matches!(error, Error::Program { program: "chosen", errno: EIO, .. }), "{error:?}");
        assert_eq!(error.to_string(), "program 'chosen': attach: the host gives no reason (error 5)");
        assert!(skel.progs.always.is_attached() && !skel.progs.chosen.is_attached());
        fails(skel.progs.optional.attach(""), EINVAL);
        fails(skel.progs.passes.attach("l\0o"), EINVAL);
        let error = skel.maps.started.insert(&1, &Plain::zeroed(), MapFlags::EXIST).unwrap_err();
        assert_eq!(error.to_string(), "map 'started': update: no such thing (error 2)");
        assert_eq!(error.errno(), ENOENT);
        fails(skel.maps.started.insert(&1, &Plain::zeroed(), MapFlags(77)), EINVAL);
        let always = skel.progs.always.clone();
        drop(skel);
        fails(always.attach(""), EBADF);

        let error = GuestSkel::open_and_load().unwrap_err();
        assert!(matches!(error, Error::Object { object: "guest_bpf", errno: EIO, .. }), "{error:?}");
        let io = std::io::Error::from(error);
        assert_eq!(io.to_string(), "object 'guest_bpf': load: the host gives no reason (error 5)");
        drop(io);
        drop(GuestSkel::open_and_load().unwrap());
    });
}
