//! The public names of the libraries are those that were reviewed: `snapshots/api` has one on each line.

use std::fs;
use std::process::Command;
use test_support::{built, skip, stdout_of, tests_dir};

/// The libraries that other projects use.
const LIBRARIES: [&str; 4] = ["btf_layout", "libbpf_wasm", "skel_gen", "wasm_bpf_host"];

/// The form of rustdoc's output that is read here.
const FORM: u64 = 57;

#[test]
fn the_public_api_is_what_was_reviewed() {
    let mut cargo = Command::new(env!("CARGO"));
    cargo.args(["doc", "--quiet", "--workspace", "--no-deps"]);
    cargo.env("RUSTDOC", tests_dir().join("rustdoc.sh"));
    cargo.env("RUSTDOCFLAGS", "-Zunstable-options --output-format json");
    stdout_of(cargo.current_dir(tests_dir().join("..")));
    for library in LIBRARIES {
        let file = built("..").join("doc").join(format!("{library}.json"));
        let text = fs::read_to_string(&file).expect("rustdoc's output");
        let json: serde_json::Value = serde_json::from_str(&text).expect("JSON");
        if json["format_version"] != FORM {
            return skip("this compiler's rustdoc writes another form of output");
        }
        let api = public_api::Builder::from_rustdoc_json(file)
            .omit_blanket_impls(true)
            .omit_auto_trait_impls(true)
            .omit_auto_derived_impls(true)
            .build();
        let mut settings = insta::Settings::clone_current();
        settings.set_snapshot_path(tests_dir().join("../snapshots/api"));
        settings.set_prepend_module_to_snapshot(false);
        settings.set_omit_expression(true);
        settings.bind(|| insta::assert_snapshot!(library, api.expect("an API").to_string()));
    }
}
