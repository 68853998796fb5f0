/* Programs: several in a section, some not loaded unless asked for, sections of every sort, subprograms, relocations. */
#include "maps.h"

#define CORE __attribute__((preserve_access_index))
#define NOINLINE __attribute__((noinline))

struct task_struct {
	int pid;
	int tgid;
	struct task_struct *real_parent;
} CORE;

const volatile int wanted = 1;
int calls;

static NOINLINE int hidden_subprogram(struct task_struct *task)
{
	return task->pid + calls++;
}

NOINLINE int global_subprogram(int x)
{
	return x * wanted + calls;
}

SEC("raw_tp/sys_enter")
int first(struct task_struct *task)
{
	return hidden_subprogram(task);
}

SEC("raw_tp/sys_enter")
int second(struct task_struct *task)
{
	return task->tgid + global_subprogram(2);
}

SEC("?raw_tp/sys_enter")
int optional_first(struct task_struct *task)
{
	return task->real_parent->pid;
}

SEC("?raw_tp/sys_enter")
int optional_second(struct task_struct *task)
{
	return task->tgid + hidden_subprogram(task);
}

SEC("?tp/sched/sched_process_exec") int optional_alone(struct task_struct *task) { return task->pid; }
SEC("tp/sched/sched_process_exit") int exits(void *ctx) { return 0; }
SEC("tp_btf/sys_exit") int traced(void *ctx) { return 0; }
SEC("fentry/do_unlinkat") int enters(void *ctx) { return 0; }
SEC("fexit.s/do_unlinkat") int leaves(void *ctx) { return 0; }
SEC("kprobe/do_unlinkat") int probed(void *ctx) { return 0; }
SEC("kretprobe/do_unlinkat") int returned(void *ctx) { return 0; }
SEC("uprobe") int in_user_code(void *ctx) { return 0; }
SEC("perf_event") int ticks(void *ctx) { return 0; }
SEC("lsm/file_open") int guards(void *ctx) { return 0; }
SEC("cgroup_skb/egress") int sends(void *ctx) { return 1; }
SEC("sockops") int tunes(void *ctx) { return 1; }
SEC("socket") int filters(void *ctx) { return 0; }
SEC("xdp") int passes(void *ctx) { return 2; }
SEC("xdp.frags") int passes_fragments(void *ctx) { return 2; }
SEC("tc") int classifies(void *ctx) { return 0; }
SEC("iter/task") int iterates(void *ctx) { return 0; }
SEC("syscall") int called(void *ctx) { return 0; }
SEC("freplace/other") int replaces(void *ctx) { return 0; }
SEC("of_no_known_kind") int unknown(void *ctx) { return 0; }

char LICENSE[] SEC("license") = "GPL";
