/* SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause */
/* ---- Programs and links ---- */

BPF_WASM_API const char *bpf_program__name(const struct bpf_program *prog)
{
    return prog ? prog->s->name : (const char *)bpf_wasm__null(EINVAL);
}

BPF_WASM_API const char *bpf_program__section_name(const struct bpf_program *prog)
{
    return prog ? prog->s->section : (const char *)bpf_wasm__null(EINVAL);
}

BPF_WASM_API bool bpf_program__autoload(const struct bpf_program *prog)
{
    return prog && prog->autoload;
}

/*
 * Whether load() loads it. -EINVAL after load; -EOPNOTSUPP if the image cannot say it. If several programs share an ELF
 * section, set all of them: load() returns -EOPNOTSUPP if only some are off.
 */
BPF_WASM_API int bpf_program__set_autoload(struct bpf_program *prog, bool autoload)
{
    if (!prog || prog->obj->loaded)
        return bpf_wasm__result(-EINVAL);
    if (autoload != (bool)prog->s->autoload && !prog->s->patch_cnt)
        return bpf_wasm__result(-EOPNOTSUPP);
    prog->autoload = autoload;
    return 0;
}

BPF_WASM_API bool bpf_program__autoattach(const struct bpf_program *prog)
{
    return prog && prog->autoattach;
}

BPF_WASM_API void bpf_program__set_autoattach(struct bpf_program *prog, bool autoattach)
{
    if (prog)
        prog->autoattach = autoattach;
}

/* Always negative, -EOPNOTSUPP: hosts keep program file descriptors to themselves. */
BPF_WASM_API int bpf_program__fd(const struct bpf_program *prog)
{
    return bpf_wasm__result(prog ? -EOPNOTSUPP : -EINVAL);
}

/*
 * Not in libbpf: what to attach to if the section does not say it, "eth0" for SEC("xdp"), "/sys/fs/cgroup" for
 * SEC("sockops"); NULL: nothing. At any time before the program is attached. -EINVAL, -ENOMEM.
 */
BPF_WASM_API int bpf_program__set_target(struct bpf_program *prog, const char *target)
{
    char *copy = NULL;

    if (!prog)
        return bpf_wasm__result(-EINVAL);
    if (target && *target) {
        size_t size = strlen(target) + 1;
        copy = (char *)BPF_WASM_MALLOC(size);
        if (!copy)
            return bpf_wasm__result(-ENOMEM);
        memcpy(copy, target, size);
    }
    BPF_WASM_FREE(prog->target);
    prog->target = copy;
    return 0;
}

/* The same, by the name that earlier guests use. */
BPF_WASM_API int bpf_set_prog_attach_target(struct bpf_program *prog, const char *target)
{
    return bpf_program__set_target(prog, target);
}

/*
 * Attaches by section name or target. The link lives as long as the object, the same one for each attachment of a program.
 * NULL: EINVAL if it is not loaded, EOPNOTSUPP if its section names no hook and it has no target, or the host's error.
 */
BPF_WASM_API struct bpf_link *bpf_program__attach(const struct bpf_program *prog)
{
    int err = prog ? bpf_wasm__attach((struct bpf_program *)prog) : -EINVAL;

    return err ? (struct bpf_link *)bpf_wasm__null(-err) : &((struct bpf_program *)prog)->link;
}

/* `link`, if its object is open and has it attached; a stale pointer is not followed. */
BPF_WASM_API struct bpf_link *bpf_wasm__attached(const struct bpf_link *link)
{
    struct bpf_object *o;
    unsigned int i;

    for (o = bpf_wasm__state.objects; o; o = o->next)
        for (i = 0; i < o->s->prog_cnt; i++)
            if (&o->progs[i].link == link && o->handle && link->attached)
                return &o->progs[i].link;
    for (o = bpf_wasm__state.objects; o; o = o->next)
        for (i = 0; i < o->s->map_cnt; i++)
            if (&o->maps[i].link == link && o->handle && link->attached)
                return &o->maps[i].link;
    return NULL;
}

/* Makes bpf_link__destroy() leave what it is of attached, and return 0. */
BPF_WASM_API void bpf_link__disconnect(struct bpf_link *link)
{
    link = bpf_wasm__attached(link);
    if (link)
        link->disconnected = true;
}

/* -EOPNOTSUPP while the object is open: no host call detaches, but closing. 0 for NULL and after closing. */
BPF_WASM_API int bpf_link__destroy(struct bpf_link *link)
{
    link = bpf_wasm__attached(link);
    return bpf_wasm__result(link && !link->disconnected ? -EOPNOTSUPP : 0);
}

BPF_WASM_API int bpf_link__detach(struct bpf_link *link)
{
    return bpf_wasm__result(bpf_wasm__attached(link) ? -EOPNOTSUPP : -EINVAL);
}

BPF_WASM_API int bpf_link__fd(const struct bpf_link *link)
{
    return bpf_wasm__result(link ? -EOPNOTSUPP : -EINVAL);
}

/*
 * Registers the table of functions that a struct_ops map holds. The link lives as long as the object, the same one for each
 * attachment of a map. NULL: EINVAL if it is another map, or was not created, or the host's error.
 */
BPF_WASM_API struct bpf_link *bpf_map__attach_struct_ops(const struct bpf_map *map)
{
    int err = map ? bpf_wasm__attach_map((struct bpf_map *)map) : -EINVAL;

    return err ? (struct bpf_link *)bpf_wasm__null(-err) : &((struct bpf_map *)map)->link;
}
