/* SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause */
/* Guests that do not end, or that want too much, by argument. */
#include "events.h"
#include <time.h>
#include <unistd.h>

static volatile int one = 1;
static void *volatile sink;

/* Tells that what was asked for begins, where the host lets it. */
static void begins(void)
{
	FILE *file = fopen("/told/begins", "w");

	if (file)
		fclose(file);
}

static int recurse(int depth)
{
	volatile char frame[1024];

	frame[0] = (char)depth;
	return one ? recurse(depth + 1) + frame[0] : 0;
}

static int again(uint32_t ctx, uint32_t at, uint32_t size)
{
	(void)at;
	(void)size;
	produce(2, 8, FIRST);
	return poll_buffer(handle, first_fd, again, ctx + 1, data, sizeof(data), -1);
}

static int spin(uint32_t ctx, uint32_t at, uint32_t size)
{
	(void)ctx;
	(void)at;
	(void)size;
	begins();
	while (one)
		;
	return 0;
}

static int quiet(uint32_t ctx, uint32_t at, uint32_t size)
{
	(void)ctx;
	(void)at;
	(void)size;
	return 0;
}

/* What takes the BPF program. */
static const char *const with_events[] = { "poll within poll", "callback", "wait", "deaf", "sleep, then wait" };

int main(int argc, char **argv)
{
	const char *what = argv[argc - 1];
	int in_callback = !strcmp(what, "callback");

	for (size_t i = 0; i < sizeof(with_events) / sizeof(*with_events); i++)
		if (!strcmp(what, with_events[i]))
			begin(argv);
	if (!in_callback)
		begins();
	if (!strcmp(what, "loop"))
		while (one)
			;
	if (!strcmp(what, "recursion"))
		return recurse(0);
	if (!strcmp(what, "memory")) {
		size_t total = 0;
		for (void *part; (part = malloc(1 << 20)); sink = part) {
			memset(part, 1, 1 << 20);
			total++;
		}
		return (int)total;
	}
	if (!strcmp(what, "sleep"))
		return sleep(1000) != 0;
	if (!strcmp(what, "naps")) {
		while (one)
			sleep(1);
	}
	if (!strcmp(what, "poll within poll")) {
		produce(2, 8, FIRST);
		return poll_buffer(handle, first_fd, again, 0, data, sizeof(data), -1);
	}
	if (in_callback) {
		produce(2, 8, FIRST);
		return poll_buffer(handle, first_fd, spin, 0, data, sizeof(data), -1);
	}
	if (!strcmp(what, "wait"))
		return -poll_buffer(handle, first_fd, quiet, 0, data, sizeof(data), -1);
	if (!strcmp(what, "deaf"))
		while (one)
			poll_buffer(handle, first_fd, quiet, 0, data, sizeof(data), -1);
	if (!strcmp(what, "sleep, then wait")) {
		sleep(1000);
		return -poll_buffer(handle, first_fd, quiet, 0, data, sizeof(data), -1);
	}
	return 99;
}
