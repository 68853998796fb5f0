/* SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause */
/* Reports every open, openat and openat2, with its result. */
#include "vmlinux.h"
#include <bpf/bpf_helpers.h>
#include "opensnoop.h"

char LICENSE[] SEC("license") = "Dual BSD/GPL";

/* Options, set by the guest before load. */
const volatile pid_t wanted_tgid = 0;
const volatile bool failed_only = false;

/* Events that found no room in the perf buffer, and calls that found none in `calls`. */
u64 lost = 0;

struct call {
	u64 path; /* an address in the caller's memory */
	int flags;
};

/* Calls that have begun, by thread. */
struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 10240);
	__type(key, u64);
	__type(value, struct call);
} calls SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_PERF_EVENT_ARRAY);
	__uint(key_size, sizeof(u32));
	__uint(value_size, sizeof(u32));
} events SEC(".maps");

static __always_inline int begin(u64 path, int flags)
{
	u64 id = bpf_get_current_pid_tgid();
	struct call call = { .path = path, .flags = flags };

	if (wanted_tgid && wanted_tgid != (pid_t)(id >> 32))
		return 0;
	if (bpf_map_update_elem(&calls, &id, &call, BPF_ANY))
		__sync_fetch_and_add(&lost, 1);
	return 0;
}

/* A function of its own so that its parameter keeps struct opened in the BTF. */
static __noinline long output(void *ctx, struct opened *opened)
{
	return bpf_perf_event_output(ctx, &events, BPF_F_CURRENT_CPU, opened, sizeof(*opened));
}

static __always_inline int end(struct trace_event_raw_sys_exit *ctx)
{
	u64 id = bpf_get_current_pid_tgid();
	struct call *call = bpf_map_lookup_elem(&calls, &id);
	struct opened opened = {};

	if (!call)
		return 0;
	opened.ret = ctx->ret;
	if (!failed_only || opened.ret < 0) {
		opened.pid = id >> 32;
		opened.uid = bpf_get_current_uid_gid();
		opened.flags = call->flags;
		bpf_get_current_comm(&opened.comm, sizeof(opened.comm));
		/* Now, since the kernel has read it: at the call it need not have been in memory. */
		bpf_probe_read_user_str(&opened.path, sizeof(opened.path), (void *)call->path);
		if (output(ctx, &opened))
			__sync_fetch_and_add(&lost, 1);
	}
	bpf_map_delete_elem(&calls, &id);
	return 0;
}

SEC("tp/syscalls/sys_enter_open")
int enter_open(struct trace_event_raw_sys_enter *ctx)
{
	return begin(ctx->args[0], ctx->args[1]);
}

SEC("tp/syscalls/sys_enter_openat")
int enter_openat(struct trace_event_raw_sys_enter *ctx)
{
	return begin(ctx->args[1], ctx->args[2]);
}

SEC("tp/syscalls/sys_enter_openat2")
int enter_openat2(struct trace_event_raw_sys_enter *ctx)
{
	struct open_how how = {};

	bpf_probe_read_user(&how, sizeof(how), (void *)ctx->args[2]);
	return begin(ctx->args[1], how.flags);
}

SEC("tp/syscalls/sys_exit_open")
int exit_open(struct trace_event_raw_sys_exit *ctx)
{
	return end(ctx);
}

SEC("tp/syscalls/sys_exit_openat")
int exit_openat(struct trace_event_raw_sys_exit *ctx)
{
	return end(ctx);
}

SEC("tp/syscalls/sys_exit_openat2")
int exit_openat2(struct trace_event_raw_sys_exit *ctx)
{
	return end(ctx);
}
