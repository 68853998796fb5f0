//! Ring buffers and perf buffers.

use crate::guest::{self, events};

#[test]
pub fn every_event_of_a_ring_buffer_arrives_once_and_in_order() {
    let Some(_together) = guest::needs(&[events]) else {
        return;
    };
    let (outcome, said) = guest::run("rings");
    assert!(outcome.events > 100_000, "{outcome:?}");
    assert_eq!((outcome.cut_events, outcome.lost_events), (0, 0));
    assert_eq!(said, "");
}

#[test]
pub fn every_sample_of_a_perf_buffer_arrives_or_is_counted() {
    let Some(_together) = guest::needs(&[events]) else {
        return;
    };
    let (outcome, said) = guest::run("perf");
    // The kernel tells of lost samples when it has room again, so the last ones are told with later ones or not at all.
    assert_eq!(outcome.cut_events, 0);
    assert!(
        outcome.events + outcome.lost_events <= 30_000,
        "{outcome:?}"
    );
    assert!(
        outcome.lost_events == 0 || said.contains("events were lost"),
        "{said}"
    );
}

#[test]
pub fn callbacks_may_call_the_host() {
    let Some(_together) = guest::needs(&[events]) else {
        return;
    };
    let (outcome, _) = guest::run("reentry");
    assert_eq!(outcome.events, 14);
}

#[test]
pub fn large_events_are_cut_to_the_room_and_counted() {
    let Some(_together) = guest::needs(&[events]) else {
        return;
    };
    let (outcome, said) = guest::run("sizes");
    assert_eq!(outcome.cut_events, 3);
    assert!(said.contains("4000 bytes was cut to 100"), "{said}");
}

#[test]
pub fn the_poll_that_calls_an_export() {
    let Some(_together) = guest::needs(&[events]) else {
        return;
    };
    let (outcome, _) = guest::run("callback");
    assert_eq!(outcome.events, 5);
}
