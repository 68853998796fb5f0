/* SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause */
#include "hits.h"

SEC("perf_event")
int on_sample(void *ctx)
{
	return hit_by_process();
}
