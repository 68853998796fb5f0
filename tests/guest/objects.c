/* SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause */
/* Objects: what open, load and sync make of an image and its sections. */
#include "library_under_test.h"

static void open_fills_everything(void)
{
    struct demo *skel, *other;
    struct bpf_object_open_opts opts;
    struct bpf_object *obj = (struct bpf_object *)(void *)&opts;

    start(MOCK_RIGHT);
    skel = demo__open();
    CHECK(skel && skel->obj && skel->skeleton == &demo__skeleton);
    CHECK(skel->maps.exec_start && skel->maps.none && skel->maps.kconfig && skel->data_off);
    CHECK(skel->progs.handle_exec && skel->progs.xdp_pass && !skel->links.handle_exec);
    CHECK(skel->rodata && skel->data && skel->data_extra && skel->bss && skel->kconfig);
    CHECK(skel->rodata->min_duration_ns == 42 && skel->rodata->targ_pid == 7);
    CHECK(skel->data->level == 1 && skel->data->step == 2 && skel->data_extra->more == 3);
    CHECK(skel->bss->dropped == 0 && skel->kconfig->LINUX_KERNEL_VERSION == 0);
    CHECK((uintptr_t)skel->obj->image % 8 == 0 && (char *)skel->rodata == skel->obj->image + DEMO_RODATA);
    CHECK(!memcmp(skel->obj->image, &demo__image, DEMO_IMAGE_SIZE));
    CHECK(mock_loads + mock_operations + mock_polls == 0);

    /* The second one has values of its own. */
    skel->rodata->min_duration_ns = 1;
    memset(skel->bss, 0xff, sizeof(*skel->bss));
    other = demo__open();
    CHECK(other && other->rodata->min_duration_ns == 42 && other->bss->dropped == 0);
    other->rodata->targ_pid = 8;
    CHECK(skel->rodata->targ_pid == 7);
    demo__destroy(other);
    demo__destroy(other); /* stale */
    CHECK(skel->rodata->min_duration_ns == 1 && bpf_wasm__state.objects == skel->obj);

    memset(&opts, 0, sizeof(opts));
    CHECK(fails(bpf_object__open_skeleton(NULL, skel, &obj, NULL), EINVAL) && !obj);
    CHECK(fails(bpf_object__open_skeleton(&demo__skeleton, NULL, &obj, NULL), EINVAL));
    CHECK(fails(bpf_object__open_skeleton(&demo__skeleton, skel, NULL, NULL), EINVAL));
    CHECK(null(demo__open_opts(&opts), EINVAL)); /* sz is 0 */
    opts.sz = sizeof(opts);
    other = demo__open_opts(&opts);
    CHECK(other != NULL);
    demo__destroy(other);
    other = NULL;
#define REFUSED(option, value)                                                                                                  \
    do {                                                                                                                        \
        opts.option = value;                                                                                                    \
        CHECK(null(demo__open_opts(&opts), EOPNOTSUPP));                                                                        \
        memset(&opts, 0, sizeof(opts));                                                                                         \
        opts.sz = sizeof(opts);                                                                                                 \
    } while (0)
    REFUSED(object_name, "other");
    REFUSED(relaxed_maps, true);
    REFUSED(pin_root_path, "/");
    REFUSED(kconfig, "CONFIG_HZ=100");
    REFUSED(btf_custom_path, "/");
    REFUSED(kernel_log_buf, (char *)&opts);
    REFUSED(kernel_log_size, 1);
    REFUSED(kernel_log_level, 1);
    REFUSED(sz, sizeof(opts) + 8);
    {
        LIBBPF_OPTS(bpf_object_open_opts, named, .object_name = "other");
        CHECK(named.sz == sizeof(named) && null(demo__open_opts(&named), EOPNOTSUPP));
    }
    finish(skel);

    /* The struct may be the caller's, too. */
    skel = (struct demo *)calloc(1, sizeof(*skel));
    CHECK(skel && !bpf_object__open_skeleton(&demo__skeleton, skel, &skel->obj, NULL) && skel->rodata->targ_pid == 7);
    finish(skel);
    finish(NULL);
}

