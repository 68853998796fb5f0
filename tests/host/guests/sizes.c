/* SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause */
/* Events that are larger than the guest's room are cut, and nothing after the room is touched. */
#include "events.h"

static uint32_t seen;

static int take(uint32_t ctx, uint32_t at, uint32_t size)
{
	(void)at;
	seen = size;
	return (int)ctx;
}

int main(int argc, char **argv)
{
	CHECK(argc == 2);
	begin(argv);
	memset(data, 0xab, sizeof(data));
	produce(2, 4000, FIRST);
	IS(2, poll_buffer(handle, first_fd, take, 0, data, 100, 0));
	IS(100, seen);
	for (size_t i = 100; i < sizeof(data); i++)
		IS(0xab, ((unsigned char *)data)[i]);
	produce(2, 4000, FIRST);
	IS(2, poll_buffer(handle, first_fd, take, 0, data, 4000, 0));
	IS(4000, seen);
	/* Room of no bytes is room. */
	produce(1, 8, FIRST);
	IS(1, poll_buffer(handle, first_fd, take, 0, data, 0, 0));
	IS(0, seen);
	return 0;
}
