/* SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause */
#include "hits.h"

SEC("sk_lookup")
int on_lookup(void *ctx)
{
	hit();
	return SK_PASS;
}
