/* SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause */
/* Comes to its first poll, and ends. */
#include "events.h"

static int take(uint32_t ctx, uint32_t at, uint32_t size)
{
	(void)ctx;
	(void)at;
	(void)size;
	return 0;
}

int main(int argc, char **argv)
{
	CHECK(argc == 2);
	begin(argv);
	return poll_buffer(handle, first_fd, take, 0, data, sizeof(data), 0);
}
