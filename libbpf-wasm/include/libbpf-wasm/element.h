/* SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause */
/* ---- Maps: what is in them ---- */

BPF_WASM_API bool bpf_wasm__is_percpu(const struct bpf_map *map)
{
    return map->s->type == BPF_MAP_TYPE_PERCPU_HASH || map->s->type == BPF_MAP_TYPE_PERCPU_ARRAY ||
           map->s->type == BPF_MAP_TYPE_LRU_PERCPU_HASH || map->s->type == BPF_MAP_TYPE_PERCPU_CGROUP_STORAGE;
}

/* Bytes of one value as the kernel reads and writes it; for a per-CPU map those of one CPU. */
BPF_WASM_API size_t bpf_wasm__stride(const struct bpf_map *map)
{
    return bpf_wasm__is_percpu(map) ? bpf_wasm__round_up(map->s->value_size) : map->s->value_size;
}

/* No kernel can be built for more. */
#define BPF_WASM_MAX_CPUS 8192

/* A buffer that holds whatever a look-up in the map may write, also while the number of CPUs is unknown. */
BPF_WASM_API char *bpf_wasm__scratch(const struct bpf_map *map, size_t *size)
{
    size_t cpus = bpf_wasm__state.cpus ? (size_t)bpf_wasm__state.cpus : BPF_WASM_MAX_CPUS;

    *size = bpf_wasm__stride(map);
    if (bpf_wasm__is_percpu(map)) {
        if (*size > INT32_MAX / cpus)
            return NULL;
        *size *= cpus;
    }
    return (char *)BPF_WASM_MALLOC(*size + 1);
}

/*
 * Learns how many CPUs there are from one look-up of an element that exists: what the kernel wrote is what does not follow
 * the buffer's fill when it is filled with something else.
 */
BPF_WASM_API int bpf_wasm__count_cpus(const struct bpf_map *map, const void *key)
{
    size_t size, end = 0;
    char *buf = bpf_wasm__scratch(map, &size);
    int fill, err = 0;

    if (!buf)
        return -ENOMEM;
    for (fill = 0x5a; fill <= 0xa5 && !err; fill += 0xa5 - 0x5a) {
        size_t i = size;
        memset(buf, fill, size);
        err = bpf_wasm__map_call(map->fd, BPF_MAP_LOOKUP_ELEM, key, buf, NULL, 0);
        while (i > end && buf[i - 1] == (char)fill)
            i--;
        end = i;
    }
    BPF_WASM_FREE(buf);
    if (!err && !end)
        err = -EIO; /* the host says it wrote, and did not */
    if (!err)
        bpf_wasm__state.cpus = (int)((end + bpf_wasm__stride(map) - 1) / bpf_wasm__stride(map));
    return err;
}

/*
 * The first key, for hosts that take a NULL key for the address 0. Kernel maps restart at the first key for a key that does
 * not exist: an array's index and a trie's prefix length of all ones never do; a hash map's key has to be looked for.
 * -ENOENT if the map is empty; -EOPNOTSUPP for cgroup storage, which does not restart, and if no such key is found.
 */
BPF_WASM_API int bpf_wasm__first_key(const struct bpf_map *map, void *next_key)
{
    size_t size = map->s->key_size, value_size;
    char *key, *value = NULL;
    int fill, err = -ENOMEM;

    switch (map->s->type) {
    case BPF_MAP_TYPE_CGROUP_STORAGE:
    case BPF_MAP_TYPE_PERCPU_CGROUP_STORAGE:
        return -EOPNOTSUPP;
    case BPF_MAP_TYPE_HASH:
    case BPF_MAP_TYPE_PERCPU_HASH:
    case BPF_MAP_TYPE_LRU_HASH:
    case BPF_MAP_TYPE_LRU_PERCPU_HASH:
    case BPF_MAP_TYPE_HASH_OF_MAPS:
    case BPF_MAP_TYPE_DEVMAP_HASH:
    case BPF_MAP_TYPE_SOCKHASH:
        value = bpf_wasm__scratch(map, &value_size);
        if (!value)
            return err;
        break;
    default:
        break;
    }
    key = (char *)BPF_WASM_MALLOC(size + 1);
    if (key) {
        for (fill = 0xff; fill >= 0; fill--) {
            memset(key, fill, size);
            if (!value || bpf_wasm__map_call(map->fd, BPF_MAP_LOOKUP_ELEM, key, value, NULL, 0))
                break;
        }
        err = fill < 0 ? -EOPNOTSUPP : bpf_wasm__map_call(map->fd, BPF_MAP_GET_NEXT_KEY, key, NULL, next_key, 0);
    }
    BPF_WASM_FREE(key);
    BPF_WASM_FREE(value);
    return err;
}

