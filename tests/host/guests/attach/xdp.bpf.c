/* SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause */
#include "hits.h"

SEC("xdp")
int on_frame(void *ctx)
{
	hit();
	return XDP_PASS;
}
