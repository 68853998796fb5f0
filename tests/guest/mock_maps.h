/* SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause */
/* The mock host's maps, which do what the kernel's do. */
#ifndef MOCK_MAPS_H
#define MOCK_MAPS_H

#include "mock_host.h"

/* Linux's numbers, which hosts use; the guest's libc may have others. */
enum { L_EPERM = 1, L_ENOENT = 2, L_EBADF = 9, L_EFAULT = 14, L_EEXIST = 17, L_EINVAL = 22, L_E2BIG = 7, L_EOPNOTSUPP = 95, L_ENOTSUPP = 524 };

enum { HASH = 1, ARRAY = 2, PERF = 4, PERCPU_HASH = 5, PERCPU_ARRAY = 6, LPM = 11, ARRAY_OF_MAPS = 12, CGROUP = 19, QUEUE = 22, RINGBUF = 27 };

enum { EVENTS = 4096 };

struct element {
    unsigned char *key, *value;
    struct element *next;
};

struct event {
    unsigned char *data;
    size_t size;
};

struct map {
    const struct mock_map *def;
    struct element *elements;
    struct event events[EVENTS];
    int event_cnt;
    bool opened; /* a poller exists */
};

/* Possible CPUs. */
extern int mock_cpus;

bool map_is_array(const struct mock_map *def);
/* As the kernel copies them: rounded up, for all CPUs. */
size_t map_value_bytes(const struct mock_map *def);

/* NULL if there is none. */
struct element *map_find(struct map *m, const void *key);
/* Adds one, with a value of zeroes. */
struct element *map_add(struct map *m, const void *key);
void map_clear(struct map *m);

/* 0 or -errno of Linux. */
int map_next_key(struct map *m, const void *key, void *next_key);
int map_update(struct map *m, const void *key, const void *value, uint64_t flags);
int map_delete(struct map *m, const void *key);

#endif
