//! What has to arrive at the host from each guest, in whatever language that is written, and how the host behaves.

use crate::edited::Edited;
use crate::mock::guest::World;
use crate::mock::host::{Behaviour, Call, Map, Names, Object, Operation};
use crate::objects::{case, open, with_skeleton};

/// What Linux calls itself in `.kconfig`.
const VERSION: u32 = 0x0006_0102;

pub fn behaviour() -> Behaviour {
    Behaviour {
        kconfig: VERSION.to_le_bytes().to_vec(),
        ..Behaviour::default()
    }
}

/// `struct notice` of guest.bpf.c.
pub fn event(pid: u32) -> Vec<u8> {
    let mut event = vec![0; 32];
    event[8..12].copy_from_slice(&pid.to_le_bytes());
    event[12..16].copy_from_slice(b"task");
    event
}

/// The image `object` was loaded from is that of case `name` after `edit`, byte for byte; libbpf opens it.
pub fn is_edited(object: &Object, name: &str, edit: impl FnOnce(&mut Edited<'_, '_>)) {
    with_skeleton(&case(name), |skeleton| {
        let mut expected = Edited::new(skeleton);
        edit(&mut expected);
        let differs = expected
            .image
            .iter()
            .zip(&object.image)
            .position(|(ours, theirs)| ours != theirs);
        assert_eq!(differs, None, "{name}: first byte that differs");
        assert_eq!(expected.image.len(), object.image.len());
        let opened = open(&skeleton.object.name, &object.image).expect("libbpf opens it");
        expected.check_against(&opened, name);
    });
}

pub fn value_of(maps: &[Map], nth: usize, name: &str) -> Vec<u8> {
    let mut found = maps.iter().filter(|map| map.name == name);
    found.nth(nth).expect("a map").elements[&vec![0; 4]].clone()
}

pub fn edits(guest: impl Fn(Behaviour) -> World) {
    let world = guest(behaviour());
    let host = &world.host;
    is_edited(&host.objects[0], "guest", |image| {
        image.variable("min_duration", 0, &[0x11; 8]);
        image.variable("settings", 0, b"x");
        image.variable("settings", 16, &[0x22; 8]);
        image.variable("named", 0, &[0x33; 4]);
        image.variable("counter", 0, &[0xff; 4]);
        image.variable("current", 8, &[0x44; 8]);
        image.variable("named_data", 0, &[0x55; 4]);
        image.program("chosen", false);
        image.program("optional", true);
        image.max_entries("started", 99);
    });
    is_edited(&host.objects[1], "guest", |image| {
        image.variable("min_duration", 0, &6_u64.to_le_bytes())
    });
    let mut bss = vec![0x66; 8];
    bss.push(0x77);
    assert_eq!(value_of(&host.maps, 0, "mock.bss"), bss);
    assert_eq!(value_of(&host.maps, 1, "mock.bss"), vec![0; 9]);

    let attached: Vec<_> = host
        .calls
        .iter()
        .filter(|call| matches!(call, Call::Attach(..)))
        .collect();
    let attach =
        |object, name: &str, target: &str| Call::Attach(object, name.to_owned(), target.to_owned());
    let expected = [
        attach(1, "always", ""),
        attach(1, "optional", ""),
        attach(1, "tunes", "/sys/fs/cgroup/test"),
        attach(1, "passes", "lo"),
        attach(2, "always", ""),
    ];
    assert_eq!(attached, expected.iter().collect::<Vec<_>>());
    let place = |wanted: &Call| {
        host.calls
            .iter()
            .position(|call| call == wanted)
            .expect("the call")
    };
    let written = place(&Call::Operate(Operation::Update, "mock.bss".to_owned()));
    assert!(place(&Call::Load(1)) < written && written < place(&expected[0]));
    assert_eq!(
        host.calls
            .iter()
            .filter(|call| matches!(call, Call::Close(_)))
            .count(),
        2
    );
    assert!(place(&Call::Close(2)) < place(&Call::Close(1)));
}

pub fn sections(guest: impl Fn(Behaviour) -> World) {
    let world = guest(behaviour());
    let host = &world.host;
    is_edited(&host.objects[0], "variables", |image| {
        image.variable("ro_wide", 0, &[0xff; 16]);
        // 10 bits: low is 5, high now 1.
        image.variable("ro_settings", 32, &[5 | 1 << 3, 0]);
        image.variable("ro_yes", 0, &[0]);
        image.variable("other_mask", 0, &0x00ab_cdef_u64.to_le_bytes());
        image.variable("data_wide", 0, &(3_u128 << 64).to_le_bytes());
        image.variable("data_grid", 16, &55_u32.to_le_bytes());
        image.variable("data_wide_enum", 0, &1_u64.to_le_bytes());
        image.variable("named_inners", 24, &(-9_i64).to_le_bytes());
    });
    with_skeleton(&case("variables"), |skeleton| {
        let bss = value_of(&host.maps, 0, "mock.bss");
        let section = skeleton
            .object
            .data
            .iter()
            .find(|data| data.name == ".bss")
            .expect("a section");
        let mut expected = vec![0; bss.len()];
        let mut write = |name: &str, at: u32, bytes: &[u8]| {
            let variable = section
                .variables
                .iter()
                .find(|v| v.name == name)
                .expect("a variable");
            expected[(variable.offset.0 + at) as usize..][..bytes.len()].copy_from_slice(bytes);
        };
        write("bss_wide", 0, &(-2_i128).to_le_bytes());
        write("bss_inner", 8, &4_u64.to_le_bytes());
        write("bss_block", 6, &[6]);
        assert_eq!(bss, expected);
        assert_eq!(value_of(&host.maps, 0, ".bss.named"), [1, 0, 0, 0]);
    });
    is_edited(&host.objects[1], "struct_ops", |image| {
        image.variable("plain", 16, &8_u64.to_le_bytes());
        image.variable("second", 24, b"edited");
    });
    is_edited(&host.objects[2], "arena", |image| {
        image.variable("shared_counter", 0, &50_u32.to_le_bytes())
    });
}

