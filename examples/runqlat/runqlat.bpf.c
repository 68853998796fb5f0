/* SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause */
/* Measures how long tasks that could run wait for a processor, as histograms with powers of two. */
#include "vmlinux.h"
#include <bpf/bpf_core_read.h>
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_tracing.h>

#define SLOTS 26
#define ENTRIES 10240
#define STATE_RUNNING 0

char LICENSE[] SEC("license") = "Dual BSD/GPL";

/* Options, set by the guest before load. */
const volatile bool per_process = false;
const volatile bool per_thread = false;
const volatile bool milliseconds = false;

/* Only this process, if not 0: a variable, which the guest may set at any time. */
pid_t wanted_tgid = 0;
/* Waits that are in no histogram because one of the maps was full; for the guest to read. */
u64 missed = 0;

/* A flavour of the kernel's task_struct, so that the object need not carry all of its types. */
struct task_struct___runqlat {
	pid_t pid;
	pid_t tgid;
	unsigned int __state;
	char comm[16];
} __attribute__((preserve_access_index));

/* The member's name before Linux 5.14. */
struct task_struct___before_5_14 {
	long state;
} __attribute__((preserve_access_index));

/* Slot n counts waits of 2^n units or more; slot 0 those below 2. */
struct hist {
	u32 slots[SLOTS];
	char comm[16];
};

/* When a thread became able to run, by its pid. */
struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, ENTRIES);
	__type(key, u32);
	__type(value, u64);
} start SEC(".maps");

/* By process or thread, or all under -1. */
struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, ENTRIES);
	__type(key, u32);
	__type(value, struct hist);
} hists SEC(".maps");

/*
 * Nothing is ever written here. The guest waits on it between two summaries: polls are what a host interrupts when it is told to
 * end, so that the guest can print what it has.
 */
struct {
	__uint(type, BPF_MAP_TYPE_RINGBUF);
	__uint(max_entries, 4096);
} rest SEC(".maps");

static const struct hist zero;

static __always_inline int enqueue(struct task_struct___runqlat *task)
{
	u32 pid = BPF_CORE_READ(task, pid), tgid = BPF_CORE_READ(task, tgid);
	u64 now;

	/* Idle tasks wait for nothing. */
	if (!pid || (wanted_tgid && tgid != wanted_tgid))
		return 0;
	now = bpf_ktime_get_ns();
	if (bpf_map_update_elem(&start, &pid, &now, BPF_ANY))
		__sync_fetch_and_add(&missed, 1);
	return 0;
}

static __always_inline u32 slot_of(u64 value)
{
	u32 slot = 0;

	for (int shift = 32; shift; shift >>= 1) {
		if (value >> shift) {
			value >>= shift;
			slot += shift;
		}
	}
	return slot < SLOTS ? slot : SLOTS - 1;
}

static __always_inline bool is_running(struct task_struct___runqlat *task)
{
	struct task_struct___before_5_14 *old = (void *)task;

	if (bpf_core_field_exists(task->__state))
		return BPF_CORE_READ(task, __state) == STATE_RUNNING;
	return BPF_CORE_READ(old, state) == STATE_RUNNING;
}

SEC("tp_btf/sched_wakeup")
int handle_wakeup(u64 *ctx)
{
	return enqueue((void *)ctx[0]);
}

SEC("tp_btf/sched_wakeup_new")
int handle_wakeup_new(u64 *ctx)
{
	return enqueue((void *)ctx[0]);
}

/* Arguments: preempt, previous, next. */
SEC("tp_btf/sched_switch")
int handle_switch(u64 *ctx)
{
	struct task_struct___runqlat *prev = (void *)ctx[1], *next = (void *)ctx[2];
	u32 pid = BPF_CORE_READ(next, pid), key = -1;
	struct hist *hist;
	u64 *since;
	s64 waited;

	/* Who was taken off while it could run waits again. */
	if (is_running(prev))
		enqueue(prev);
	since = bpf_map_lookup_elem(&start, &pid);
	if (!since)
		return 0;
	waited = bpf_ktime_get_ns() - *since;
	bpf_map_delete_elem(&start, &pid);
	if (waited < 0)
		return 0;
	if (per_thread)
		key = pid;
	else if (per_process)
		key = BPF_CORE_READ(next, tgid);
	bpf_map_update_elem(&hists, &key, &zero, BPF_NOEXIST);
	hist = bpf_map_lookup_elem(&hists, &key);
	if (!hist) {
		__sync_fetch_and_add(&missed, 1);
		return 0;
	}
	BPF_CORE_READ_STR_INTO(&hist->comm, next, comm);
	__sync_fetch_and_add(&hist->slots[slot_of((u64)waited / (milliseconds ? 1000000 : 1000))], 1);
	return 0;
}
