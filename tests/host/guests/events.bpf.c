/* SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause */
/* An event for each system call bpf() of one thread, as long as it is armed: what the host does for the guest, and nobody else. */
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

char LICENSE[] SEC("license") = "GPL";

#define MAX_SIZE 4096
#define SYS_BPF_X86 321
#define SYS_BPF_OTHERS 280

struct control {
	__u32 thread, armed, size, sinks;
};

/* Which numbers were produced, and which found no room. */
struct totals {
	__u64 produced, dropped;
};

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct control);
} control SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct totals);
} totals SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__uint(key_size, 4);
	__uint(value_size, MAX_SIZE);
} scratch SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_RINGBUF);
	__uint(max_entries, 1 << 20);
} first SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_RINGBUF);
	__uint(max_entries, 1 << 18);
} second SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_PERF_EVENT_ARRAY);
	__uint(key_size, 4);
	__uint(value_size, 4);
} samples SEC(".maps");

/* So that there is a map with the name that the host gives the object. */
__u64 runs;

SEC("raw_tp/sys_enter")
int on_syscall(struct bpf_raw_tracepoint_args *ctx)
{
	__u32 zero = 0;
	struct control *c = bpf_map_lookup_elem(&control, &zero);
	struct totals *t = bpf_map_lookup_elem(&totals, &zero);
	__u64 *event = bpf_map_lookup_elem(&scratch, &zero);
	__u64 number = ctx->args[1];
	__u32 size;

	if (!c || !t || !event || !c->armed || (__u32)bpf_get_current_pid_tgid() != c->thread)
		return 0;
	if (number != SYS_BPF_X86 && number != SYS_BPF_OTHERS)
		return 0;
	size = c->size;
	if (size < 8 || size > MAX_SIZE)
		return 0;
	runs++;
	event[0] = t->produced++;
	event[(MAX_SIZE - 8) / 8] = ~event[0];
	if (c->sinks & 1 && bpf_ringbuf_output(&first, event, size, 0))
		t->dropped++;
	if (c->sinks & 2 && bpf_ringbuf_output(&second, event, size, 0))
		t->dropped++;
	if (c->sinks & 4 && bpf_perf_event_output(ctx, &samples, BPF_F_CURRENT_CPU, event, size))
		t->dropped++;
	return 0;
}
