//! bootstrap, in C and in Rust: every exec and exit once, with what belongs to it.

use crate::machine;
use crate::results::{Results, is_time, number};

const HEADING: &str = "TIME EVENT COMM PID PPID FILENAME/EXIT CODE";

/// What `activity spawn` did.
struct Process {
    /// `None`: it did not call exec.
    path: Option<String>,
    pid: String,
    ppid: String,
    code: String,
    /// Milliseconds it took at least and at most.
    least: u64,
    most: u64,
}

fn processes(results: &Results) -> Vec<Process> {
    let mut processes = Vec::new();
    for row in results.rows("bootstrap.did") {
        let [word, path, pid, ppid, code, least, most] = &row[..] else {
            panic!("{row:?}");
        };
        assert_eq!(word, "process");
        processes.push(Process {
            path: (path != "-").then(|| path.clone()),
            pid: pid.clone(),
            ppid: ppid.clone(),
            code: code.clone(),
            least: number(least),
            most: number(most),
        });
    }
    assert_eq!(processes.len(), 26);
    processes
}

/// Rows of a guest without the time.
fn table(results: &Results, guest: &str) -> Vec<Vec<String>> {
    let rows = results.table(guest, HEADING);
    let rows = rows.into_iter().map(|mut row| {
        let time = row.remove(0);
        assert!(is_time(&time), "{time} {row:?}");
        row
    });
    rows.collect()
}

/// The milliseconds of `(12ms)`.
fn milliseconds(text: &str) -> u64 {
    let digits = text
        .strip_prefix('(')
        .and_then(|text| text.strip_suffix("ms)"));
    number(digits.unwrap_or_else(|| panic!("{text:?} is no duration")))
}

/// Checks the row of a process's end.
fn assert_exit(row: &[String], process: &Process) {
    let comm = process.path.as_deref().map_or("activity", comm);
    let code = format!("[{}]", process.code);
    let expected = ["EXIT", comm, &process.pid, &process.ppid, &code];
    assert_eq!(row[..5], expected);
    // How long a process ran that did not call exec is not known.
    assert_eq!(
        row.len(),
        5 + usize::from(process.path.is_some()),
        "{row:?}"
    );
    if let Some(duration) = row.get(5) {
        let duration = milliseconds(duration);
        let possible = process.least..=process.most;
        assert!(possible.contains(&duration), "{row:?}: not in {possible:?}");
    }
}

/// The name that a process has which executes a file: its first 15 bytes.
fn comm(path: &str) -> &str {
    let name = path.rsplit('/').next().unwrap_or_default();
    &name[..name.len().min(15)]
}

#[test]
fn bootstrap_prints_every_exec_and_exit_once() {
    let Some(results) = machine::results() else {
        return;
    };
    for guest in ["bootstrap", "bootstrap_rust"] {
        let rows = table(results, guest);
        for process in processes(results) {
            let mut rows = rows.iter().filter(|row| row[2] == process.pid);
            if let Some(path) = &process.path {
                let row = rows.next().expect("a row for exec");
                let expected = ["EXEC", comm(path), &process.pid, &process.ppid, path];
                assert_eq!(row[..], expected, "{guest}");
            }
            assert_exit(rows.next().expect("a row for exit"), &process);
            assert_eq!(rows.next(), None, "{guest}");
        }
    }
    results.assert_nothing_left("bootstrap");
}

#[test]
fn bootstrap_filters_by_duration() {
    let Some(results) = machine::results() else {
        return;
    };
    const LEAST: u64 = 300;
    let rows = table(results, "bootstrap_slow");
    for row in &rows {
        assert_eq!(row[0], "EXIT", "{row:?}");
        assert!(milliseconds(&row[5]) >= LEAST, "{row:?}");
    }
    let mut slow = 0;
    for process in processes(results) {
        let mut rows = rows.iter().filter(|row| row[2] == process.pid);
        if process.least >= LEAST {
            assert_exit(rows.next().expect("a row"), &process);
            slow += 1;
        } else if process.most >= LEAST && process.path.is_some() {
            // The machine was too busy for anybody to know.
            continue;
        }
        assert_eq!(rows.next(), None);
    }
    assert_eq!(slow, 2);
}
