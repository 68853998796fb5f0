/* SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause */
#include "mock_maps.h"

#include <stdlib.h>
#include <string.h>

enum { MAPS = 32, OBJECTS = 8, FIRST_FD = 0 };

struct object {
    uint64_t handle;
    struct map maps[MAPS];
    int poller; /* index of the map that old hosts poll, -1 */
};

int mock_loads, mock_closes, mock_polls, mock_operations, mock_attach_cnt;
const char *mock_attached[32], *mock_targets[32];
const unsigned char *mock_image;
size_t mock_image_size;
int mock_max_size, mock_timeout, mock_timeouts[64];
const char *mock_violation;
bool mock_fail_load;
const char *mock_fail_attach, *mock_hidden;
int mock_fail_attach_with, mock_fail_operation, mock_fail_poll;
bool mock_force_poll_result;
int mock_poll_result;
void (*mock_on_poll)(void);
void (*mock_on_operation)(int cmd);

static enum mock_family family;
static int map_cnt;
static const struct mock_map *defs;
static struct object *objects[OBJECTS];
static uint64_t next_handle;
static bool in_poll;
static char *target_copies[32];

static void violated(const char *what)
{
    if (!mock_violation)
        mock_violation = what;
}

static void drop_object(struct object *o)
{
    for (int i = 0; i < map_cnt; i++) {
        struct map *m = &o->maps[i];
        map_clear(m);
        for (int j = 0; j < m->event_cnt; j++)
            free(m->events[j].data);
    }
    free(o);
}

void mock_reset(enum mock_family new_family, int new_cpus, const struct mock_map *maps, int new_map_cnt)
{
    for (int i = 0; i < OBJECTS; i++) {
        if (objects[i])
            drop_object(objects[i]);
        objects[i] = NULL;
    }
    for (int i = 0; i < 32; i++) {
        free(target_copies[i]);
        target_copies[i] = NULL;
        mock_attached[i] = mock_targets[i] = NULL;
    }
    free((void *)mock_image);
    mock_image = NULL;
    mock_image_size = 0;
    mock_loads = mock_closes = mock_polls = mock_operations = mock_attach_cnt = 0;
    mock_max_size = mock_timeout = 0;
    mock_violation = NULL;
    mock_fail_load = mock_force_poll_result = false;
    mock_fail_attach = mock_hidden = NULL;
    mock_fail_attach_with = mock_fail_operation = mock_fail_poll = mock_poll_result = 0;
    mock_on_poll = NULL;
    mock_on_operation = NULL;
    family = new_family;
    mock_cpus = new_cpus;
    defs = maps;
    map_cnt = new_map_cnt;
    next_handle = family == MOCK_CPP ? 0xffff888812345678u : 1;
    in_poll = false;
}

int mock_objects(void)
{
    int count = 0;

    for (int i = 0; i < OBJECTS; i++)
        count += objects[i] != NULL;
    return count;
}

static struct object *object_of(uint64_t handle)
{
    for (int i = 0; i < OBJECTS; i++)
        if (objects[i] && objects[i]->handle == handle)
            return objects[i];
    violated("a handle that is not open");
    return NULL;
}

/* File descriptors: object * MAPS + map, from FIRST_FD. */
static struct map *map_of(int fd)
{
    int index = fd - FIRST_FD;

    if (index < 0 || index >= OBJECTS * MAPS || !objects[index / MAPS] || index % MAPS >= map_cnt)
        return NULL;
    return &objects[index / MAPS]->maps[index % MAPS];
}

static void fill_arrays(struct map *m, const unsigned char *image, size_t size)
{
    const struct mock_map *def = m->def;

    if (!map_is_array(def) || def->type == PERF || def->type == ARRAY_OF_MAPS)
        return;
    for (uint32_t i = 0; i < def->max_entries; i++) {
        struct element *e = map_add(m, &i);
        if (def->image_off >= 0 && (size_t)def->image_off + def->value_size <= size)
            memcpy(e->value, image + def->image_off, def->value_size);
        if (def->contents)
            memcpy(e->value, def->contents, def->value_size);
    }
}

