/* SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause */
/* Perf buffers: everything that the kernel did not lose arrives. Two CPUs may have a part of it each. */
#include "events.h"

static uint64_t sum, count;

static int take(uint32_t ctx, uint32_t at, uint32_t size)
{
	CHECK(ctx == 7 && at == (uint32_t)data);
	/* Perf rounds its samples up. */
	CHECK(size >= 64 && size < 72);
	sum += data[0];
	count++;
	return 0;
}

static int poll(int timeout)
{
	return poll_buffer(handle, samples_fd, take, 7, data, sizeof(data), timeout);
}

int main(int argc, char **argv)
{
	uint64_t all;
	int got;

	CHECK(argc == 2);
	begin(argv);
	IS(0, poll(0));
	for (int i = 0; i < 50; i++) {
		produce(200, 64, SAMPLES);
		IS(200, poll(100));
	}
	all = totals.produced;
	IS(10000, all);
	IS(all, count);
	IS(all * (all - 1) / 2, sum);
	IS(0, totals.dropped);
	/* More than fits: the rest is counted by the host. */
	count = 0;
	produce(20000, 64, SAMPLES);
	got = poll(100);
	IS(got, count);
	CHECK(got > 100 && got < 20000);
	IS(0, close_object(handle));
	return 0;
}
