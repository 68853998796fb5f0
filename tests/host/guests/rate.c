/* SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause */
/* THREAD ROUNDS COUNT SIZE: produces and takes events; writes the nanoseconds of taking, and of all, to /out/result. */
#include "events.h"
#include <time.h>

static uint64_t next, wrong;

static int take(uint32_t ctx, uint32_t at, uint32_t size)
{
	(void)ctx;
	(void)at;
	(void)size;
	wrong += data[0] != next++;
	return 0;
}

static uint64_t now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (uint64_t)t.tv_sec * 1000000000 + (uint64_t)t.tv_nsec;
}

int main(int argc, char **argv)
{
	uint64_t start, taking = 0;
	FILE *result;

	CHECK(argc == 5);
	begin(argv);
	start = now();
	for (int i = atoi(argv[2]); i; i--) {
		uint64_t before;
		produce((uint32_t)atoi(argv[3]), (uint32_t)atoi(argv[4]), FIRST);
		before = now();
		IS(atoi(argv[3]), poll_buffer(handle, first_fd, take, 0, data, sizeof(data), 0));
		taking += now() - before;
	}
	start = now() - start;
	IS(0, wrong);
	result = fopen("/out/result", "w");
	CHECK(result);
	fprintf(result, "%llu %llu\n", taking, start);
	return fclose(result);
}
