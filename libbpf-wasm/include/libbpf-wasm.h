/* SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause */
/*
 * libbpf-wasm.h: libbpf's interface for programs compiled to wasm32, over the six calls of a wasm-bpf host.
 *
 * Names, signatures and results are libbpf's wherever libbpf has one: functions return 0 (or a count) or a negative errno and
 * set errno, functions that return a pointer return NULL and set errno. What is no name of libbpf says so. Beyond libbpf:
 *
 * - NULL, a closed object, a second load, a second destroy are errors, never memory damage.
 * - Hosts report errors as numbers of Linux. Here they are those of this libc's <errno.h>, which on WASI are others
 *   (ENOENT is 44, not 2). A host that fails without a reason gives -EIO.
 * - A host opens and loads an object in one step. All that is set between open and load is an edit of a private copy of the
 *   ELF image; what cannot be edited there returns -EOPNOTSUPP, as does everything else that no host can do.
 * - Event callbacks run after the host's call has returned, so they may call anything.
 *
 * One thread only. Everything here is C11 and C++17; link with --export-table for events.
 */
#ifndef LIBBPF_WASM_H
#define LIBBPF_WASM_H

#include <errno.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h> /* not used here: guests written for older headers of this name rely on it */
#include <stdlib.h>
#include <string.h>