static void a_skeleton_beyond_its_image_is_refused(void)
{
    struct bpf_object_skeleton s = demo__skeleton;
    struct demo skel;
    struct bpf_object *obj;

    start(MOCK_RIGHT);
    s.data_sz = DEMO_EXTRA + 1;
    CHECK(fails(bpf_object__open_skeleton(&s, &skel, &obj, NULL), EINVAL) && !obj);
    s.data_sz = 0;
    CHECK(fails(bpf_object__open_skeleton(&s, &skel, &obj, NULL), EINVAL));
    s.data_sz = (size_t)INT32_MAX + 1;
    CHECK(fails(bpf_object__open_skeleton(&s, &skel, &obj, NULL), EINVAL));
    s.data_sz = DEMO_IMAGE_SIZE;
    s.data = NULL;
    CHECK(fails(bpf_object__open_skeleton(&s, &skel, &obj, NULL), EINVAL));
    s.data = &demo__image;
    s.data_sz = DEMO_PATCH_A;
    memset(&skel, 0, sizeof(skel));
    CHECK(!bpf_object__open_skeleton(&s, &skel, &obj, NULL) && obj);
    CHECK(!bpf_program__set_autoload(skel.progs.handle_exec, false));
    CHECK(fails(bpf_object__load_skeleton(obj), EINVAL) && mock_loads == 0);
    bpf_object__destroy_skeleton(obj);
    bpf_object__destroy_skeleton(obj);
    CHECK(fails(bpf_object__load_skeleton(obj), EINVAL) && fails(bpf_object__sync_skeleton(obj), EINVAL));
    CHECK(fails(bpf_object__attach_skeleton(obj), EINVAL) && fails(bpf_object__detach_skeleton(obj), EINVAL));
    s.data_sz = DEMO_MAX_ENTRIES + 3;
    CHECK(!bpf_object__open_skeleton(&s, &skel, &obj, NULL));
    CHECK(fails(bpf_map__set_max_entries(skel.maps.exec_start, 1), EOPNOTSUPP));
    bpf_object__destroy_skeleton(obj);
    finish(NULL);
}