/*
 * The number of possible CPUs, which hosts do not tell: found through a per-CPU map of a loaded object that has an element
 * (arrays always have), then known for good. -EOPNOTSUPP if there is none, -ENOMEM.
 */
BPF_WASM_API int libbpf_num_possible_cpus(void)
{
    const struct bpf_map *best = NULL;
    struct bpf_object *o;
    unsigned int i;
    int err = -EOPNOTSUPP;

    if (bpf_wasm__state.cpus)
        return bpf_wasm__state.cpus;
    /* The smallest array needs the smallest buffer. */
    for (o = bpf_wasm__state.objects; o; o = o->next)
        for (i = 0; i < o->s->map_cnt; i++) {
            const struct bpf_map *map = &o->maps[i];
            if (map->fd >= 0 && map->s->type == BPF_MAP_TYPE_PERCPU_ARRAY &&
                (!best || map->s->value_size < best->s->value_size))
                best = map;
        }
    if (best) {
        __u32 zero = 0;
        err = bpf_wasm__count_cpus(best, &zero);
    }
    for (o = bpf_wasm__state.objects; o && err; o = o->next)
        for (i = 0; i < o->s->map_cnt && err; i++) {
            const struct bpf_map *map = &o->maps[i];
            void *key;
            if (map->fd < 0 || !bpf_wasm__is_percpu(map) || map->s->type == BPF_MAP_TYPE_PERCPU_ARRAY)
                continue;
            key = BPF_WASM_MALLOC(map->s->key_size + 1);
            if (!key)
                err = -ENOMEM;
            else if (!bpf_wasm__first_key(map, key))
                err = bpf_wasm__count_cpus(map, key);
            BPF_WASM_FREE(key);
        }
    return err ? bpf_wasm__result(err) : bpf_wasm__state.cpus;
}

/* What an operation on a map needs first: it is loaded and reachable, and keys have the map's size. */
BPF_WASM_API int bpf_wasm__check_map(const struct bpf_map *map, const void *key, size_t key_sz)
{
    if (!map)
        return -EINVAL;
    if (map->fd < 0)
        return map->fd == -EOPNOTSUPP ? -EOPNOTSUPP : -ENOENT;
    return key_sz != map->s->key_size || (!key && key_sz) ? -EINVAL : 0;
}

/* And values have the size that the kernel will read or write: value_size, or value_size rounded up to 8 for each CPU. */
BPF_WASM_API int bpf_wasm__check_value(const struct bpf_map *map, const void *key, size_t key_sz, const void *value, size_t value_sz)
{
    size_t size;
    int err = bpf_wasm__check_map(map, key, key_sz);

    if (err)
        return err;
    size = bpf_wasm__stride(map);
    if (bpf_wasm__is_percpu(map)) {
        int cpus = libbpf_num_possible_cpus();
        if (cpus < 0)
            return cpus;
        size *= (size_t)cpus;
    }
    return value && value_sz == size ? 0 : -EINVAL;
}

/* A key for maps without keys (queue, stack, bloom filter), for which hosts want an address all the same. */
BPF_WASM_API const void *bpf_wasm__key(const void *key)
{
    return key ? key : "\0\0\0\0\0\0\0";
}

/* 0; -ENOENT if there is no such key, or before load; -EINVAL if a size is not the map's (for per-CPU maps see lookup_percpu). */
BPF_WASM_API int bpf_map__lookup_elem(const struct bpf_map *map, const void *key, size_t key_sz, void *value, size_t value_sz,
                                      __u64 flags)
{
    int err = bpf_wasm__check_value(map, key, key_sz, value, value_sz);

    if (!err)
        err = bpf_wasm__map_call(map->fd, BPF_MAP_LOOKUP_ELEM, bpf_wasm__key(key), value, NULL, flags);
    return bpf_wasm__result(err);
}

/* 0; -EEXIST, -ENOENT according to flags; -EINVAL if a size is not the map's; the kernel's error. */
BPF_WASM_API int bpf_map__update_elem(const struct bpf_map *map, const void *key, size_t key_sz, const void *value,
                                      size_t value_sz, __u64 flags)
{
    int err = bpf_wasm__check_value(map, key, key_sz, value, value_sz);

    if (!err)
        err = bpf_wasm__map_call(map->fd, BPF_MAP_UPDATE_ELEM, bpf_wasm__key(key), (void *)value, NULL, flags);
    return bpf_wasm__result(err);
}

