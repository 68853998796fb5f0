/* SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause */
/* Ring buffers: everything arrives, once, in order, whole. */
#include "events.h"

static uint64_t next[3];
static uint32_t stop_after, size_seen;

static int take(uint32_t ctx, uint32_t at, uint32_t size)
{
	CHECK(at == (uint32_t)data);
	IS(next[ctx], data[0]);
	next[ctx]++;
	size_seen = size;
	return stop_after && --stop_after == 0 ? -77 : 0;
}

static int poll(int fd, uint32_t ctx, int timeout)
{
	return poll_buffer(handle, fd, take, ctx, data, sizeof(data), timeout);
}

/* A hundred thousand, in turns of less than the buffer holds. */
static void many(void)
{
	uint64_t from = next[0];

	for (int i = 0; i < 100; i++) {
		produce(1000, 64, FIRST);
		IS(1000, poll(first_fd, 0, 0));
		IS(64, size_seen);
	}
	IS(0, totals.dropped);
	IS(100000, next[0] - from);
	IS(totals.produced, next[0]);
}

/* What a callback stops is delivered by the next poll, also when the host had taken it from the kernel. */
static void stopped(void)
{
	produce(2000, 16, FIRST);
	stop_after = 3;
	IS(-77, poll(first_fd, 0, 0));
	stop_after = 1500;
	IS(-77, poll(first_fd, 0, -1));
	produce(10, 16, FIRST);
	IS(507, poll(first_fd, 0, 100));
	IS(0, poll(first_fd, 0, 0));
	IS(totals.produced, next[0]);
}

/* Buffers of one object do not know each other. */
static void two(void)
{
	produce(20, 8, FIRST | SECOND);
	next[1] = totals.produced - 20;
	IS(20, poll(second_fd, 1, 1000));
	produce(5, 8, SECOND);
	IS(20, poll(first_fd, 0, 1000));
	next[0] += 5;
	IS(5, poll(second_fd, 1, 1000));
}

int main(int argc, char **argv)
{
	CHECK(argc == 2);
	begin(argv);
	IS(0, poll(first_fd, 0, 0));
	IS(0, poll(first_fd, 0, 20));
	produce(3, 4096, FIRST);
	IS(3, poll(first_fd, 0, -1));
	IS(4096, size_seen);
	CHECK(data[511] == ~(next[0] - 1));
	two();
	stopped();
	many();
	IS(0, close_object(handle));
	return 0;
}