static void names_and_iteration(void)
{
    struct demo *skel;
    struct bpf_map *map;
    struct bpf_program *prog;
    size_t size = 0;
    int count = 0;

    start(MOCK_RIGHT);
    skel = demo__open();
    CHECK(!strcmp(bpf_object__name(skel->obj), "demo"));
    bpf_object__for_each_map(map, skel->obj) count++;
    CHECK(count == (int)demo__skeleton.map_cnt);
    bpf_object__for_each_program(prog, skel->obj) count--;
    CHECK(count == (int)(demo__skeleton.map_cnt - demo__skeleton.prog_cnt));
    CHECK(bpf_object__next_map(skel->obj, NULL) == skel->maps.exec_start);
    CHECK(null(bpf_object__next_map(NULL, NULL), EINVAL) && null(bpf_object__next_program(NULL, NULL), EINVAL));
    CHECK(bpf_object__find_map_by_name(skel->obj, "counts") == skel->maps.counts);
    CHECK(bpf_object__find_map_by_name(skel->obj, "demo.bss") == skel->maps.bss);
    CHECK(bpf_object__find_map_by_name(skel->obj, ".bss") == skel->maps.bss);
    CHECK(bpf_object__find_map_by_name(skel->obj, ".data.extra") == skel->maps.data_extra);
    CHECK(null(bpf_object__find_map_by_name(skel->obj, "nothing"), ENOENT));
    CHECK(null(bpf_object__find_map_by_name(skel->obj, NULL), EINVAL));
    CHECK(fails(bpf_object__find_map_fd_by_name(skel->obj, "nothing"), ENOENT));
    CHECK(bpf_object__find_map_fd_by_name(skel->obj, "counts") == -1); /* before load */
    CHECK(bpf_object__find_program_by_name(skel->obj, "twin_b") == skel->progs.twin_b);
    CHECK(null(bpf_object__find_program_by_name(skel->obj, "twin"), ENOENT));
    CHECK(null(bpf_object__find_program_by_name(NULL, "twin"), EINVAL));

    CHECK(!strcmp(bpf_map__name(skel->maps.rodata), "demo.rodata") && bpf_map__is_internal(skel->maps.rodata));
    CHECK(!bpf_map__is_internal(skel->maps.counts) && !bpf_map__is_internal(NULL));
    CHECK(bpf_map__type(skel->maps.percpu) == BPF_MAP_TYPE_PERCPU_ARRAY && bpf_map__type(NULL) == BPF_MAP_TYPE_UNSPEC);
    CHECK(bpf_map__key_size(skel->maps.pc_hash) == 8 && bpf_map__value_size(skel->maps.pc_hash) == 4);
    CHECK(bpf_map__max_entries(skel->maps.pc_hash) == 16 && bpf_map__map_flags(skel->maps.rodata) == 0x400);
    CHECK(!bpf_map__key_size(NULL) && !bpf_map__value_size(NULL) && !bpf_map__max_entries(NULL) && !bpf_map__map_flags(NULL));
    CHECK(null(bpf_map__name(NULL), EINVAL) && null(bpf_object__name(NULL), EINVAL));
    CHECK(bpf_map__autocreate(skel->maps.counts) && !bpf_map__autocreate(skel->maps.none) && !bpf_map__autocreate(NULL));
    CHECK(!bpf_map__set_autocreate(skel->maps.counts, true) && fails(bpf_map__set_autocreate(skel->maps.counts, false), EOPNOTSUPP));
    CHECK(fails(bpf_map__set_autocreate(NULL, true), EINVAL));

    CHECK(bpf_map__initial_value(skel->maps.data, &size) == skel->data && size == 8);
    CHECK(bpf_map__initial_value(skel->maps.bss, NULL) == skel->bss);
    CHECK(null(bpf_map__initial_value(skel->maps.kconfig, &size), EINVAL));
    CHECK(null(bpf_map__initial_value(skel->maps.counts, &size), EINVAL) && null(bpf_map__initial_value(NULL, &size), EINVAL));
    CHECK(!bpf_map__set_initial_value(skel->maps.data_extra, "\5", 2) && skel->data_extra->more == 5);
    CHECK(fails(bpf_map__set_initial_value(skel->maps.data_extra, "\5", 1), EINVAL));
    CHECK(fails(bpf_map__set_initial_value(skel->maps.kconfig, "\0\0\0", 4), EINVAL));
    CHECK(fails(bpf_map__set_initial_value(skel->maps.counts, "", 0), EINVAL));
    CHECK(fails(bpf_map__set_initial_value(skel->maps.data, NULL, 8), EINVAL));
    CHECK(fails(bpf_map__set_initial_value(NULL, "", 0), EINVAL));

    CHECK(!strcmp(bpf_program__name(skel->progs.xdp_pass), "xdp_pass"));
    CHECK(!strcmp(bpf_program__section_name(skel->progs.xdp_pass), "xdp"));
    CHECK(null(bpf_program__name(NULL), EINVAL) && null(bpf_program__section_name(NULL), EINVAL));
    CHECK(bpf_program__autoload(skel->progs.fixed) && !bpf_program__autoload(skel->progs.optional) && !bpf_program__autoload(NULL));
    CHECK(fails(bpf_program__fd(skel->progs.fixed), EOPNOTSUPP) && fails(bpf_program__fd(NULL), EINVAL));
    finish(skel);
}

static unsigned int word_at(const unsigned char *image, size_t off)
{
    return image[off] | image[off + 1] << 8 | image[off + 2] << 16 | (unsigned int)image[off + 3] << 24;
}

