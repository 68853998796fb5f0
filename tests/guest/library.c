/* SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause */
/*
 * Tests of libbpf-wasm.h against a mock host, natively under sanitizers and as a wasm module, as C11, C17, C23 and C++17.
 * Here: what runs them all, and memory that is refused. Failed checks go to a log; without stdio, so that the module needs no imports.
 */
#include "library_under_test.h"

static char report[4096];
static size_t report_len;
static int failures;
long allocations_left = -1;

static void note(const char *text)
{
    size_t len = strlen(text);

    if (len > sizeof(report) - 1 - report_len)
        len = sizeof(report) - 1 - report_len;
    memcpy(report + report_len, text, len);
    report_len += len;
}

void failed(const char *file, int line, const char *what)
{
    char number[12], *digit = number + sizeof(number);
    const char *name = strrchr(file, '/');

    failures++;
    *--digit = '\0';
    for (; line; line /= 10)
        *--digit = (char)('0' + line % 10);
    note(name ? name + 1 : file);
    note(":");
    note(digit);
    note(": ");
    note(what);
    note("\n");
}

bool refuse(void)
{
    return allocations_left >= 0 && allocations_left-- == 0;
}

static int no_event(void *ctx, void *data, size_t size)
{
    (void)ctx;
    (void)data;
    (void)size;
    return 0;
}

static void no_perf_event(void *ctx, int cpu, void *data, __u32 size)
{
    (void)cpu;
    no_event(ctx, data, size);
}

/* One run through everything that allocates. Whether all of it succeeded; whatever failed, failed with -ENOMEM. */
static bool everything_once(void)
{
    struct demo *skel;
    struct ring_buffer *rings = NULL;
    struct perf_buffer *perf = NULL;
    struct bpf_buffer *buffer = NULL;
    char values[3 * 16], keys[16];
    __u32 key = 0, out, count = 2;
    bool fine = false;

    start(MOCK_RIGHT);
    skel = demo__open();
    if (!skel)
        goto out;
    if (bpf_program__set_target(skel->progs.xdp_pass, "eth0") || demo__load(skel) || demo__attach(skel))
        goto out;
    if (libbpf_num_possible_cpus() < 0 || bpf_map__lookup_percpu(skel->maps.percpu, &key, 4, values, 12, 4) < 0)
        goto out;
    mock_put("exec_start", &key, "12345678");
    if (bpf_map__get_next_key(skel->maps.exec_start, NULL, &key, sizeof(key)))
        goto out;
    if (bpf_map_lookup_batch(bpf_map__fd(skel->maps.exec_start), NULL, &out, keys, values, &count, NULL) && errno != ENOENT)
        goto out;
    rings = ring_buffer__new(bpf_map__fd(skel->maps.rb), no_event, NULL, NULL);
    if (!rings || ring_buffer__add(rings, bpf_map__fd(skel->maps.rb2), no_event, NULL))
        goto out;
    perf = perf_buffer__new(bpf_map__fd(skel->maps.events), 8, no_perf_event, NULL, NULL, NULL);
    buffer = bpf_buffer__open(skel->maps.rb, no_event, NULL);
    if (!perf || !buffer)
        goto out;
    mock_event("rb", "event", 5);
    mock_event("rb2", "event", 5);
    if (ring_buffer__poll(rings, 0) < 0)
        goto out;
    mock_event("events", "event", 5);
    mock_event("rb", "event", 5);
    if (perf_buffer__poll(perf, 0) < 0 || bpf_buffer__poll(buffer, 0) < 0)
        goto out;
    fine = true;
out:
    CHECK(fine || errno == ENOMEM);
    bpf_buffer__free(buffer);
    perf_buffer__free(perf);
    ring_buffer__free(rings);
    finish(skel);
    return fine;
}

static void every_allocation_may_fail(void)
{
    long nth = 0;

    do {
        allocations_left = nth++;
    } while (!everything_once() && nth < 100);
    CHECK(nth > 12 && nth < 100);
    allocations_left = -1;
}

/* Runs all tests: the number of failed checks. */
#ifdef __wasm__
__attribute__((export_name("run")))
#endif
int run_tests(void)
{
    test_objects();
    test_programs();
    test_maps();
    test_events();
    test_buffers();
    test_tables();
    every_allocation_may_fail();
    mock_reset(MOCK_RIGHT, 1, NULL, 0);
    return failures;
}

#ifdef __wasm__
__attribute__((export_name("report")))
#endif
const char *test_report(void)
{
    return report;
}

#ifndef __wasm__
#include <stdio.h>

int main(void)
{
    int count = run_tests();

    fputs(test_report(), stderr);
    return count != 0;
}
#endif
