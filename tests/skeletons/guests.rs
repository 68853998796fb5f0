//! Guests in C and C++, and what arrived at the host.

use crate::headers::FOLDER;
use std::path::{Path, PathBuf};
use test_support::mock::arrivals;
use test_support::mock::guest::{World, run};
use test_support::mock::host::Behaviour;
use test_support::{clang, stdout_of, tests_dir};

/// How a guest is compiled.
const LANGUAGES: [[&str; 2]; 2] = [["-xc", "-std=c11"], ["-xc++", "-std=c++17"]];

/// Compiles `tests/skeletons/guests/NAME`, C or C++, with allocations counted.
fn compile(name: &str, folder: &Path) -> PathBuf {
    let source = tests_dir().join("skeletons/guests").join(name);
    let [language, standard] = LANGUAGES[usize::from(name.ends_with(".cpp"))];
    let module = folder.join(format!("{name}.wasm"));
    let mut command = clang();
    command.args(["--target=wasm32-wasi", "-O1", language, standard]);
    command
        .args(["-fno-exceptions", "-Wl,--export-table", "-I"])
        .arg(&*FOLDER);
    for function in ["malloc", "calloc", "realloc", "free"] {
        command.arg(format!("-Wl,--wrap={function}"));
    }
    stdout_of(command.arg(source).arg("-o").arg(&module));
    module
}

/// Compiles and runs a guest.
fn guest(name: &str, behaviour: Behaviour) -> World {
    let folder = test_support::scratch();
    let module = std::fs::read(compile(name, folder.path())).expect("a module");
    run(name, &module, behaviour)
}

#[test]
fn what_a_guest_writes_arrives_and_nothing_else() {
    if !test_support::can_compile() {
        return;
    }
    arrivals::edits(|behaviour| guest("edits.c", behaviour));
}

#[test]
fn sections_have_their_values_and_take_others() {
    if !test_support::can_compile() {
        return;
    }
    arrivals::sections(|behaviour| guest("sections.c", behaviour));
}

#[test]
fn contents_are_read_and_written_after_load() {
    if !test_support::can_compile() {
        return;
    }
    arrivals::sync(|behaviour| guest("sync.c", behaviour));
}

#[test]
fn elements_of_maps_have_types() {
    if !test_support::can_compile() {
        return;
    }
    arrivals::maps(|behaviour| guest("maps.c", behaviour));
}

#[test]
fn events_arrive_once_and_whole() {
    if !test_support::can_compile() {
        return;
    }
    arrivals::events(|behaviour| guest("events.c", behaviour));
}

#[test]
fn errors_have_codes_and_leave_nothing_behind() {
    if !test_support::can_compile() {
        return;
    }
    arrivals::errors(|behaviour| guest("errors.c", behaviour));
}

#[test]
fn skeletons_are_at_home_in_cpp() {
    if !test_support::can_compile() {
        return;
    }
    let world = guest(
        "members.cpp",
        Behaviour {
            events: vec![("rb", vec![arrivals::event(11)])],
            ..arrivals::behaviour()
        },
    );
    arrivals::is_edited(&world.host.objects[0], "guest", |image| {
        image.variable("min_duration", 0, &12_u64.to_le_bytes());
        image.variable("current", 0, b"c");
    });
    arrivals::is_edited(&world.host.objects[1], "9p-trace", |_| {});
    arrivals::is_edited(&world.host.objects[2], "guest_names", |_| {});
}

#[test]
fn what_cannot_be_done_is_refused() {
    if !test_support::can_compile() {
        return;
    }
    arrivals::limits(|behaviour| guest("limits.c", behaviour));
}

#[test]
fn tables_of_functions_are_registered() {
    if !test_support::can_compile() {
        return;
    }
    arrivals::tables(|behaviour| guest("tables.c", behaviour));
}
