//! Stopping a guest from another thread.

use crate::guest::{self, PATIENCE, Said, events, guests};
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;
use wasm_bpf_host::{Dir, Error, Outcome, StopHandle};

/// Runs a guest that does not end by itself; `stop` ends it from another thread, when it has begun.
fn run(what: &str, stop: impl FnOnce(StopHandle) + Send) -> Result<Outcome, Error> {
    let told = tempfile::tempdir().expect("a scratch folder");
    let mut config = guest::config(&Said::default());
    config.args = guest::words(["endless", &guest::thread_id(), what]);
    config.limits.time = Some(PATIENCE);
    config.dirs.push(Dir {
        host: told.path().to_owned(),
        guest: "/told".to_owned(),
        writable: true,
    });
    let runner = guest::runner(&guest::module("endless"), config)?;
    let handle = runner.stop_handle();
    let ended = AtomicBool::new(false);
    std::thread::scope(|scope| {
        scope.spawn(|| {
            while !told.path().join("begins").exists() && !ended.load(Ordering::Relaxed) {
                std::thread::sleep(Duration::from_millis(1));
            }
            // It says so before it waits. Most likely it does wait then, but whether or not, the result is the same.
            std::thread::sleep(Duration::from_millis(50));
            stop(handle);
        });
        let result = runner.run();
        ended.store(true, Ordering::Relaxed);
        result
    })
}

#[test]
pub fn an_interrupted_poll_says_so() {
    let Some(_together) = guest::needs(&[events]) else {
        return;
    };
    let outcome = run("wait", |stop| stop.interrupt()).expect("an end");
    assert_eq!(outcome.exit_code, 4);
    let outcome = run("sleep, then wait", |stop| stop.interrupt()).expect("an end");
    assert_eq!(outcome.exit_code, 4);
}

#[test]
pub fn sleeps_end_early_and_the_second_ends_the_guest() {
    let Some(_together) = guest::needs(&[guests]) else {
        return;
    };
    let outcome = run("naps", |stop| stop.interrupt()).expect("an end");
    assert_eq!(outcome.exit_code, 130);
    let outcome = run("sleep", |stop| stop.interrupt()).expect("an end");
    assert_eq!(outcome.exit_code, 0);
}

fn assert_killed(what: &str) {
    let result = run(what, |stop| stop.kill());
    let trapped = what == "recursion" && matches!(result, Err(Error::Trap(_)));
    assert!(
        trapped || matches!(result, Err(Error::Stopped)),
        "{what}: {result:?}"
    );
}

#[test]
pub fn killed_guests_are_gone() {
    let Some(_together) = guest::needs(&[guests]) else {
        return;
    };
    for what in ["loop", "sleep", "naps", "recursion"] {
        assert_killed(what);
    }
}

#[test]
pub fn killed_guests_that_poll_are_gone() {
    let Some(_together) = guest::needs(&[events]) else {
        return;
    };
    for what in ["wait", "callback"] {
        assert_killed(what);
    }
    // One that polls again whatever it is told has to be stopped between two instructions.
    for what in ["deaf"; 10] {
        assert_killed(what);
    }
}

#[test]
pub fn a_guest_may_be_stopped_before_it_runs() {
    let Some(_together) = guest::needs(&[guests]) else {
        return;
    };
    let mut config = guest::config(&Said::default());
    config.args = guest::words(["endless", "0", "loop"]);
    let runner = guest::runner(&guest::module("endless"), config).expect("a module");
    runner.stop_handle().kill();
    let result = runner.run();
    assert!(matches!(result, Err(Error::Stopped)), "{result:?}");
}
