/* SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause */
/* ---- Objects: private to this header ---- */

struct bpf_link {
    bool attached, disconnected;
};

struct bpf_map {
    const struct bpf_map_skeleton *s;
    struct bpf_object *obj;
    void *data;   /* contents of an internal map in guest memory, else NULL */
    void *cursor; /* the last key of an unfinished batch, and its ticket */
    __u32 ticket;
    __u32 max_entries;
    int fd; /* negative: no host call reaches it */
    struct bpf_link link;
    struct bpf_link **link_at; /* where the skeleton has the link of a struct_ops map, or NULL */
    bool autoattach;
};

struct bpf_program {
    const struct bpf_prog_skeleton *s;
    struct bpf_object *obj;
    char *target;
    struct bpf_link link;
    bool autoload, autoattach;
};

struct bpf_object {
    struct bpf_object *next;
    const struct bpf_object_skeleton *s;
    void *skel;
    char *image;
    struct bpf_map *maps;
    struct bpf_program *progs;
    uint64_t handle; /* the host's, 0: not loaded */
    uint64_t serial; /* never used twice, unlike addresses and handles */
    bool loaded;     /* loading was tried */
    bool own_skel;   /* `skel` is part of this block */
};

enum libbpf_print_level {
    LIBBPF_WARN,
    LIBBPF_INFO,
    LIBBPF_DEBUG,
};
typedef int (*libbpf_print_fn_t)(enum libbpf_print_level level, const char *format, va_list ap);

/* All open objects, so that functions which take a file descriptor know the map. Weak: one for all translation units. */
struct bpf_wasm__state {
    struct bpf_object *objects;
    uint64_t serial;
    libbpf_print_fn_t print;
    int cpus;
    bool truncated;
};
__attribute__((weak)) struct bpf_wasm__state bpf_wasm__state;