static void the_host_gets_what_was_set(enum mock_family family)
{
    unsigned char expected[DEMO_IMAGE_SIZE];
    struct demo *skel;

    /* Nothing set: the image as it is. */
    skel = loaded(family);
    CHECK(mock_loads == 1 && mock_image_size == DEMO_IMAGE_SIZE && !memcmp(mock_image, &demo__image, DEMO_IMAGE_SIZE));
    finish(skel);

    start(family);
    skel = demo__open();
    skel->rodata->min_duration_ns = 0x1122334455667788;
    skel->data->step = -2;
    skel->data_extra->more = 0x5a5a;
    CHECK(!bpf_map__set_max_entries(skel->maps.exec_start, 0x01020304) && bpf_map__max_entries(skel->maps.exec_start) == 0x01020304);
    CHECK(fails(bpf_map__set_max_entries(skel->maps.counts, 5), EOPNOTSUPP) && bpf_map__max_entries(skel->maps.counts) == 4);
    CHECK(!bpf_map__set_max_entries(skel->maps.counts, 4) && fails(bpf_map__set_max_entries(NULL, 4), EINVAL));
    CHECK(!bpf_program__set_autoload(skel->progs.handle_exec, false));
    CHECK(!bpf_program__set_autoload(skel->progs.optional, true));
    CHECK(fails(bpf_program__set_autoload(skel->progs.fixed, false), EOPNOTSUPP) && bpf_program__autoload(skel->progs.fixed));
    CHECK(!bpf_program__set_autoload(skel->progs.fixed, true) && fails(bpf_program__set_autoload(NULL, true), EINVAL));

    /* One of two programs of a section: cannot be said, and nothing is loaded. */
    CHECK(!bpf_program__set_autoload(skel->progs.twin_b, false));
    CHECK(fails(demo__load(skel), EOPNOTSUPP) && mock_loads == 0);
    CHECK(!bpf_program__set_autoload(skel->progs.twin_b, true) && !bpf_program__set_autoload(skel->progs.twin_a, false));
    CHECK(fails(demo__load(skel), EOPNOTSUPP) && mock_loads == 0);
    CHECK(!bpf_program__set_autoload(skel->progs.twin_b, false));
    /* Switched back and forth: what counts is how it is when it is loaded. */
    CHECK(!bpf_program__set_autoload(skel->progs.handle_exec, true));
    CHECK(!demo__load(skel));

    memcpy(expected, &demo__image, sizeof(expected));
    memcpy(expected + DEMO_RODATA, "\x88\x77\x66\x55\x44\x33\x22\x11", 8);
    memcpy(expected + DEMO_DATA + 4, "\xfe\xff\xff\xff", 4);
    memcpy(expected + DEMO_EXTRA, "\x5a\x5a", 2);
    memcpy(expected + DEMO_MAX_ENTRIES, "\4\3\2\1", 4);
    CHECK(word_at(mock_image, DEMO_PATCH_A) == DEMO_ENABLED && word_at(mock_image, DEMO_PATCH_A2) == DEMO_ENABLED + 1);
    memcpy(expected + DEMO_PATCH_B, "\x16\x13\x12\x11", 4);
    memcpy(expected + DEMO_PATCH_C, "\7\3\2\1", 4);
    CHECK(!memcmp(mock_image, expected, sizeof(expected)));

    /* And that was that. */
    CHECK(fails(demo__load(skel), EINVAL) && fails(bpf_object__load(skel->obj), EINVAL) && mock_loads == 1);
    CHECK(fails(bpf_program__set_autoload(skel->progs.handle_exec, false), EINVAL));
    CHECK(fails(bpf_map__set_max_entries(skel->maps.exec_start, 1), EBUSY));
    CHECK(fails(bpf_map__set_autocreate(skel->maps.exec_start, true), EBUSY));
    CHECK(fails(bpf_map__set_initial_value(skel->maps.rodata, expected, 12), EBUSY));
    finish(skel);
    CHECK(mock_closes == 1);
}

static void a_refused_load_leaves_nothing(enum mock_family family)
{
    struct demo *skel;

    start(family);
    mock_fail_load = true;
    CHECK(null(demo__open_and_load(), EIO));
    CHECK(mock_loads == 1 && mock_closes == 0);

    skel = demo__open();
    mock_fail_load = true;
    CHECK(fails(demo__load(skel), EIO));
    CHECK(fails(demo__load(skel), EINVAL) && fails(demo__attach(skel), EINVAL) && !demo__detach(skel));
    CHECK(fails(demo__sync(skel), EINVAL) && fails(demo__flush(skel), EINVAL) && bpf_map__fd(skel->maps.counts) == -1);
    finish(skel);

    /* A host that does not know a map of the object: closed again. */
    start(family);
    skel = demo__open();
    mock_hidden = "rb";
    CHECK(fails(demo__load(skel), ENOENT));
    CHECK(mock_closes == 1 && mock_objects() == 0 && bpf_map__fd(skel->maps.counts) == -1);
    CHECK(fails(demo__attach(skel), EINVAL));
    finish(skel);
    CHECK(mock_closes == 1);

    CHECK(fails(demo__load(NULL), EINVAL) && fails(demo__attach(NULL), EINVAL) && fails(demo__detach(NULL), EINVAL));
    CHECK(fails(demo__sync(NULL), EINVAL) && fails(demo__flush(NULL), EINVAL));
    bpf_object__destroy_skeleton(NULL);
}

