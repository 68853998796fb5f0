/* SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause */
/* Callbacks that call the host. */
#include "events.h"

static uint64_t next;
static int depth, deepest, other;

static int take(uint32_t ctx, uint32_t at, uint32_t size)
{
	(void)at;
	(void)size;
	IS(next, data[0]);
	next++;
	depth++;
	deepest = depth > deepest ? depth : deepest;
	/* Polls within polls go on where the outer ones are. */
	if (ctx)
		CHECK(poll_buffer(handle, first_fd, take, ctx - 1, data, sizeof(data), 0) >= 0);
	depth--;
	return 0;
}

/* Opens, attaches and closes another object. */
static int others(uint32_t ctx, uint32_t at, uint32_t size)
{
	uint64_t second = load_object(object, sizeof(object));

	(void)ctx;
	(void)at;
	(void)size;
	CHECK(second && second != handle);
	IS(0, attach_program(second, "on_syscall", NULL));
	CHECK(map_fd(second, "first") != first_fd);
	IS(0, close_object(second));
	other++;
	next++;
	return 0;
}

/* Closes the object of the buffer that is polled. */
static int closing(uint32_t ctx, uint32_t at, uint32_t size)
{
	(void)ctx;
	(void)at;
	(void)size;
	next++;
	IS(0, close_object(handle));
	IS(BADF, map_fd(handle, "first"));
	IS(BADF, close_object(handle));
	IS(BADF, poll_buffer(handle, first_fd, take, 0, data, sizeof(data), 0));
	return 0;
}

int main(int argc, char **argv)
{
	CHECK(argc == 2);
	begin(argv);
	produce(10, 8, FIRST);
	IS(1, poll_buffer(handle, first_fd, take, 5, data, sizeof(data), 0) > 0);
	IS(10, next);
	IS(6, deepest);
	produce(3, 8, FIRST);
	IS(3, poll_buffer(handle, first_fd, others, 0, data, sizeof(data), 0));
	IS(3, other);
	IS(13, next);
	produce(1000, 8, FIRST);
	IS(1, poll_buffer(handle, first_fd, closing, 0, data, sizeof(data), -1));
	IS(14, next);
	return 0;
}
