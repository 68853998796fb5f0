// A program of each kind that needs no BTF of the kernel's, and a map of each kind that the host handles in a way of its own.
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

struct { __uint(type, BPF_MAP_TYPE_RINGBUF); __uint(max_entries, 4096); } ring SEC(".maps");
struct { __uint(type, BPF_MAP_TYPE_PERF_EVENT_ARRAY); __uint(max_entries, 4); __uint(key_size, 4); __uint(value_size, 4); } samples SEC(".maps");
struct { __uint(type, BPF_MAP_TYPE_HASH); __uint(max_entries, 8); __type(key, __u64); __type(value, __u32); } hash SEC(".maps");
struct { __uint(type, BPF_MAP_TYPE_PERCPU_ARRAY); __uint(max_entries, 2); __type(key, __u32); __type(value, __u32); } percpu SEC(".maps");
struct { __uint(type, BPF_MAP_TYPE_QUEUE); __uint(max_entries, 4); __type(value, __u64); } queue SEC(".maps");
struct { __uint(type, BPF_MAP_TYPE_SOCKMAP); __uint(max_entries, 4); __type(key, __u32); __type(value, __u32); } sockets SEC(".maps");
struct { __uint(type, BPF_MAP_TYPE_PROG_ARRAY); __uint(max_entries, 4); __type(key, __u32); __type(value, __u32); } programs SEC(".maps");
struct inner { __uint(type, BPF_MAP_TYPE_ARRAY); __uint(max_entries, 1); __type(key, __u32); __type(value, __u32); } inner SEC(".maps");
struct { __uint(type, BPF_MAP_TYPE_ARRAY_OF_MAPS); __uint(max_entries, 2); __type(key, __u32); __array(values, struct inner); } outer SEC(".maps") = { .values = { &inner } };

int total;
int first = 7;
const volatile int chosen = 1;

#define HOOK(section, name) SEC(section) int name(void *context) { total += first + chosen; return 0; }

HOOK("tp/sched/sched_process_exec", on_tracepoint)
HOOK("tp", on_tracepoint_of_guest)
HOOK("raw_tp/sys_enter", on_raw_tracepoint)
HOOK("kprobe/do_unlinkat", on_kprobe)
HOOK("kprobe", on_kprobe_of_guest)
HOOK("kretprobe", on_kretprobe)
HOOK("ksyscall/getpid", on_ksyscall)
HOOK("kprobe.multi/tcp_*", on_kprobe_multi)
HOOK("uprobe", on_uprobe)
HOOK("uretprobe", on_uretprobe)
HOOK("uprobe.multi", on_uprobe_multi)
HOOK("perf_event", on_perf_event)
HOOK("cgroup_skb/egress", on_cgroup)
HOOK("sockops", on_sockops)
HOOK("socket", on_socket_filter)
HOOK("xdp", on_xdp)
HOOK("tc", on_tc)
HOOK("sk_lookup", on_sk_lookup)
HOOK("flow_dissector", on_flow_dissector)
HOOK("sk_skb/stream_parser", on_sk_skb)
HOOK("sk_msg", on_sk_msg)
HOOK("?socket", on_not_loaded)

char fuzz_license[] SEC("license") = "GPL";
