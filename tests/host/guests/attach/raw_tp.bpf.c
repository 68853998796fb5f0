/* SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause */
#include "hits.h"

SEC("raw_tp")
int on_raw(void *ctx)
{
	return hit_by_thread();
}
