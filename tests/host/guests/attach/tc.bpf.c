/* SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause */
#include "hits.h"

SEC("tc")
int on_ingress(void *ctx)
{
	return hit();
}

SEC("tc/egress")
int on_egress(void *ctx)
{
	return hit();
}
