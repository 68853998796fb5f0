/* SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause */
#include "hits.h"

SEC("fentry/do_mkdirat")
int on_entry(void *ctx)
{
	return hit_by_process();
}

SEC("fexit/do_mkdirat")
int on_exit(void *ctx)
{
	return hit_by_process();
}
