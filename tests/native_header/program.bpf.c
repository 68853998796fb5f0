/* What BPF programs do with vmlinux.h: read the kernel's structs through CO-RE, call its functions, use its enumerators. */
#include "vmlinux.h"
#define SEC(name) __attribute__((section(name), used))
static long (*const bpf_probe_read_kernel)(void *to, u32 size, const void *from) = (void *)113;
struct { int pid, parent; void *pgd; u64 flags; } seen;
SEC("tp_btf/sched_switch") int watch(u64 *context)
{
	struct task_struct *task = (void *)context[2];
	struct task_struct *before = (void *)context[1];
	struct task_struct *kept = bpf_task_acquire(task);
	seen.pid = task->pid;
	seen.parent = task->real_parent->tgid;
	seen.flags = before->flags + before->se.vruntime;
	bpf_probe_read_kernel(&seen.pgd, sizeof seen.pgd, __builtin_preserve_access_index(&task->mm->pgd));
	if (kept)
		bpf_task_release(kept);
	return BPF_PROG_TYPE_KPROBE;
}
char LICENSE[] SEC("license") = "GPL";
