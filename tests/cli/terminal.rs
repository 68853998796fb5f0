//! Raw dumps on a terminal, where names of others do nothing; everywhere else they are bpftool's, byte for byte.

use btf_blobs::Blob;
use std::fs;
use std::process::Command;
use test_support::{ours, run, scratch, skip, stdout_of, tool};

/// A name that clears the screen, forges a line and turns the text around.
const NAME: &str = "\u{1b}[2J\n[1] INT 'forged'\u{202e}\u{9b}\t\u{e0041}";

#[test]
fn only_on_a_terminal_names_are_escaped() {
    // It runs a command on a terminal of its own, and prints what that shows.
    let Some(script) = tool("script") else {
        return skip("no script to make a terminal");
    };
    let folder = scratch();
    let file = folder.path().join("a.btf");
    let mut blob = Blob::default();
    let int = blob.int("int", 4, 1);
    blob.structure(NAME, 4, &[(NAME, int, 0)]);
    let var = blob.record(btf_blobs::kind::VAR, NAME, 0, int, &[1]);
    blob.record(btf_blobs::kind::DATASEC, ".data", 1, 4, &[var, 0, 4]);
    fs::write(&file, blob.bytes()).unwrap();
    let on_terminal = |words: &str| {
        let line = format!(
            "'{}' btf dump file '{}' {words}",
            ours().display(),
            file.display()
        );
        let mut command = Command::new(&script);
        let output = run(command.args(["-qec", &line, "/dev/null"]));
        assert!(output.status.success(), "{line}");
        // Terminals end lines with two characters.
        String::from_utf8(output.stdout)
            .unwrap()
            .replace("\r\n", "\n")
    };
    let through_pipe = |words: &[&str]| {
        let mut command = Command::new(ours());
        command.args(["btf", "dump", "file"]).arg(&file).args(words);
        String::from_utf8(stdout_of(&mut command)).unwrap()
    };

    let plain = through_pipe(&[]);
    // The section names its variable once more.
    assert_eq!(plain.matches(NAME).count(), 4);
    let shown = "\\u{1b}[2J\\n[1] INT 'forged'\\u{202e}\\u{9b}\\t\\u{e0041}";
    let terminal = on_terminal("");
    assert_eq!(terminal, plain.replace(NAME, shown));
    // Also where the terminal is named as a file.
    assert_eq!(on_terminal("-o /dev/tty"), terminal);

    let json = through_pipe(&["-p"]);
    let terminal = on_terminal("-p");
    let unseen = |c: char| c != '\n' && (c.is_control() || matches!(c, '\u{202e}' | '\u{e0041}'));
    assert!(
        json.contains(unseen) && !terminal.contains(unseen),
        "{terminal:?}"
    );
    let parse = |text: &str| serde_json::from_str::<serde_json::Value>(text).unwrap();
    assert_eq!(parse(&terminal), parse(&json));
    assert_eq!(parse(&json)["types"][1]["name"], NAME);
}
