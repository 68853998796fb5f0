/* SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause */
/* ---- Objects ---- */

struct bpf_object_open_opts {
    size_t sz;
    const char *object_name;
    bool relaxed_maps;
    const char *pin_root_path;
    const char *kconfig;
    const char *btf_custom_path;
    char *kernel_log_buf;
    size_t kernel_log_size;
    __u32 kernel_log_level;
};

/* `obj`, if it is open; a stale or wild pointer is not followed. */
BPF_WASM_API struct bpf_object *bpf_wasm__open(const struct bpf_object *obj)
{
    struct bpf_object *o = bpf_wasm__state.objects;

    while (o && o != obj)
        o = o->next;
    return o;
}

/* Whether the image has `size` bytes at `off`. */
BPF_WASM_API bool bpf_wasm__in_image(const struct bpf_object_skeleton *s, size_t off, size_t size)
{
    return off <= s->data_sz && size <= s->data_sz - off;
}

BPF_WASM_API size_t bpf_wasm__round_up(size_t size)
{
    return (size + 7) & ~(size_t)7;
}

/* Writes a pointer into the generated struct, whatever type it has there. */
BPF_WASM_API void bpf_wasm__set_pointer(void *skel, size_t off, const void *pointer)
{
    memcpy((char *)skel + off, &pointer, sizeof(pointer));
}

BPF_WASM_API void bpf_wasm__set_word(char *image, size_t off, unsigned int word)
{
    image[off] = (char)word;
    image[off + 1] = (char)(word >> 8);
    image[off + 2] = (char)(word >> 16);
    image[off + 3] = (char)(word >> 24);
}

/* Opens into `skel` or, if that is NULL, into a struct of its own. */
BPF_WASM_API int bpf_wasm__open_object(const struct bpf_object_skeleton *s, void *skel, struct bpf_object **obj,
                                       const struct bpf_object_open_opts *opts)
{
    size_t own, image, shadow, size;
    struct bpf_object *o;
    unsigned int i;

    if (!s || !s->data || !s->data_sz || s->data_sz > INT32_MAX || (opts && opts->sz < sizeof(*opts)))
        return -EINVAL;
    if (opts && (opts->object_name || opts->relaxed_maps || opts->pin_root_path || opts->kconfig || opts->btf_custom_path ||
                 opts->kernel_log_buf || opts->kernel_log_size || opts->kernel_log_level || opts->sz > sizeof(*opts)))
        return -EOPNOTSUPP;

    /* One block: the object, its maps, its programs, the generated struct, the image, the contents that are not in it. */
    own = bpf_wasm__round_up(sizeof(*o) + s->map_cnt * sizeof(struct bpf_map) + s->prog_cnt * sizeof(struct bpf_program));
    image = own + (skel ? 0 : bpf_wasm__round_up(s->skel_sz));
    shadow = image + bpf_wasm__round_up(s->data_sz);
    size = shadow;
    for (i = 0; i < s->map_cnt; i++) {
        const struct bpf_map_skeleton *row = &s->maps[i];
        if (row->data == BPF_WASM_DATA_IMAGE && !bpf_wasm__in_image(s, row->image_off, row->value_size))
            return -EINVAL;
        if (row->data > BPF_WASM_DATA_IMAGE)
            size += bpf_wasm__round_up(row->value_size);
    }
    o = (struct bpf_object *)bpf_wasm__alloc_zeroed(size + 8); /* even empty contents have an address within */
    if (!o)
        return -ENOMEM;
    o->s = s;
    o->skel = skel ? skel : (char *)o + own;
    o->own_skel = !skel;
    o->maps = (struct bpf_map *)(o + 1);
    o->progs = (struct bpf_program *)(o->maps + s->map_cnt);
    o->image = (char *)o + image;
    memcpy(o->image, s->data, s->data_sz);
    for (i = 0; i < s->map_cnt; i++) {
        const struct bpf_map_skeleton *row = &s->maps[i];
        struct bpf_map *map = &o->maps[i];
        map->s = row;
        map->obj = o;
        map->fd = -1;
        map->max_entries = row->max_entries;
        map->autoattach = row->type == BPF_MAP_TYPE_STRUCT_OPS;
        if (row->data == BPF_WASM_DATA_IMAGE)
            map->data = o->image + row->image_off;
        else if (row->data > BPF_WASM_DATA_IMAGE) {
            map->data = (char *)o + shadow;
            shadow += bpf_wasm__round_up(row->value_size);
        }
        bpf_wasm__set_pointer(o->skel, row->map_off, map);
        if (row->data_off)
            bpf_wasm__set_pointer(o->skel, row->data_off, map->data);
    }
    for (i = 0; i < s->prog_cnt; i++) {
        struct bpf_program *prog = &o->progs[i];
        prog->s = &s->progs[i];
        prog->obj = o;
        prog->autoload = prog->s->autoload;
        prog->autoattach = true;
        bpf_wasm__set_pointer(o->skel, prog->s->prog_off, prog);
    }
    o->serial = ++bpf_wasm__state.serial;
    o->next = bpf_wasm__state.objects;
    bpf_wasm__state.objects = o;
    *obj = o;
    return 0;
}

