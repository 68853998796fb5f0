/* SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause */
/* libbpf-wasm.h with allocations that can fail, the skeleton of an imagined object, and the host's idea of that object. */
#ifndef LIBRARY_UNDER_TEST_H
#define LIBRARY_UNDER_TEST_H

#include "allocator.h"
#include "libbpf-wasm.h"

#include "demo.skel.h"
#include "library.h"
#include "mock_host.h"

#define ALL (int)(sizeof(demo_on_host) / sizeof(demo_on_host[0]))
static const struct mock_map demo_on_host[] = {
    {"exec_start", NULL, BPF_MAP_TYPE_HASH, 4, 8, 8192, -1, NULL, false},
    {"counts", NULL, BPF_MAP_TYPE_ARRAY, 4, 8, 4, -1, NULL, false},
    {"percpu", NULL, BPF_MAP_TYPE_PERCPU_ARRAY, 4, 12, 2, -1, NULL, false},
    {"pc_hash", NULL, BPF_MAP_TYPE_PERCPU_HASH, 8, 4, 16, -1, NULL, false},
    {"trie", NULL, BPF_MAP_TYPE_LPM_TRIE, 8, 4, 16, -1, NULL, false},
    {"queue", NULL, BPF_MAP_TYPE_QUEUE, 0, 4, 4, -1, NULL, false},
    {"rb", NULL, BPF_MAP_TYPE_RINGBUF, 0, 0, 4096, -1, NULL, false},
    {"rb2", NULL, BPF_MAP_TYPE_RINGBUF, 0, 0, 4096, -1, NULL, false},
    {"events", NULL, BPF_MAP_TYPE_PERF_EVENT_ARRAY, 4, 4, 4, -1, NULL, false},
    {"small", NULL, BPF_MAP_TYPE_HASH, 1, 1, 256, -1, NULL, false},
    {"cgroup", NULL, BPF_MAP_TYPE_CGROUP_STORAGE, 8, 8, 16, -1, NULL, false},
    {"slots", NULL, BPF_MAP_TYPE_ARRAY_OF_MAPS, 4, 4, 8, -1, NULL, false},
    {"demo.rodata", ".rodata", BPF_MAP_TYPE_ARRAY, 4, 12, 1, DEMO_RODATA, NULL, true},
    {"demo.data", ".data", BPF_MAP_TYPE_ARRAY, 4, 8, 1, DEMO_DATA, NULL, false},
    {".data.extra", ".data.extra", BPF_MAP_TYPE_ARRAY, 4, 2, 1, DEMO_EXTRA, NULL, false},
    {"demo.bss", ".bss", BPF_MAP_TYPE_ARRAY, 4, 53, 1, -1, NULL, false},
    {"demo.kconfig", ".kconfig", BPF_MAP_TYPE_ARRAY, 4, 4, 1, -1, "\0\x12\6", true},
};

/* A fresh host, and a fresh guest. */
static __attribute__((unused)) void start(enum mock_family family)
{
    bpf_wasm__state.cpus = 0;
    mock_reset(family, 3, demo_on_host, ALL);
}

/* The skeleton, opened and loaded on a fresh host. */
static __attribute__((unused)) struct demo *loaded(enum mock_family family)
{
    struct demo *skel;

    start(family);
    skel = demo__open_and_load();
    CHECK(skel != NULL);
    return skel;
}

/* Ends a test: nothing is left open, and the host was not misused. */
static __attribute__((unused)) void finish(struct demo *skel)
{
    demo__destroy(skel);
    CHECK(!bpf_wasm__state.objects);
    CHECK(mock_objects() == 0);
    CHECK(!mock_violation);
    CHECK(!bpf_sample__truncated());
}

/* Whether a call fails with this errno, both ways. */
static __attribute__((unused)) bool fails(int ret, int err)
{
    return ret == -err && errno == err;
}

static __attribute__((unused)) bool null(const void *pointer, int err)
{
    bool right = !pointer && errno == err && libbpf_get_error(pointer) == -err;

    return right;
}

#endif
