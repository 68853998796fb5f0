/* SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause */
/* ---- Events ---- */

/*
 * Events of one ring buffer or perf event array; not in libbpf, the name earlier guests use. The host puts each event into
 * `data` and calls bpf_wasm__sample(), which queues it. When the host's call has returned, the queue goes to the callback.
 * Hosts before ours keep one poller for each object: there, a second buffer of the same object gets nothing.
 */
struct bpf_buffer {
    uint64_t object; /* its serial: it may be closed before the buffer is */
    struct bpf_buffer *next;
    bpf_buffer_sample_fn fn;
    void *ctx;
    char *data, *queue;
    size_t size, want;    /* of `data`, and of the next one */
    size_t len, pos, room; /* of the queue: filled, delivered, allocated */
    unsigned int samples; /* of this poll */
    unsigned int truncated;
    int fd;
    bool perf, fixed, works, full, lost, busy, dead;
};

/* Event buffers start with this size and grow when an event was cut, unless the caller says how large events are. */
#define BPF_WASM_SAMPLE_SIZE 4096
#define BPF_WASM_SAMPLE_MAX (1u << 20)
/* Who has this much to deliver, does so before it takes more. */
#define BPF_WASM_QUEUE_MAX (1u << 20)

struct bpf_wasm__sample_header {
    __u32 size;
    __u32 truncated;
};

/* What the host calls. It gets a negative result, "no more", only if the queue is full. */
BPF_WASM_API int bpf_wasm__sample(void *ctx, void *data, size_t size)
{
    struct bpf_buffer *b = (struct bpf_buffer *)ctx;
    struct bpf_wasm__sample_header header = {0, 0};
    size_t end;

    (void)data;
    b->samples++;
    /* Hosts cut what is larger than they were told, and some pass the size that it had. They were told one more than `size`. */
    if (size > b->size) {
        b->truncated++;
        if (!b->fixed && b->want <= b->size)
            b->want = b->size * 2;
        if (!b->fixed && b->want < size)
            b->want = size;
        if (b->want > BPF_WASM_SAMPLE_MAX && !b->fixed)
            b->want = BPF_WASM_SAMPLE_MAX;
        header.truncated = 1;
        size = b->size;
    }
    header.size = (__u32)size;
    end = b->len + sizeof(header) + bpf_wasm__round_up(size);
    if (end > b->room) {
        size_t room = end < 4096 ? 4096 : end * 2;
        char *queue = (char *)BPF_WASM_MALLOC(room);
        if (!queue) {
            b->lost = true;
            return -1;
        }
        if (b->len)
            memcpy(queue, b->queue, b->len);
        BPF_WASM_FREE(b->queue);
        b->queue = queue;
        b->room = room;
    }
    memcpy(b->queue + b->len, &header, sizeof(header));
    memcpy(b->queue + b->len + sizeof(header), b->data, size);
    b->len = end;
    b->full = b->len >= BPF_WASM_QUEUE_MAX;
    return b->full ? -1 : 0;
}

/* Asks the host for events. */
BPF_WASM_API int bpf_wasm__pull(struct bpf_buffer *b, int timeout_ms)
{
    struct bpf_object *o = bpf_wasm__state.objects;
    int ret;

    while (o && o->serial != b->object)
        o = o->next;
    if (!o || !o->handle)
        return -EBADF;
    if (b->want != b->size) {
        char *data = (char *)BPF_WASM_MALLOC(b->want + 1);
        if (data) {
            BPF_WASM_FREE(b->data);
            b->data = data;
            b->size = b->want;
        } else if (!b->data)
            return -ENOMEM;
    }
    b->samples = 0;
    b->full = b->lost = false;
    ret = wasm_bpf_buffer_poll(o->handle, b->fd, bpf_wasm__sample, b, b->data, (int)b->size + 1, timeout_ms);
    if (b->lost)
        return -ENOMEM;
    /* A positive result is a count, of events or (perf) of CPUs, on some hosts; on others it is an error. */
    if (!ret || b->full || (ret > 0 && (b->samples || (b->perf && b->works)))) {
        b->works = true;
        return 0;
    }
    return bpf_wasm__host_error_of(o->handle, ret);
}

/* Gives queued events to the callback: how many, or its negative result; what is left is delivered by the next poll. */
BPF_WASM_API int bpf_wasm__deliver(struct bpf_buffer *b)
{
    int count = 0;

    while (b->pos < b->len && !b->dead) {
        struct bpf_wasm__sample_header header;
        char *sample = b->queue + b->pos + sizeof(header);
        bool outer = bpf_wasm__state.truncated;
        int ret;
        memcpy(&header, b->queue + b->pos, sizeof(header));
        b->pos += sizeof(header) + bpf_wasm__round_up(header.size);
        bpf_wasm__state.truncated = header.truncated;
        ret = b->fn(b->ctx, sample, header.size);
        bpf_wasm__state.truncated = outer;
        if (ret < 0)
            return ret;
        count++;
    }
    b->len = b->pos = 0;
    return count;
}