#ifdef __cplusplus
extern "C" {
#endif

#define BPF_WASM_API static inline __attribute__((unused))

/* ---- The host's calls ---- */

#ifdef __wasm__
#define BPF_WASM_IMPORT(name) __attribute__((import_module("wasm_bpf"), import_name(#name)))
#else
#define BPF_WASM_IMPORT(name)
#endif

/* Called by the host for each event, with the `data` of the poll call, where it has put the event. */
typedef int (*bpf_buffer_sample_fn)(void *ctx, void *data, size_t size);

BPF_WASM_IMPORT(wasm_load_bpf_object)
uint64_t wasm_load_bpf_object(const void *image, int size);
BPF_WASM_IMPORT(wasm_close_bpf_object)
int wasm_close_bpf_object(uint64_t object);
BPF_WASM_IMPORT(wasm_attach_bpf_program)
int wasm_attach_bpf_program(uint64_t object, const char *name, const char *target);
BPF_WASM_IMPORT(wasm_bpf_map_fd_by_name)
int wasm_bpf_map_fd_by_name(uint64_t object, const char *name);
BPF_WASM_IMPORT(wasm_bpf_buffer_poll)
int wasm_bpf_buffer_poll(uint64_t object, int fd, bpf_buffer_sample_fn sample_fn, void *ctx, void *data, int max_size,
                         int timeout_ms);
BPF_WASM_IMPORT(wasm_bpf_map_operate)
int wasm_bpf_map_operate(int fd, int cmd, const void *key, void *value, void *next_key, uint64_t flags);

/* ---- What libbpf's users know from <linux/bpf.h> ---- */

typedef signed char __s8;
typedef unsigned char __u8;
typedef short __s16;
typedef unsigned short __u16;
typedef int __s32;
typedef unsigned int __u32;
typedef long long __s64;
typedef unsigned long long __u64;

#if !defined(__LINUX_BPF_H__) && !defined(_UAPI__LINUX_BPF_H__)
enum {
    BPF_ANY = 0,
    BPF_NOEXIST = 1,
    BPF_EXIST = 2,
    BPF_F_LOCK = 4,
};

enum bpf_cmd {
    BPF_MAP_LOOKUP_ELEM = 1,
    BPF_MAP_UPDATE_ELEM = 2,
    BPF_MAP_DELETE_ELEM = 3,
    BPF_MAP_GET_NEXT_KEY = 4,
};

enum bpf_map_type {
    BPF_MAP_TYPE_UNSPEC = 0,
    BPF_MAP_TYPE_HASH = 1,
    BPF_MAP_TYPE_ARRAY = 2,
    BPF_MAP_TYPE_PROG_ARRAY = 3,
    BPF_MAP_TYPE_PERF_EVENT_ARRAY = 4,
    BPF_MAP_TYPE_PERCPU_HASH = 5,
    BPF_MAP_TYPE_PERCPU_ARRAY = 6,
    BPF_MAP_TYPE_STACK_TRACE = 7,
    BPF_MAP_TYPE_CGROUP_ARRAY = 8,
    BPF_MAP_TYPE_LRU_HASH = 9,
    BPF_MAP_TYPE_LRU_PERCPU_HASH = 10,
    BPF_MAP_TYPE_LPM_TRIE = 11,
    BPF_MAP_TYPE_ARRAY_OF_MAPS = 12,
    BPF_MAP_TYPE_HASH_OF_MAPS = 13,
    BPF_MAP_TYPE_DEVMAP = 14,
    BPF_MAP_TYPE_SOCKMAP = 15,
    BPF_MAP_TYPE_CPUMAP = 16,
    BPF_MAP_TYPE_XSKMAP = 17,
    BPF_MAP_TYPE_SOCKHASH = 18,
    BPF_MAP_TYPE_CGROUP_STORAGE = 19,
    BPF_MAP_TYPE_REUSEPORT_SOCKARRAY = 20,
    BPF_MAP_TYPE_PERCPU_CGROUP_STORAGE = 21,
    BPF_MAP_TYPE_QUEUE = 22,
    BPF_MAP_TYPE_STACK = 23,
    BPF_MAP_TYPE_SK_STORAGE = 24,
    BPF_MAP_TYPE_DEVMAP_HASH = 25,
    BPF_MAP_TYPE_STRUCT_OPS = 26,
    BPF_MAP_TYPE_RINGBUF = 27,
    BPF_MAP_TYPE_INODE_STORAGE = 28,
    BPF_MAP_TYPE_TASK_STORAGE = 29,
    BPF_MAP_TYPE_BLOOM_FILTER = 30,
    BPF_MAP_TYPE_USER_RINGBUF = 31,
    BPF_MAP_TYPE_CGRP_STORAGE = 32,
    BPF_MAP_TYPE_ARENA = 33,
    BPF_MAP_TYPE_INSN_ARRAY = 34,
};
#endif

/* ---- Skeletons: what the generator writes, `static const` ---- */

enum bpf_wasm_data {
    BPF_WASM_DATA_NONE = 0,
    BPF_WASM_DATA_IMAGE = 1,  /* .rodata*, .data*: bytes of the ELF image */
    BPF_WASM_DATA_ZEROED = 2, /* .bss*: a zeroed shadow */
    BPF_WASM_DATA_KERNEL = 3, /* .kconfig: known after load */
};

struct bpf_map_skeleton {
    const char *name;      /* as bpf_map__name() gives it: "exec_start", "bootstra.rodata" */
    const char *section;   /* ELF section of an internal map, ".rodata"; else NULL */
    unsigned int map_off;  /* in the skeleton's struct: where the struct bpf_map * goes */
    unsigned int data_off; /* in the skeleton's struct: where the pointer to the contents goes, 0: nowhere */
    unsigned int type, key_size, value_size, max_entries, map_flags;
    unsigned int image_off;       /* BPF_WASM_DATA_IMAGE: first byte of the contents in the image */
    unsigned int max_entries_off; /* where the image states max_entries, a little-endian 32-bit number, 0: nowhere */
    unsigned char data;           /* enum bpf_wasm_data; value_size is the section's size */
    unsigned char rdonly;         /* never written after load */
    unsigned char autocreate;
};

/* One 32-bit word of the image, for a section that is loaded and for one that is not. */
struct bpf_wasm_patch {
    unsigned int off, enabled, disabled;
};

struct bpf_prog_skeleton {
    const char *name, *section;
    unsigned int prog_off, link_off; /* in the skeleton's struct: where the pointers go, link_off 0: nowhere */
    unsigned int patch, patch_cnt;   /* rows of `patches` that switch autoload; patch_cnt 0: it cannot be switched */
    unsigned char autoload;          /* 0 for SEC("?...") */
    unsigned char manual;            /* 1 if SEC() names no hook: bpf_object__attach_skeleton() needs a target, else leaves it out */
};

struct bpf_object_skeleton {
    const char *name;
    const void *data;
    size_t data_sz;
    size_t skel_sz;
    const struct bpf_map_skeleton *maps;
    unsigned int map_cnt;
    const struct bpf_prog_skeleton *progs;
    unsigned int prog_cnt;
    const struct bpf_wasm_patch *patches;
};

/* ---- Objects: private to this header ---- */

struct bpf_map {
    const struct bpf_map_skeleton *s;
    struct bpf_object *obj;
    void *data;   /* contents of an internal map in guest memory, else NULL */
    void *cursor; /* the last key of an unfinished batch, and its ticket */
    __u32 ticket;
    __u32 max_entries;
    int fd; /* negative: no host call reaches it */
};

struct bpf_link {
    bool attached, disconnected;
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

/* ---- Memory ---- */

/*
 * libc's allocator is 9 KB of code that small guests may do without: define both, the same in all translation units, to use
 * another one. Addresses have to be multiples of 8. Only these two are used, since realloc() alone is another 3 KB.
 */
#ifndef BPF_WASM_MALLOC
#define BPF_WASM_MALLOC(size) malloc(size)
#define BPF_WASM_FREE(pointer) free(pointer)
#endif

BPF_WASM_API void *bpf_wasm__alloc_zeroed(size_t size)
{
    void *pointer = BPF_WASM_MALLOC(size);

    return pointer ? memset(pointer, 0, size) : NULL;
}

/* ---- Errors ---- */

enum libbpf_errno {
    __LIBBPF_ERRNO__START = 4000,
    LIBBPF_ERRNO__LIBELF = __LIBBPF_ERRNO__START,
    LIBBPF_ERRNO__FORMAT,
    LIBBPF_ERRNO__KVERSION,
    LIBBPF_ERRNO__ENDIAN,
    LIBBPF_ERRNO__INTERNAL,
    LIBBPF_ERRNO__RELOC,
    LIBBPF_ERRNO__LOAD,
    LIBBPF_ERRNO__VERIFY,
    LIBBPF_ERRNO__PROG2BIG,
    LIBBPF_ERRNO__KVER,
    LIBBPF_ERRNO__PROGTYPE,
    LIBBPF_ERRNO__WRNGPID,
    LIBBPF_ERRNO__INVSEQ,
    LIBBPF_ERRNO__NLPARSE,
    __LIBBPF_ERRNO__END,
};

/* Passes a result on; a negative one goes to errno as well. */
BPF_WASM_API int bpf_wasm__result(int ret)
{
    if (ret < 0)
        errno = -ret;
    return ret;
}

BPF_WASM_API void *bpf_wasm__null(int err)
{
    errno = err;
    return NULL;
}

/*
 * A host's result as a result of this library. Failures are negative, on some hosts and in some cases positive numbers of
 * Linux. The table translates them; on Linux it is the identity.
 */
BPF_WASM_API int bpf_wasm__host_error(int ret)
{
    static const unsigned char known[] = {
        0, EPERM, ENOENT, ESRCH, EINTR, EIO, ENXIO, E2BIG, ENOEXEC, EBADF, ECHILD, EAGAIN, ENOMEM, EACCES, EFAULT, 0, EBUSY,
        EEXIST, EXDEV, ENODEV, ENOTDIR, EISDIR, EINVAL, ENFILE, EMFILE, ENOTTY, ETXTBSY, EFBIG, ENOSPC, ESPIPE, EROFS, EMLINK,
        EPIPE, EDOM, ERANGE, EDEADLK, ENAMETOOLONG, ENOLCK, ENOSYS, ENOTEMPTY, ELOOP, 0, ENOMSG, EIDRM,
        /* 44 */ 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
        /* 67 */ ENOLINK, 0, 0, 0, EPROTO, EMULTIHOP, 0, EBADMSG, EOVERFLOW,
        /* 76 */ 0, 0, 0, 0, 0, 0, 0, 0, EILSEQ, 0, 0, 0, ENOTSOCK, EDESTADDRREQ, EMSGSIZE, EPROTOTYPE, ENOPROTOOPT,
        /* 93 */ EPROTONOSUPPORT, 0, EOPNOTSUPP, 0, EAFNOSUPPORT, EADDRINUSE, EADDRNOTAVAIL, ENETDOWN, ENETUNREACH, ENETRESET,
        /* 103 */ ECONNABORTED, ECONNRESET, ENOBUFS, EISCONN, ENOTCONN, 0, 0, ETIMEDOUT, ECONNREFUSED, 0, EHOSTUNREACH,
        /* 114 */ EALREADY, EINPROGRESS, ESTALE, 0, 0, 0, 0, 0, EDQUOT, 0, 0, ECANCELED, 0, 0, 0, 0, EOWNERDEAD,
        /* 131 */ ENOTRECOVERABLE,
    };
    unsigned int code = ret < 0 ? 0u - (unsigned int)ret : (unsigned int)ret;

    if (!code || (code >= __LIBBPF_ERRNO__START && code < __LIBBPF_ERRNO__END))
        return -(int)code;
    if (code == 524) /* the kernel's own ENOTSUPP, which it lets through for some maps */
        return -EOPNOTSUPP;
    return code < sizeof(known) && known[code] ? -known[code] : -EIO;
}

/* The same for a call whose -1 may be EPERM, or all that the host ever says. A map without a name does not exist: -ENOENT. */
BPF_WASM_API int bpf_wasm__host_error_of(uint64_t handle, int ret)
{
    if ((ret == 1 || ret == -1) && wasm_bpf_map_fd_by_name(handle, "") == -1)
        return -EIO;
    return bpf_wasm__host_error(ret);
}

/* Describes an error number, of either sign. 0, -EINVAL, -ERANGE if the text was cut, -ENOENT for an unknown number. */
BPF_WASM_API int libbpf_strerror(int err, char *buf, size_t size)
{
    static const char *const own[] = {
        "Something wrong in libelf", "BPF object format invalid", "'version' section incorrect or lost", "Endian mismatch",
        "Internal error in libbpf", "Relocation failed", "Failed to load program", "Kernel verifier blocks program loading",
        "Program too big", "Incorrect kernel version", "Kernel doesn't support this program type",
        "Wrong pid in netlink message", "Invalid netlink sequence", "Incorrect netlink message parsing",
    };
    unsigned int code = err < 0 ? 0u - (unsigned int)err : (unsigned int)err;
    const char *text = "Unknown libbpf error";
    size_t len;

    if (!buf || !size)
        return bpf_wasm__result(-EINVAL);
    if (code < __LIBBPF_ERRNO__START)
        text = strerror((int)code);
    else if (code < __LIBBPF_ERRNO__END)
        text = own[code - __LIBBPF_ERRNO__START];
    len = strlen(text);
    if (len >= size) {
        memcpy(buf, text, size - 1);
        buf[size - 1] = '\0';
        return bpf_wasm__result(-ERANGE);
    }
    memcpy(buf, text, len + 1);
    return code < __LIBBPF_ERRNO__END ? 0 : bpf_wasm__result(-ENOENT);
}

/* -errno if `ptr` is NULL, else 0. */
BPF_WASM_API long libbpf_get_error(const void *ptr)
{
    return ptr ? 0 : -errno;
}

/* Sets who prints libbpf's messages, returns who did. This library has none: those of libbpf appear at the host. */
BPF_WASM_API libbpf_print_fn_t libbpf_set_print(libbpf_print_fn_t fn)
{
    libbpf_print_fn_t old = bpf_wasm__state.print;

    bpf_wasm__state.print = fn;
    return old;
}

enum libbpf_strict_mode {
    LIBBPF_STRICT_NONE = 0,
    LIBBPF_STRICT_ALL = -1,
};

/* Has no effect, as in libbpf since 1.0. */
BPF_WASM_API int libbpf_set_strict_mode(enum libbpf_strict_mode mode)
{
    (void)mode;
    return 0;
}

/* Declares options: LIBBPF_OPTS(ring_buffer_opts, opts, .sample_size = 65536); */
#define LIBBPF_OPTS(TYPE, NAME, ...)                                                                                            \
    BPF_WASM_PRAGMA("clang diagnostic push")                                                                                    \
    BPF_WASM_PRAGMA("clang diagnostic ignored \"-Wmissing-field-initializers\"")                                                \
    struct TYPE NAME = __extension__({                                                                                          \
        memset(&NAME, 0, sizeof(struct TYPE));                                                                                  \
        (struct TYPE){.sz = sizeof(struct TYPE), __VA_ARGS__};                                                                  \
    }) BPF_WASM_PRAGMA("clang diagnostic pop")
#ifdef __clang__
#define BPF_WASM_PRAGMA(text) _Pragma(text)
#else
#define BPF_WASM_PRAGMA(text)
#endif
#define DECLARE_LIBBPF_OPTS LIBBPF_OPTS

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

/*
 * Attaches every program that is loaded, not yet attached, not excluded by set_autoattach(false), and whose section names a
 * hook or which has a target. Stops at the first failure and returns it; what was attached stays, since only closing
 * detaches. -EINVAL if the object is not loaded.
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
    return NULL;
}

/* Makes bpf_link__destroy() leave the program attached, and return 0. */
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

/* NULL, EOPNOTSUPP: no host call attaches a struct_ops map. */
BPF_WASM_API struct bpf_link *bpf_map__attach_struct_ops(const struct bpf_map *map)
{
    return (struct bpf_link *)bpf_wasm__null(map ? EOPNOTSUPP : EINVAL);
}

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

typedef bpf_buffer_sample_fn ring_buffer_sample_fn;

struct ring_buffer_opts {
    size_t sz;
    size_t sample_size; /* not in libbpf: size of the largest event */
};

/* Buffers that are polled together. */
struct ring_buffer {
    struct bpf_buffer *first;
    size_t sample_size;
    bool busy, dead;
};

/* -EINVAL if `map_fd` is no ring buffer of a loaded object of this program, -ENOMEM. */
BPF_WASM_API int ring_buffer__add(struct ring_buffer *rb, int map_fd, ring_buffer_sample_fn sample_cb, void *ctx)
{
    const struct bpf_map *map = bpf_wasm__map_of(map_fd);
    struct bpf_buffer **at;

    if (!rb || !map || map->s->type != BPF_MAP_TYPE_RINGBUF)
        return bpf_wasm__result(-EINVAL);
    at = &rb->first;
    while (*at)
        at = &(*at)->next;
    *at = bpf_wasm__buffer(map, sample_cb, ctx, sizeof(struct bpf_buffer), rb->sample_size);
    return *at ? 0 : -errno;
}

/* NULL is fine. From within a callback, once that has returned. */
BPF_WASM_API void ring_buffer__free(struct ring_buffer *rb)
{
    struct bpf_buffer *b, *next;

    if (!rb)
        return;
    rb->dead = true;
    for (b = rb->first; b; b = b->next)
        b->dead = true;
    if (rb->busy)
        return;
    for (b = rb->first; b; b = next) {
        next = b->next;
        bpf_buffer__free(b);
    }
    BPF_WASM_FREE(rb);
}

/* NULL: EINVAL if `map_fd` is no ring buffer of a loaded object of this program, ENOMEM. */
BPF_WASM_API struct ring_buffer *ring_buffer__new(int map_fd, ring_buffer_sample_fn sample_cb, void *ctx,
                                                  const struct ring_buffer_opts *opts)
{
    struct ring_buffer *rb;
    int err;

    if (opts && opts->sz < sizeof(opts->sz))
        return (struct ring_buffer *)bpf_wasm__null(EINVAL);
    rb = (struct ring_buffer *)bpf_wasm__alloc_zeroed(sizeof(*rb));
    if (!rb)
        return (struct ring_buffer *)bpf_wasm__null(ENOMEM);
    if (opts && opts->sz >= sizeof(*opts))
        rb->sample_size = opts->sample_size;
    err = ring_buffer__add(rb, map_fd, sample_cb, ctx);
    if (err) {
        BPF_WASM_FREE(rb);
        return (struct ring_buffer *)bpf_wasm__null(-err);
    }
    return rb;
}

/* Polls each buffer once: how many events, or the first negative result. `more`: one had more than its queue holds. */
BPF_WASM_API int bpf_wasm__poll_all(struct ring_buffer *rb, int timeout_ms, bool *more)
{
    struct bpf_buffer *b;
    int total = 0;

    *more = false;
    for (b = rb->first; b && !rb->dead; b = b->next) {
        int count = bpf_wasm__poll(b, timeout_ms);
        if (count < 0)
            return count;
        total += count;
        *more |= b->full;
    }
    return total;
}

/* See bpf_buffer__poll(). Several buffers are waited for in turns of 10 ms. */
BPF_WASM_API int ring_buffer__poll(struct ring_buffer *rb, int timeout_ms)
{
    bool more, single;
    int total;

    if (!rb || rb->busy)
        return bpf_wasm__result(rb ? -EBUSY : -EINVAL);
    rb->busy = true;
    single = !rb->first->next;
    total = bpf_wasm__poll_all(rb, single ? timeout_ms : 0, &more);
    while (!single && !total && timeout_ms && !rb->dead) {
        struct bpf_buffer *b;
        for (b = rb->first; b && !total && timeout_ms && !rb->dead; b = b->next) {
            int turn = timeout_ms > 0 && timeout_ms < 10 ? timeout_ms : 10;
            total = bpf_wasm__poll(b, turn);
            timeout_ms -= timeout_ms > 0 ? turn : 0;
        }
    }
    rb->busy = false;
    if (rb->dead)
        ring_buffer__free(rb);
    return bpf_wasm__result(total);
}

/* Delivers all that is there, without waiting. */
BPF_WASM_API int ring_buffer__consume(struct ring_buffer *rb)
{
    int count, total = 0;
    bool more;

    if (!rb || rb->busy)
        return bpf_wasm__result(rb ? -EBUSY : -EINVAL);
    rb->busy = true;
    do {
        count = bpf_wasm__poll_all(rb, 0, &more);
        total += count;
    } while (count > 0 && more && !rb->dead);
    rb->busy = false;
    if (rb->dead)
        ring_buffer__free(rb);
    return count < 0 ? bpf_wasm__result(count) : total;
}

BPF_WASM_API int ring_buffer__epoll_fd(const struct ring_buffer *rb)
{
    return bpf_wasm__result(rb ? -EOPNOTSUPP : -EINVAL);
}

/* How many events were cut so far. Not in libbpf. */
BPF_WASM_API unsigned int ring_buffer__truncated(const struct ring_buffer *rb)
{
    const struct bpf_buffer *b = rb ? rb->first : NULL;
    unsigned int sum = 0;

    for (; b; b = b->next)
        sum += b->truncated;
    return sum;
}

typedef void (*perf_buffer_sample_fn)(void *ctx, int cpu, void *data, __u32 size);
typedef void (*perf_buffer_lost_fn)(void *ctx, int cpu, __u64 cnt);

struct perf_buffer_opts {
    size_t sz;
    size_t sample_size; /* not in libbpf: size of the largest event */
};

struct perf_buffer {
    struct bpf_buffer buffer; /* first: freed as one */
    perf_buffer_sample_fn sample_cb;
    void *ctx;
};

BPF_WASM_API int bpf_wasm__perf_sample(void *ctx, void *data, size_t size)
{
    struct perf_buffer *pb = (struct perf_buffer *)ctx;

    pb->sample_cb(pb->ctx, -1, data, (__u32)size);
    return 0;
}

/*
 * `sample_cb` gets -1 for the CPU, which hosts do not tell. They do not tell of lost events either: `lost_cb` is never
 * called. `page_cnt`, a power of two, is the host's to choose. NULL: EINVAL, ENOMEM, the host's error.
 */
BPF_WASM_API struct perf_buffer *perf_buffer__new(int map_fd, size_t page_cnt, perf_buffer_sample_fn sample_cb,
                                                  perf_buffer_lost_fn lost_cb, void *ctx, const struct perf_buffer_opts *opts)
{
    const struct bpf_map *map = bpf_wasm__map_of(map_fd);
    struct perf_buffer *pb;

    (void)lost_cb;
    if (!sample_cb || !map || map->s->type != BPF_MAP_TYPE_PERF_EVENT_ARRAY || !page_cnt || (page_cnt & (page_cnt - 1)) ||
        (opts && opts->sz < sizeof(opts->sz)))
        return (struct perf_buffer *)bpf_wasm__null(EINVAL);
    pb = (struct perf_buffer *)(void *)bpf_wasm__buffer(map, bpf_wasm__perf_sample, NULL, sizeof(*pb),
                                                        opts && opts->sz >= sizeof(*opts) ? opts->sample_size : 0);
    if (pb) {
        pb->buffer.ctx = pb;
        pb->sample_cb = sample_cb;
        pb->ctx = ctx;
    }
    return pb;
}

/* See bpf_buffer__poll(). */
BPF_WASM_API int perf_buffer__poll(struct perf_buffer *pb, int timeout_ms)
{
    return bpf_buffer__poll(pb ? &pb->buffer : NULL, timeout_ms);
}

/* Delivers what is there, without waiting. 0 or -errno. */
BPF_WASM_API int perf_buffer__consume(struct perf_buffer *pb)
{
    int count = perf_buffer__poll(pb, 0);

    return count < 0 ? count : 0;
}

BPF_WASM_API int perf_buffer__epoll_fd(const struct perf_buffer *pb)
{
    return bpf_wasm__result(pb ? -EOPNOTSUPP : -EINVAL);
}

/* How many events were cut so far. Not in libbpf. */
BPF_WASM_API unsigned int perf_buffer__truncated(const struct perf_buffer *pb)
{
    return pb ? pb->buffer.truncated : 0;
}

/* NULL is fine. From within a callback, once that has returned. */
BPF_WASM_API void perf_buffer__free(struct perf_buffer *pb)
{
    bpf_buffer__free(pb ? &pb->buffer : NULL);
}

/* An event as a `const type *`, NULL if it is too short to be one. */
#define BPF_SAMPLE(type, data, size) ((size) >= sizeof(type) ? (const type *)(data) : (const type *)NULL)

/*
 * Begins the definition of an event callback with a typed event:
 *
 *     BPF_SAMPLE_HANDLER(handle_event, struct event, e) { printf("%d\n", e->pid); return 0; }
 *
 * `ctx` is the caller's. An event too short for the type ends the poll with -EBADMSG.
 */
#define BPF_SAMPLE_HANDLER(name, type, event)                                                                                   \
    static int name##__sample(void *ctx, const type *event);                                                                    \
    static int name(void *ctx, void *data, size_t size)                                                                         \
    {                                                                                                                           \
        return size >= sizeof(type) ? name##__sample(ctx, (const type *)data) : -EBADMSG;                                       \
    }                                                                                                                           \
    static int name##__sample(__attribute__((unused)) void *ctx, const type *event)

#ifdef __cplusplus
} /* extern "C" */
#endif

#endif /* LIBBPF_WASM_H */
