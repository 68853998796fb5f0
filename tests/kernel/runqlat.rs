//! runqlat, in C and in Rust: histograms against what the scheduler itself has counted.

use crate::machine;
use crate::results::{Results, number};
use std::collections::BTreeMap;

/// Waits by power of two: slot 0 has those below 2 microseconds.
type Histogram = Vec<u64>;

/// What the scheduler says of one process.
struct Scheduled {
    pid: String,
    waited_us: u64,
    runs: u64,
}

fn scheduled(results: &Results) -> Vec<Scheduled> {
    let rows = results.rows("runqlat.did");
    let processes = rows.iter().map(|row| {
        assert_eq!(row[0], "sched");
        Scheduled {
            pid: row[1].clone(),
            waited_us: number::<u64>(&row[2]) / 1000,
            runs: number(&row[3]),
        }
    });
    let processes: Vec<_> = processes.collect();
    assert_eq!(processes.len(), 4);
    processes
}

/// The histogram at the beginning of some lines; checks every line of it.
fn histogram<'a>(lines: &mut impl Iterator<Item = &'a str>) -> Histogram {
    let heading = lines.next().expect("a heading");
    let words: Vec<_> = heading.split_whitespace().collect();
    assert_eq!(words, ["usecs", ":", "count", "distribution"]);
    let (mut slots, mut stars) = (Histogram::new(), Vec::new());
    for line in lines.take_while(|line| !line.is_empty()) {
        let words: Vec<_> = line.split_whitespace().collect();
        let low = if slots.is_empty() {
            0
        } else {
            1_u64 << slots.len()
        };
        let high = (2_u64 << slots.len()) - 1;
        let range = [&low.to_string(), "->", &high.to_string(), ":"];
        assert_eq!(words[..4], range, "{line}");
        slots.push(number(words[4]));
        let bar = line.split('|').nth(1).expect("a bar");
        assert_eq!(bar.len(), 40, "{line}");
        stars.push(bar.trim_end_matches(' ').len() as u64);
    }
    let most = slots.iter().max().copied().unwrap_or(0);
    assert_ne!(slots.last(), Some(&0), "the last line counts nothing");
    let expected = slots.iter().map(|count| count * 40 / most);
    assert_eq!(stars, expected.collect::<Vec<_>>());
    slots
}

/// The only summary of a guest that shows each process.
fn by_process(results: &Results, guest: &str) -> BTreeMap<String, (String, Histogram)> {
    let printed = results.printed(guest, 0);
    let mut lines = printed.lines();
    let first = lines.next().unwrap_or_default();
    assert_eq!(first, "Tracing run queue latency... Hit Ctrl-C to end.");
    let mut processes = BTreeMap::new();
    let mut last = 0;
    while let Some(line) = lines.next() {
        if line.is_empty() {
            continue;
        }
        let words: Vec<_> = line.split_whitespace().collect();
        assert_eq!(words[..2], ["pid", "="], "{line}");
        let pid: u32 = number(words[2]);
        assert!(pid > last, "{line}: behind {last}");
        last = pid;
        let entry = (words[3..].join(" "), histogram(&mut lines));
        processes.insert(words[2].to_owned(), entry);
    }
    processes
}

#[test]
fn runqlat_counts_what_the_scheduler_counts() {
    let Some(results) = machine::results() else {
        return;
    };
    for guest in ["runqlat", "runqlat_rust"] {
        let histograms = by_process(results, guest);
        for process in scheduled(results) {
            let (comm, slots) = &histograms[&process.pid];
            assert_eq!(comm, "activity");
            let count: u64 = slots.iter().sum();
            println!(
                "{guest}: {count} waits, {} runs, {} us: {slots:?}",
                process.runs, process.waited_us
            );
            // The process has looked at its own figures shortly before its end.
            let runs = process.runs..=process.runs + 10;
            assert!(
                runs.contains(&count),
                "{guest}: {count} waits in {runs:?} runs"
            );
            let slots = slots.iter().enumerate();
            let least: u64 = slots
                .clone()
                .map(|(i, count)| count * ((1 << i) & !1))
                .sum();
            let most: u64 = slots.map(|(i, count)| count * (2 << i)).sum();
            // The scheduler looks at its clock a bit earlier and later: a tenth, and half a millisecond each in an emulated machine.
            let tolerance = process.waited_us / 10 + count * 500;
            println!("    {least} to {most} us");
            assert!(
                least <= process.waited_us + tolerance,
                "{guest}: {least} us at least"
            );
            assert!(
                most + tolerance >= process.waited_us,
                "{guest}: {most} us at most"
            );
        }
    }
    results.assert_nothing_left("runqlat");
}

#[test]
fn runqlat_prints_as_many_summaries_as_told() {
    let Some(results) = machine::results() else {
        return;
    };
    let printed = results.printed("runqlat_all", 0);
    let mut lines = printed.lines();
    assert!(lines.next().unwrap_or_default().starts_with("Tracing"));
    let mut sums = Vec::new();
    while let Some(line) = lines.next() {
        assert_eq!(line, "");
        let mut summary = lines.clone().take_while(|line| !line.is_empty());
        let slots = histogram(&mut summary);
        // The heading, and a line for each slot.
        lines.nth(slots.len());
        sums.push(slots.iter().sum::<u64>());
    }
    assert_eq!(sums.len(), 4);
    // All processes together: at least those that competed meanwhile, at most every switch of the whole machine.
    let switches: Vec<u64> = results
        .rows("runqlat_all.did")
        .iter()
        .map(|row| number(&row[1]))
        .collect();
    let runs: u64 = scheduled(results).iter().map(|process| process.runs).sum();
    let sum: u64 = sums.iter().sum();
    println!("{runs} runs, {sum} waits, {switches:?} switches");
    assert!(sum >= runs, "{sum} waits");
    assert!(
        sum <= switches[1] - switches[0] + 100,
        "{sum} waits, {switches:?} switches"
    );
}
