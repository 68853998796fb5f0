/* SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause */
#include <stdbool.h>
#include <linux/ptrace.h>
#include "hits.h"
#include <bpf/usdt.bpf.h>

SEC("usdt")
int on_static_probe(struct pt_regs *ctx)
{
	return hit_by_process();
}