static void fail_differently(int cmd)
{
    (void)cmd;
    mock_fail_operation = mock_operations == 1 ? -1 : -2;
}

static void sections_live(enum mock_family family)
{
    bool hidden = family == MOCK_RUST; /* this host hides all but .data.extra */
    struct demo *skel;
    __u32 zero = 0;
    int operations;

    start(family);
    skel = demo__open();
    skel->bss->dropped = 5;
    if (hidden) {
        CHECK(fails(demo__load(skel), EOPNOTSUPP) && mock_closes == 1);
        finish(skel);
        skel = loaded(family);
        CHECK(fails(bpf_map__fd(skel->maps.bss), EOPNOTSUPP));
        CHECK(skel->kconfig->LINUX_KERNEL_VERSION == 0);
    } else {
        CHECK(!demo__load(skel));
        CHECK(bpf_map__fd(skel->maps.bss) == mock_fd("demo.bss"));
        CHECK(*(char *)mock_element("demo.bss", &zero) == 5);
        CHECK(skel->kconfig->LINUX_KERNEL_VERSION == 0x61200);
    }
    CHECK(bpf_map__fd(skel->maps.counts) == mock_fd("counts") && bpf_map__fd(skel->maps.none) == -1);
    CHECK(bpf_object__find_map_fd_by_name(skel->obj, "counts") == mock_fd("counts"));
    CHECK(fails(bpf_map__fd(NULL), EINVAL));

    /* From the kernel. */
    mock_put("demo.data", &zero, "\7\0\0\0\x08\0\0\0");
    mock_put(".data.extra", &zero, "\x09\0");
    mock_put("demo.bss", &zero, "\1\0\0\0\0\0\0\0abcdefghijklmnopqrstuvwxyzabcdefghijklmnopqr");
    mock_put("demo.rodata", &zero, "never read.\0");
    mock_put("demo.kconfig", &zero, "\1\2\3\4");
    if (hidden)
        CHECK(fails(demo__sync(skel), EOPNOTSUPP) && skel->data->level == 1);
    else {
        CHECK(!demo__sync(skel) && skel->data->level == 7 && skel->data->step == 8);
        CHECK(skel->bss->dropped == 1 && !memcmp(skel->bss->comm, "abcdefghijklmnopqrstuvwxyzabcdefghijklmnopqr", 45));
        CHECK(skel->kconfig->LINUX_KERNEL_VERSION == 0x04030201);
    }
    CHECK(skel->data_extra->more == 9 && skel->rodata->min_duration_ns == 42);

    /* To the kernel; never to what is read-only. */
    skel->data->level = 70;
    skel->data_extra->more = 90;
    skel->bss->dropped = 10;
    operations = mock_operations;
    CHECK(hidden ? fails(demo__flush(skel), EOPNOTSUPP) : !demo__flush(skel));
    CHECK(mock_operations == operations + (hidden ? 1 : 3));
    CHECK(*(char *)mock_element(".data.extra", &zero) == 90);
    if (!hidden) {
        CHECK(*(char *)mock_element("demo.data", &zero) == 70 && *(char *)mock_element("demo.bss", &zero) == 10);
        CHECK(!memcmp(mock_element("demo.kconfig", &zero), "\1\2\3\4", 4));
        /* The first error counts, and the rest is done all the same. */
        mock_fail_operation = -1;
        skel->data_extra->more = 91;
        CHECK(fails(demo__flush(skel), EPERM) && *(char *)mock_element(".data.extra", &zero) == 91);
        mock_on_operation = fail_differently;
        mock_operations = 0;
        CHECK(fails(demo__flush(skel), EPERM) && mock_operations == 3);
        mock_on_operation = NULL;
        mock_fail_operation = 0;
    }
    finish(skel);

    if (!hidden) {
        start(family);
        skel = demo__open();
        skel->bss->comm[44] = 1;
        mock_fail_operation = -7;
        CHECK(fails(demo__load(skel), E2BIG) && mock_closes == 1);
        finish(skel);
    }
}

void test_objects(void)
{
    int family;

    open_fills_everything();
    a_skeleton_beyond_its_image_is_refused();
    names_and_iteration();
    for (family = 0; family < MOCK_FAMILIES; family++) {
        the_host_gets_what_was_set((enum mock_family)family);
        a_refused_load_leaves_nothing((enum mock_family)family);
        sections_live((enum mock_family)family);
    }
}
