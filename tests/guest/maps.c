/* SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause */
/* Maps: by object and by file descriptor, first keys, per-CPU values, batches. */
#include "library_under_test.h"

static void elements(enum mock_family family)
{
    struct demo *skel, *closed;
    struct bpf_map *map;
    __u32 key = 1, none = 9, next = 0;
    __u64 value = 10, read = 0;
    int fd;

    start(family);
    skel = demo__open();
    map = skel->maps.exec_start;
    CHECK(fails(bpf_map__lookup_elem(map, &key, 4, &read, 8, 0), ENOENT)); /* before load */
    CHECK(!demo__load(skel));
    fd = bpf_map__fd(map);

    CHECK(!bpf_map__update_elem(map, &key, 4, &value, 8, BPF_NOEXIST));
    CHECK(fails(bpf_map__update_elem(map, &key, 4, &value, 8, BPF_NOEXIST), EEXIST));
    CHECK(fails(bpf_map__update_elem(map, &none, 4, &value, 8, BPF_EXIST), ENOENT));
    CHECK(!bpf_map__lookup_elem(map, &key, 4, &read, 8, 0) && read == 10);
    CHECK(fails(bpf_map__lookup_elem(map, &none, 4, &read, 8, 0), ENOENT));
    CHECK(!bpf_map__get_next_key(map, NULL, &next, 4) && next == 1);
    CHECK(fails(bpf_map__get_next_key(map, &next, &next, 4), ENOENT));
    CHECK(fails(bpf_map__delete_elem(map, &none, 4, 0), ENOENT));
    CHECK(!bpf_map__lookup_and_delete_elem(map, &key, 4, &read, 8, 0) && mock_count("exec_start") == 0);
    CHECK(fails(bpf_map__lookup_and_delete_elem(map, &key, 4, &read, 8, 0), ENOENT));
    CHECK(fails(bpf_map__lookup_and_delete_elem(skel->maps.counts, &key, 4, &read, 8, 0), EOPNOTSUPP));
    CHECK(!bpf_map__update_elem(map, &key, 4, &value, 8, 0) && !bpf_map__delete_elem(map, &key, 4, 0));

    /* Sizes are checked before the host sees anything. */
    mock_operations = 0;
    CHECK(fails(bpf_map__lookup_elem(map, &key, 3, &read, 8, 0), EINVAL));
    CHECK(fails(bpf_map__lookup_elem(map, &key, 4, &read, 7, 0), EINVAL));
    CHECK(fails(bpf_map__lookup_elem(map, NULL, 4, &read, 8, 0), EINVAL));
    CHECK(fails(bpf_map__lookup_elem(map, &key, 4, NULL, 8, 0), EINVAL));
    CHECK(fails(bpf_map__lookup_elem(NULL, &key, 4, &read, 8, 0), EINVAL));
    CHECK(fails(bpf_map__update_elem(map, &key, 5, &read, 8, 0), EINVAL));
    CHECK(fails(bpf_map__update_elem(map, &key, 4, &read, 9, 0), EINVAL));
    CHECK(fails(bpf_map__update_elem(map, &key, 4, NULL, 8, 0), EINVAL));
    CHECK(fails(bpf_map__delete_elem(map, &key, 0, 0), EINVAL) && fails(bpf_map__delete_elem(map, NULL, 4, 0), EINVAL));
    CHECK(fails(bpf_map__get_next_key(map, NULL, &next, 8), EINVAL) && fails(bpf_map__get_next_key(map, NULL, NULL, 4), EINVAL));
    CHECK(fails(bpf_map__lookup_and_delete_elem(map, &key, 4, &read, 4, 0), EINVAL));
    CHECK(fails(bpf_map__lookup_elem(skel->maps.none, &key, 4, &read, 4, 0), ENOENT)); /* not created */
    if (family == MOCK_RUST)
        CHECK(fails(bpf_map__lookup_elem(skel->maps.bss, &key, 4, &read, 53, 0), EOPNOTSUPP));
    CHECK(fails(bpf_map_lookup_elem(-1, &key, &read), EBADF) && fails(bpf_map_update_elem(-1, &key, &read, 0), EBADF));
    CHECK(fails(bpf_map_delete_elem(-1, &key), EBADF) && fails(bpf_map_get_next_key(-1, &key, &next), EBADF));
    CHECK(fails(bpf_map_lookup_elem(fd, NULL, &read), EINVAL) && fails(bpf_map_lookup_elem(fd, &key, NULL), EINVAL));
    CHECK(fails(bpf_map_update_elem(fd, &key, NULL, 0), EINVAL) && fails(bpf_map_delete_elem(fd, NULL), EINVAL));
    CHECK(fails(bpf_map_get_next_key(fd, &key, NULL), EINVAL));
    CHECK(fails(bpf_map_lookup_elem(500, NULL, &read), EINVAL)); /* unknown, so with a key or not at all */
    CHECK(mock_operations == 0);

    /* By file descriptor. */
    CHECK(!bpf_map_update_elem(fd, &key, &value, BPF_ANY) && !bpf_map_lookup_elem(fd, &key, &read));
    CHECK(!bpf_map_lookup_elem_flags(fd, &key, &read, BPF_F_LOCK) && fails(bpf_map_lookup_elem(fd, &none, &read), ENOENT));
    CHECK(!bpf_map_lookup_and_delete_elem(fd, &key, &read) && fails(bpf_map_lookup_and_delete_elem_flags(fd, &key, &read, 0), ENOENT));
    CHECK(fails(bpf_map_lookup_and_delete_elem(bpf_map__fd(skel->maps.counts), &key, &read), EOPNOTSUPP));
    CHECK(!bpf_map_update_elem(fd, &key, &value, BPF_ANY) && !bpf_map_delete_elem_flags(fd, &key, 0));
    /* Guests of old started with a key that does not exist. */
    CHECK(!bpf_map_update_elem(fd, &key, &value, BPF_ANY));
    none = (__u32)-2;
    CHECK(!bpf_map_get_next_key(fd, &none, &next) && next == 1);
    /* A file descriptor of something else: as the host sees it. */
    CHECK(bpf_map_lookup_elem(500, &key, &read) == (family == MOCK_RUST ? -EPERM : -EBADF));
    CHECK(fails(bpf_map_get_next_key(500, NULL, &next), EOPNOTSUPP));

    /* Hosts report a bad pointer in odd ways, and the kernel that a map is frozen. */
    mock_fail_operation = 22;
    CHECK(fails(bpf_map__lookup_elem(map, &key, 4, &read, 8, 0), EINVAL));
    mock_fail_operation = -1;
    CHECK(fails(bpf_map__update_elem(map, &key, 4, &value, 8, 0), EPERM));

    /* Maps without keys: an address all the same. */
    map = skel->maps.queue;
    CHECK(!bpf_map__update_elem(map, NULL, 0, &next, 4, BPF_ANY) && !bpf_map__lookup_elem(map, NULL, 0, &next, 4, 0));
    CHECK(!bpf_map_update_elem(bpf_map__fd(map), NULL, &next, BPF_ANY) && !bpf_map_lookup_elem(bpf_map__fd(map), NULL, &next));
    CHECK(fails(bpf_map__lookup_and_delete_elem(map, NULL, 0, &next, 4, 0), EOPNOTSUPP));
    CHECK(bpf_map__get_next_key(map, NULL, &next, 0) == -EINVAL);

    /* Two objects: each its own file descriptors. */
    closed = demo__open_and_load();
    CHECK(closed && bpf_map__fd(closed->maps.exec_start) != fd);
    demo__destroy(closed);
    finish(skel);
    /* The file descriptor is nobody's now. */
    CHECK(fails(bpf_map_get_next_key(fd, NULL, &next), EOPNOTSUPP));
}

