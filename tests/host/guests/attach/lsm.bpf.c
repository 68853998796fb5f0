/* SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause */
#include "hits.h"

SEC("lsm/path_mkdir")
int on_mkdir(void *ctx)
{
	return hit_by_process();
}
