/* SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause */
/* What every guest does, to measure the library: with as little else as possible. */
#ifdef POOL
/* A guest of its own memory, which libc's allocator is no part of. */
#include <stddef.h>

static void *take(size_t size)
{
    static char pool[65536] __attribute__((aligned(8)));
    static size_t taken;
    void *memory = pool + taken;

    if (sizeof(pool) - taken < size)
        return NULL;
    taken += (size + 7) & ~(size_t)7;
    return memory;
}

#define BPF_WASM_MALLOC(size) take(size)
#define BPF_WASM_FREE(pointer) ((void)(pointer))
#endif

#include "demo.skel.h"

struct event {
    int pid;
};

static int total;

BPF_SAMPLE_HANDLER(handle_event, struct event, e)
{
    total += e->pid;
    return 0;
}

int main(void)
{
    struct demo *skel = demo__open();
    struct ring_buffer *rb;
    int err;

    if (!skel)
        return 1;
    skel->rodata->min_duration_ns = 1000;
    err = demo__load(skel);
    if (!err)
        err = demo__attach(skel);
    rb = err ? NULL : ring_buffer__new(bpf_map__fd(skel->maps.rb), handle_event, NULL, NULL);
    while (rb && (err = ring_buffer__poll(rb, 100)) >= 0 && total < 1000)
        ;
    ring_buffer__free(rb);
    demo__destroy(skel);
    return err < 0;
}
