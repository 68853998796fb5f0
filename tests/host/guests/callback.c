/* SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause */
/* The poll that calls an export, as TinyGo's guests have it. */
#include "events.h"

__attribute__((import_module("callback-wrapper"), import_name("wasm_bpf_buffer_poll")))
int poll_export(uint64_t object, int fd, uint32_t ctx, void *data, int max_size, int timeout_ms);

static int calls;

__attribute__((export_name("go-callback"))) int callback(uint32_t ctx, uint32_t at, uint32_t size)
{
	IS(77, ctx);
	IS((uint32_t)data, at);
	IS(24, size);
	IS(calls, data[0]);
	calls++;
	return 0;
}

int main(int argc, char **argv)
{
	CHECK(argc == 2);
	begin(argv);
	produce(5, 24, FIRST);
	IS(5, poll_export(handle, first_fd, 77, data, sizeof(data), 0));
	IS(5, calls);
	IS(BADF, poll_export(handle, -1, 77, data, sizeof(data), 0));
	return 0;
}
