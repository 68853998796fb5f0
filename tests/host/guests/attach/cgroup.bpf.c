/* SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause */
#include "hits.h"

SEC("cgroup/connect4")
int on_connect(void *ctx)
{
	hit();
	return 1;
}
