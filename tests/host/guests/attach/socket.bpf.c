/* SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause */
#include "hits.h"

SEC("socket")
int on_packet(void *ctx)
{
	return hit();
}