/* The buffer of a map: NULL, EINVAL if the map has no events, ENOENT before load, ENOMEM. */
BPF_WASM_API struct bpf_buffer *bpf_wasm__buffer(const struct bpf_map *map, bpf_buffer_sample_fn fn, void *ctx, size_t size,
                                                 size_t sample_size)
{
    struct bpf_buffer *b;
    int err;

    if (!map || !fn || sample_size > INT32_MAX - 16 ||
        (map->s->type != BPF_MAP_TYPE_RINGBUF && map->s->type != BPF_MAP_TYPE_PERF_EVENT_ARRAY))
        return (struct bpf_buffer *)bpf_wasm__null(EINVAL);
    if (map->fd < 0)
        return (struct bpf_buffer *)bpf_wasm__null(ENOENT);
    b = (struct bpf_buffer *)bpf_wasm__alloc_zeroed(size);
    if (!b)
        return (struct bpf_buffer *)bpf_wasm__null(ENOMEM);
    b->object = map->obj->serial;
    b->fd = map->fd;
    b->fn = fn;
    b->ctx = ctx;
    b->fixed = sample_size != 0;
    b->want = sample_size ? sample_size : BPF_WASM_SAMPLE_SIZE;
    b->perf = map->s->type == BPF_MAP_TYPE_PERF_EVENT_ARRAY;
    /* A perf buffer has no events until the host opens it, which it does when first asked. */
    err = b->perf ? bpf_wasm__pull(b, 0) : 0;
    if (err) {
        BPF_WASM_FREE(b->data);
        BPF_WASM_FREE(b->queue);
        BPF_WASM_FREE(b);
        return (struct bpf_buffer *)bpf_wasm__null(-err);
    }
    return b;
}

/* `fn` is called for each event. NULL: EINVAL, ENOENT before load, ENOMEM; for perf event arrays the host's error. */
BPF_WASM_API struct bpf_buffer *bpf_buffer__open(struct bpf_map *map, bpf_buffer_sample_fn fn, void *ctx)
{
    return bpf_wasm__buffer(map, fn, ctx, sizeof(struct bpf_buffer), 0);
}

/* Sets how large events may be from the next poll on; larger ones are cut. -EINVAL. */
BPF_WASM_API int bpf_buffer__set_size(struct bpf_buffer *b, size_t sample_size)
{
    if (!b || !sample_size || sample_size > INT32_MAX - 16)
        return bpf_wasm__result(-EINVAL);
    b->want = sample_size;
    b->fixed = true;
    return 0;
}

/* How many events were cut so far. */
BPF_WASM_API unsigned int bpf_buffer__truncated(const struct bpf_buffer *b)
{
    return b ? b->truncated : 0;
}

/* Whether the event that the running callback got was cut. Not in libbpf. */
BPF_WASM_API bool bpf_sample__truncated(void)
{
    return bpf_wasm__state.truncated;
}

/* Lets go of the host's last event and of memory; from within its own callback once that has returned. NULL is fine. */
BPF_WASM_API void bpf_buffer__free(struct bpf_buffer *b)
{
    if (!b)
        return;
    b->dead = true;
    if (b->busy)
        return;
    BPF_WASM_FREE(b->data);
    BPF_WASM_FREE(b->queue);
    BPF_WASM_FREE(b);
}

BPF_WASM_API int bpf_wasm__poll(struct bpf_buffer *b, int timeout_ms)
{
    int count, err = 0;

    if (!b || b->busy)
        return b ? -EBUSY : -EINVAL;
    b->busy = true;
    if (b->pos == b->len)
        err = bpf_wasm__pull(b, timeout_ms);
    count = bpf_wasm__deliver(b);
    b->busy = false;
    return count >= 0 && err ? err : count;
}

/*
 * Waits up to `timeout_ms` (0: not at all, -1: for ever) for events and delivers them. Returns how many, or the negative
 * result of a callback (later events wait for the next poll), or -errno: -EBADF after the object was closed, -EBUSY from
 * within a callback of the same buffer, -ENOMEM if events were lost, the host's.
 */
BPF_WASM_API int bpf_buffer__poll(struct bpf_buffer *b, int timeout_ms)
{
    int ret = bpf_wasm__poll(b, timeout_ms);

    if (b && !b->busy && b->dead)
        bpf_buffer__free(b);
    return bpf_wasm__result(ret);
}
