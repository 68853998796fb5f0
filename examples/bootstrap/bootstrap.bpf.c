/* SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause */
/* Reports every process that starts (exec) and ends (exit), and how long it ran. */
#include "vmlinux.h"
#include <bpf/bpf_core_read.h>
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_tracing.h>
#include "bootstrap.h"

char LICENSE[] SEC("license") = "Dual BSD/GPL";

/*
 * The members of task_struct that are read here. CO-RE finds them in the running kernel's task_struct, whose name this is but for
 * the flavour behind ___; so the object need not carry all of task_struct's types.
 */
struct task_struct___bootstrap {
	struct task_struct___bootstrap *real_parent;
	pid_t tgid;
	int exit_code;
} __attribute__((preserve_access_index));

/* When each process called exec. */
struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 8192);
	__type(key, pid_t);
	__type(value, u64);
} exec_start SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_RINGBUF);
	__uint(max_entries, 256 * 1024);
} rb SEC(".maps");

/* Processes that ran for less than this are not reported; the guest sets it before load. */
const volatile unsigned long long min_duration_ns = 0;

/* A function of its own so that its parameter keeps struct event in the BTF: types of local variables are not there. */
static __noinline void submit(struct event *e)
{
	bpf_ringbuf_submit(e, 0);
}

static __always_inline void describe(struct event *e, pid_t pid)
{
	struct task_struct___bootstrap *task = (void *)bpf_get_current_task();

	e->pid = pid;
	e->ppid = BPF_CORE_READ(task, real_parent, tgid);
	bpf_get_current_comm(&e->comm, sizeof(e->comm));
}

SEC("tp/sched/sched_process_exec")
int handle_exec(struct trace_event_raw_sched_process_exec *ctx)
{
	pid_t pid = bpf_get_current_pid_tgid() >> 32;
	u64 now = bpf_ktime_get_ns();
	struct event *e;

	bpf_map_update_elem(&exec_start, &pid, &now, BPF_ANY);
	/* What has just started has run for no time at all. */
	if (min_duration_ns)
		return 0;

	e = bpf_ringbuf_reserve(&rb, sizeof(*e), 0);
	if (!e)
		return 0;
	e->exit_event = 0;
	e->exit_code = 0;
	e->duration_ns = 0;
	describe(e, pid);
	bpf_probe_read_str(&e->filename, sizeof(e->filename), (void *)ctx + (ctx->__data_loc_filename & 0xffff));
	submit(e);
	return 0;
}

SEC("tp/sched/sched_process_exit")
int handle_exit(struct trace_event_raw_sched_process_template *ctx)
{
	u64 id = bpf_get_current_pid_tgid(), *start, duration_ns = 0;
	struct task_struct___bootstrap *task;
	pid_t pid = id >> 32;
	struct event *e;

	/* A thread of a process that goes on. */
	if (pid != (u32)id)
		return 0;

	start = bpf_map_lookup_elem(&exec_start, &pid);
	if (start) {
		duration_ns = bpf_ktime_get_ns() - *start;
		bpf_map_delete_elem(&exec_start, &pid);
	} else if (min_duration_ns) {
		return 0;
	}
	if (min_duration_ns && duration_ns < min_duration_ns)
		return 0;

	e = bpf_ringbuf_reserve(&rb, sizeof(*e), 0);
	if (!e)
		return 0;
	task = (void *)bpf_get_current_task();
	e->exit_event = 1;
	e->exit_code = (BPF_CORE_READ(task, exit_code) >> 8) & 0xff;
	e->duration_ns = duration_ns;
	e->filename[0] = 0;
	describe(e, pid);
	submit(e);
	return 0;
}
