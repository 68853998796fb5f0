/* SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause */
/* What the profile `confined` is for: a program of each type that it allows, with maps and events. */
#include <linux/bpf.h>
#include <linux/if_ether.h>
#include <linux/in.h>
#include <linux/ip.h>
#include <linux/pkt_cls.h>
#include <bpf/bpf_endian.h>
#include <bpf/bpf_helpers.h>

char LICENSE[] SEC("license") = "GPL";

const volatile __u32 port = 80;
__u64 seen;

extern int LINUX_KERNEL_VERSION __kconfig;

struct flow {
	__u32 saddr, daddr;
};

struct {
	__uint(type, BPF_MAP_TYPE_LRU_HASH);
	__uint(max_entries, 1024);
	__type(key, struct flow);
	__type(value, __u64);
} flows SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, 4);
	__type(key, __u32);
	__type(value, __u64);
} counts SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_RINGBUF);
	__uint(max_entries, 1 << 16);
} events SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_LPM_TRIE);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__uint(max_entries, 64);
	__type(key, __u64);
	__type(value, __u32);
} blocked SEC(".maps");

static __noinline void count(__u32 which)
{
	__u64 *value = bpf_map_lookup_elem(&counts, &which);

	if (value)
		*value += 1;
}

static __noinline long tell(struct flow *flow)
{
	__u64 *event = bpf_ringbuf_reserve(&events, 16, 0);

	if (!event)
		return -1;
	event[0] = flow->saddr;
	event[1] = bpf_ktime_get_ns();
	bpf_ringbuf_submit(event, 0);
	return 0;
}

SEC("socket")
int filter(struct __sk_buff *skb)
{
	struct flow flow = {};

	bpf_skb_load_bytes(skb, ETH_HLEN + 12, &flow, sizeof(flow));
	__sync_fetch_and_add(&seen, 1);
	count(0);
	return tell(&flow) ? 0 : skb->len;
}

SEC("xdp")
int frame(struct xdp_md *ctx)
{
	void *data = (void *)(long)ctx->data, *end = (void *)(long)ctx->data_end;
	struct iphdr *ip = data + ETH_HLEN;
	struct { __u32 bits, addr; } key = { 32 };

	count(1);
	if ((void *)(ip + 1) > end)
		return XDP_PASS;
	key.addr = ip->saddr;
	return bpf_map_lookup_elem(&blocked, &key) ? XDP_DROP : XDP_PASS;
}

SEC("tc")
int ingress(struct __sk_buff *skb)
{
	__u8 tos = 0;

	count(2);
	bpf_skb_store_bytes(skb, ETH_HLEN + 1, &tos, 1, BPF_F_RECOMPUTE_CSUM);
	return TC_ACT_OK;
}

SEC("tcx/egress")
int egress(struct __sk_buff *skb)
{
	return LINUX_KERNEL_VERSION > 0 ? TC_ACT_OK : TC_ACT_SHOT;
}

SEC("cgroup_skb/ingress")
int of_group(struct __sk_buff *skb)
{
	struct flow flow = { skb->remote_ip4, skb->local_ip4 };
	__u64 zero = 0;

	bpf_map_update_elem(&flows, &flow, &zero, BPF_ANY);
	count(3);
	return skb->local_port != port;
}