static void first_keys(enum mock_family family)
{
    struct demo *skel = loaded(family);
    unsigned char byte = 0, small;
    __u32 key, i;
    __u64 wide = 0, value[3] = {0, 0, 0}; /* what a value of any of these maps needs, for three CPUs */

    /* Arrays have index 0, and all others after it. */
    CHECK(!bpf_map__get_next_key(skel->maps.counts, NULL, &key, 4) && key == 0);
    for (i = 1; i < 4; i++)
        CHECK(!bpf_map__get_next_key(skel->maps.counts, &key, &key, 4) && key == i);
    CHECK(fails(bpf_map__get_next_key(skel->maps.counts, &key, &key, 4), ENOENT));
    CHECK(!bpf_map_get_next_key(bpf_map__fd(skel->maps.percpu), NULL, &key) && key == 0);
    CHECK(!bpf_map__get_next_key(skel->maps.slots, NULL, &key, 4) && key == 0);

    /* Hash maps: empty, and with the very keys that one would choose for "does not exist". */
    CHECK(fails(bpf_map__get_next_key(skel->maps.exec_start, NULL, &key, 4), ENOENT));
    key = 17;
    mock_put("exec_start", &key, value);
    for (i = 0xff; i > 0xf0; i--) {
        memset(&key, (int)i, 4);
        mock_put("exec_start", &key, value);
    }
    key = 0;
    CHECK(!bpf_map__get_next_key(skel->maps.exec_start, NULL, &key, 4) && key == 17);
    for (i = 0; !bpf_map__get_next_key(skel->maps.exec_start, &key, &key, 4);)
        i++;
    CHECK(i == 15);

    /* All keys there are but one, then all: nothing restarts such a map. */
    for (i = 0; i < 256; i++) {
        byte = (unsigned char)(i * 7);
        if (byte != 100)
            mock_put("small", &byte, value);
    }
    CHECK(!bpf_map__get_next_key(skel->maps.small, NULL, &small, 1) && small == 0);
    byte = 100;
    mock_put("small", &byte, value);
    CHECK(fails(bpf_map__get_next_key(skel->maps.small, NULL, &small, 1), EOPNOTSUPP));

    /* A trie of everything: prefix length 0 exists. */
    mock_put("trie", &wide, value);
    wide = 0x0a00000000000008;
    mock_put("trie", &wide, value);
    CHECK(!bpf_map__get_next_key(skel->maps.trie, NULL, &wide, 8) && wide == 0);
    CHECK(!bpf_map__get_next_key(skel->maps.trie, &wide, &wide, 8) && wide == 0x0a00000000000008);

    /* A per-CPU hash map, whose values are larger than they look; the number of CPUs is not known yet. */
    wide = ~0ull;
    mock_put("pc_hash", &wide, value);
    wide = 5;
    mock_put("pc_hash", &wide, value);
    CHECK(!bpf_map__get_next_key(skel->maps.pc_hash, NULL, &wide, 8) && wide == ~0ull);

    /* Cgroup storage takes an unknown key for the end, so its start cannot be had. */
    mock_put("cgroup", &wide, value);
    CHECK(fails(bpf_map__get_next_key(skel->maps.cgroup, NULL, &wide, 8), EOPNOTSUPP));
    CHECK(bpf_map__get_next_key(skel->maps.rb, NULL, &wide, 0) == -EOPNOTSUPP);
    finish(skel);
}

