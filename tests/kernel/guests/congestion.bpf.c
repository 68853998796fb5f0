/* A congestion control for TCP: a window that never changes, and a count of the connections that have it. */
#include "vmlinux.h"
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_tracing.h>

/* Segments. */
#define WINDOW 10

char LICENSE[] SEC("license") = "GPL";

unsigned int connections = 0;

SEC("struct_ops/steady_init")
void BPF_PROG(steady_init, struct sock *sk)
{
	__sync_fetch_and_add(&connections, 1);
}

SEC("struct_ops/steady_ssthresh")
__u32 BPF_PROG(steady_ssthresh, struct sock *sk)
{
	return WINDOW;
}

SEC("struct_ops/steady_undo_cwnd")
__u32 BPF_PROG(steady_undo_cwnd, struct sock *sk)
{
	return WINDOW;
}

SEC("struct_ops/steady_cong_avoid")
void BPF_PROG(steady_cong_avoid, struct sock *sk, __u32 ack, __u32 acked)
{
}

SEC(".struct_ops")
struct tcp_congestion_ops steady = {
	.init = (void *)steady_init,
	.ssthresh = (void *)steady_ssthresh,
	.undo_cwnd = (void *)steady_undo_cwnd,
	.cong_avoid = (void *)steady_cong_avoid,
	.name = "steady",
};

/* Not registered by itself. */
SEC(".struct_ops")
struct tcp_congestion_ops later = {
	.ssthresh = (void *)steady_ssthresh,
	.undo_cwnd = (void *)steady_undo_cwnd,
	.cong_avoid = (void *)steady_cong_avoid,
	.name = "later",
};
