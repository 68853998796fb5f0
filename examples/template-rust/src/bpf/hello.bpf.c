/* SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause */
/* Reports every process that starts another program. */
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>
#include "hello.h"

char LICENSE[] SEC("license") = "Dual BSD/GPL";

struct {
	__uint(type, BPF_MAP_TYPE_RINGBUF);
	__uint(max_entries, 64 * 1024);
} rb SEC(".maps");

/* Only this process, if it is not 0; the guest sets it before load. */
const volatile int wanted_pid = 0;

SEC("tp/sched/sched_process_exec")
int handle_exec(void *ctx)
{
	int pid = bpf_get_current_pid_tgid() >> 32;
	struct event *e;

	if (wanted_pid && pid != wanted_pid)
		return 0;
	e = bpf_ringbuf_reserve(&rb, sizeof(*e), 0);
	if (!e)
		return 0;
	e->pid = pid;
	bpf_get_current_comm(e->comm, sizeof(e->comm));
	bpf_ringbuf_submit(e, 0);
	return 0;
}
