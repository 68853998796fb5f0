/* SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause */
/* Events: counts, errors, sizes, and callbacks that do what callbacks must be able to do. */
#include "event_log.h"

struct event {
    int pid;
    char comm[12];
} __attribute__((packed));

static struct bpf_buffer *buffer, *buffer2;
static struct ring_buffer *rings;
static struct perf_buffer *perf;
static int inner;

BPF_SAMPLE_HANDLER(handle_typed, struct event, e)
{
    seen.count += e->pid;
    return 0;
}

static void counts_and_errors(enum mock_family family, bool perf_map)
{
    const char *name = perf_map ? "events" : "rb";
    int all = family == MOCK_RUST ? 1 : 3; /* that host gives but the last one */
    int ctx;

    begin(family);
    buffer = bpf_buffer__open(perf_map ? skel->maps.events : skel->maps.rb, handle, &ctx);
    CHECK(buffer && mock_polls == (perf_map ? 1 : 0));
    CHECK(bpf_buffer__poll(buffer, 100) == 0 && mock_timeout == 100 && seen.count == 0);
    CHECK(bpf_buffer__poll(buffer, 0) == 0 && mock_timeout == 0);
    CHECK(bpf_buffer__poll(buffer, -1) == 0 && mock_timeout == -1);
    send(name, 1, 1);
    send(name, 2, 8);
    send(name, 3, 4096);
    CHECK(bpf_buffer__poll(buffer, 100) == all && seen.count == all && seen.ctx == &ctx && mock_pending(name) == 0);
    CHECK(seen.first[all - 1] == 3 && seen.sizes[all - 1] == 4096 && !seen.truncated[all - 1] && !bpf_buffer__truncated(buffer));
    CHECK(bpf_buffer__poll(buffer, 100) == 0);
    send(name, 0, 0); /* no bytes at all */
    CHECK(bpf_buffer__poll(buffer, 100) == 1 && seen.sizes[all] == 0);

    /* Failures, in the words of each host. */
    mock_fail_poll = -4;
    CHECK(fails(bpf_buffer__poll(buffer, 100), EINTR));
    mock_fail_poll = -2;
    CHECK(fails(bpf_buffer__poll(buffer, 100), ENOENT));
    mock_fail_poll = -1;
    CHECK(fails(bpf_buffer__poll(buffer, 100), family == MOCK_RUST ? EIO : EPERM));
    if (!perf_map) {
        mock_fail_poll = 22;
        CHECK(fails(bpf_buffer__poll(buffer, 100), EINVAL));
        mock_fail_poll = 1;
        CHECK(fails(bpf_buffer__poll(buffer, 100), family == MOCK_RUST ? EIO : EPERM));
    } else {
        /* CPUs that had only lost events to report. */
        mock_fail_poll = 2;
        CHECK(bpf_buffer__poll(buffer, 100) == 0);
    }
    /* What came before a failure is delivered. */
    send(name, 9, 2);
    mock_force_poll_result = true;
    mock_poll_result = -4;
    CHECK(fails(bpf_buffer__poll(buffer, 100), EINTR) && seen.first[(seen.count - 1) % 8] == 9);
    mock_force_poll_result = false;
    bpf_buffer__free(buffer);

    /* A perf buffer that never worked: a positive result is no count. */
    if (perf_map) {
        mock_fail_poll = 22;
        CHECK(null(bpf_buffer__open(skel->maps.events, handle, NULL), EINVAL));
        mock_fail_poll = -22;
        CHECK(null(perf_buffer__new(bpf_map__fd(skel->maps.events), 8, handle_perf, NULL, NULL, NULL), EINVAL));
    }
    finish(skel);
}

static void callbacks_end_polls(enum mock_family family)
{
    begin(family);
    buffer = bpf_buffer__open(skel->maps.rb, handle, NULL);
    seen.fail_at = 2;
    seen.fail_with = -77;
    send("rb", 1, 4);
    CHECK(bpf_buffer__poll(buffer, 100) == 1);
    send("rb", 2, 4);
    if (family != MOCK_RUST) {
        send("rb", 3, 4);
        send("rb", 4, 4);
    }
    CHECK(fails(bpf_buffer__poll(buffer, 100), 77) && seen.count == 2);
    if (family != MOCK_RUST) {
        /* The others come next, before anything new and without asking the host. */
        int polls = mock_polls;
        send("rb", 5, 4);
        CHECK(bpf_buffer__poll(buffer, 100) == 2 && seen.count == 4 && seen.first[3] == 4 && mock_polls == polls);
        CHECK(bpf_buffer__poll(buffer, 100) == 1 && seen.first[4] == 5);
    }
    bpf_buffer__free(buffer);
    finish(skel);
}

