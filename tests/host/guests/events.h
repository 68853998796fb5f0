/* SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause */
/* How guests use events.bpf.c. */
#ifndef EVENTS_H
#define EVENTS_H

#include "abi.h"

#pragma clang diagnostic ignored "-Wc23-extensions"
static _Alignas(8) const unsigned char object[] = {
#embed "events.bpf.o"
};

enum { FIRST = 1, SECOND = 2, SAMPLES = 4 };

static struct {
	uint32_t thread, armed, size, sinks;
} control;

static struct {
	uint64_t produced, dropped;
} totals;

static uint64_t handle;
static int control_fd, totals_fd, first_fd, second_fd, samples_fd;
static uint64_t data[1024];

/* Loads and attaches; the thread is the only argument. */
__attribute__((unused)) static void begin(char **argv)
{
	handle = load_object(object, sizeof(object));
	CHECK(handle);
	control_fd = map_fd(handle, "control");
	totals_fd = map_fd(handle, "totals");
	first_fd = map_fd(handle, "first");
	second_fd = map_fd(handle, "second");
	samples_fd = map_fd(handle, "samples");
	CHECK(control_fd > 0 && totals_fd > 0 && first_fd > 0 && second_fd > 0 && samples_fd > 0);
	control.thread = (uint32_t)atoi(argv[1]);
	IS(0, attach_program(handle, "on_syscall", NULL));
}

/* Makes `count` events of `size` bytes, for these sinks. Switching off is the last of them. */
__attribute__((unused)) static void produce(uint32_t count, uint32_t size, uint32_t sinks)
{
	uint32_t zero = 0;

	control.armed = 1;
	control.size = size;
	control.sinks = sinks;
	IS(0, operate(control_fd, UPDATE, &zero, &control, NULL, 0));
	while (--count)
		IS(0, operate(totals_fd, LOOKUP, &zero, &totals, NULL, 0));
	control.armed = 0;
	IS(0, operate(control_fd, UPDATE, &zero, &control, NULL, 0));
	IS(0, operate(totals_fd, LOOKUP, &zero, &totals, NULL, 0));
}

#endif