pub fn sync(guest: impl Fn(Behaviour) -> World) {
    for names in [Names::Section, Names::Object] {
        let world = guest(Behaviour {
            names,
            ..behaviour()
        });
        is_edited(&world.host.objects[0], "guest", |_| {});
    }
}

pub fn maps(guest: impl Fn(Behaviour) -> World) {
    let world = guest(behaviour());
    is_edited(&world.host.objects[0], "kinds", |image| {
        image.max_entries("sized_later", 12)
    });
}

pub fn events(guest: impl Fn(Behaviour) -> World) {
    let polls = || {
        vec![
            ("rb", vec![event(11), event(22)]),
            ("rb", vec![event(1)[..31].to_vec()]),
            ("rb", vec![event(1), event(2), event(3)]),
            ("rb", vec![event(4), event(5)]),
            ("rb", Vec::new()),
            ("rb", vec![vec![b'L'; 5000]]),
            ("rb", vec![vec![b'L'; 5000]]),
            ("perf", vec![b"....a".to_vec(), b"....b".to_vec()]),
        ]
    };
    // Hosts disagree on both.
    for (poll_returns_callback, tells_whole_size) in [(false, false), (true, true)] {
        let behaviour = Behaviour {
            events: polls(),
            poll_returns_callback,
            tells_whole_size,
            ..behaviour()
        };
        let world = guest(behaviour);
        let call = Call::Attach(1, "passes".to_owned(), "lo".to_owned());
        assert_eq!(
            world
                .host
                .calls
                .iter()
                .filter(|recorded| **recorded == call)
                .count(),
            1
        );
    }
}

pub fn errors(guest: impl Fn(Behaviour) -> World) {
    let world = guest(Behaviour {
        failing_load: 2,
        failing_program: Some("chosen"),
        ..behaviour()
    });
    let loads: Vec<_> = world
        .host
        .calls
        .iter()
        .filter(|call| matches!(call, Call::Load(_)))
        .collect();
    assert_eq!(loads, [&Call::Load(1), &Call::Load(0), &Call::Load(2)]);
    let closed = world
        .host
        .calls
        .iter()
        .filter(|call| matches!(call, Call::Close(_)))
        .count();
    assert_eq!(closed, 2, "each object once");
    for object in &world.host.objects {
        is_edited(object, "guest", |_| {});
    }
}

pub fn limits(guest: impl Fn(Behaviour) -> World) {
    let world = guest(Behaviour {
        names: Names::Hidden,
        ..behaviour()
    });
    let host = &world.host;
    is_edited(&host.objects[0], "programs", |image| {
        image.program("first", false);
        image.program("optional_alone", true);
    });
    // The load that was refused did not reach the host; the one that could not write .bss was undone there.
    let loads = host
        .calls
        .iter()
        .filter(|call| matches!(call, Call::Load(_)))
        .count();
    assert_eq!((loads, host.objects.len()), (4, 4));
}

/// Tables of functions: all that are made are registered, but for those left out; one is by hand.
pub fn tables(guest: impl Fn(Behaviour) -> World) {
    let world = guest(behaviour());
    is_edited(&world.host.objects[0], "struct_ops", |image| {
        image.variable("linked", 24, b"edited");
        image.variable("linked", 16, &77_u64.to_le_bytes());
    });
    let attached = world.host.calls.iter().filter_map(|call| match call {
        Call::Attach(object, name, target) => Some((*object, name.as_str(), target.as_str())),
        Call::Load(_) | Call::Close(_) | Call::MapFd(..) | Call::Poll(..) | Call::Operate(..) => {
            None
        }
    });
    let attached: Vec<_> = attached.collect();
    assert_eq!(
        attached,
        [(1, "linked", ""), (1, "second", ""), (1, "plain", "")]
    );

    // The first failure ends it.
    let world = guest(Behaviour {
        failing_program: Some("linked"),
        ..behaviour()
    });
    let calls = world.host.calls.iter();
    let attached = calls.filter(|call| matches!(call, Call::Attach(..)));
    assert_eq!(attached.count(), 1);
}