static void send_large(const char *map, size_t size)
{
    void *event = calloc(1, size);

    mock_event(map, event, size);
    free(event);
}

static void sizes(enum mock_family family)
{
    struct ring_buffer_opts opts = {sizeof(opts), 10};
    char typed[sizeof(struct event)] = {3};
    int i;

    /* An event that is larger than the buffer is cut, counted, and the next one has room. */
    begin(family);
    buffer = bpf_buffer__open(skel->maps.rb, handle, NULL);
    send("rb", 1, 5000);
    CHECK(bpf_buffer__poll(buffer, 0) == 1 && seen.sizes[0] == 4096 && seen.truncated[0] && bpf_buffer__truncated(buffer) == 1);
    CHECK(!bpf_sample__truncated());
    send("rb", 2, 5000);
    CHECK(bpf_buffer__poll(buffer, 0) == 1 && seen.sizes[1] == 5000 && !seen.truncated[1] && bpf_buffer__truncated(buffer) == 1);
    send("rb", 3, 4097);
    CHECK(bpf_buffer__poll(buffer, 0) == 1 && seen.sizes[2] == 4097 && !seen.truncated[2]);

    /* As much as is needed where the host tells, else twice as much. */
    bpf_buffer__free(buffer);
    buffer = bpf_buffer__open(skel->maps.rb, handle, NULL);
    seen.count = 0;
    send("rb", 1, 9000);
    CHECK(bpf_buffer__poll(buffer, 0) == 1 && seen.sizes[0] == 4096 && seen.truncated[0]);
    send("rb", 2, 9000);
    CHECK(bpf_buffer__poll(buffer, 0) == 1 && seen.sizes[1] == (family == MOCK_CPP ? 9000 : 8192));
    CHECK(seen.truncated[1] == (family != MOCK_CPP));
    send("rb", 3, 9000);
    CHECK(bpf_buffer__poll(buffer, 0) == 1 && seen.sizes[2] == 9000 && !seen.truncated[2]);
    bpf_buffer__free(buffer);

    /* But not without end. */
    buffer = bpf_buffer__open(skel->maps.rb, handle, NULL);
    seen.count = 0;
    send_large("rb", BPF_WASM_SAMPLE_MAX + 2);
    CHECK(bpf_buffer__poll(buffer, 0) == 1 && seen.truncated[0]);
    for (i = 1; i < 9; i++) {
        send_large("rb", BPF_WASM_SAMPLE_MAX + 2);
        CHECK(bpf_buffer__poll(buffer, 0) == 1 && seen.truncated[i % 8]);
    }
    CHECK(seen.sizes[8 % 8] == BPF_WASM_SAMPLE_MAX && mock_max_size == BPF_WASM_SAMPLE_MAX + 1);
    bpf_buffer__free(buffer);

    /* A queue that is emptied each time does not grow. */
    buffer = bpf_buffer__open(skel->maps.rb, handle, NULL);
    for (i = 0; i < 100; i++) {
        send("rb", i, 100);
        CHECK(bpf_buffer__poll(buffer, 0) == 1);
    }
    CHECK(buffer->room == 4096);
    seen.count = 3;

    /* Unless the caller has set a size. */
    CHECK(!bpf_buffer__set_size(buffer, 10));
    send("rb", 4, 11);
    CHECK(bpf_buffer__poll(buffer, 0) == 1 && seen.sizes[3] == 10 && seen.truncated[3] && bpf_buffer__truncated(buffer) == 1);
    send("rb", 5, 10);
    CHECK(bpf_buffer__poll(buffer, 0) == 1 && seen.sizes[4] == 10 && !seen.truncated[4] && mock_max_size == 11);
    CHECK(!bpf_buffer__set_size(buffer, 8000));
    send("rb", 6, 8000);
    CHECK(bpf_buffer__poll(buffer, 0) == 1 && seen.sizes[5] == 8000 && !seen.truncated[5]);
    CHECK(fails(bpf_buffer__set_size(buffer, 0), EINVAL) && fails(bpf_buffer__set_size(NULL, 1), EINVAL));
    CHECK(fails(bpf_buffer__set_size(buffer, INT32_MAX), EINVAL) && !bpf_buffer__truncated(NULL));
    bpf_buffer__free(buffer);

    rings = ring_buffer__new(bpf_map__fd(skel->maps.rb), handle, NULL, &opts);
    send("rb", 7, 12);
    CHECK(ring_buffer__poll(rings, 0) == 1 && mock_max_size == 11 && ring_buffer__truncated(rings) == 1 && seen.truncated[6]);
    CHECK(ring_buffer__poll(rings, 0) == 0 && mock_max_size == 11); /* as it was said */
    CHECK(!ring_buffer__truncated(NULL));
    ring_buffer__free(rings);
    opts.sz = sizeof(opts.sz); /* libbpf's own */
    rings = ring_buffer__new(bpf_map__fd(skel->maps.rb), handle, NULL, &opts);
    CHECK(rings && ring_buffer__poll(rings, 0) == 0 && mock_max_size == 4097);
    ring_buffer__free(rings);
    opts.sz = 0;
    CHECK(null(ring_buffer__new(bpf_map__fd(skel->maps.rb), handle, NULL, &opts), EINVAL));
    finish(skel);

    /* Typed events. */
    begin(family);
    buffer = bpf_buffer__open(skel->maps.rb, handle_typed, NULL);
    mock_event("rb", typed, sizeof(typed));
    CHECK(bpf_buffer__poll(buffer, 0) == 1 && seen.count == 3);
    mock_event("rb", typed, sizeof(typed) - 1);
    CHECK(fails(bpf_buffer__poll(buffer, 0), EBADMSG) && seen.count == 3);
    CHECK(BPF_SAMPLE(struct event, typed, sizeof(typed))->pid == 3 && !BPF_SAMPLE(struct event, typed, sizeof(typed) - 1));
    bpf_buffer__free(buffer);
    finish(skel);
}

