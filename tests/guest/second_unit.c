/* SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause */
/* Another translation unit, which never saw the skeleton: it knows maps by file descriptor only. */
#include "allocator.h"
#include "libbpf-wasm.h"

int second_unit_lookup(int fd, const void *key, void *value)
{
    return bpf_map_lookup_elem(fd, key, value);
}

int second_unit_first_key(int fd, void *key)
{
    return bpf_map_get_next_key(fd, NULL, key);
}

int second_unit_cpus(void)
{
    return libbpf_num_possible_cpus();
}