uint64_t wasm_load_bpf_object(const void *image, int size)
{
    mock_loads++;
    if (in_poll)
        violated("a load from within a poll");
    if (!image || size <= 0) {
        violated("an empty image");
        return 0;
    }
    if ((uintptr_t)image % 8)
        violated("an image that is not aligned");
    free((void *)mock_image);
    mock_image_size = (size_t)size;
    mock_image = memcpy(malloc((size_t)size), image, (size_t)size);
    if (mock_fail_load) {
        mock_fail_load = false;
        return 0;
    }
    for (int i = 0; i < OBJECTS; i++) {
        if (objects[i])
            continue;
        struct object *o = objects[i] = calloc(1, sizeof(*o));
        o->handle = next_handle++;
        o->poller = -1;
        for (int j = 0; j < map_cnt; j++) {
            o->maps[j].def = &defs[j];
            fill_arrays(&o->maps[j], mock_image, mock_image_size);
        }
        return o->handle;
    }
    return 0;
}

int wasm_close_bpf_object(uint64_t handle)
{
    mock_closes++;
    if (in_poll)
        violated("a close from within a poll");
    for (int i = 0; i < OBJECTS; i++)
        if (objects[i] && objects[i]->handle == handle) {
            drop_object(objects[i]);
            objects[i] = NULL;
            return 0;
        }
    violated("a second close");
    return family == MOCK_RUST ? -1 : 0;
}

int wasm_attach_bpf_program(uint64_t handle, const char *name, const char *target)
{
    struct object *o = object_of(handle);

    if (in_poll)
        violated("an attachment from within a poll");
    if (!o || !name) {
        violated("an attachment without a name");
        return -1;
    }
    if (mock_fail_attach && !strcmp(mock_fail_attach, name)) {
        mock_fail_attach = NULL;
        return mock_fail_attach_with ? mock_fail_attach_with : family == MOCK_RUST ? -1 : -L_ENOENT;
    }
    mock_attached[mock_attach_cnt] = name;
    if (target) {
        size_t size = strlen(target) + 1;
        mock_targets[mock_attach_cnt] = target_copies[mock_attach_cnt] = memcpy(malloc(size), target, size);
    }
    mock_attach_cnt++;
    return 0;
}

static int index_by_name(const char *name)
{
    if (mock_hidden && !strcmp(mock_hidden, name))
        return -1;
    for (int i = 0; i < map_cnt; i++) {
        const struct mock_map *def = &defs[i];
        bool by_name = !strcmp(name, def->name), custom = def->section && !strcmp(def->section, def->name);
        bool by_section = def->section && !strcmp(name, def->section);
        /* Hosts before ours open objects without a name, so that libbpf's names of internal maps are random there. */
        if (family == MOCK_RIGHT ? by_name : def->section && !custom ? by_section && family == MOCK_CPP : by_name)
            return i;
    }
    return -1;
}

int wasm_bpf_map_fd_by_name(uint64_t handle, const char *name)
{
    int index = name ? index_by_name(name) : -1;

    if (!name)
        violated("a map without a name");
    if (!object_of(handle) || index < 0)
        return family == MOCK_RUST ? -1 : -L_ENOENT;
    for (int i = 0; i < OBJECTS; i++)
        if (objects[i] && objects[i]->handle == handle)
            return FIRST_FD + i * MAPS + index;
    return -1;
}

/* Hosts check the ends of memory with the key's and the value's size; the kernel then uses the true ones. */
int wasm_bpf_map_operate(int fd, int cmd, const void *key, void *value, void *next_key, uint64_t flags)
{
    struct map *m = map_of(fd);
    struct element *e;

    mock_operations++;
    if (mock_on_operation)
        mock_on_operation(cmd);
    if (fd < 0)
        violated("a negative file descriptor");
    if (!m)
        return family == MOCK_RUST ? -1 : -L_EBADF;
    /* Address 0 is memory like any other to a host: never NULL to the kernel. */
    if (!key || (cmd <= 2 && !value) || (cmd == 4 && !next_key))
        violated("a map operation at address 0");
    if (mock_violation)
        return family == MOCK_RUST ? L_EINVAL : -L_EFAULT;
    if (mock_fail_operation) {
        int ret = mock_fail_operation;
        mock_fail_operation = 0;
        return ret;
    }
    switch (cmd) {
    case 1:
        if (m->def->type == RINGBUF || m->def->type == PERF)
            return -L_ENOTSUPP;
        e = m->def->type == QUEUE ? m->elements : map_find(m, key);
        if (!e)
            return -L_ENOENT;
        memcpy(value, e->value, map_value_bytes(m->def));
        return 0;
    case 2:
        return map_update(m, key, value, flags);
    case 3:
        return map_delete(m, key);
    case 4:
        return map_next_key(m, key, next_key);
    default:
        violated("an unknown map operation");
        return -L_EINVAL;
    }
}