static void call_anything(void)
{
    __u32 key = 1;
    __u64 value = 2;

    inner++;
    CHECK(fails(bpf_buffer__poll(buffer, 0), EBUSY));
    CHECK(bpf_buffer__poll(buffer2, 0) == 0);
    CHECK(bpf_program__attach(skel->progs.fixed) != NULL);
    CHECK(!bpf_map__update_elem(skel->maps.exec_start, &key, 4, &value, 8, 0));
    CHECK(!demo__sync(skel) || errno == EOPNOTSUPP);
    {
        struct demo *other = demo__open_and_load();
        CHECK(other != NULL);
        demo__destroy(other);
    }
}

static void free_buffer(void)
{
    bpf_buffer__free(buffer);
    bpf_buffer__free(buffer);
}

static void destroy_object(void)
{
    demo__destroy(skel);
    demo__destroy(skel);
}

static void free_rings(void)
{
    CHECK(fails(ring_buffer__poll(rings, 0), EBUSY) && fails(ring_buffer__consume(rings), EBUSY));
    ring_buffer__free(rings);
}

static void free_perf(void)
{
    perf_buffer__free(perf);
}

static void add_ring(void)
{
    seen.then = NULL;
    CHECK(!ring_buffer__add(rings, bpf_map__fd(skel->maps.rb2), handle, &inner));
}

