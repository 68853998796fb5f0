/* SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause */
/* What the programs of this folder count: how often they ran for this process, thread or network namespace. Each kind of program has an
 * object of its own, since kernels refuse some. */
#ifndef HITS_H
#define HITS_H

#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

char LICENSE[] SEC("license") = "GPL";

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, __u64);
} hits SEC(".maps");

/* Set by the guest before anything is attached. */
struct {
	__u32 process, thread;
} wanted;

static int hit(void)
{
	__u32 zero = 0;
	__u64 *count = bpf_map_lookup_elem(&hits, &zero);

	if (count)
		__sync_fetch_and_add(count, 1);
	return 0;
}

/* For programs that see every process. */
__attribute__((unused)) static int hit_by_process(void)
{
	return bpf_get_current_pid_tgid() >> 32 == wanted.process ? hit() : 0;
}

__attribute__((unused)) static int hit_by_thread(void)
{
	return (__u32)bpf_get_current_pid_tgid() == wanted.thread ? hit() : 0;
}

#endif
