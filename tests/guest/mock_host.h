/* SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause */
/* A wasm-bpf host in memory: the six calls, with the habits of each kind of host, and kernel maps that behave. */
#ifndef MOCK_HOST_H
#define MOCK_HOST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

enum mock_family {
    /* wasmtime: knows internal maps only by a name that nobody can guess, answers -1 to most failures and +22 to bad
     * pointers, gives only the last event of a poll to the guest, returns what the callback returned. */
    MOCK_RUST,
    /* WAMR and the WasmEdge plugin: also know internal maps by section, say why, pass the size an event had before it was
     * cut, return how many events there were; for perf buffers, how many CPUs had any. */
    MOCK_CPP,
    /* Ours: libbpf's names, all events, -errno, a poller for each map, stops when the callback says so. */
    MOCK_RIGHT,
    MOCK_FAMILIES,
};

struct mock_map {
    const char *name, *section; /* section: of an internal map, else NULL */
    unsigned int type, key_size, value_size, max_entries;
    int image_off;        /* where the image has the initial contents, -1: zeroes */
    const char *contents; /* or these */
    bool frozen;          /* no updates from user space */
};

/* The object that every image stands for. Resets everything, and forgets objects that were not closed. */
void mock_reset(enum mock_family family, int cpus, const struct mock_map *maps, int map_cnt);

/* What the host was given. */
extern int mock_loads, mock_closes, mock_polls, mock_operations, mock_attach_cnt;
extern const char *mock_attached[32], *mock_targets[32];
extern const unsigned char *mock_image; /* of the last load */
extern size_t mock_image_size;
extern int mock_max_size, mock_timeout; /* of the last poll */
extern int mock_timeouts[64];           /* of the last polls */
extern const char *mock_violation; /* what no guest may do to a host, NULL if none did */

/* Failures, once each: 0 none. `mock_fail_poll` is returned as it is. */
extern bool mock_fail_load;
extern const char *mock_fail_attach; /* program that cannot be attached */
extern int mock_fail_attach_with, mock_fail_operation, mock_fail_poll;
/* While it is set, looking up a map by this name fails. */
extern const char *mock_hidden;
/* Poll results instead of the family's: events are delivered and this is returned. */
extern bool mock_force_poll_result;
extern int mock_poll_result;

int mock_objects(void); /* now open */
int mock_fd(const char *name);
/* An element of a map as the kernel has it, NULL if there is none; per-CPU values one after the other. */
void *mock_element(const char *name, const void *key);
/* Puts an element there. */
void mock_put(const char *name, const void *key, const void *value);
int mock_count(const char *name);
/* Sends an event into a ring buffer or perf event array. */
void mock_event(const char *name, const void *data, size_t size);
int mock_pending(const char *name);
/* Called at each poll, before events are taken. */
extern void (*mock_on_poll)(void);
/* Called at each map operation. */
extern void (*mock_on_operation)(int cmd);

#ifdef __cplusplus
}
#endif

#endif
