/* SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause */
#include "hits.h"

SEC("tp")
int on_tracepoint(void *ctx)
{
	return hit_by_process();
}
