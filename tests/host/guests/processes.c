/* SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause */
/* Waits for events, and tells how each call ends when something has happened to the processes of the host. */
#include "events.h"

static int take(uint32_t ctx, uint32_t at, uint32_t size)
{
	(void)ctx;
	(void)at;
	(void)size;
	return 0;
}

static void tell(const char *what, int result)
{
	printf("%s %d\n", what, result);
	fflush(stdout);
}

int main(int argc, char **argv)
{
	CHECK(argc == 2);
	begin(argv);
	tell("ready", 0);
	tell("poll", poll_buffer(handle, first_fd, take, 0, data, sizeof(data), -1));
	tell("attach", attach_program(handle, "on_syscall", NULL));
	tell("map", map_fd(handle, "scratch") > 0);
	tell("close", close_object(handle));
	handle = load_object(object, sizeof(object));
	tell("load", handle != 0);
	return 0;
}
