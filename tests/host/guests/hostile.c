/* SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause */
/* Everything wrong that a guest may pass gives an error, and the host goes on. */
#include "events.h"

static int take(uint32_t ctx, uint32_t at, uint32_t size)
{
	(void)ctx;
	(void)at;
	(void)size;
	return 0;
}

static int wrong(void)
{
	return 0;
}

/* Addresses of which less than a value is in memory. */
static void *const outside[] = { (void *)0xffffffff, (void *)0xfffffff8, (void *)0x80000000, (void *)0 };

static void objects(void)
{
	static unsigned char damaged[sizeof(object)];

	CHECK(!load_object(NULL, 0));
	CHECK(!load_object(object, 0));
	CHECK(!load_object(object, 10));
	CHECK(!load_object(object, 0xffffffff));
	CHECK(!load_object((void *)0xffffff00, sizeof(object)));
	memcpy(damaged, object, sizeof(object));
	for (size_t i = 0; i < 200; i++) {
		uint64_t loaded;
		damaged[i * 7919 % sizeof(object)] ^= 0x80;
		loaded = load_object(damaged, sizeof(damaged));
		if (loaded)
			IS(0, close_object(loaded));
	}
	IS(BADF, close_object(0));
	IS(BADF, close_object(handle + 1));
	IS(BADF, close_object(~0ull));
	IS(BADF, map_fd(0, "first"));
	IS(BADF, map_fd(~handle, "first"));
	IS(BADF, attach_program(99, "on_syscall", NULL));
}

static void names(void)
{
	static char endless[1 << 20];

	memset(endless, 'x', sizeof(endless));
	IS(-36, map_fd(handle, endless));
	IS(-36, attach_program(handle, endless, NULL));
	IS(-36, attach_program(handle, "on_syscall", endless));
	IS(FAULT, map_fd(handle, NULL));
	IS(INVAL, map_fd(handle, "\xff\xfe"));
	for (int i = 0; i < 3; i++) {
		CHECK(map_fd(handle, outside[i]) < 0);
		CHECK(attach_program(handle, outside[i], NULL) < 0);
		CHECK(attach_program(handle, "on_syscall", outside[i]) < 0);
	}
	IS(NOENT, attach_program(handle, "nothing", NULL));
	IS(NOENT, attach_program(handle, "", NULL));
	IS(NOENT, attach_program(handle, "on_syscall", "no_such_tracepoint"));
}

static void operations(void)
{
	uint32_t zero = 0;

	for (int fd = -3; fd < 3; fd++)
		IS(BADF, operate(fd, LOOKUP, &zero, data, NULL, 0));
	for (int fd = samples_fd + 1; fd < samples_fd + 100; fd++)
		IS(BADF, operate(fd, LOOKUP, &zero, data, NULL, 0));
	IS(BADF, operate(INT32_MAX, LOOKUP, &zero, data, NULL, 0));
	IS(BADF, operate(INT32_MIN, LOOKUP, &zero, data, NULL, 0));
	for (int command = -5; command < 50; command++)
		if (command < LOOKUP || command > NEXT_KEY)
			IS(INVAL, operate(totals_fd, command, &zero, data, data, 0));
	for (int i = 0; i < 4; i++) {
		IS(FAULT, operate(totals_fd, LOOKUP, outside[i], data, NULL, 0));
		IS(FAULT, operate(totals_fd, LOOKUP, &zero, outside[i], NULL, 0));
		IS(FAULT, operate(totals_fd, UPDATE, outside[i], data, NULL, 0));
		IS(FAULT, operate(totals_fd, UPDATE, &zero, outside[i], NULL, 0));
		IS(FAULT, operate(totals_fd, DELETE, outside[i], NULL, NULL, 0));
		IS(FAULT, operate(totals_fd, NEXT_KEY, &zero, NULL, outside[i], 0));
	}
	for (int i = 0; i < 3; i++)
		IS(FAULT, operate(totals_fd, NEXT_KEY, outside[i], NULL, data, 0));
	CHECK(operate(totals_fd, LOOKUP, &zero, data, NULL, ~0ull) < 0);
	CHECK(operate(totals_fd, UPDATE, &zero, data, NULL, ~0ull) < 0);
	CHECK(operate(first_fd, LOOKUP, &zero, data, NULL, 0) < 0);
	CHECK(operate(first_fd, NEXT_KEY, NULL, NULL, data, 0) < 0);
}

static void polls(void)
{
	IS(BADF, poll_buffer(handle, -1, take, 0, data, 8, 0));
	IS(BADF, poll_buffer(handle, 9999, take, 0, data, 8, 0));
	IS(BADF, poll_buffer(0, first_fd, take, 0, data, 8, 0));
	IS(BADF, poll_buffer(handle + 1, first_fd, take, 0, data, 8, 0));
	IS(INVAL, poll_buffer(handle, totals_fd, take, 0, data, 8, 0));
	IS(INVAL, poll_buffer(handle, first_fd, NULL, 0, data, 8, 0));
	IS(INVAL, poll_buffer(handle, first_fd, (sample_fn)99999, 0, data, 8, 0));
	IS(INVAL, poll_buffer(handle, first_fd, (sample_fn)(void *)wrong, 0, data, 8, 0));
	IS(INVAL, poll_buffer(handle, first_fd, take, 0, data, -1, 0));
	IS(INVAL, poll_buffer(handle, first_fd, take, 0, data, INT32_MIN, 0));
	IS(FAULT, poll_buffer(handle, first_fd, take, 0, data, INT32_MAX, 0));
	for (int i = 0; i < 4; i++)
		IS(FAULT, poll_buffer(handle, first_fd, take, 0, outside[i], 100, 0));
}

int main(int argc, char **argv)
{
	CHECK(argc == 2);
	begin(argv);
	objects();
	names();
	operations();
	polls();
	/* And after all that: */
	produce(2, 8, FIRST);
	IS(2, poll_buffer(handle, first_fd, take, 0, data, 8, 0));
	/* Nothing is closed: the host has to. */
	return 0;
}
