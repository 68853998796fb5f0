/* SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause */
/* ---- Objects: load, attach, destroy ---- */

/* Closes at the host, which is the only way to detach. */
BPF_WASM_API void bpf_wasm__close(struct bpf_object *obj)
{
    unsigned int i;

    if (obj->handle)
        wasm_close_bpf_object(obj->handle);
    obj->handle = 0;
    for (i = 0; i < obj->s->map_cnt; i++)
        obj->maps[i].fd = -1;
}

/*
 * Loads: hands the image to the host, then writes .bss and reads .kconfig. -EINVAL, also for a second load; -EIO if the host
 * refuses, it gives no reason; -EOPNOTSUPP, before anything is loaded, if some but not all programs of a section are
 * switched off, and after it if the host does not let .bss be written though it has to be.
 */
BPF_WASM_API int bpf_object__load_skeleton(struct bpf_object *obj)
{
    unsigned int i;
    int err;

    if (!bpf_wasm__open(obj) || obj->loaded)
        return bpf_wasm__result(-EINVAL);
    err = bpf_wasm__switch_programs(obj);
    if (err)
        return bpf_wasm__result(err);
    obj->loaded = true;
    obj->handle = wasm_load_bpf_object(obj->image, (int)obj->s->data_sz);
    if (!obj->handle)
        return bpf_wasm__result(-EIO);
    for (i = 0; i < obj->s->map_cnt && !err; i++)
        err = bpf_wasm__resolve(&obj->maps[i]);
    if (err)
        bpf_wasm__close(obj);
    return bpf_wasm__result(err);
}

BPF_WASM_API int bpf_object__load(struct bpf_object *obj)
{
    return bpf_object__load_skeleton(obj);
}

/* -EINVAL if it is not loaded. The host decides by section name what a target is: a cgroup's path, an interface's name. */
BPF_WASM_API int bpf_wasm__attach(struct bpf_program *prog)
{
    struct bpf_object *obj = prog->obj;
    int ret;

    if (!obj->handle || !prog->autoload)
        return -EINVAL;
    if (prog->s->manual && !prog->target)
        return -EOPNOTSUPP;
    ret = wasm_attach_bpf_program(obj->handle, prog->s->name, prog->target);
    if (ret)
        return bpf_wasm__host_error_of(obj->handle, ret);
    prog->link.attached = true;
    prog->link.disconnected = false;
    if (prog->s->link_off)
        bpf_wasm__set_pointer(obj->skel, prog->s->link_off, &prog->link);
    return 0;
}

/* Registers a struct_ops map, which the host knows by its name. -EINVAL if it is another map, or was not created. */
BPF_WASM_API int bpf_wasm__attach_map(struct bpf_map *map)
{
    uint64_t handle = map->obj->handle;
    int ret;

    if (!handle || map->s->type != BPF_MAP_TYPE_STRUCT_OPS || map->fd < 0)
        return -EINVAL;
    ret = wasm_attach_bpf_program(handle, map->s->name, NULL);
    if (ret)
        return bpf_wasm__host_error_of(handle, ret);
    map->link.attached = true;
    map->link.disconnected = false;
    if (map->link_at)
        *map->link_at = &map->link;
    return 0;
}

/*
 * Attaches every program that is loaded, not yet attached, not excluded by set_autoattach(false), and whose section names a
 * hook or which has a target; then every struct_ops map that was created, is not yet attached and not excluded. Stops at the
 * first failure and returns it; what was attached stays, since only closing detaches. -EINVAL if the object is not loaded.
 */
BPF_WASM_API int bpf_object__attach_skeleton(struct bpf_object *obj)
{
    unsigned int i;
    int err = 0;

    if (!bpf_wasm__open(obj) || !obj->handle)
        return bpf_wasm__result(-EINVAL);
    for (i = 0; i < obj->s->prog_cnt && !err; i++) {
        struct bpf_program *prog = &obj->progs[i];
        if (!prog->autoload || !prog->autoattach || prog->link.attached || (prog->s->manual && !prog->target))
            continue;
        err = bpf_wasm__attach(prog);
    }
    for (i = 0; i < obj->s->map_cnt && !err; i++) {
        struct bpf_map *map = &obj->maps[i];
        if (map->s->autocreate && map->autoattach && !map->link.attached)
            err = bpf_wasm__attach_map(map);
    }
    return bpf_wasm__result(err);
}

/* -EOPNOTSUPP if anything is attached: no host call detaches, but closing. Else 0, or -EINVAL. */
BPF_WASM_API int bpf_object__detach_skeleton(struct bpf_object *obj)
{
    unsigned int i;

    if (!bpf_wasm__open(obj))
        return bpf_wasm__result(-EINVAL);
    for (i = 0; i < obj->s->prog_cnt; i++)
        if (obj->handle && obj->progs[i].link.attached)
            return bpf_wasm__result(-EOPNOTSUPP);
    for (i = 0; i < obj->s->map_cnt; i++)
        if (obj->handle && obj->maps[i].link.attached)
            return bpf_wasm__result(-EOPNOTSUPP);
    return 0;
}

