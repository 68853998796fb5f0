/* SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause */
/* ---- Batches: loops over single operations ---- */

struct bpf_map_batch_opts {
    size_t sz;
    __u64 elem_flags;
    __u64 flags;
};

/* The map of a batch, and the size of its values, -errno if it cannot be done. */
BPF_WASM_API int bpf_wasm__batch(int fd, const void *keys, const void *values, const __u32 *count,
                                 const struct bpf_map_batch_opts *opts, struct bpf_map **map, size_t *value_size)
{
    if (fd < 0)
        return -EBADF;
    if (!keys || !values || !count || (opts && (opts->sz < sizeof(*opts) || opts->flags)))
        return -EINVAL;
    *map = bpf_wasm__map_of(fd);
    if (!*map || !(*map)->s->key_size)
        return -EOPNOTSUPP;
    *value_size = bpf_wasm__stride(*map);
    if (bpf_wasm__is_percpu(*map)) {
        if (!bpf_wasm__state.cpus)
            return -EINVAL;
        *value_size *= (size_t)bpf_wasm__state.cpus;
    }
    return 0;
}

BPF_WASM_API int bpf_wasm__read_batch(int fd, const void *in_batch, void *out_batch, void *keys, void *values, __u32 *count,
                                      const struct bpf_map_batch_opts *opts, bool remove)
{
    size_t key_size, value_size;
    struct bpf_map *map = NULL;
    __u32 i, room, ticket = 0;
    bool started = in_batch != NULL, hash;
    int err = bpf_wasm__batch(fd, keys, values, count, opts, &map, &value_size);

    if (!err && !out_batch)
        err = -EINVAL;
    if (err)
        return err;
    hash = bpf_wasm__is_hash(map);
    if (remove && !hash)
        return -EOPNOTSUPP;
    key_size = map->s->key_size;
    if (!map->cursor)
        map->cursor = BPF_WASM_MALLOC(key_size);
    if (!map->cursor)
        return -ENOMEM;
    /* For hash maps callers keep only four bytes of position, so the last key stays here and they get a ticket for it. */
    if (started && hash) {
        memcpy(&ticket, in_batch, sizeof(ticket));
        if (!ticket || ticket != map->ticket)
            return -EINVAL;
    } else if (started)
        memcpy(map->cursor, in_batch, key_size);

    room = *count;
    for (i = 0; i < room;) {
        char *key = (char *)keys + i * key_size;
        err = started ? bpf_wasm__map_call(fd, BPF_MAP_GET_NEXT_KEY, map->cursor, NULL, key, 0) : bpf_wasm__first_key(map, key);
        if (err)
            break;
        err = bpf_wasm__map_call(fd, BPF_MAP_LOOKUP_ELEM, key, (char *)values + i * value_size, NULL, opts ? opts->elem_flags : 0);
        if (err && err != -ENOENT)
            break;
        if (err && hash)
            continue; /* deleted in between; the last key still leads on */
        i += !err;    /* arrays of maps have empty places */
        memcpy(map->cursor, key, key_size);
        started = true;
    }
    *count = i;
    if (hash) {
        if (!++map->ticket)
            ++map->ticket;
        memcpy(out_batch, &map->ticket, sizeof(map->ticket));
    } else
        memcpy(out_batch, map->cursor, key_size);
    /* The last key is gone then, which makes the next batch start with what is left. */
    for (i = 0; remove && i < *count; i++) {
        int gone = bpf_wasm__map_call(fd, BPF_MAP_DELETE_ELEM, (char *)keys + i * key_size, NULL, NULL, 0);
        if (gone && gone != -ENOENT)
            return gone;
    }
    return err;
}

/*
 * Reads up to *count elements, continuing at `in_batch` (NULL: from the start), leaves the number in *count and the position
 * in `out_batch`. 0; -ENOENT if these are the last (*count may be 0); -EINVAL, also for a position of another batch of the
 * same hash map that was begun since; -EOPNOTSUPP if the map is of no object of this program.
 */
BPF_WASM_API int bpf_map_lookup_batch(int fd, void *in_batch, void *out_batch, void *keys, void *values, __u32 *count,
                                      const struct bpf_map_batch_opts *opts)
{
    return bpf_wasm__result(bpf_wasm__read_batch(fd, in_batch, out_batch, keys, values, count, opts, false));
}

/* The same and deletes what it read, not atomically. Hash maps only, else -EOPNOTSUPP. */
BPF_WASM_API int bpf_map_lookup_and_delete_batch(int fd, void *in_batch, void *out_batch, void *keys, void *values, __u32 *count,
                                                 const struct bpf_map_batch_opts *opts)
{
    return bpf_wasm__result(bpf_wasm__read_batch(fd, in_batch, out_batch, keys, values, count, opts, true));
}

/* Updates *count elements; on failure *count tells how many were. */
BPF_WASM_API int bpf_map_update_batch(int fd, const void *keys, const void *values, __u32 *count,
                                      const struct bpf_map_batch_opts *opts)
{
    struct bpf_map *map = NULL;
    size_t value_size;
    int err = bpf_wasm__batch(fd, keys, values, count, opts, &map, &value_size);
    __u32 i;

    if (err)
        return bpf_wasm__result(err);
    for (i = 0; i < *count && !err; i += !err)
        err = bpf_wasm__map_call(fd, BPF_MAP_UPDATE_ELEM, (const char *)keys + i * (size_t)map->s->key_size,
                                 (char *)values + i * value_size, NULL, opts ? opts->elem_flags : 0);
    *count = i;
    return bpf_wasm__result(err);
}

/* Deletes *count elements; on failure *count tells how many were. */
BPF_WASM_API int bpf_map_delete_batch(int fd, const void *keys, __u32 *count, const struct bpf_map_batch_opts *opts)
{
    const struct bpf_map *map = bpf_wasm__map_of(fd);
    __u32 i;
    int err = 0;

    if (fd < 0)
        return bpf_wasm__result(-EBADF);
    if (!keys || !count || (opts && (opts->sz < sizeof(*opts) || opts->flags)))
        return bpf_wasm__result(-EINVAL);
    if (!map || !map->s->key_size)
        return bpf_wasm__result(-EOPNOTSUPP);
    for (i = 0; i < *count && !err; i += !err)
        err = bpf_wasm__map_call(fd, BPF_MAP_DELETE_ELEM, (const char *)keys + i * (size_t)map->s->key_size, NULL, NULL, 0);
    *count = i;
    return bpf_wasm__result(err);
}
