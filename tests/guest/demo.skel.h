/* SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause */
/* A skeleton as the generator makes it, of an object that does not exist: its image is a table of places. */
#ifndef DEMO_SKEL_H
#define DEMO_SKEL_H

#include "libbpf-wasm.h"

/* Where the image has what. */
enum {
    DEMO_IMAGE_SIZE = 253, /* no multiple of 8 */
    DEMO_RODATA = 64,
    DEMO_DATA = 80,
    DEMO_EXTRA = 96,
    DEMO_MAX_ENTRIES = 121, /* not aligned */
    DEMO_PATCH_A = 128,
    DEMO_PATCH_A2 = 132,
    DEMO_PATCH_B = 136,
    DEMO_PATCH_C = 249,
    DEMO_ENABLED = 0x01020304,
    DEMO_DISABLED = 0x11121314,
};

struct demo {
    const struct bpf_object_skeleton *skeleton;
    struct bpf_object *obj;
    struct {
        struct bpf_map *exec_start, *counts, *percpu, *pc_hash, *trie, *queue, *rb, *rb2, *events, *small, *cgroup, *slots, *none;
        struct bpf_map *rodata, *data, *data_extra, *data_off, *bss, *kconfig;
    } maps;
    struct {
        struct bpf_program *handle_exec, *twin_a, *twin_b, *optional, *fixed, *xdp_pass;
    } progs;
    struct {
        struct bpf_link *handle_exec, *twin_a, *twin_b, *optional, *fixed, *xdp_pass;
    } links;
    struct demo__rodata {
        unsigned long long min_duration_ns;
        int targ_pid;
    } __attribute__((packed)) *rodata;
    struct demo__data {
        int level;
        int step;
    } __attribute__((packed)) *data;
    struct demo__data_extra {
        short more;
    } __attribute__((packed)) *data_extra;
    struct demo__data_off {
        short unused;
    } __attribute__((packed)) *data_off;
    struct demo__bss {
        unsigned long long dropped;
        char comm[45];
    } __attribute__((packed)) *bss;
    struct demo__kconfig {
        unsigned int LINUX_KERNEL_VERSION;
    } __attribute__((packed)) *kconfig;
};

