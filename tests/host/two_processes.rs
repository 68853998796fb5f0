//! The same guests, with a loader process: the same results.

use crate::guest::with_loader;
use crate::{attach, events, hostile, leaks, limits, maps, stop};

macro_rules! with_loader {
    ($($(#[$attribute:meta])* $module:ident::$test:ident,)*) => {
        $(
            #[test]
            $(#[$attribute])*
            fn $test() {
                with_loader($module::$test);
            }
        )*
    };
}

with_loader! {
    #[cfg(target_arch = "x86_64")]
    attach::static_probes_of_a_program,
    attach::functions_of_a_program,
    attach::interfaces,
    attach::tracepoints_and_events,
    attach::iterators_are_read_by_polling,
    attach::the_poll_that_calls_an_export,
    attach::cgroups,
    events::every_event_of_a_ring_buffer_arrives_once_and_in_order,
    events::every_sample_of_a_perf_buffer_arrives_or_is_counted,
    events::callbacks_may_call_the_host,
    events::large_events_are_cut_to_the_room_and_counted,
    hostile::whatever_is_passed_gives_an_error,
    hostile::loops_end_with_their_time,
    hostile::loops_end_with_their_fuel,
    hostile::recursion_traps,
    hostile::memory_ends_where_the_host_says,
    hostile::odd_modules_are_refused,
    hostile::guests_without_memory_get_errors,
    limits::what_is_not_allowed_is_refused_with_a_reason,
    leaks::nothing_is_left_of_a_guest,
    maps::maps_of_every_kind_have_the_sizes_of_the_kernel,
    stop::an_interrupted_poll_says_so,
    stop::sleeps_end_early_and_the_second_ends_the_guest,
    stop::killed_guests_are_gone,
    stop::a_guest_may_be_stopped_before_it_runs,
}
