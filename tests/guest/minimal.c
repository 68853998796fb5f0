/* SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause */
/* What every guest does, to measure the library: with as little else as possible. */
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
