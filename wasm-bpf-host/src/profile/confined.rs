//! What the profile `confined` allows, and why not more.
//!
//! A program that it allows sees the packets that pass where it is attached, and nothing else of the machine. It may change and
//! drop them there, which is what such programs are for, but not send them elsewhere. It reads no memory of the kernel or of a
//! process, and learns nothing of processes, users, cgroups or other sockets. The guest chooses the interface or cgroup that it
//! attaches to: a host that runs guests of several owners gives each a network namespace of its own.

use libbpf_rs::libbpf_sys::{
    BPF_F_MMAPABLE, BPF_F_NO_COMMON_LRU, BPF_F_NO_PREALLOC, BPF_F_NUMA_NODE, BPF_F_RDONLY,
    BPF_F_RDONLY_PROG, BPF_F_WRONLY, BPF_F_WRONLY_PROG, BPF_F_ZERO_SEED,
};

/// Programs that get packets: on a socket, an interface, a cgroup.
pub(super) const PROGRAMS: &[&str] = &[
    "socket_filter",
    "xdp",
    "sched_cls",
    "sched_act",
    "cgroup_skb",
];

/// Maps whose elements are bytes of the guest's own; and its own programs, for tail calls. Not those whose elements are
/// interfaces, processors, sockets, cgroups, tasks, stacks or maps; not arenas, which share the host's memory.
pub(super) const MAPS: &[&str] = &[
    "hash",
    "array",
    "prog_array",
    "perf_event_array",
    "percpu_hash",
    "percpu_array",
    "lru_hash",
    "lru_percpu_hash",
    "lpm_trie",
    "queue",
    "stack",
    "ringbuf",
    "bloom_filter",
];

/// Bytes of all maps of an object together.
pub(super) const MAP_MEMORY: u64 = 64 << 20;

/// How a map keeps its elements, and who may change them.
pub(super) const MAP_FLAGS: u32 = BPF_F_NO_PREALLOC
    | BPF_F_NO_COMMON_LRU
    | BPF_F_NUMA_NODE
    | BPF_F_RDONLY
    | BPF_F_WRONLY
    | BPF_F_ZERO_SEED
    | BPF_F_RDONLY_PROG
    | BPF_F_WRONLY_PROG
    | BPF_F_MMAPABLE;

/// Helpers. What is missing, and why:
///
/// - memory of the kernel and of processes: `probe_read*`, `copy_from_user*`, `probe_write_user`; also `snprintf`,
///   `trace_printk`, `trace_vprintk` and `seq_printf`, whose formats `%s` and `%pks` read from any address, `snprintf_btf`, and
///   all helpers that return pointers to kernel types (`get_current_task*`, `skc_to_*`, `sk_storage_get`, `this_cpu_ptr`, ...);
/// - who is running: `get_current_pid_tgid`, `get_current_uid_gid`, `get_current_comm`, cgroups (`*cgroup*`), stacks
///   (`get_stack`, `get_stackid`), perf counters, `get_socket_uid`;
/// - other sockets: `sk_lookup_*`, `sk_assign`, `setsockopt`, maps of sockets;
/// - other interfaces: `redirect*`, `clone_redirect`, and `fib_lookup`, whose only use is before these;
/// - what goes on without a packet: `timer_*`; what acts on processes: `send_signal*`, `override_return`; `sys_bpf`, `kptr_xchg`.
pub(super) const HELPERS: &[&str] = &[
    // Maps, and events for the guest.
    "map_lookup_elem",
    "map_update_elem",
    "map_delete_elem",
    "map_push_elem",
    "map_pop_elem",
    "map_peek_elem",
    "map_lookup_percpu_elem",
    "for_each_map_elem",
    "tail_call",
    "perf_event_output",
    "ringbuf_output",
    "ringbuf_reserve",
    "ringbuf_submit",
    "ringbuf_discard",
    "ringbuf_query",
    "ringbuf_reserve_dynptr",
    "ringbuf_submit_dynptr",
    "ringbuf_discard_dynptr",
    "dynptr_from_mem",
    "dynptr_read",
    "dynptr_write",
    "dynptr_data",
    "spin_lock",
    "spin_unlock",
    // Time, chance, arithmetic.
    "ktime_get_ns",
    "ktime_get_boot_ns",
    "ktime_get_coarse_ns",
    "ktime_get_tai_ns",
    "jiffies64",
    "get_prandom_u32",
    "get_smp_processor_id",
    "get_numa_node_id",
    "strncmp",
    "strtol",
    "strtoul",
    "loop",
    // The packet: to read.
    "skb_load_bytes",
    "skb_load_bytes_relative",
    "skb_pull_data",
    "xdp_load_bytes",
    "xdp_get_buff_len",
    "csum_diff",
    "get_hash_recalc",
    "get_route_realm",
    "skb_get_tunnel_key",
    "skb_get_tunnel_opt",
    "check_mtu",
    // The packet: to change.
    "skb_store_bytes",
    "xdp_store_bytes",
    "l3_csum_replace",
    "l4_csum_replace",
    "csum_update",
    "csum_level",
    "skb_vlan_push",
    "skb_vlan_pop",
    "skb_set_tunnel_key",
    "skb_set_tunnel_opt",
    "skb_change_proto",
    "skb_change_type",
    "skb_change_tail",
    "skb_change_head",
    "skb_adjust_room",
    "skb_ecn_set_ce",
    "skb_set_tstamp",
    "set_hash",
    "set_hash_invalid",
    "xdp_adjust_head",
    "xdp_adjust_tail",
    "xdp_adjust_meta",
    // The packet's own socket: numbers that the packet has as well, and the state of its connection.
    "get_socket_cookie",
    "get_netns_cookie",
    "sk_fullsock",
    "tcp_sock",
    "get_listener_sock",
    "tcp_check_syncookie",
    "tcp_gen_syncookie",
    "tcp_raw_gen_syncookie_ipv4",
    "tcp_raw_gen_syncookie_ipv6",
    "tcp_raw_check_syncookie_ipv4",
    "tcp_raw_check_syncookie_ipv6",
];
