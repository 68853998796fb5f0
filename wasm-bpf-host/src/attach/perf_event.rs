//! Perf events: a sampling counter on each CPU.

use super::attachment::Attachment;
use super::hook::Hook;
use super::request::Request;
use crate::errno::{Errno, Failure};
use crate::perf_event::open;
use libbpf_rs::{Link, ProgramType, libbpf_sys};
use std::io;
use std::os::fd::{AsRawFd, IntoRawFd};

pub(super) const HOOK: Hook = Hook {
    takes: |program, _| program == ProgramType::PerfEvent,
    attach: |request| attach(request).map(Attachment::new),
};

/// Samples a second, unless the target says it.
const FREQUENCY: u64 = 99;

/// Names of events as perf has them: type and number.
const EVENTS: [(&str, u32, u32); 8] = [
    (
        "cpu-clock",
        libbpf_sys::PERF_TYPE_SOFTWARE,
        libbpf_sys::PERF_COUNT_SW_CPU_CLOCK,
    ),
    (
        "task-clock",
        libbpf_sys::PERF_TYPE_SOFTWARE,
        libbpf_sys::PERF_COUNT_SW_TASK_CLOCK,
    ),
    (
        "page-faults",
        libbpf_sys::PERF_TYPE_SOFTWARE,
        libbpf_sys::PERF_COUNT_SW_PAGE_FAULTS,
    ),
    (
        "context-switches",
        libbpf_sys::PERF_TYPE_SOFTWARE,
        libbpf_sys::PERF_COUNT_SW_CONTEXT_SWITCHES,
    ),
    (
        "cycles",
        libbpf_sys::PERF_TYPE_HARDWARE,
        libbpf_sys::PERF_COUNT_HW_CPU_CYCLES,
    ),
    (
        "instructions",
        libbpf_sys::PERF_TYPE_HARDWARE,
        libbpf_sys::PERF_COUNT_HW_INSTRUCTIONS,
    ),
    (
        "cache-misses",
        libbpf_sys::PERF_TYPE_HARDWARE,
        libbpf_sys::PERF_COUNT_HW_CACHE_MISSES,
    ),
    (
        "branch-misses",
        libbpf_sys::PERF_TYPE_HARDWARE,
        libbpf_sys::PERF_COUNT_HW_BRANCH_MISSES,
    ),
];

fn attach(request: &Request<'_>) -> Result<Vec<Link>, Failure> {
    let expected = "an event and samples a second: cpu-clock@99";
    let bad = || request.bad_target(expected);
    let (name, frequency) = match request.target.split_once('@') {
        Some((name, frequency)) => (name, frequency.parse().map_err(|_| bad())?),
        None => (request.target, FREQUENCY),
    };
    let event = EVENTS.iter().find(|(known, ..)| *known == name);
    let (_, kind, number) = *event.ok_or_else(bad)?;
    let failed = |error: io::Error| {
        let why = format!("cannot open {name}: {error}");
        request.failure(Errno::of_io(&error), &why)
    };
    let cpus = libbpf_rs::num_possible_cpus();
    let cpus = u32::try_from(request.result(cpus)?).unwrap_or(u32::MAX);
    let mut attributes = libbpf_sys::perf_event_attr {
        type_: kind,
        config: u64::from(number),
        ..Default::default()
    };
    attributes.__bindgen_anon_1.sample_freq = frequency;
    attributes.set_freq(1);
    let mut links = Vec::new();
    for cpu in 0..cpus {
        let Some(counter) = open(attributes, cpu).map_err(failed)? else {
            continue;
        };
        let link = request.program.attach_perf_event(counter.as_raw_fd());
        links.push(request.result(link)?);
        // The link closes it.
        let _ = counter.into_raw_fd();
    }
    Ok(links)
}