/* 0; -ENOENT; -EINVAL if the size is not the map's, and for arrays. */
BPF_WASM_API int bpf_map__delete_elem(const struct bpf_map *map, const void *key, size_t key_sz, __u64 flags)
{
    int err = bpf_wasm__check_map(map, key, key_sz);

    if (!err)
        err = bpf_wasm__map_call(map->fd, BPF_MAP_DELETE_ELEM, bpf_wasm__key(key), NULL, NULL, flags);
    return bpf_wasm__result(err);
}

BPF_WASM_API bool bpf_wasm__is_hash(const struct bpf_map *map)
{
    return map->s->type == BPF_MAP_TYPE_HASH || map->s->type == BPF_MAP_TYPE_LRU_HASH ||
           (bpf_wasm__is_percpu(map) && map->s->type != BPF_MAP_TYPE_PERCPU_ARRAY &&
            map->s->type != BPF_MAP_TYPE_PERCPU_CGROUP_STORAGE);
}

/* A look-up, then a deletion: an update in between is lost. Hash maps only, else -EOPNOTSUPP: queues cannot be popped. */
BPF_WASM_API int bpf_map__lookup_and_delete_elem(const struct bpf_map *map, const void *key, size_t key_sz, void *value,
                                                 size_t value_sz, __u64 flags)
{
    int err = bpf_wasm__check_value(map, key, key_sz, value, value_sz);

    if (!err && !bpf_wasm__is_hash(map))
        err = -EOPNOTSUPP;
    if (!err)
        err = bpf_wasm__map_call(map->fd, BPF_MAP_LOOKUP_ELEM, key, value, NULL, flags);
    if (!err)
        err = bpf_wasm__map_call(map->fd, BPF_MAP_DELETE_ELEM, key, NULL, NULL, 0);
    return bpf_wasm__result(err);
}

/* The key after `cur_key`, the first for NULL on every host. -ENOENT after the last; -EINVAL if the size is not the map's. */
BPF_WASM_API int bpf_map__get_next_key(const struct bpf_map *map, const void *cur_key, void *next_key, size_t key_sz)
{
    int err = bpf_wasm__check_map(map, next_key, key_sz);

    if (!err)
        err = cur_key ? bpf_wasm__map_call(map->fd, BPF_MAP_GET_NEXT_KEY, cur_key, NULL, next_key, 0)
                      : bpf_wasm__first_key(map, next_key);
    return bpf_wasm__result(err);
}

/*
 * Not in libbpf: looks up the values of all CPUs in a per-CPU map. `values` is an array of `count` values of the map's size,
 * without the kernel's padding. Returns the number of CPUs. -ENOSPC if `count` is smaller; -ENOENT; -EINVAL if the map is not
 * per-CPU or a size is not the map's; -ENOMEM. bpf_map__lookup_elem() copies values as the kernel lays them out.
 */
BPF_WASM_API int bpf_map__lookup_percpu(const struct bpf_map *map, const void *key, size_t key_sz, void *values, size_t value_sz,
                                        unsigned int count)
{
    int cpus, i, err = bpf_wasm__check_map(map, key, key_sz);
    size_t size;
    char *buf;

    if (!err && (!values || !bpf_wasm__is_percpu(map) || value_sz != map->s->value_size))
        err = -EINVAL;
    if (err)
        return bpf_wasm__result(err);
    cpus = libbpf_num_possible_cpus();
    if (cpus < 0) {
        err = bpf_wasm__count_cpus(map, key);
        if (err)
            return bpf_wasm__result(err);
        cpus = bpf_wasm__state.cpus;
    }
    if (count < (unsigned int)cpus)
        return bpf_wasm__result(-ENOSPC);
    buf = bpf_wasm__scratch(map, &size);
    if (!buf)
        return bpf_wasm__result(-ENOMEM);
    err = bpf_wasm__map_call(map->fd, BPF_MAP_LOOKUP_ELEM, key, buf, NULL, 0);
    for (i = 0; i < cpus && !err; i++)
        memcpy((char *)values + (size_t)i * value_sz, buf + (size_t)i * bpf_wasm__stride(map), value_sz);
    BPF_WASM_FREE(buf);
    return err ? bpf_wasm__result(err) : cpus;
}
