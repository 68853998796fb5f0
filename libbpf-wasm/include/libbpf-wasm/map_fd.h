/* SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause */
/* ---- Maps by file descriptor: sizes are the caller's word, as in libbpf ---- */

/*
 * What can be checked: -EBADF, -EINVAL for NULL. Values of a per-CPU map must have libbpf_num_possible_cpus() parts: who has
 * not asked for that number cannot have made room for them, and gets -EINVAL.
 */
BPF_WASM_API int bpf_wasm__check_fd(int fd, const void *key, const void *value, bool has_value)
{
    const struct bpf_map *map = bpf_wasm__map_of(fd);

    if (fd < 0)
        return -EBADF;
    if (!key && (!map || map->s->key_size))
        return -EINVAL;
    if (has_value && (!value || (map && bpf_wasm__is_percpu(map) && !bpf_wasm__state.cpus)))
        return -EINVAL;
    return 0;
}

BPF_WASM_API int bpf_map_lookup_elem_flags(int fd, const void *key, void *value, __u64 flags)
{
    int err = bpf_wasm__check_fd(fd, key, value, true);

    if (!err)
        err = bpf_wasm__map_call(fd, BPF_MAP_LOOKUP_ELEM, bpf_wasm__key(key), value, NULL, flags);
    return bpf_wasm__result(err);
}

BPF_WASM_API int bpf_map_lookup_elem(int fd, const void *key, void *value)
{
    return bpf_map_lookup_elem_flags(fd, key, value, 0);
}

BPF_WASM_API int bpf_map_update_elem(int fd, const void *key, const void *value, __u64 flags)
{
    int err = bpf_wasm__check_fd(fd, key, value, true);

    if (!err)
        err = bpf_wasm__map_call(fd, BPF_MAP_UPDATE_ELEM, bpf_wasm__key(key), (void *)value, NULL, flags);
    return bpf_wasm__result(err);
}

BPF_WASM_API int bpf_map_delete_elem_flags(int fd, const void *key, __u64 flags)
{
    int err = bpf_wasm__check_fd(fd, key, NULL, false);

    if (!err)
        err = bpf_wasm__map_call(fd, BPF_MAP_DELETE_ELEM, bpf_wasm__key(key), NULL, NULL, flags);
    return bpf_wasm__result(err);
}

BPF_WASM_API int bpf_map_delete_elem(int fd, const void *key)
{
    return bpf_map_delete_elem_flags(fd, key, 0);
}

/* Not atomic, see bpf_map__lookup_and_delete_elem(). */
BPF_WASM_API int bpf_map_lookup_and_delete_elem_flags(int fd, const void *key, void *value, __u64 flags)
{
    const struct bpf_map *map = bpf_wasm__map_of(fd);
    int err = map && !bpf_wasm__is_hash(map) ? bpf_wasm__result(-EOPNOTSUPP) : bpf_map_lookup_elem_flags(fd, key, value, flags);

    return err ? err : bpf_map_delete_elem(fd, key);
}

BPF_WASM_API int bpf_map_lookup_and_delete_elem(int fd, const void *key, void *value)
{
    return bpf_map_lookup_and_delete_elem_flags(fd, key, value, 0);
}

/* A NULL key is the start, on every host; -EOPNOTSUPP if the map is of no object of this program. */
BPF_WASM_API int bpf_map_get_next_key(int fd, const void *key, void *next_key)
{
    const struct bpf_map *map;
    int err;

    if (fd < 0 || !next_key)
        return bpf_wasm__result(fd < 0 ? -EBADF : -EINVAL);
    if (key)
        return bpf_wasm__result(bpf_wasm__map_call(fd, BPF_MAP_GET_NEXT_KEY, key, NULL, next_key, 0));
    map = bpf_wasm__map_of(fd);
    err = map ? bpf_wasm__first_key(map, next_key) : -EOPNOTSUPP;
    return bpf_wasm__result(err);
}
