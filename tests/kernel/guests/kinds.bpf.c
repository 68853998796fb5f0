/* One program of each kind: it tells a number that the traced process knows too. */
#include "vmlinux.h"
#include <bpf/bpf_core_read.h>
#include <bpf/bpf_endian.h>
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_tracing.h>
#include "kinds.h"

#define EPERM 1
#define EACCES 13
/* Of the directory that is not to be made. */
#define FORBIDDEN 0752
#define REFUSED 0753

char LICENSE[] SEC("license") = "Dual BSD/GPL";

struct {
	__uint(type, BPF_MAP_TYPE_RINGBUF);
	__uint(max_entries, 256 * 1024);
} rb SEC(".maps");

const volatile pid_t wanted_tgid = 0;

/* A function of its own so that its parameter keeps struct told in the BTF. */
static __noinline void submit(struct told *told)
{
	bpf_ringbuf_submit(told, 0);
}

#define tell(name, number)                                                \
	do {                                                              \
		struct told *told = bpf_ringbuf_reserve(&rb, sizeof(*told), 0); \
		if (told) {                                               \
			__builtin_memset(told, 0, sizeof(*told));         \
			__builtin_memcpy(told->kind, name, sizeof(name)); \
			told->value = (number);                           \
			submit(told);                                     \
		}                                                         \
	} while (0)

static __always_inline bool wanted(void)
{
	return bpf_get_current_pid_tgid() >> 32 == wanted_tgid;
}

SEC("kprobe/do_mkdirat")
int BPF_KPROBE(on_kprobe, int folder, struct filename *name, umode_t mode)
{
	if (wanted())
		tell("kprobe", mode);
	return 0;
}

SEC("kprobe")
int BPF_KPROBE(on_kprobe_target, int folder, struct filename *name, umode_t mode)
{
	if (wanted())
		tell("kprobe_target", mode);
	return 0;
}

SEC("kretprobe/do_mkdirat")
int BPF_KRETPROBE(on_kretprobe, int ret)
{
	if (wanted())
		tell("kretprobe", ret);
	return 0;
}

SEC("ksyscall/mkdir")
int BPF_KSYSCALL(on_ksyscall, const char *path, umode_t mode)
{
	if (wanted())
		tell("ksyscall", mode);
	return 0;
}

SEC("fentry/do_mkdirat")
int BPF_PROG(on_fentry, int folder, void *name, umode_t mode)
{
	if (wanted())
		tell("fentry", mode);
	return 0;
}

SEC("fexit/do_mkdirat")
int BPF_PROG(on_fexit, int folder, void *name, umode_t mode, int ret)
{
	if (wanted())
		tell("fexit", ret);
	return 0;
}

SEC("fmod_ret/security_path_mkdir")
int BPF_PROG(on_fmod_ret, void *folder, void *dentry, umode_t mode, int ret)
{
	if (!wanted())
		return ret;
	tell("fmod_ret", mode);
	return mode == REFUSED ? -EPERM : ret;
}

SEC("lsm/path_mkdir")
int BPF_PROG(on_lsm, void *folder, void *dentry, umode_t mode, int ret)
{
	if (!wanted() || ret)
		return ret;
	tell("lsm", mode);
	return mode == FORBIDDEN ? -EACCES : 0;
}

SEC("uprobe")
int BPF_KPROBE(on_uprobe, int number)
{
	if (wanted())
		tell("uprobe", number);
	return 0;
}

SEC("uretprobe//bin/activity:probed")
int BPF_KRETPROBE(on_uretprobe, int number)
{
	if (wanted())
		tell("uretprobe", number);
	return 0;
}

SEC("raw_tp/sched_process_exit")
int on_raw_tracepoint(struct bpf_raw_tracepoint_args *ctx)
{
	struct task_struct *task = (void *)ctx->args[0];

	if (wanted())
		tell("raw_tracepoint", BPF_CORE_READ(task, exit_code));
	return 0;
}

SEC("tp_btf/sched_process_exit")
int BPF_PROG(on_tp_btf, struct task_struct *task)
{
	if (wanted())
		tell("tp_btf", BPF_CORE_READ(task, tgid));
	return 0;
}

/* The destination port of a UDP packet of `data` with an IPv4 header at `at`. */
static __always_inline int port(void *data, void *data_end, u32 at)
{
	struct iphdr *ip = data + at;
	struct udphdr *udp = (void *)(ip + 1);

	if ((void *)(udp + 1) > data_end || ip->version != 4 || ip->ihl != 5 || ip->protocol != IPPROTO_UDP)
		return 0;
	return bpf_ntohs(udp->dest);
}

SEC("cgroup_skb/egress")
int on_cgroup_skb(struct __sk_buff *skb)
{
	int number = port((void *)(long)skb->data, (void *)(long)skb->data_end, 0);

	if (number)
		tell("cgroup_skb", number);
	return 1;
}

SEC("xdp")
int on_xdp(struct xdp_md *ctx)
{
	int number = port((void *)(long)ctx->data, (void *)(long)ctx->data_end, sizeof(struct ethhdr));

	if (number)
		tell("xdp", number);
	return XDP_PASS;
}
