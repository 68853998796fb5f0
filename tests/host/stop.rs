//! Stopping a guest from another thread.

use crate::guest::{self, Said};
use std::time::{Duration, Instant};
use wasm_bpf::{Config, Error, Outcome, StopHandle};

/// Runs a guest that does not end by itself; `stop` ends it from another thread.
fn run(what: &str, stop: impl FnOnce(StopHandle) + Send + 'static) -> Result<Outcome, Error> {
    let _together = guest::together();
    let config = Config::default()
        .args(["endless", &guest::thread_id(), what])
        .log(Said::default().log());
    let runner = guest::runner(&guest::module("endless"), config)?;
    let handle = runner.stop_handle();
    let stopper = std::thread::spawn(move || {
        std::thread::sleep(Duration::from_millis(200));
        stop(handle);
    });
    let start = Instant::now();
    let result = runner.run();
    stopper.join().expect("a thread that ends");
    assert!(
        start.elapsed() < Duration::from_secs(10),
        "{what}: {result:?}"
    );
    result
}

#[test]
pub fn an_interrupted_poll_says_so() {
    if !guest::possible() {
        return;
    }
    let outcome = run("wait", |stop| stop.interrupt()).expect("an end");
    assert_eq!(outcome.exit_code, 4);
    let outcome = run("sleep, then wait", |stop| stop.interrupt()).expect("an end");
    assert_eq!(outcome.exit_code, 4);
}

#[test]
pub fn sleeps_end_early_and_the_second_ends_the_guest() {
    if !guest::possible() {
        return;
    }
    let outcome = run("naps", |stop| stop.interrupt()).expect("an end");
    assert_eq!(outcome.exit_code, 130);
    let outcome = run("sleep", |stop| stop.interrupt()).expect("an end");
    assert_eq!(outcome.exit_code, 0);
}

#[test]
pub fn killed_guests_are_gone() {
    if !guest::possible() {
        return;
    }
    let guests = ["loop", "wait", "callback", "sleep", "naps", "recursion"];
    // One that polls again whatever it is told has to be stopped between two instructions.
    for what in guests.into_iter().chain(["deaf"; 10]) {
        let result = run(what, |stop| stop.kill());
        let trapped = what == "recursion" && matches!(result, Err(Error::Trap(_)));
        assert!(
            trapped || matches!(result, Err(Error::Stopped)),
            "{what}: {result:?}"
        );
    }
}

#[test]
pub fn a_guest_may_be_stopped_before_it_runs() {
    if !guest::possible() {
        return;
    }
    let config = Config::default().args(["endless", "0", "loop"]);
    let runner = guest::runner(&guest::module("endless"), config).expect("a module");
    runner.stop_handle().kill();
    let result = runner.run();
    assert!(matches!(result, Err(Error::Stopped)), "{result:?}");
}