static void percpu_values(enum mock_family family)
{
    struct demo *skel;
    char values[3][16], plain[3][12], one[12], kernel[48], other[8];
    __u32 key = 1, fd, i;
    __u64 wide = 3;

    /* Nothing to learn the number of CPUs from. */
    start(family);
    CHECK(fails(libbpf_num_possible_cpus(), EOPNOTSUPP));
    skel = demo__open();
    CHECK(fails(libbpf_num_possible_cpus(), EOPNOTSUPP));
    CHECK(!demo__load(skel));

    /* Who has not asked has no room. */
    fd = (__u32)bpf_map__fd(skel->maps.percpu);
    CHECK(fails(bpf_map_lookup_elem((int)fd, &key, one), EINVAL) && fails(bpf_map_update_elem((int)fd, &key, one, 0), EINVAL));
    CHECK(libbpf_num_possible_cpus() == 3);
    mock_operations = 0;
    CHECK(libbpf_num_possible_cpus() == 3 && mock_operations == 0);

    /* What the kernel wrote last may be anything, also what the library looks for. */
    for (i = 0; i < 3; i++) {
        static const int fills[] = {0x5a, 0xa5, 0};
        memset(kernel, fills[i], sizeof(kernel));
        key = 0;
        mock_put("percpu", &key, kernel);
        bpf_wasm__state.cpus = 0;
        CHECK(libbpf_num_possible_cpus() == 3);
    }

    for (i = 0; i < sizeof(kernel); i++)
        kernel[i] = (char)i;
    key = 1;
    mock_put("percpu", &key, kernel);
    CHECK(bpf_map__lookup_percpu(skel->maps.percpu, &key, 4, plain, 12, 3) == 3);
    for (i = 0; i < 3; i++)
        CHECK(!memcmp(plain[i], kernel + i * 16, 12));
    memset(values, 0, sizeof(values));
    CHECK(!bpf_map__lookup_elem(skel->maps.percpu, &key, 4, values, sizeof(values), 0) && !memcmp(values, kernel, 48));
    CHECK(!bpf_map_lookup_elem((int)fd, &key, values));
    values[2][3] = 99;
    CHECK(!bpf_map__update_elem(skel->maps.percpu, &key, 4, values, sizeof(values), 0));
    CHECK(((char *)mock_element("percpu", &key))[35] == 99);

    CHECK(fails(bpf_map__lookup_percpu(skel->maps.percpu, &key, 4, plain, 12, 2), ENOSPC));
    CHECK(fails(bpf_map__lookup_elem(skel->maps.percpu, &key, 4, one, sizeof(one), 0), EINVAL));
    CHECK(fails(bpf_map__update_elem(skel->maps.percpu, &key, 4, one, sizeof(one), 0), EINVAL));
    CHECK(fails(bpf_map__lookup_percpu(skel->maps.percpu, &key, 4, values, 16, 3), EINVAL));
    CHECK(fails(bpf_map__lookup_percpu(skel->maps.percpu, &key, 3, plain, 12, 3), EINVAL));
    CHECK(fails(bpf_map__lookup_percpu(skel->maps.percpu, &key, 4, NULL, 12, 3), EINVAL));
    CHECK(fails(bpf_map__lookup_percpu(skel->maps.percpu, NULL, 4, plain, 12, 3), EINVAL));
    CHECK(fails(bpf_map__lookup_percpu(skel->maps.counts, &key, 4, plain, 8, 3), EINVAL));
    CHECK(fails(bpf_map__lookup_percpu(NULL, &key, 4, plain, 12, 3), EINVAL));
    key = 2;
    CHECK(fails(bpf_map__lookup_percpu(skel->maps.percpu, &key, 4, plain, 12, 3), ENOENT));

    /* Hash maps: learnt from an element, of whatever key. */
    CHECK(fails(bpf_map__lookup_percpu(skel->maps.pc_hash, &wide, 8, other, 4, 3), ENOENT));
    bpf_wasm__state.cpus = 0;
    mock_put("pc_hash", &wide, kernel);
    CHECK(bpf_map__lookup_percpu(skel->maps.pc_hash, &wide, 8, plain, 4, 9) == 3);
    CHECK(!memcmp(plain, kernel, 4) && !memcmp(*plain + 4, kernel + 8, 4) && !memcmp(*plain + 8, kernel + 16, 4));
    CHECK(!bpf_map__lookup_and_delete_elem(skel->maps.pc_hash, &wide, 8, values, 24, 0) && mock_count("pc_hash") == 0);
    finish(skel);

    /* An object with a per-CPU hash map alone. */
    mock_reset(family, 1, demo_on_host, ALL);
    bpf_wasm__state.cpus = 0;
    skel = demo__open_and_load();
    skel->maps.percpu->fd = -1; /* as if it had no array */
    CHECK(fails(libbpf_num_possible_cpus(), EOPNOTSUPP));
    CHECK(fails(bpf_map__lookup_percpu(skel->maps.pc_hash, &wide, 8, other, 4, 3), ENOENT));
    CHECK(fails(bpf_map__lookup_elem(skel->maps.pc_hash, &wide, 8, other, 8, 0), EOPNOTSUPP));
    mock_put("pc_hash", &wide, "\1\0\0\0\0\0\0");
    CHECK(bpf_map__lookup_percpu(skel->maps.pc_hash, &wide, 8, other, 4, 1) == 1 && other[0] == 1);
    bpf_wasm__state.cpus = 0;
    CHECK(libbpf_num_possible_cpus() == 1);
    finish(skel);

    /* As many as a kernel can have. */
    mock_reset(family, BPF_WASM_MAX_CPUS, demo_on_host, ALL);
    bpf_wasm__state.cpus = 0;
    skel = demo__open_and_load();
    mock_operations = 0;
    CHECK(libbpf_num_possible_cpus() == BPF_WASM_MAX_CPUS && mock_operations == 2);
    finish(skel);

    /* A host that says it wrote, and did not. */
    mock_reset(family, 0, demo_on_host, ALL);
    bpf_wasm__state.cpus = 0;
    skel = demo__open_and_load();
    CHECK(fails(libbpf_num_possible_cpus(), EIO));
    finish(skel);
    bpf_wasm__state.cpus = 0;
}

