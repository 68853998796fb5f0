/* SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause */
/* What tests of events share: callbacks that note what they saw, and do what they are told. */
#ifndef EVENT_LOG_H
#define EVENT_LOG_H

#include "library_under_test.h"

/* What callbacks saw, and what they are told to do. */
static struct {
    int count, cpu;
    size_t sizes[8];
    unsigned char first[8];
    bool truncated[8];
    void *ctx;
    int fail_at, fail_with;
    void (*then)(void);
} seen;

/* The object at hand. */
static struct demo *skel;

static __attribute__((unused)) int handle(void *ctx, void *data, size_t size)
{
    int at = seen.count++ % 8;

    seen.sizes[at] = size;
    seen.first[at] = size ? *(unsigned char *)data : 0;
    seen.truncated[at] = bpf_sample__truncated();
    seen.ctx = ctx;
    CHECK((uintptr_t)data % 8 == 0);
    if (seen.then)
        seen.then();
    return seen.count == seen.fail_at ? seen.fail_with : 5;
}

static __attribute__((unused)) void handle_perf(void *ctx, int cpu, void *data, __u32 size)
{
    seen.cpu = cpu;
    handle(ctx, data, size);
}

static __attribute__((unused)) void handle_lost(void *ctx, int cpu, __u64 count)
{
    (void)ctx;
    (void)cpu;
    (void)count;
    CHECK(!"called");
}

static __attribute__((unused)) void begin(enum mock_family family)
{
    memset(&seen, 0, sizeof(seen));
    skel = loaded(family);
}

static __attribute__((unused)) void send(const char *map, int first, size_t size)
{
    char event[9000];

    memset(event, 'x', size);
    event[0] = (char)first;
    mock_event(map, event, size);
}

#endif