static void callbacks_call_back(enum mock_family family)
{
    begin(family);
    inner = 0;
    buffer = bpf_buffer__open(skel->maps.rb, handle, NULL);
    buffer2 = bpf_buffer__open(skel->maps.rb2, handle, NULL);
    send("rb", 1, 4);
    seen.then = call_anything;
    CHECK(bpf_buffer__poll(buffer, 0) == 1 && inner == 1);
    bpf_buffer__free(buffer2);

    /* The buffer goes away in its own callback, with events still to come. */
    seen.then = free_buffer;
    send("rb", 1, 4);
    send("rb", 2, 4);
    CHECK(bpf_buffer__poll(buffer, 0) == 1 && seen.count == 2);
    finish(skel);

    /* The object does: what was read is delivered, then there is nothing to poll. */
    begin(family);
    buffer = bpf_buffer__open(skel->maps.rb, handle, NULL);
    seen.then = destroy_object;
    send("rb", 1, 4);
    send("rb", 2, 4);
    CHECK(bpf_buffer__poll(buffer, 0) == (family == MOCK_RUST ? 1 : 2) && mock_objects() == 0);
    CHECK(fails(bpf_buffer__poll(buffer, 0), EBADF));
    bpf_buffer__free(buffer);
    finish(NULL);

    begin(family);
    rings = ring_buffer__new(bpf_map__fd(skel->maps.rb), handle, NULL, NULL);
    CHECK(!ring_buffer__add(rings, bpf_map__fd(skel->maps.rb2), handle, NULL));
    seen.then = free_rings;
    send("rb", 1, 4);
    send("rb", 2, 4);
    CHECK(ring_buffer__poll(rings, 100) == 1 && seen.count == 1);
    seen.then = NULL;
    rings = ring_buffer__new(bpf_map__fd(skel->maps.rb), handle, NULL, NULL);
    seen.then = free_rings;
    send("rb", 1, 4);
    CHECK(ring_buffer__consume(rings) == 1);
    finish(skel);

    begin(family);
    perf = perf_buffer__new(bpf_map__fd(skel->maps.events), 8, handle_perf, NULL, NULL, NULL);
    seen.then = free_perf;
    send("events", 1, 4);
    send("events", 2, 4);
    CHECK(perf_buffer__poll(perf, 100) == 1 && seen.count == 1);
    finish(skel);

    begin(family);
    rings = ring_buffer__new(bpf_map__fd(skel->maps.rb), handle, NULL, NULL);
    seen.then = add_ring;
    send("rb", 1, 4);
    CHECK(ring_buffer__poll(rings, 0) == 1);
    if (family == MOCK_RIGHT) {
        send("rb2", 2, 4);
        CHECK(ring_buffer__poll(rings, 0) == 1 && seen.ctx == &inner);
    }
    ring_buffer__free(rings);
    finish(skel);
}

static void misuse(enum mock_family family)
{
    memset(&seen, 0, sizeof(seen));
    start(family);
    skel = demo__open();
    CHECK(null(bpf_buffer__open(skel->maps.rb, handle, NULL), ENOENT)); /* before load */
    CHECK(null(ring_buffer__new(bpf_map__fd(skel->maps.rb), handle, NULL, NULL), EINVAL));
    CHECK(!demo__load(skel));
    CHECK(null(bpf_buffer__open(NULL, handle, NULL), EINVAL) && null(bpf_buffer__open(skel->maps.rb, NULL, NULL), EINVAL));
    CHECK(null(bpf_buffer__open(skel->maps.counts, handle, NULL), EINVAL));
    CHECK(null(ring_buffer__new(bpf_map__fd(skel->maps.counts), handle, NULL, NULL), EINVAL));
    CHECK(null(ring_buffer__new(bpf_map__fd(skel->maps.rb), NULL, NULL, NULL), EINVAL));
    CHECK(fails(bpf_buffer__poll(NULL, 0), EINVAL) && fails(ring_buffer__poll(NULL, 0), EINVAL));
    CHECK(fails(ring_buffer__consume(NULL), EINVAL));
    bpf_buffer__free(NULL);
    ring_buffer__free(NULL);
    /* Freed without a poll, and after the object. */
    bpf_buffer__free(bpf_buffer__open(skel->maps.rb, handle, NULL));
    rings = ring_buffer__new(bpf_map__fd(skel->maps.rb), handle, NULL, NULL);
    finish(skel);
    CHECK(fails(ring_buffer__poll(rings, 0), EBADF) && mock_polls == 0);
    /* Another object, perhaps at the same address and with the same file descriptors, is none of its business. */
    skel = demo__open_and_load();
    CHECK(skel && fails(ring_buffer__poll(rings, 0), EBADF) && mock_polls == 0);
    ring_buffer__free(rings);
    finish(skel);
}

void test_events(void)
{
    int i;

    for (i = 0; i < MOCK_FAMILIES; i++) {
        enum mock_family family = (enum mock_family)i;
        counts_and_errors(family, false);
        counts_and_errors(family, true);
        callbacks_end_polls(family);
        sizes(family);
        callbacks_call_back(family);
        misuse(family);
    }
}
