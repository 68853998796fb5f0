/* SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause */
/* Ring buffers polled together, more events than there is room for, and perf buffers. */
#include "event_log.h"

static struct ring_buffer *rings;
static struct perf_buffer *perf;

static int polls_left;

static void send_late(void)
{
    if (!polls_left--)
        send("rb2", 7, 4);
}

static void several_rings(enum mock_family family)
{
    int one, two, i, waited = 0;

    begin(family);
    rings = ring_buffer__new(bpf_map__fd(skel->maps.rb), handle, &one, NULL);
    CHECK(rings && ring_buffer__poll(rings, 250) == 0 && mock_timeout == 250);
    CHECK(!ring_buffer__add(rings, bpf_map__fd(skel->maps.rb2), handle, &two));

    /* Nothing comes: all of the time is spent, in turns. */
    mock_polls = 0;
    CHECK(ring_buffer__poll(rings, 25) == 0);
    for (i = 0; i < mock_polls; i++)
        waited += mock_timeouts[i];
    CHECK(waited == 25 && mock_polls == 5);
    mock_polls = 0;
    CHECK(ring_buffer__poll(rings, 0) == 0 && mock_polls == 2 && mock_timeout == 0);

    if (family == MOCK_RIGHT) {
        send("rb", 1, 4);
        send("rb2", 2, 4);
        send("rb2", 3, 4);
        CHECK(ring_buffer__poll(rings, -1) == 3 && seen.count == 3 && seen.ctx == &two);
        /* For ever, until one comes. */
        polls_left = 33;
        mock_on_poll = send_late;
        CHECK(ring_buffer__poll(rings, -1) == 1 && seen.first[3] == 7);
        mock_on_poll = NULL;
        mock_fail_poll = -4;
        CHECK(fails(ring_buffer__poll(rings, 100), EINTR));
        seen.fail_at = seen.count + 1;
        seen.fail_with = -9;
        send("rb", 1, 4);
        send("rb2", 2, 4);
        CHECK(fails(ring_buffer__poll(rings, 100), 9));
        CHECK(ring_buffer__consume(rings) == 1);
    }
    CHECK(fails(ring_buffer__epoll_fd(rings), EOPNOTSUPP) && fails(ring_buffer__epoll_fd(NULL), EINVAL));
    CHECK(fails(ring_buffer__add(rings, bpf_map__fd(skel->maps.events), handle, NULL), EINVAL));
    CHECK(fails(ring_buffer__add(rings, 500, handle, NULL), EINVAL) && fails(ring_buffer__add(NULL, mock_fd("rb"), handle, NULL), EINVAL));
    CHECK(fails(ring_buffer__add(rings, bpf_map__fd(skel->maps.rb), NULL, NULL), EINVAL));
    ring_buffer__free(rings);
    finish(skel);
}

/* More than the queue takes: the host is told to stop, and nothing is lost where it does. */
static void floods(enum mock_family family)
{
    int i, total = 0, count;

    begin(family);
    rings = ring_buffer__new(bpf_map__fd(skel->maps.rb), handle, NULL, NULL);
    for (i = 0; i < 600; i++)
        send("rb", i, 4000);
    if (family == MOCK_RIGHT) {
        count = ring_buffer__poll(rings, 0);
        CHECK(count > 0 && count < 600 && mock_pending("rb") == 600 - count);
        total = count + ring_buffer__consume(rings);
        CHECK(total == 600 && mock_pending("rb") == 0);
    } else
        CHECK(ring_buffer__consume(rings) == (family == MOCK_RUST ? 1 : 263 + 263 + 74) && mock_pending("rb") == 0);
    CHECK(ring_buffer__consume(rings) == 0);
    /* As many as fill the queue, and no more. */
    for (i = 0; i < 262; i++)
        send("rb", i, 4000);
    CHECK(ring_buffer__consume(rings) == (family == MOCK_RUST ? 1 : 262) && mock_pending("rb") == 0);

    /* No memory for events, or for the queue: the poll says so, and goes on later. */
    send("rb", 1, 4);
    CHECK(ring_buffer__poll(rings, 0) == 1);
    ring_buffer__free(rings);
    rings = ring_buffer__new(bpf_map__fd(skel->maps.rb), handle, NULL, NULL);
    allocations_left = 0;
    CHECK(fails(ring_buffer__poll(rings, 0), ENOMEM));
    CHECK(ring_buffer__poll(rings, 0) == 0);
    send("rb", 1, 4);
    allocations_left = 0;
    CHECK(fails(ring_buffer__poll(rings, 0), ENOMEM));
    allocations_left = -1;
    send("rb", 2, 4);
    CHECK(ring_buffer__poll(rings, 0) == 1);
    ring_buffer__free(rings);
    finish(skel);
}

static void perf_buffers(enum mock_family family)
{
    int all = family == MOCK_RUST ? 1 : 2, ctx, fd;
    struct perf_buffer_opts opts = {sizeof(opts), 16};

    begin(family);
    fd = bpf_map__fd(skel->maps.events);
    send("events", 1, 4); /* nobody listens yet */
    perf = perf_buffer__new(fd, 64, handle_perf, handle_lost, &ctx, &opts);
    CHECK(perf != NULL);
    send("events", 2, 16);
    send("events", 3, 17);
    CHECK(perf_buffer__poll(perf, 100) == all && seen.count == all && seen.ctx == &ctx && seen.cpu == -1);
    CHECK(seen.first[all - 1] == 3 && seen.sizes[all - 1] == 16 && seen.truncated[all - 1] && perf_buffer__truncated(perf) == 1);
    send("events", 4, 4);
    CHECK(perf_buffer__consume(perf) == 0 && seen.count == all + 1);
    mock_fail_poll = -4;
    CHECK(fails(perf_buffer__consume(perf), EINTR));
    CHECK(fails(perf_buffer__epoll_fd(perf), EOPNOTSUPP) && fails(perf_buffer__epoll_fd(NULL), EINVAL));
    perf_buffer__free(perf);
    perf_buffer__free(NULL);

    CHECK(null(perf_buffer__new(fd, 3, handle_perf, NULL, NULL, NULL), EINVAL));
    CHECK(null(perf_buffer__new(fd, 0, handle_perf, NULL, NULL, NULL), EINVAL));
    CHECK(null(perf_buffer__new(fd, 8, NULL, NULL, NULL, NULL), EINVAL));
    CHECK(null(perf_buffer__new(bpf_map__fd(skel->maps.rb), 8, handle_perf, NULL, NULL, NULL), EINVAL));
    CHECK(null(perf_buffer__new(-1, 8, handle_perf, NULL, NULL, NULL), EINVAL));
    opts.sz = sizeof(opts.sz); /* libbpf's own */
    perf = perf_buffer__new(fd, 8, handle_perf, NULL, NULL, &opts);
    CHECK(perf && mock_max_size == 4097);
    perf_buffer__free(perf);
    opts.sz = 1;
    CHECK(null(perf_buffer__new(fd, 8, handle_perf, NULL, NULL, &opts), EINVAL));
    CHECK(fails(perf_buffer__poll(NULL, 0), EINVAL) && !perf_buffer__truncated(NULL));
    finish(skel);
}

void test_buffers(void)
{
    int i;

    for (i = 0; i < MOCK_FAMILIES; i++) {
        several_rings((enum mock_family)i);
        floods((enum mock_family)i);
        perf_buffers((enum mock_family)i);
    }
}