/*
 * Opens: a private, 8-aligned copy of the image, the generated struct's maps, programs and section pointers, none of them
 * NULL. Each call makes a new object. -EINVAL, -ENOMEM; -EOPNOTSUPP for any option, since the host's load call takes none.
 */
BPF_WASM_API int bpf_object__open_skeleton(const struct bpf_object_skeleton *s, void *skel, struct bpf_object **obj,
                                           const struct bpf_object_open_opts *opts)
{
    if (!obj)
        return bpf_wasm__result(-EINVAL);
    *obj = NULL;
    return bpf_wasm__result(skel ? bpf_wasm__open_object(s, skel, obj, opts) : -EINVAL);
}

/* Not in libbpf: the same, and makes the generated struct. NULL and errno. */
BPF_WASM_API void *bpf_object__new_skeleton(const struct bpf_object_skeleton *s, const struct bpf_object_open_opts *opts)
{
    struct bpf_object *obj = NULL;
    int err = bpf_wasm__open_object(s, NULL, &obj, opts);

    if (err)
        return bpf_wasm__null(-err);
    bpf_wasm__set_pointer(obj->skel, 0, s);
    bpf_wasm__set_pointer(obj->skel, sizeof(void *), obj);
    return obj->skel;
}

/* One call of the host's map operation, unchecked. */
BPF_WASM_API int bpf_wasm__map_call(int fd, int cmd, const void *key, void *value, void *next_key, uint64_t flags)
{
    return bpf_wasm__host_error(wasm_bpf_map_operate(fd, cmd, key, value, next_key, flags));
}

/* Reads or writes the only element of an internal map. */
BPF_WASM_API int bpf_wasm__contents(const struct bpf_map *map, int cmd)
{
    int key = 0;

    return map->fd < 0 ? map->fd : bpf_wasm__map_call(map->fd, cmd, &key, map->data, NULL, 0);
}

BPF_WASM_API bool bpf_wasm__all_zero(const void *data, size_t size)
{
    const char *byte = (const char *)data;

    while (size && !*byte)
        byte++, size--;
    return !size;
}

/*
 * Edits the image for programs that were switched. Loading is a matter of the section: it is off when all its programs are,
 * and that some are on and some off cannot be said.
 */
BPF_WASM_API int bpf_wasm__switch_programs(struct bpf_object *obj)
{
    const struct bpf_object_skeleton *s = obj->s;
    unsigned int i, j;

    for (i = 0; i < s->prog_cnt; i++)
        for (j = 0; j < i; j++)
            if (obj->progs[i].autoload != obj->progs[j].autoload && s->progs[i].patch_cnt && s->progs[j].patch_cnt &&
                s->patches[s->progs[i].patch].off == s->patches[s->progs[j].patch].off)
                return -EOPNOTSUPP;
    for (i = 0; i < s->prog_cnt; i++) {
        const struct bpf_program *prog = &obj->progs[i];
        if (prog->autoload == (bool)prog->s->autoload)
            continue;
        for (j = prog->s->patch; j < prog->s->patch + prog->s->patch_cnt; j++) {
            const struct bpf_wasm_patch *patch = &s->patches[j];
            if (!bpf_wasm__in_image(s, patch->off, 4))
                return -EINVAL;
            bpf_wasm__set_word(obj->image, patch->off, prog->autoload ? patch->enabled : patch->disabled);
        }
    }
    return 0;
}

/* Finds a map's file descriptor and, for .bss and .kconfig, brings kernel and shadow together. */
BPF_WASM_API int bpf_wasm__resolve(struct bpf_map *map)
{
    const struct bpf_map_skeleton *s = map->s;

    if (!s->autocreate)
        return 0;
    map->fd = wasm_bpf_map_fd_by_name(map->obj->handle, s->name);
    if (!s->section)
        return map->fd < 0 ? -ENOENT : 0;
    /* Hosts open objects without a name, and libbpf derives the names of internal maps from it. */
    if (map->fd < 0)
        map->fd = wasm_bpf_map_fd_by_name(map->obj->handle, s->section);
    if (map->fd < 0)
        map->fd = -EOPNOTSUPP;
    if (s->data == BPF_WASM_DATA_ZEROED && !bpf_wasm__all_zero(map->data, s->value_size))
        return bpf_wasm__contents(map, BPF_MAP_UPDATE_ELEM);
    if (s->data == BPF_WASM_DATA_KERNEL && map->fd >= 0)
        return bpf_wasm__contents(map, BPF_MAP_LOOKUP_ELEM);
    return 0;
}
