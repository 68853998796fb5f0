/* SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause */
#include "hits.h"

SEC("tp_btf/sys_enter")
int on_btf(void *ctx)
{
	return hit_by_thread();
}
