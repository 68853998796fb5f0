// Programs that are attached to functions and static probes of a file.
#include <linux/bpf.h>
#include <linux/ptrace.h>
#include <stdbool.h>
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_tracing.h>
#include <bpf/usdt.bpf.h>

SEC("uprobe") int one(void *context) { return 0; }
SEC("uprobe.multi") int many(void *context) { return 0; }
SEC("usdt") int probe(struct pt_regs *context)
{
    long value = 0;
    return bpf_usdt_arg(context, 0, &value) + value;
}

char fuzz_license[] SEC("license") = "GPL";
