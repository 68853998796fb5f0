//! opensnoop: every open of two processes, with its result.

use crate::machine;
use crate::results::{Results, number};

/// What one process did: `FD ERR FLAGS PATH`, sorted, since events of several processors come in no order.
fn did(results: &Results, file: &str) -> (String, Vec<String>) {
    let rows = results.rows(file);
    let opens = rows.iter().map(|row| {
        let [word, _, ret, errno, flags, path] = &row[..] else {
            panic!("{row:?}");
        };
        assert_eq!(word, "open");
        let flags = u32::from_str_radix(flags, 8).expect("octal digits");
        format!("{ret} {errno} {flags:08o} {path}")
    });
    let mut opens: Vec<_> = opens.collect();
    opens.sort();
    assert_eq!(opens.len(), 28);
    (rows[0][1].clone(), opens)
}

/// Rows of one process without number and name, sorted.
fn seen(rows: &[Vec<String>], pid: &str, comm: &str) -> Vec<String> {
    let rows = rows.iter().filter(|row| row[0] == pid);
    let rows = rows.map(|row| {
        assert_eq!(row[1], comm, "{row:?}");
        row[2..].join(" ")
    });
    let mut rows: Vec<_> = rows.collect();
    rows.sort();
    rows
}

/// Without the flags.
fn brief(opens: &[String]) -> Vec<String> {
    let opens = opens.iter().map(|open| {
        let words: Vec<_> = open.split(' ').collect();
        [words[0], words[1], words[3]].join(" ")
    });
    opens.collect()
}

#[test]
fn opensnoop_prints_every_open_of_two_processes() {
    let Some(results) = machine::results() else {
        return;
    };
    let rows = results.table("opensnoop", "PID COMM FD ERR FLAGS PATH");
    for (file, comm) in [
        ("opensnoop.did", "reader"),
        ("opensnoop_other.did", "activity"),
    ] {
        let (pid, did) = did(results, file);
        assert_eq!(seen(&rows, &pid, comm), did, "{file}");
    }
    results.assert_nothing_left("opensnoop");
}

#[test]
fn opensnoop_filters_by_name_and_by_process() {
    let Some(results) = machine::results() else {
        return;
    };
    let heading = "PID COMM FD ERR PATH";
    let (pid, opens) = did(results, "opensnoop.did");
    let rows = results.table("opensnoop_name", heading);
    let mut expected = brief(&opens);
    expected.sort();
    assert_eq!(seen(&rows, &pid, "reader"), expected);
    assert_eq!(rows.len(), opens.len(), "rows of others: {rows:?}");

    let (pid, mut opens) = did(results, "opensnoop_other.did");
    opens.retain(|open| open.starts_with("-1 "));
    assert_eq!(opens.len(), 14);
    let rows = results.table("opensnoop_pid", heading);
    let mut expected = brief(&opens);
    expected.sort();
    assert_eq!(seen(&rows, &pid, "activity"), expected);
    assert_eq!(rows.len(), opens.len(), "rows of others: {rows:?}");
    for row in rows {
        assert!(number::<i32>(&row[3]) > 0, "{row:?}");
    }
}

#[test]
fn opensnoop_tells_how_many_events_were_lost() {
    let Some(results) = machine::results() else {
        return;
    };
    let did = results.rows("opensnoop_flood.did");
    let (pid, count): (&str, u64) = (&did[0][1], number(&did[0][2]));
    let rows = results.rows("opensnoop_flood.out");
    let seen = rows.iter().filter(|row| row[0] == pid).count() as u64;
    let errors = results.text("opensnoop_flood.err");
    let lost = errors
        .lines()
        .filter_map(|line| line.strip_prefix("Lost ")?.strip_suffix(" events"));
    let lost: u64 = lost.map(number::<u64>).sum();
    println!("{count} opens: {seen} seen, {lost} lost");
    assert_eq!(rows.len() as u64, seen + 1);
    assert!(seen > 0 && lost > 0);
    assert_eq!(seen + lost, count, "{errors}");
    assert_eq!(results.text("opensnoop_flood.code").trim(), "0");
}
