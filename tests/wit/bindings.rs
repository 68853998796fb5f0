//! wit-bindgen's backends generate from every object's package in its usual form.

use crate::{all_objects, dump, parsed};
use wit_bindgen_core::{Files, WorldGenerator};

/// What a backend makes of a world of a package.
pub(crate) fn generated(text: &str, world: &str, mut backend: Box<dyn WorldGenerator>) -> Files {
    let (mut resolve, package) = parsed(text);
    let world = resolve.select_world(&[package], Some(world));
    let mut files = Files::default();
    backend
        .generate(&mut resolve, world.expect("the world"), &mut files)
        .expect("bindings");
    files
}

/// wit-bindgen's Rust backend.
pub(crate) fn rust() -> Box<dyn WorldGenerator> {
    let options = wit_bindgen_rust::Opts {
        generate_all: true,
        ..wit_bindgen_rust::Opts::default()
    };
    Box::new(options.build())
}

/// wit-bindgen's C backend.
pub(crate) fn c() -> Box<dyn WorldGenerator> {
    wit_bindgen_c::Opts::default().build()
}

#[test]
fn all_backends_generate() {
    if !test_support::can_compile() {
        return;
    }
    for object in all_objects() {
        let text = dump(&object, &[]);
        for world in ["decoder", "consumer"] {
            let backends = [
                ("rust", rust()),
                ("c", c()),
                ("cpp", wit_bindgen_cpp::Opts::default().build(None)),
                ("go", wit_bindgen_go::Opts::default().build()),
                ("csharp", wit_bindgen_csharp::Opts::default().build()),
                ("markdown", wit_bindgen_markdown::Opts::default().build()),
            ];
            for (name, backend) in backends {
                let files = generated(&text, world, backend);
                let written = files.iter().map(|(_, file)| file.len()).sum::<usize>();
                assert!(written > 0, "{name} of {}", object.display());
            }
        }
    }
}
