/* SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause */
#include "mock_maps.h"

#include <stdlib.h>
#include <string.h>

int mock_cpus;

static bool percpu(const struct mock_map *def)
{
    return def->type == PERCPU_HASH || def->type == PERCPU_ARRAY;
}

size_t map_value_bytes(const struct mock_map *def)
{
    return percpu(def) ? (def->value_size + 7u) / 8 * 8 * (size_t)mock_cpus : def->value_size;
}

bool map_is_array(const struct mock_map *def)
{
    return def->type == ARRAY || def->type == PERCPU_ARRAY || def->type == PERF || def->type == ARRAY_OF_MAPS;
}

struct element *map_find(struct map *m, const void *key)
{
    struct element *e = m->elements;

    while (e && memcmp(e->key, key, m->def->key_size))
        e = e->next;
    return e;
}

struct element *map_add(struct map *m, const void *key)
{
    struct element **at = &m->elements, *e = calloc(1, sizeof(*e));

    e->key = calloc(1, m->def->key_size + 1);
    e->value = calloc(1, map_value_bytes(m->def) + 1);
    memcpy(e->key, key, m->def->key_size);
    while (*at)
        at = &(*at)->next;
    *at = e;
    return e;
}

int map_next_key(struct map *m, const void *key, void *next_key)
{
    const struct mock_map *def = m->def;
    struct element *e;

    if (def->type == QUEUE)
        return -L_EINVAL;
    if (def->type == RINGBUF)
        return -L_ENOTSUPP;
    if (map_is_array(def)) {
        uint32_t index;
        memcpy(&index, key, 4);
        if (index == def->max_entries - 1)
            return -L_ENOENT;
        index = index >= def->max_entries ? 0 : index + 1;
        memcpy(next_key, &index, 4);
        return 0;
    }
    if (def->type == LPM) {
        uint32_t prefix;
        memcpy(&prefix, key, 4);
        if (prefix > (def->key_size - 4) * 8)
            e = m->elements;
        else
            e = (e = map_find(m, key)) ? e->next : m->elements;
    } else if (def->type == CGROUP)
        e = (e = map_find(m, key)) ? e->next : NULL;
    else
        e = (e = map_find(m, key)) ? e->next : m->elements;
    if (!e)
        return -L_ENOENT;
    memcpy(next_key, e->key, def->key_size);
    return 0;
}

int map_update(struct map *m, const void *key, const void *value, uint64_t flags)
{
    const struct mock_map *def = m->def;
    struct element *e = map_find(m, key);

    if (def->frozen)
        return -L_EPERM;
    if (def->type == RINGBUF)
        return -L_ENOTSUPP;
    if (def->type == QUEUE)
        e = NULL;
    if ((flags & 3) == 1 && e)
        return -L_EEXIST;
    if ((flags & 3) == 2 && !e)
        return -L_ENOENT;
    if (!e) {
        int count = 0;
        for (e = m->elements; e; e = e->next)
            count++;
        if (map_is_array(def) || (unsigned int)count >= def->max_entries)
            return -L_E2BIG;
        e = map_add(m, key);
    }
    memcpy(e->value, value, map_value_bytes(def));
    return 0;
}

static void drop(struct element **at)
{
    struct element *e = *at;

    *at = e->next;
    free(e->key);
    free(e->value);
    free(e);
}

int map_delete(struct map *m, const void *key)
{
    struct element **at = &m->elements;

    if (map_is_array(m->def) || m->def->type == QUEUE || m->def->type == RINGBUF)
        return -L_EINVAL;
    while (*at && memcmp((*at)->key, key, m->def->key_size))
        at = &(*at)->next;
    if (!*at)
        return -L_ENOENT;
    drop(at);
    return 0;
}

void map_clear(struct map *m)
{
    while (m->elements)
        drop(&m->elements);
}
