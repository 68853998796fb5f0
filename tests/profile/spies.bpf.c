/* SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause */
/* Socket filters and others that want to know the name of the running process, out of its task_struct. */
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_core_read.h>

char LICENSE[] SEC("license") = "GPL";

struct task_struct {
	int pid;
	char comm[16];
} __attribute__((preserve_access_index));

extern struct task_struct init_task __ksym __weak;
extern void *bpf_rdonly_cast(const void *object, __u32 type) __ksym __weak;

char name[16];
int number;

SEC("socket")
int by_helper(struct __sk_buff *skb)
{
	struct task_struct *task = (void *)bpf_get_current_task();

	BPF_CORE_READ_STR_INTO(&name, task, comm);
	return 0;
}

SEC("socket")
int by_type(struct __sk_buff *skb)
{
	struct task_struct *task = bpf_get_current_task_btf();

	number = task->pid;
	return 0;
}

SEC("socket")
int by_function(struct __sk_buff *skb)
{
	struct task_struct *task;

	if (!bpf_rdonly_cast)
		return 0;
	task = bpf_rdonly_cast((void *)bpf_get_current_task(), bpf_core_type_id_kernel(struct task_struct));
	number = task->pid;
	return 0;
}

SEC("socket")
int by_variable(struct __sk_buff *skb)
{
	number = init_task.pid;
	return 0;
}

SEC("tp_btf/sched_switch")
int by_argument(unsigned long long *ctx)
{
	struct task_struct *task = (void *)ctx[1];

	number = task->pid;
	return 0;
}
