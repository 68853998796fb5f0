/* SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause */
/* A program for each way to attach, which counts how often it ran for this process or network namespace. */
#include <stdbool.h>
#include <linux/bpf.h>
#include <linux/ptrace.h>
#include <bpf/bpf_helpers.h>
#include <bpf/usdt.bpf.h>

char LICENSE[] SEC("license") = "GPL";

enum { UPROBE, URETPROBE, OFFSET, SOCKET, XDP, INGRESS, EGRESS, PERF, RAW, BTF, CGROUP, SOCKOPS, TRACEPOINT, USDT, COUNT };

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, COUNT);
	__type(key, __u32);
	__type(value, __u64);
} hits SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 64);
	__type(key, __u32);
	__type(value, __u64);
} elements SEC(".maps");

/* Set by the guest before anything is attached. */
struct {
	__u32 process, thread;
} wanted;

static int hit(__u32 program)
{
	__u64 *count = bpf_map_lookup_elem(&hits, &program);

	if (count)
		__sync_fetch_and_add(count, 1);
	return 0;
}

static int own(void)
{
	return bpf_get_current_pid_tgid() >> 32 == wanted.process;
}

SEC("uprobe")
int on_entry(void *ctx)
{
	return own() ? hit(UPROBE) : 0;
}

SEC("uretprobe")
int on_return(void *ctx)
{
	return own() ? hit(URETPROBE) : 0;
}

SEC("uprobe")
int at_offset(void *ctx)
{
	return own() ? hit(OFFSET) : 0;
}

SEC("socket")
int on_packet(void *ctx)
{
	return hit(SOCKET);
}

SEC("xdp")
int on_frame(void *ctx)
{
	hit(XDP);
	return XDP_PASS;
}

SEC("tc")
int on_ingress(void *ctx)
{
	hit(INGRESS);
	return 0;
}

SEC("tc/egress")
int on_egress(void *ctx)
{
	hit(EGRESS);
	return 0;
}

SEC("perf_event")
int on_sample(void *ctx)
{
	return own() ? hit(PERF) : 0;
}

SEC("raw_tp")
int on_raw(void *ctx)
{
	return (__u32)bpf_get_current_pid_tgid() == wanted.thread ? hit(RAW) : 0;
}

SEC("tp_btf/sys_enter")
int on_btf(void *ctx)
{
	return (__u32)bpf_get_current_pid_tgid() == wanted.thread ? hit(BTF) : 0;
}

SEC("cgroup/connect4")
int on_connect(void *ctx)
{
	hit(CGROUP);
	return 1;
}

SEC("sockops")
int on_socket(void *ctx)
{
	hit(SOCKOPS);
	return 1;
}

SEC("tp")
int on_tracepoint(void *ctx)
{
	return own() ? hit(TRACEPOINT) : 0;
}

SEC("kprobe")
int on_function(void *ctx)
{
	return 0;
}

SEC("usdt")
int on_static_probe(struct pt_regs *ctx)
{
	return own() ? hit(USDT) : 0;
}

SEC("sk_lookup")
int on_lookup(void *ctx)
{
	return 1;
}

/* What the kernel gives an iterator of a map's elements. */
struct seq_file;

struct bpf_iter_meta {
	struct seq_file *seq;
} __attribute__((preserve_access_index));

struct bpf_iter__bpf_map_elem {
	struct bpf_iter_meta *meta;
	struct bpf_map *map;
	void *key;
	void *value;
} __attribute__((preserve_access_index));

SEC("iter/bpf_map_elem")
int list(struct bpf_iter__bpf_map_elem *ctx)
{
	__u32 *key = ctx->key;
	__u64 *value = ctx->value;
	static const char line[] = "%u=%llu\n";
	__u64 words[2];

	if (!key || !value)
		return 0;
	words[0] = *key;
	words[1] = *value;
	bpf_seq_printf(ctx->meta->seq, line, sizeof(line), words, sizeof(words));
	return 0;
}