#define DEMO_PLAIN(member, type, key, value, max, max_off)                                                                      \
    {#member, NULL, offsetof(struct demo, maps.member), 0, type, key, value, max, 0, 0, max_off, BPF_WASM_DATA_NONE, 0, 1}
#define DEMO_DATA_MAP(name, section, member, image, data, rdonly)                                                         \
    {name, section, offsetof(struct demo, maps.member), offsetof(struct demo, member), BPF_MAP_TYPE_ARRAY, 4,                    \
     sizeof(*((struct demo *)NULL)->member), 1, 0x400, image, 0, data, rdonly, 1}
#define DEMO_PROG(member, section, patch, patch_cnt, autoload, manual)                                                          \
    {#member, section, offsetof(struct demo, progs.member), offsetof(struct demo, links.member), patch, patch_cnt, autoload, manual}

static const struct bpf_map_skeleton demo__maps[] = {
    DEMO_PLAIN(exec_start, BPF_MAP_TYPE_HASH, 4, 8, 8192, DEMO_MAX_ENTRIES),
    DEMO_PLAIN(counts, BPF_MAP_TYPE_ARRAY, 4, 8, 4, 0),
    DEMO_PLAIN(percpu, BPF_MAP_TYPE_PERCPU_ARRAY, 4, 12, 2, 0),
    DEMO_PLAIN(pc_hash, BPF_MAP_TYPE_PERCPU_HASH, 8, 4, 16, 0),
    DEMO_PLAIN(trie, BPF_MAP_TYPE_LPM_TRIE, 8, 4, 16, 0),
    DEMO_PLAIN(queue, BPF_MAP_TYPE_QUEUE, 0, 4, 4, 0),
    DEMO_PLAIN(rb, BPF_MAP_TYPE_RINGBUF, 0, 0, 4096, 0),
    DEMO_PLAIN(rb2, BPF_MAP_TYPE_RINGBUF, 0, 0, 4096, 0),
    DEMO_PLAIN(events, BPF_MAP_TYPE_PERF_EVENT_ARRAY, 4, 4, 0, 0),
    DEMO_PLAIN(small, BPF_MAP_TYPE_HASH, 1, 1, 256, 0),
    DEMO_PLAIN(cgroup, BPF_MAP_TYPE_CGROUP_STORAGE, 8, 8, 0, 0),
    DEMO_PLAIN(slots, BPF_MAP_TYPE_ARRAY_OF_MAPS, 4, 4, 8, 0),
    {"none", NULL, offsetof(struct demo, maps.none), 0, BPF_MAP_TYPE_HASH, 4, 4, 1, 0, 0, 0, BPF_WASM_DATA_NONE, 0, 0},
    DEMO_DATA_MAP("demo.rodata", ".rodata", rodata, DEMO_RODATA, BPF_WASM_DATA_IMAGE, 1),
    DEMO_DATA_MAP("demo.data", ".data", data, DEMO_DATA, BPF_WASM_DATA_IMAGE, 0),
    DEMO_DATA_MAP(".data.extra", ".data.extra", data_extra, DEMO_EXTRA, BPF_WASM_DATA_IMAGE, 0),
    {".data.off", ".data.off", offsetof(struct demo, maps.data_off), offsetof(struct demo, data_off), BPF_MAP_TYPE_ARRAY, 4, 2, 1,
     0x400, DEMO_EXTRA, 0, BPF_WASM_DATA_IMAGE, 0, 0},
    DEMO_DATA_MAP("demo.bss", ".bss", bss, 0, BPF_WASM_DATA_ZEROED, 0),
    DEMO_DATA_MAP("demo.kconfig", ".kconfig", kconfig, 0, BPF_WASM_DATA_KERNEL, 1),
};

static const struct bpf_wasm_patch demo__patches[] = {
    {DEMO_PATCH_A, DEMO_ENABLED, DEMO_DISABLED},
    {DEMO_PATCH_A2, DEMO_ENABLED + 1, DEMO_DISABLED + 1},
    {DEMO_PATCH_B, DEMO_ENABLED + 2, DEMO_DISABLED + 2},
    {DEMO_PATCH_C, DEMO_ENABLED + 3, DEMO_DISABLED + 3},
    {DEMO_PATCH_B, DEMO_ENABLED + 2, DEMO_DISABLED + 2}, /* the same section, stated twice */
};

static const struct bpf_prog_skeleton demo__progs[] = {
    DEMO_PROG(handle_exec, "tp/sched/sched_process_exec", 0, 2, 1, 0),
    DEMO_PROG(twin_a, "raw_tp/sys_enter", 2, 1, 1, 0),
    DEMO_PROG(twin_b, "raw_tp/sys_enter", 4, 1, 1, 0),
    DEMO_PROG(optional, "kprobe/do_unlinkat", 3, 1, 0, 0),
    DEMO_PROG(fixed, "tp/sched/sched_process_exit", 0, 0, 1, 0),
    DEMO_PROG(xdp_pass, "xdp", 0, 0, 1, 1),
};

static const struct {
    char head[64];
    unsigned long long min_duration_ns;
    int targ_pid;
    char gap1[4];
    int level, step;
    char gap2[8];
    short more;
    char gap3[23];
    unsigned int max_entries;
    char gap4[3];
    unsigned int a, a2, b;
    char gap5[109];
    unsigned int c;
} __attribute__((packed, aligned(8))) demo__image = {
    "\177ELF", 42, 7, "", 1, 2, "", 3, "", 8192, "", DEMO_ENABLED, DEMO_ENABLED + 1, DEMO_ENABLED + 2, "", DEMO_DISABLED + 3,
};

static const struct bpf_object_skeleton demo__skeleton = {
    "demo", &demo__image, DEMO_IMAGE_SIZE, sizeof(struct demo),
    demo__maps, sizeof(demo__maps) / sizeof(demo__maps[0]),
    demo__progs, sizeof(demo__progs) / sizeof(demo__progs[0]),
    demo__patches,
};

BPF_WASM_API struct demo *demo__open_opts(const struct bpf_object_open_opts *opts)
{
    return (struct demo *)bpf_object__new_skeleton(&demo__skeleton, opts);
}

BPF_WASM_API struct demo *demo__open(void)
{
    return demo__open_opts(NULL);
}

BPF_WASM_API int demo__load(struct demo *skel)
{
    return bpf_object__load_skeleton(skel ? skel->obj : NULL);
}

BPF_WASM_API void demo__destroy(struct demo *skel)
{
    bpf_object__free_skeleton(skel);
}

BPF_WASM_API struct demo *demo__open_and_load(void)
{
    struct demo *skel = demo__open();
    int err = skel ? demo__load(skel) : 0;

    if (err) {
        demo__destroy(skel);
        errno = -err;
        return NULL;
    }
    return skel;
}

BPF_WASM_API int demo__attach(struct demo *skel)
{
    return bpf_object__attach_skeleton(skel ? skel->obj : NULL);
}

BPF_WASM_API int demo__detach(struct demo *skel)
{
    return bpf_object__detach_skeleton(skel ? skel->obj : NULL);
}

BPF_WASM_API int demo__sync(struct demo *skel)
{
    return bpf_object__sync_skeleton(skel ? skel->obj : NULL);
}

BPF_WASM_API int demo__flush(struct demo *skel)
{
    return bpf_object__flush_skeleton(skel ? skel->obj : NULL);
}

#endif
