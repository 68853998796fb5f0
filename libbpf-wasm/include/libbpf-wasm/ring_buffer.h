/* SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause */
/* ---- Events of ring buffers ---- */

typedef bpf_buffer_sample_fn ring_buffer_sample_fn;

struct ring_buffer_opts {
    size_t sz;
    size_t sample_size; /* not in libbpf: size of the largest event */
};

/* Buffers that are polled together. */
struct ring_buffer {
    struct bpf_buffer *first;
    size_t sample_size;
    bool busy, dead;
};

/* -EINVAL if `map_fd` is no ring buffer of a loaded object of this program, -ENOMEM. */
BPF_WASM_API int ring_buffer__add(struct ring_buffer *rb, int map_fd, ring_buffer_sample_fn sample_cb, void *ctx)
{
    const struct bpf_map *map = bpf_wasm__map_of(map_fd);
    struct bpf_buffer **at;

    if (!rb || !map || map->s->type != BPF_MAP_TYPE_RINGBUF)
        return bpf_wasm__result(-EINVAL);
    at = &rb->first;
    while (*at)
        at = &(*at)->next;
    *at = bpf_wasm__buffer(map, sample_cb, ctx, sizeof(struct bpf_buffer), rb->sample_size);
    return *at ? 0 : -errno;
}

/* NULL is fine. From within a callback, once that has returned. */
BPF_WASM_API void ring_buffer__free(struct ring_buffer *rb)
{
    struct bpf_buffer *b, *next;

    if (!rb)
        return;
    rb->dead = true;
    for (b = rb->first; b; b = b->next)
        b->dead = true;
    if (rb->busy)
        return;
    for (b = rb->first; b; b = next) {
        next = b->next;
        bpf_buffer__free(b);
    }
    BPF_WASM_FREE(rb);
}

/* NULL: EINVAL if `map_fd` is no ring buffer of a loaded object of this program, ENOMEM. */
BPF_WASM_API struct ring_buffer *ring_buffer__new(int map_fd, ring_buffer_sample_fn sample_cb, void *ctx,
                                                  const struct ring_buffer_opts *opts)
{
    struct ring_buffer *rb;
    int err;

    if (opts && opts->sz < sizeof(opts->sz))
        return (struct ring_buffer *)bpf_wasm__null(EINVAL);
    rb = (struct ring_buffer *)bpf_wasm__alloc_zeroed(sizeof(*rb));
    if (!rb)
        return (struct ring_buffer *)bpf_wasm__null(ENOMEM);
    if (opts && opts->sz >= sizeof(*opts))
        rb->sample_size = opts->sample_size;
    err = ring_buffer__add(rb, map_fd, sample_cb, ctx);
    if (err) {
        BPF_WASM_FREE(rb);
        return (struct ring_buffer *)bpf_wasm__null(-err);
    }
    return rb;
}

/* Polls each buffer once: how many events, or the first negative result. `more`: one had more than its queue holds. */
BPF_WASM_API int bpf_wasm__poll_all(struct ring_buffer *rb, int timeout_ms, bool *more)
{
    struct bpf_buffer *b;
    int total = 0;

    *more = false;
    for (b = rb->first; b && !rb->dead; b = b->next) {
        int count = bpf_wasm__poll(b, timeout_ms);
        if (count < 0)
            return count;
        total += count;
        *more |= b->full;
    }
    return total;
}

/* See bpf_buffer__poll(). Several buffers are waited for in turns of 10 ms. */
BPF_WASM_API int ring_buffer__poll(struct ring_buffer *rb, int timeout_ms)
{
    bool more, single;
    int total;

    if (!rb || rb->busy)
        return bpf_wasm__result(rb ? -EBUSY : -EINVAL);
    rb->busy = true;
    single = !rb->first->next;
    total = bpf_wasm__poll_all(rb, single ? timeout_ms : 0, &more);
    while (!single && !total && timeout_ms && !rb->dead) {
        struct bpf_buffer *b;
        for (b = rb->first; b && !total && timeout_ms && !rb->dead; b = b->next) {
            int turn = timeout_ms > 0 && timeout_ms < 10 ? timeout_ms : 10;
            total = bpf_wasm__poll(b, turn);
            timeout_ms -= timeout_ms > 0 ? turn : 0;
        }
    }
    rb->busy = false;
    if (rb->dead)
        ring_buffer__free(rb);
    return bpf_wasm__result(total);
}

/* Delivers all that is there, without waiting. */
BPF_WASM_API int ring_buffer__consume(struct ring_buffer *rb)
{
    int count, total = 0;
    bool more;

    if (!rb || rb->busy)
        return bpf_wasm__result(rb ? -EBUSY : -EINVAL);
    rb->busy = true;
    do {
        count = bpf_wasm__poll_all(rb, 0, &more);
        total += count;
    } while (count > 0 && more && !rb->dead);
    rb->busy = false;
    if (rb->dead)
        ring_buffer__free(rb);
    return count < 0 ? bpf_wasm__result(count) : total;
}

BPF_WASM_API int ring_buffer__epoll_fd(const struct ring_buffer *rb)
{
    return bpf_wasm__result(rb ? -EOPNOTSUPP : -EINVAL);
}

/* How many events were cut so far. Not in libbpf. */
BPF_WASM_API unsigned int ring_buffer__truncated(const struct ring_buffer *rb)
{
    const struct bpf_buffer *b = rb ? rb->first : NULL;
    unsigned int sum = 0;

    for (; b; b = b->next)
        sum += b->truncated;
    return sum;
}