typedef int (*sample_fn)(void *ctx, void *data, size_t size);

static int deliver(const struct event *event, sample_fn fn, void *ctx, void *data, size_t max_size)
{
    size_t copied = event->size < max_size ? event->size : max_size;

    memcpy(data, event->data, copied);
    return fn(ctx, data, family == MOCK_CPP ? event->size : copied);
}

int wasm_bpf_buffer_poll(uint64_t handle, int fd, sample_fn fn, void *ctx, void *data, int max_size, int timeout_ms)
{
    struct object *o = object_of(handle);
    struct map *m = map_of(fd);
    int delivered = 0, ret = 0;

    mock_timeouts[mock_polls % 64] = timeout_ms;
    mock_polls++;
    mock_max_size = max_size;
    mock_timeout = timeout_ms;
    if (in_poll)
        violated("a poll from within a poll");
    if (!fn || !data || max_size <= 0)
        violated("a poll without a buffer");
    if (mock_violation)
        return family == MOCK_RUST ? L_EINVAL : -L_EINVAL;
    if (!o)
        return -1;
    if (!m)
        return family == MOCK_RUST ? -2 : -L_ENOENT;
    if (mock_fail_poll) {
        ret = mock_fail_poll;
        mock_fail_poll = 0;
        return ret;
    }
    if (family != MOCK_RIGHT) {
        if (o->poller < 0)
            o->poller = (int)(m - o->maps);
        m = &o->maps[o->poller];
    }
    m->opened = true;
    if (mock_on_poll)
        mock_on_poll();
    in_poll = true;
    while (delivered < m->event_cnt && (ret >= 0 || m->def->type == PERF)) {
        const struct event *event = &m->events[delivered++];
        if (family == MOCK_RUST && delivered < m->event_cnt)
            continue;
        ret = deliver(event, fn, ctx, data, (size_t)max_size);
    }
    in_poll = false;
    for (int i = 0; i < delivered; i++)
        free(m->events[i].data);
    memmove(m->events, m->events + delivered, sizeof(m->events[0]) * (size_t)(m->event_cnt - delivered));
    m->event_cnt -= delivered;
    if (mock_force_poll_result)
        return mock_poll_result;
    if (family == MOCK_RUST || (ret < 0 && m->def->type != PERF))
        return ret;
    return family == MOCK_CPP && m->def->type == PERF ? delivered != 0 : delivered;
}

static struct map *last(const char *name)
{
    for (int i = OBJECTS - 1; i >= 0; i--)
        for (int j = 0; objects[i] && j < map_cnt; j++)
            if (!strcmp(defs[j].name, name))
                return &objects[i]->maps[j];
    return NULL;
}

int mock_fd(const char *name)
{
    for (int i = OBJECTS - 1; i >= 0; i--)
        for (int j = 0; objects[i] && j < map_cnt; j++)
            if (!strcmp(defs[j].name, name))
                return FIRST_FD + i * MAPS + j;
    return -1;
}

void *mock_element(const char *name, const void *key)
{
    struct element *e = map_find(last(name), key);

    return e ? e->value : NULL;
}

void mock_put(const char *name, const void *key, const void *value)
{
    struct map *m = last(name);
    struct element *e = map_find(m, key);

    if (!e)
        e = map_add(m, key);
    memcpy(e->value, value, map_value_bytes(m->def));
}

int mock_count(const char *name)
{
    int count = 0;

    for (struct element *e = last(name)->elements; e; e = e->next)
        count++;
    return count;
}

void mock_event(const char *name, const void *data, size_t size)
{
    struct map *m = last(name);
    struct event event = {malloc(size + 1), size};

    /* Without a reader there are no perf buffers that could hold it. */
    if (m->event_cnt == EVENTS || (m->def->type == PERF && !m->opened)) {
        free(event.data);
        return;
    }
    memcpy(event.data, data, size);
    m->events[m->event_cnt++] = event;
}

int mock_pending(const char *name)
{
    return last(name)->event_cnt;
}