static void delete_second(int cmd)
{
    __u32 key = 2;

    if (cmd != BPF_MAP_LOOKUP_ELEM)
        return;
    mock_on_operation = NULL;
    wasm_bpf_map_operate(mock_fd("exec_start"), BPF_MAP_DELETE_ELEM, &key, NULL, NULL, 0);
}

static void fail_deletion(int cmd)
{
    if (cmd == BPF_MAP_DELETE_ELEM)
        mock_fail_operation = -1;
}

static void batches(enum mock_family family)
{
    struct demo *skel = loaded(family);
    int fd = bpf_map__fd(skel->maps.exec_start), array = bpf_map__fd(skel->maps.counts);
    __u32 keys[8], in, out, count, i, sum = 0;
    __u64 values[12];
    struct bpf_map_batch_opts opts = {sizeof(opts), 0, 0};

    for (i = 0; i < 5; i++) {
        keys[i] = i + 1;
        values[i] = (i + 1) * 100;
    }
    count = 5;
    CHECK(!bpf_map_update_batch(fd, keys, values, &count, &opts) && count == 5 && mock_count("exec_start") == 5);
    keys[0] = 77;
    opts.elem_flags = BPF_NOEXIST;
    CHECK(fails(bpf_map_update_batch(fd, keys, values, &count, &opts), EEXIST) && count == 1);
    count = 1;
    CHECK(!bpf_map_delete_batch(fd, keys, &count, &opts) && count == 1 && mock_count("exec_start") == 5);

    in = 0; /* no position at all */
    count = 8;
    CHECK(fails(bpf_map_lookup_batch(fd, &in, &out, keys, values, &count, NULL), EINVAL));

    /* In three parts; four bytes are all that a position of a hash map may take. */
    memset(keys, 0, sizeof(keys));
    count = 2;
    CHECK(!bpf_map_lookup_batch(fd, NULL, &out, keys, values, &count, NULL) && count == 2 && keys[1] == 2 && values[1] == 200);
    in = out;
    CHECK(!bpf_map_lookup_batch(fd, &in, &out, keys + 2, values + 2, &count, NULL) && count == 2 && keys[3] == 4);
    CHECK(fails(bpf_map_lookup_batch(fd, &in, &out, keys, values, &count, NULL), EINVAL)); /* an old position */
    CHECK(fails(bpf_map_lookup_batch(fd, &out, &out, keys + 4, values + 4, &count, NULL), ENOENT) && count == 1 && keys[4] == 5);
    CHECK(fails(bpf_map_lookup_batch(fd, &out, &out, keys, values, &count, NULL), ENOENT) && count == 0);
    count = 5; /* exactly all of it */
    CHECK(!bpf_map_lookup_batch(fd, NULL, &out, keys, values, &count, NULL) && count == 5 && keys[0] == 1);
    count = 0;
    CHECK(!bpf_map_lookup_batch(fd, NULL, &out, keys, values, &count, NULL) && count == 0);

    /* One that goes away between key and value. */
    count = 8;
    keys[1] = 0;
    CHECK(fails(bpf_map_lookup_batch(fd, NULL, &out, keys, values, &count, NULL), ENOENT) && count == 5);
    count = 1;
    CHECK(!bpf_map_lookup_batch(fd, NULL, &out, keys, values, &count, NULL) && keys[0] == 1);
    count = 8;
    mock_on_operation = delete_second;
    CHECK(fails(bpf_map_lookup_batch(fd, &out, &out, keys, values, &count, NULL), ENOENT) && count == 3 && keys[0] == 3);
    mock_on_operation = NULL;

    /* Tickets start over, and none is 0. */
    skel->maps.exec_start->ticket = ~0u;
    count = 1;
    CHECK(!bpf_map_lookup_batch(fd, NULL, &out, keys, values, &count, NULL) && out == 1);

    /* Only what was read is deleted, and failures are told. */
    keys[1] = 4;
    CHECK(!bpf_map_lookup_and_delete_batch(fd, NULL, &out, keys, values, &count, NULL) && keys[0] == 1);
    CHECK(mock_count("exec_start") == 3 && mock_element("exec_start", &keys[1]));
    mock_on_operation = fail_deletion;
    CHECK(fails(bpf_map_lookup_and_delete_batch(fd, NULL, &out, keys, values, &count, NULL), EPERM));
    mock_on_operation = NULL;
    keys[0] = 1;
    values[0] = 100;
    CHECK(!bpf_map_update_batch(fd, keys, values, &count, NULL) && mock_count("exec_start") == 4);

    /* Emptied in parts. */
    for (in = 0, count = 3; !bpf_map_lookup_and_delete_batch(fd, in ? &out : NULL, &out, keys, values, &count, NULL); in = 1)
        for (i = 0; i < count; i++)
            sum += keys[i];
    for (i = 0; i < count; i++)
        sum += keys[i];
    CHECK(sum == 1 + 3 + 4 + 5 && errno == ENOENT && mock_count("exec_start") == 0);

    /* Arrays: the position is a key. */
    count = 3;
    CHECK(!bpf_map_lookup_batch(array, NULL, &out, keys, values, &count, NULL) && count == 3 && keys[2] == 2 && out == 2);
    count = 3;
    CHECK(fails(bpf_map_lookup_batch(array, &out, &out, keys, values, &count, NULL), ENOENT) && count == 1 && keys[0] == 3);
    CHECK(fails(bpf_map_lookup_and_delete_batch(array, NULL, &out, keys, values, &count, NULL), EOPNOTSUPP));
    count = 1;
    CHECK(fails(bpf_map_delete_batch(array, keys, &count, NULL), EINVAL) && count == 0);
    /* An array of maps has empty places. */
    keys[0] = 5;
    mock_put("slots", keys, "\1\2\3\4");
    count = 8;
    keys[0] = 0;
    CHECK(fails(bpf_map_lookup_batch(bpf_map__fd(skel->maps.slots), NULL, &out, keys, values, &count, NULL), ENOENT));
    CHECK(count == 1 && keys[0] == 5 && !memcmp(values, "\1\2\3\4", 4));

    /* Per-CPU values: as many as there are CPUs. */
    count = 2;
    CHECK(fails(bpf_map_lookup_batch(bpf_map__fd(skel->maps.percpu), NULL, &out, keys, values, &count, NULL), EINVAL));
    CHECK(libbpf_num_possible_cpus() == 3);
    count = 2;
    CHECK(!bpf_map_lookup_batch(bpf_map__fd(skel->maps.percpu), NULL, &out, keys, values, &count, NULL) && count == 2);

    /* Misuse. */
    CHECK(fails(bpf_map_lookup_batch(fd, NULL, NULL, keys, values, &count, NULL), EINVAL));
    CHECK(fails(bpf_map_lookup_batch(fd, NULL, &out, NULL, values, &count, NULL), EINVAL));
    CHECK(fails(bpf_map_lookup_batch(fd, NULL, &out, keys, NULL, &count, NULL), EINVAL));
    CHECK(fails(bpf_map_lookup_batch(fd, NULL, &out, keys, values, NULL, NULL), EINVAL));
    CHECK(fails(bpf_map_lookup_batch(-1, NULL, &out, keys, values, &count, NULL), EBADF));
    CHECK(fails(bpf_map_lookup_batch(500, NULL, &out, keys, values, &count, NULL), EOPNOTSUPP));
    CHECK(fails(bpf_map_lookup_batch(bpf_map__fd(skel->maps.queue), NULL, &out, keys, values, &count, NULL), EOPNOTSUPP));
    CHECK(fails(bpf_map_update_batch(500, keys, values, &count, NULL), EOPNOTSUPP));
    CHECK(fails(bpf_map_update_batch(fd, keys, NULL, &count, NULL), EINVAL));
    CHECK(fails(bpf_map_delete_batch(fd, NULL, &count, NULL), EINVAL) && fails(bpf_map_delete_batch(-1, keys, &count, NULL), EBADF));
    CHECK(fails(bpf_map_delete_batch(500, keys, &count, NULL), EOPNOTSUPP));
    opts.flags = 1;
    CHECK(fails(bpf_map_lookup_batch(fd, NULL, &out, keys, values, &count, &opts), EINVAL));
    CHECK(fails(bpf_map_delete_batch(fd, keys, &count, &opts), EINVAL));
    opts.sz = opts.flags = 0;
    CHECK(fails(bpf_map_delete_batch(fd, keys, &count, &opts), EINVAL));
    CHECK(fails(bpf_map_update_batch(fd, keys, values, &count, &opts), EINVAL));
    finish(skel);
}

void test_maps(void)
{
    int family;

    for (family = 0; family < MOCK_FAMILIES; family++) {
        elements((enum mock_family)family);
        first_keys((enum mock_family)family);
        percpu_values((enum mock_family)family);
        batches((enum mock_family)family);
    }
}
