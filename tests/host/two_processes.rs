//! The same guests, with a loader process: the same results.

use crate::guest::with_loader;
use crate::{attach, bounds, events, hostile, images, leaks, limits, maps, stop, targets};

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
    targets::other_files_are_as_good_as_none,
    targets::a_cgroup_is_what_it_has_to_be,
    targets::a_network_namespace_is_what_it_has_to_be,
    images::hostile_objects_do_not_reach_libbpf,
    images::a_profile_is_enforced_before_load,
    images::profiles_on_the_command_line,
    images::what_libbpf_says_may_be_any_bytes,
    bounds::maps_have_bytes_not_only_entries,
    bounds::objects_count_together_until_they_are_closed,
    bounds::prototypes_of_inner_maps_count,
    bounds::sections_are_added_up_before_libbpf_reads_them,
    bounds::programs_and_their_functions_are_counted,
    bounds::programs_count_as_the_type_that_is_loaded,
    bounds::programs_that_are_not_loaded_may_be_of_any_type,
    bounds::honest_objects_stay_within_an_eighth_of_the_limits,
    #[cfg(target_arch = "x86_64")]
    attach::static_probes_of_a_program,
    attach::functions_of_a_program,
    attach::functions_of_the_kernel,
    attach::entries_and_exits_of_functions_of_the_kernel,
    attach::security_hooks,
    attach::socket_filters,
    attach::xdp,
    attach::traffic_control,
    attach::network_namespaces,
    attach::raw_tracepoints,
    attach::tracepoints_with_types,
    attach::tracepoints,
    attach::perf_events,
    attach::iterators_are_read_by_polling,
    attach::programs_of_cgroups,
    attach::socket_operations_of_cgroups,
    events::every_event_of_a_ring_buffer_arrives_once_and_in_order,
    events::every_sample_of_a_perf_buffer_arrives_or_is_counted,
    events::callbacks_may_call_the_host,
    events::large_events_are_cut_to_the_room_and_counted,
    events::the_poll_that_calls_an_export,
    hostile::whatever_is_passed_gives_an_error,
    hostile::loops_and_sleeps_end_with_their_time,
    hostile::polls_end_with_their_time,
    hostile::loops_end_with_their_fuel,
    hostile::callbacks_end_with_their_fuel,
    hostile::recursion_traps,
    hostile::polls_within_polls_trap,
    hostile::memory_ends_where_the_host_says,
    hostile::odd_modules_are_refused,
    hostile::guests_without_memory_get_errors,
    limits::what_is_not_allowed_is_refused_with_a_reason,
    leaks::nothing_is_left_of_a_guest,
    maps::maps_of_every_kind_have_the_sizes_of_the_kernel,
    stop::an_interrupted_poll_says_so,
    stop::sleeps_end_early_and_the_second_ends_the_guest,
    stop::killed_guests_are_gone,
    stop::killed_guests_that_poll_are_gone,
    stop::a_guest_may_be_stopped_before_it_runs,
}
