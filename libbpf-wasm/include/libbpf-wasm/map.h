/* SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause */
/* ---- Maps: what they are ---- */

BPF_WASM_API const char *bpf_map__name(const struct bpf_map *map)
{
    return map ? map->s->name : (const char *)bpf_wasm__null(EINVAL);
}

BPF_WASM_API enum bpf_map_type bpf_map__type(const struct bpf_map *map)
{
    return (enum bpf_map_type)(map ? map->s->type : 0);
}

BPF_WASM_API __u32 bpf_map__key_size(const struct bpf_map *map)
{
    return map ? map->s->key_size : 0;
}

BPF_WASM_API __u32 bpf_map__value_size(const struct bpf_map *map)
{
    return map ? map->s->value_size : 0;
}

BPF_WASM_API __u32 bpf_map__max_entries(const struct bpf_map *map)
{
    return map ? map->max_entries : 0;
}

BPF_WASM_API __u32 bpf_map__map_flags(const struct bpf_map *map)
{
    return map ? map->s->map_flags : 0;
}

BPF_WASM_API bool bpf_map__is_internal(const struct bpf_map *map)
{
    return map && map->s->section;
}

BPF_WASM_API bool bpf_map__autocreate(const struct bpf_map *map)
{
    return map && map->s->autocreate;
}

/* -EINVAL, -EBUSY after load; -EOPNOTSUPP if it would change anything: the image cannot say it. */
BPF_WASM_API int bpf_map__set_autocreate(struct bpf_map *map, bool autocreate)
{
    if (!map)
        return bpf_wasm__result(-EINVAL);
    if (map->obj->loaded)
        return bpf_wasm__result(-EBUSY);
    return bpf_wasm__result(autocreate == (bool)map->s->autocreate ? 0 : -EOPNOTSUPP);
}

/* Whether bpf_object__attach_skeleton() attaches it: only struct_ops maps can be. */
BPF_WASM_API bool bpf_map__autoattach(const struct bpf_map *map)
{
    return map && map->autoattach;
}

/* -EINVAL, also for a map that is none of struct_ops. */
BPF_WASM_API int bpf_map__set_autoattach(struct bpf_map *map, bool autoattach)
{
    if (!map || map->s->type != BPF_MAP_TYPE_STRUCT_OPS)
        return bpf_wasm__result(-EINVAL);
    map->autoattach = autoattach;
    return 0;
}

/* Not in libbpf: where a skeleton has the link of a struct_ops map, to be set when it is attached. */
BPF_WASM_API void bpf_map__set_link(struct bpf_map *map, struct bpf_link **link)
{
    if (map)
        map->link_at = link;
}

/* -EINVAL, -EBUSY after load, -EOPNOTSUPP if the image does not state it in a place of its own. */
BPF_WASM_API int bpf_map__set_max_entries(struct bpf_map *map, __u32 max_entries)
{
    if (!map)
        return bpf_wasm__result(-EINVAL);
    if (map->obj->loaded)
        return bpf_wasm__result(-EBUSY);
    if (max_entries != map->max_entries) {
        if (!map->s->max_entries_off || !bpf_wasm__in_image(map->obj->s, map->s->max_entries_off, 4))
            return bpf_wasm__result(-EOPNOTSUPP);
        bpf_wasm__set_word(map->obj->image, map->s->max_entries_off, max_entries);
        map->max_entries = max_entries;
    }
    return 0;
}

/* The contents with which an internal map is loaded. NULL, EINVAL if it is not internal or is .kconfig. */
BPF_WASM_API const void *bpf_map__initial_value(struct bpf_map *map, size_t *psize)
{
    if (!map || !map->data || map->s->data == BPF_WASM_DATA_KERNEL)
        return bpf_wasm__null(EINVAL);
    if (psize)
        *psize = map->s->value_size;
    return map->data;
}

/* -EINVAL, also for another size than the map's; -EBUSY after load. */
BPF_WASM_API int bpf_map__set_initial_value(struct bpf_map *map, const void *data, size_t size)
{
    if (!map || !data)
        return bpf_wasm__result(-EINVAL);
    if (map->obj->loaded)
        return bpf_wasm__result(-EBUSY);
    if (!map->data || map->s->data == BPF_WASM_DATA_KERNEL || size != map->s->value_size)
        return bpf_wasm__result(-EINVAL);
    memmove(map->data, data, size);
    return 0;
}

/* -1 before load, as in libbpf; -EINVAL; -EOPNOTSUPP for an internal map that the host hides. */
BPF_WASM_API int bpf_map__fd(const struct bpf_map *map)
{
    return bpf_wasm__result(map ? map->fd : -EINVAL);
}

/* Errors as bpf_object__find_map_by_name() and bpf_map__fd(). */
BPF_WASM_API int bpf_object__find_map_fd_by_name(const struct bpf_object *obj, const char *name)
{
    const struct bpf_map *map = bpf_object__find_map_by_name(obj, name);

    return map ? bpf_map__fd(map) : -errno;
}

/* The map of a loaded object with this file descriptor. */
BPF_WASM_API struct bpf_map *bpf_wasm__map_of(int fd)
{
    struct bpf_object *o;
    unsigned int i;

    for (o = bpf_wasm__state.objects; o; o = o->next)
        for (i = 0; i < o->s->map_cnt; i++)
            if (fd >= 0 && o->maps[i].fd == fd)
                return &o->maps[i];
    return NULL;
}