/* Copies contents between kernel and guest; goes on after a failure and returns the first. */
BPF_WASM_API int bpf_wasm__copy(struct bpf_object *obj, int cmd)
{
    unsigned int i;
    int first = 0;

    if (!bpf_wasm__open(obj) || !obj->handle)
        return bpf_wasm__result(-EINVAL);
    for (i = 0; i < obj->s->map_cnt; i++) {
        const struct bpf_map *map = &obj->maps[i];
        bool kernel = map->s->data == BPF_WASM_DATA_KERNEL;
        int err;
        if (!map->data || !map->s->autocreate)
            continue;
        if (kernel ? cmd != BPF_MAP_LOOKUP_ELEM : map->s->rdonly)
            continue;
        err = bpf_wasm__contents(map, cmd);
        if (err && !first)
            first = err;
    }
    return bpf_wasm__result(first);
}

/* Refreshes .data*, .bss* and .kconfig from the kernel. -EINVAL before load, -EOPNOTSUPP for maps that the host hides. */
BPF_WASM_API int bpf_object__sync_skeleton(struct bpf_object *obj)
{
    return bpf_wasm__copy(obj, BPF_MAP_LOOKUP_ELEM);
}

/* Writes .data* and .bss* to the kernel, whole sections. Errors as above. */
BPF_WASM_API int bpf_object__flush_skeleton(struct bpf_object *obj)
{
    return bpf_wasm__copy(obj, BPF_MAP_UPDATE_ELEM);
}

/* Closes and frees all. NULL and what is closed already are left alone. */
BPF_WASM_API void bpf_object__destroy_skeleton(struct bpf_object *obj)
{
    struct bpf_object **at = &bpf_wasm__state.objects;
    unsigned int i;

    while (*at && *at != obj)
        at = &(*at)->next;
    if (!*at)
        return;
    *at = obj->next;
    bpf_wasm__close(obj);
    for (i = 0; i < obj->s->map_cnt; i++)
        BPF_WASM_FREE(obj->maps[i].cursor);
    for (i = 0; i < obj->s->prog_cnt; i++)
        BPF_WASM_FREE(obj->progs[i].target);
    BPF_WASM_FREE(obj);
}

/*
 * Not in libbpf: destroys the object that was opened into the generated struct `skel`, and frees `skel`, which is from
 * bpf_object__new_skeleton() or malloc(). It is not read: NULL and a second call with the same pointer do nothing.
 */
BPF_WASM_API void bpf_object__free_skeleton(void *skel)
{
    struct bpf_object *o = bpf_wasm__state.objects;
    bool own;

    while (o && o->skel != skel)
        o = o->next;
    if (!o)
        return;
    own = o->own_skel;
    bpf_object__destroy_skeleton(o);
    if (!own)
        BPF_WASM_FREE(skel);
}

BPF_WASM_API const char *bpf_object__name(const struct bpf_object *obj)
{
    return obj ? obj->s->name : (const char *)bpf_wasm__null(EINVAL);
}

/* The map after `prev`, the first for NULL; NULL after the last. */
BPF_WASM_API struct bpf_map *bpf_object__next_map(const struct bpf_object *obj, const struct bpf_map *prev)
{
    size_t i;

    if (!obj || (prev && prev->obj != obj))
        return (struct bpf_map *)bpf_wasm__null(EINVAL);
    i = prev ? (size_t)(prev - obj->maps) + 1 : 0;
    return i < obj->s->map_cnt ? &obj->maps[i] : NULL;
}

#define bpf_object__for_each_map(pos, obj)                                                                                      \
    for ((pos) = bpf_object__next_map((obj), NULL); (pos) != NULL; (pos) = bpf_object__next_map((obj), (pos)))
#define bpf_map__for_each bpf_object__for_each_map

/* By libbpf's name or, starting with a dot, by section. NULL, ENOENT or EINVAL. */
BPF_WASM_API struct bpf_map *bpf_object__find_map_by_name(const struct bpf_object *obj, const char *name)
{
    unsigned int i;

    if (!obj || !name)
        return (struct bpf_map *)bpf_wasm__null(EINVAL);
    for (i = 0; i < obj->s->map_cnt; i++) {
        const struct bpf_map_skeleton *s = obj->maps[i].s;
        if (!strcmp(name, name[0] == '.' && s->section ? s->section : s->name))
            return &obj->maps[i];
    }
    return (struct bpf_map *)bpf_wasm__null(ENOENT);
}

/* The program after `prev`, the first for NULL; NULL after the last. */
BPF_WASM_API struct bpf_program *bpf_object__next_program(const struct bpf_object *obj, struct bpf_program *prev)
{
    size_t i;

    if (!obj || (prev && prev->obj != obj))
        return (struct bpf_program *)bpf_wasm__null(EINVAL);
    i = prev ? (size_t)(prev - obj->progs) + 1 : 0;
    return i < obj->s->prog_cnt ? &obj->progs[i] : NULL;
}

#define bpf_object__for_each_program(pos, obj)                                                                                  \
    for ((pos) = bpf_object__next_program((obj), NULL); (pos) != NULL; (pos) = bpf_object__next_program((obj), (pos)))

/* NULL, ENOENT or EINVAL. */
BPF_WASM_API struct bpf_program *bpf_object__find_program_by_name(const struct bpf_object *obj, const char *name)
{
    unsigned int i;

    if (!obj || !name)
        return (struct bpf_program *)bpf_wasm__null(EINVAL);
    for (i = 0; i < obj->s->prog_cnt; i++)
        if (!strcmp(name, obj->progs[i].s->name))
            return &obj->progs[i];
    return (struct bpf_program *)bpf_wasm__null(ENOENT);
}
