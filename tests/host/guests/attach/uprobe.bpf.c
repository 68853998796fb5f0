/* SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause */
#include "hits.h"

SEC("uprobe")
int on_entry(void *ctx)
{
	return hit_by_process();
}

SEC("uretprobe")
int on_return(void *ctx)
{
	return hit_by_process();
}
