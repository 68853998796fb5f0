//! What the throwaway machine left: files that scenarios wrote, guests among them.

use crate::machine;
use std::fs;
use std::path::PathBuf;

/// The files of one boot.
#[derive(Debug)]
pub(crate) struct Results {
    folder: PathBuf,
}

impl Results {
    pub(crate) fn new(folder: PathBuf) -> Self {
        Results { folder }
    }

    /// A file as text.
    pub(crate) fn text(&self, file: &str) -> String {
        let bytes = fs::read(self.folder.join(file));
        let bytes = bytes.unwrap_or_else(|e| panic!("{file}: {e}"));
        String::from_utf8(bytes).expect("UTF-8")
    }

    /// Lines, each split at blanks.
    pub(crate) fn rows(&self, file: &str) -> Vec<Vec<String>> {
        let text = self.text(file);
        let rows = text.lines().map(str::split_whitespace);
        rows.map(|row| row.map(str::to_owned).collect()).collect()
    }

    /// What a guest printed, which ended with this exit code and said nothing of errors.
    pub(crate) fn printed(&self, guest: &str, code: i32) -> String {
        let errors = self.text(&format!("{guest}.err"));
        let found = self.text(&format!("{guest}.code"));
        let printed = self.text(&format!("{guest}.out"));
        assert_eq!(
            found.trim(),
            code.to_string(),
            "{guest}:\n{printed}{errors}"
        );
        assert!(code != 0 || errors.is_empty(), "{guest}:\n{errors}");
        printed
    }

    /// The rows of a table that a guest printed until Ctrl-C, whose heading is this.
    pub(crate) fn table(&self, guest: &str, heading: &str) -> Vec<Vec<String>> {
        let printed = self.printed(guest, 0);
        let mut lines = printed.lines().map(str::split_whitespace);
        let found: Vec<_> = lines.next().expect("a heading").collect();
        assert_eq!(found.join(" "), heading, "{guest}");
        lines.map(|row| row.map(str::to_owned).collect()).collect()
    }

    /// Nothing of the guests of a scenario is in the kernel when they have ended.
    pub(crate) fn assert_nothing_left(&self, scenario: &str) {
        assert_eq!(self.text(&format!("{scenario}.left")), "", "{scenario}");
    }
}

/// A number in a row.
pub(crate) fn number<T: std::str::FromStr>(text: &str) -> T {
    let number = text.parse();
    number.unwrap_or_else(|_| panic!("{text:?} is no number"))
}

/// Whether a text is a time of day as guests print it.
pub(crate) fn is_time(text: &str) -> bool {
    let limits = [24, 60, 60];
    let parts: Vec<_> = text.split(':').collect();
    parts.len() == limits.len()
        && parts.iter().zip(limits).all(|(part, limit)| {
            part.len() == 2 && part.parse::<u32>().is_ok_and(|part| part < limit)
        })
}

#[test]
fn the_machine_runs_all_scenarios() {
    let Some(results) = machine::results() else {
        return;
    };
    // Objects fit another kernel than the one whose types they were compiled with, unless this one is the same.
    let here = fs::read_to_string("/proc/sys/kernel/osrelease").expect("this kernel's name");
    println!("compiled on {here}run on {}", results.text("kernel"));
    let modules = results.text("lsms");
    assert!(
        modules.split(',').any(|module| module == "bpf"),
        "{modules}"
    );
    assert_eq!(results.text("main.code").trim(), "0");
    let log = results.text("main.log");
    println!("{log}");
    assert!(log.lines().all(|line| line.starts_with("== ")), "{log}");
}
