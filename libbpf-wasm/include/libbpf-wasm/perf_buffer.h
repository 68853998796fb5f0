/* SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause */
/* ---- Events of perf buffers ---- */

typedef void (*perf_buffer_sample_fn)(void *ctx, int cpu, void *data, __u32 size);
typedef void (*perf_buffer_lost_fn)(void *ctx, int cpu, __u64 cnt);

struct perf_buffer_opts {
    size_t sz;
    size_t sample_size; /* not in libbpf: size of the largest event */
};

struct perf_buffer {
    struct bpf_buffer buffer; /* first: freed as one */
    perf_buffer_sample_fn sample_cb;
    void *ctx;
};

BPF_WASM_API int bpf_wasm__perf_sample(void *ctx, void *data, size_t size)
{
    struct perf_buffer *pb = (struct perf_buffer *)ctx;

    pb->sample_cb(pb->ctx, -1, data, (__u32)size);
    return 0;
}

/*
 * `sample_cb` gets -1 for the CPU, which hosts do not tell. They do not tell of lost events either: `lost_cb` is never
 * called. `page_cnt`, a power of two, is the host's to choose. NULL: EINVAL, ENOMEM, the host's error.
 */
BPF_WASM_API struct perf_buffer *perf_buffer__new(int map_fd, size_t page_cnt, perf_buffer_sample_fn sample_cb,
                                                  perf_buffer_lost_fn lost_cb, void *ctx, const struct perf_buffer_opts *opts)
{
    const struct bpf_map *map = bpf_wasm__map_of(map_fd);
    struct perf_buffer *pb;

    (void)lost_cb;
    if (!sample_cb || !map || map->s->type != BPF_MAP_TYPE_PERF_EVENT_ARRAY || !page_cnt || (page_cnt & (page_cnt - 1)) ||
        (opts && opts->sz < sizeof(opts->sz)))
        return (struct perf_buffer *)bpf_wasm__null(EINVAL);
    pb = (struct perf_buffer *)(void *)bpf_wasm__buffer(map, bpf_wasm__perf_sample, NULL, sizeof(*pb),
                                                        opts && opts->sz >= sizeof(*opts) ? opts->sample_size : 0);
    if (pb) {
        pb->buffer.ctx = pb;
        pb->sample_cb = sample_cb;
        pb->ctx = ctx;
    }
    return pb;
}

/* See bpf_buffer__poll(). */
BPF_WASM_API int perf_buffer__poll(struct perf_buffer *pb, int timeout_ms)
{
    return bpf_buffer__poll(pb ? &pb->buffer : NULL, timeout_ms);
}

/* Delivers what is there, without waiting. 0 or -errno. */
BPF_WASM_API int perf_buffer__consume(struct perf_buffer *pb)
{
    int count = perf_buffer__poll(pb, 0);

    return count < 0 ? count : 0;
}

BPF_WASM_API int perf_buffer__epoll_fd(const struct perf_buffer *pb)
{
    return bpf_wasm__result(pb ? -EOPNOTSUPP : -EINVAL);
}

/* How many events were cut so far. Not in libbpf. */
BPF_WASM_API unsigned int perf_buffer__truncated(const struct perf_buffer *pb)
{
    return pb ? pb->buffer.truncated : 0;
}

/* NULL is fine. From within a callback, once that has returned. */
BPF_WASM_API void perf_buffer__free(struct perf_buffer *pb)
{
    bpf_buffer__free(pb ? &pb->buffer : NULL);
}
