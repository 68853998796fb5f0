/* SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause */
#include "hits.h"

SEC("kprobe")
int on_function(void *ctx)
{
	return hit_by_process();
}

SEC("kretprobe")
int on_result(void *ctx)
{
	return hit_by_process();
}
