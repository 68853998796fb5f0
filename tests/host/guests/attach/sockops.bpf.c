/* SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause */
#include "hits.h"

SEC("sockops")
int on_socket(void *ctx)
{
	hit();
	return 1;
}
