/* SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause */
/*
 * Tests of libbpf-wasm.h against a mock host, natively under sanitizers and as a wasm module, as C11, C17, C23 and C++17.
 * Here: objects, programs, errors. Failed checks go to a log; without stdio, so that the module needs no imports.
 */
#include "library_under_test.h"

static char report[4096];
static size_t report_len;
static int failures;
long allocations_left = -1;

static void note(const char *text)
{
    size_t len = strlen(text);

    if (len > sizeof(report) - 1 - report_len)
        len = sizeof(report) - 1 - report_len;
    memcpy(report + report_len, text, len);
    report_len += len;
}

void failed(const char *file, int line, const char *what)
{
    char number[12], *digit = number + sizeof(number);
    const char *name = strrchr(file, '/');

    failures++;
    *--digit = '\0';
    for (; line; line /= 10)
        *--digit = (char)('0' + line % 10);
    note(name ? name + 1 : file);
    note(":");
    note(digit);
    note(": ");
    note(what);
    note("\n");
}

bool refuse(void)
{
    return allocations_left >= 0 && allocations_left-- == 0;
}

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

static void attaching(enum mock_family family)
{
    struct demo *skel = loaded(family), *other;
    struct bpf_link *link, *stale;

    CHECK(!demo__attach(skel));
    /* Not the one with a question mark, nor the one that needs a target. */
    CHECK(mock_attach_cnt == 4 && !strcmp(mock_attached[0], "handle_exec") && !strcmp(mock_attached[3], "fixed"));
    CHECK(!mock_targets[0] && !mock_targets[3]);
    CHECK(skel->links.handle_exec && skel->links.twin_a != skel->links.twin_b && !skel->links.optional && !skel->links.xdp_pass);
    CHECK(!demo__attach(skel) && mock_attach_cnt == 4); /* all of them are */

    CHECK(null(bpf_program__attach(skel->progs.xdp_pass), EOPNOTSUPP) && mock_attach_cnt == 4);
    {
        char name[8] = "eth0";
        CHECK(!bpf_program__set_target(skel->progs.xdp_pass, name));
        memset(name, 0, sizeof(name));
    }
    CHECK(!demo__attach(skel) && mock_attach_cnt == 5 && !strcmp(mock_targets[4], "eth0") && skel->links.xdp_pass);
    CHECK(!bpf_program__set_target(skel->progs.xdp_pass, "lo") && !bpf_set_prog_attach_target(skel->progs.fixed, "anything"));
    CHECK(fails(bpf_program__set_target(NULL, "lo"), EINVAL));
    link = bpf_program__attach(skel->progs.xdp_pass);
    CHECK(link == skel->links.xdp_pass && mock_attach_cnt == 6 && !strcmp(mock_targets[5], "lo"));
    CHECK(!bpf_program__set_target(skel->progs.xdp_pass, "") && null(bpf_program__attach(skel->progs.xdp_pass), EOPNOTSUPP));
    CHECK(null(bpf_program__attach(skel->progs.optional), EINVAL) && null(bpf_program__attach(NULL), EINVAL));

    /* Nothing detaches but closing. */
    CHECK(fails(demo__detach(skel), EOPNOTSUPP));
    CHECK(fails(bpf_link__destroy(link), EOPNOTSUPP) && fails(bpf_link__detach(link), EOPNOTSUPP));
    CHECK(fails(bpf_link__fd(link), EOPNOTSUPP) && fails(bpf_link__fd(NULL), EINVAL) && fails(bpf_link__detach(NULL), EINVAL));
    bpf_link__disconnect(link);
    bpf_link__disconnect(NULL);
    CHECK(!bpf_link__destroy(link) && !bpf_link__destroy(NULL));
    /* Attached once more, it is connected again. */
    CHECK(bpf_program__attach(skel->progs.handle_exec) == skel->links.handle_exec);
    bpf_link__disconnect(skel->links.handle_exec);
    CHECK(!bpf_link__destroy(skel->links.handle_exec) && bpf_program__attach(skel->progs.handle_exec));
    CHECK(fails(bpf_link__destroy(skel->links.handle_exec), EOPNOTSUPP));
    CHECK(null(bpf_map__attach_struct_ops(skel->maps.counts), EOPNOTSUPP) && null(bpf_map__attach_struct_ops(NULL), EINVAL));
    stale = skel->links.fixed;
    finish(skel);
    CHECK(!bpf_link__destroy(stale) && fails(bpf_link__detach(stale), EINVAL));
    bpf_link__disconnect(stale);

    /* Excluded ones, and a failure: first error, what was attached stays. */
    skel = loaded(family);
    bpf_program__set_autoattach(skel->progs.handle_exec, false);
    bpf_program__set_autoattach(NULL, false);
    CHECK(!bpf_program__autoattach(skel->progs.handle_exec) && bpf_program__autoattach(skel->progs.fixed) && !bpf_program__autoattach(NULL));
    CHECK(!demo__detach(skel));
    mock_fail_attach = "twin_b";
    CHECK(fails(demo__attach(skel), family == MOCK_RUST ? EIO : ENOENT));
    CHECK(mock_attach_cnt == 1 && skel->links.twin_a && !skel->links.twin_b && !skel->links.handle_exec);
    mock_fail_attach = "twin_b";
    mock_fail_attach_with = 19; /* wasm-bpf-rs: the errno of if_nametoindex(), positive */
    CHECK(null(bpf_program__attach(skel->progs.twin_b), ENODEV));
    mock_fail_attach = "twin_b";
    mock_fail_attach_with = -1; /* means something only where other errors do, too */
    CHECK(null(bpf_program__attach(skel->progs.twin_b), family == MOCK_RUST ? EIO : EPERM));
    mock_fail_attach = "twin_b";
    mock_fail_attach_with = -4007;
    CHECK(fails(demo__attach(skel), LIBBPF_ERRNO__VERIFY));
    CHECK(!demo__attach(skel) && mock_attach_cnt == 3 && !strcmp(mock_attached[2], "fixed"));

    /* Before load, and of what was switched off. */
    other = demo__open();
    CHECK(fails(demo__attach(other), EINVAL) && null(bpf_program__attach(other->progs.fixed), EINVAL));
    CHECK(!demo__detach(other) && fails(demo__sync(other), EINVAL));
    CHECK(!bpf_program__set_autoload(other->progs.handle_exec, false) && !demo__load(other));
    CHECK(null(bpf_program__attach(other->progs.handle_exec), EINVAL));
    CHECK(!demo__attach(other) && mock_attach_cnt == 6);
    demo__destroy(other);
    finish(skel);
}

static int print_nothing(enum libbpf_print_level level, const char *format, va_list args)
{
    (void)level;
    (void)format;
    (void)args;
    return 0;
}

static void errors_are_translated(void)
{
    static const unsigned char linux_errno[] = {1, 2, 4, 5, 7, 9, 11, 12, 13, 14, 16, 17, 19, 22, 28, 38, 75, 95, 105, 110};
    static const int here[] = {
        EPERM, ENOENT, EINTR, EIO, E2BIG, EBADF, EAGAIN, ENOMEM, EACCES, EFAULT, EBUSY, EEXIST, ENODEV, EINVAL, ENOSPC, ENOSYS,
        EOVERFLOW, EOPNOTSUPP, ENOBUFS, ETIMEDOUT,
    };
    char text[64];
    size_t i;
    int code;

    for (i = 0; i < sizeof(linux_errno); i++) {
        CHECK(bpf_wasm__host_error(-linux_errno[i]) == -here[i]);
        CHECK(bpf_wasm__host_error(linux_errno[i]) == -here[i]);
    }
#ifndef __wasm__
    /* On Linux the numbers are what they were, or have no name in WASI. */
    for (code = 1; code < 132; code++)
        CHECK(bpf_wasm__host_error(-code) == -code || bpf_wasm__host_error(-code) == -EIO);
#endif
    CHECK(bpf_wasm__host_error(0) == 0 && bpf_wasm__host_error(-524) == -EOPNOTSUPP);
    for (code = 132; code < 5000; code++)
        CHECK(bpf_wasm__host_error(-code) == (code >= 4000 && code < 4014 ? -code : code == 524 ? -EOPNOTSUPP : -EIO));
    CHECK(bpf_wasm__host_error(INT32_MIN) == -EIO && bpf_wasm__host_error(INT32_MAX) == -EIO);

    CHECK(!libbpf_strerror(-ENOENT, text, sizeof(text)) && !strcmp(text, strerror(ENOENT)));
    CHECK(!libbpf_strerror(ENOENT, text, sizeof(text)) && !strcmp(text, strerror(ENOENT)));
    CHECK(!libbpf_strerror(-LIBBPF_ERRNO__NLPARSE, text, sizeof(text)) && strlen(text) > 5);
    CHECK(fails(libbpf_strerror(-__LIBBPF_ERRNO__END, text, sizeof(text)), ENOENT) && !strcmp(text, "Unknown libbpf error"));
    CHECK(fails(libbpf_strerror(-LIBBPF_ERRNO__LIBELF, text, 10), ERANGE) && !strcmp(text, "Something"));
    CHECK(fails(libbpf_strerror(-LIBBPF_ERRNO__ENDIAN, text, 15), ERANGE) && !libbpf_strerror(-LIBBPF_ERRNO__ENDIAN, text, 16));
    CHECK(!strcmp(text, "Endian mismatch"));
    CHECK(fails(libbpf_strerror(-1, NULL, 10), EINVAL) && fails(libbpf_strerror(-1, text, 0), EINVAL));
    CHECK(libbpf_get_error(text) == 0 && !libbpf_set_strict_mode(LIBBPF_STRICT_ALL));
    CHECK(libbpf_set_print(print_nothing) == NULL && libbpf_set_print(NULL) == print_nothing && libbpf_set_print(NULL) == NULL);
}

/* Two objects: each is found, closed and asked on its own, in any order. */
static void objects_are_apart(enum mock_family family)
{
    struct demo *older = loaded(family), *newer = demo__open_and_load();
    struct bpf_link *link;
    __u32 key = 1, next = 0;
    __u64 value = 5, read = 0;

    CHECK(older && newer && bpf_map__fd(older->maps.exec_start) != bpf_map__fd(newer->maps.exec_start));
    CHECK(!bpf_map__update_elem(older->maps.exec_start, &key, 4, &value, 8, 0));
    CHECK(fails(bpf_map_lookup_elem(bpf_map__fd(newer->maps.exec_start), &key, &read), ENOENT));
    CHECK(!bpf_map_get_next_key(bpf_map__fd(older->maps.exec_start), NULL, &next) && next == 1);
    CHECK(!demo__attach(older) && !demo__attach(newer) && mock_attach_cnt == 8);
    CHECK((demo__sync(older) == 0) == (family != MOCK_RUST));
    link = older->links.fixed;
    CHECK(fails(bpf_link__destroy(link), EOPNOTSUPP));
    demo__destroy(older);
    CHECK(!bpf_link__destroy(link) && mock_objects() == 1 && bpf_wasm__state.objects == newer->obj && !newer->obj->next);
    CHECK(fails(bpf_map__get_next_key(newer->maps.exec_start, NULL, &next, 4), ENOENT));
    finish(newer);
}

static void units_share_objects(void)
{
    struct demo *skel = loaded(MOCK_RIGHT);
    __u32 key = 2;
    __u64 value = 77, read = 0;

    CHECK(!bpf_map__update_elem(skel->maps.exec_start, &key, sizeof(key), &value, sizeof(value), BPF_ANY));
    key = 0;
    CHECK(!second_unit_first_key(bpf_map__fd(skel->maps.exec_start), &key) && key == 2);
    CHECK(!second_unit_lookup(bpf_map__fd(skel->maps.exec_start), &key, &read) && read == 77);
    CHECK(second_unit_cpus() == 3 && bpf_wasm__state.cpus == 3);
    finish(skel);
    CHECK(second_unit_first_key(0, &key) == -EOPNOTSUPP);
}

static int no_event(void *ctx, void *data, size_t size)
{
    (void)ctx;
    (void)data;
    (void)size;
    return 0;
}

static void no_perf_event(void *ctx, int cpu, void *data, __u32 size)
{
    (void)cpu;
    no_event(ctx, data, size);
}

/* One run through everything that allocates. Whether all of it succeeded; whatever failed, failed with -ENOMEM. */
static bool everything_once(void)
{
    struct demo *skel;
    struct ring_buffer *rings = NULL;
    struct perf_buffer *perf = NULL;
    struct bpf_buffer *buffer = NULL;
    char values[3 * 16], keys[16];
    __u32 key = 0, out, count = 2;
    bool fine = false;

    start(MOCK_RIGHT);
    skel = demo__open();
    if (!skel)
        goto out;
    if (bpf_program__set_target(skel->progs.xdp_pass, "eth0") || demo__load(skel) || demo__attach(skel))
        goto out;
    if (libbpf_num_possible_cpus() < 0 || bpf_map__lookup_percpu(skel->maps.percpu, &key, 4, values, 12, 4) < 0)
        goto out;
    mock_put("exec_start", &key, "12345678");
    if (bpf_map__get_next_key(skel->maps.exec_start, NULL, &key, sizeof(key)))
        goto out;
    if (bpf_map_lookup_batch(bpf_map__fd(skel->maps.exec_start), NULL, &out, keys, values, &count, NULL) && errno != ENOENT)
        goto out;
    rings = ring_buffer__new(bpf_map__fd(skel->maps.rb), no_event, NULL, NULL);
    if (!rings || ring_buffer__add(rings, bpf_map__fd(skel->maps.rb2), no_event, NULL))
        goto out;
    perf = perf_buffer__new(bpf_map__fd(skel->maps.events), 8, no_perf_event, NULL, NULL, NULL);
    buffer = bpf_buffer__open(skel->maps.rb, no_event, NULL);
    if (!perf || !buffer)
        goto out;
    mock_event("rb", "event", 5);
    mock_event("rb2", "event", 5);
    if (ring_buffer__poll(rings, 0) < 0)
        goto out;
    mock_event("events", "event", 5);
    mock_event("rb", "event", 5);
    if (perf_buffer__poll(perf, 0) < 0 || bpf_buffer__poll(buffer, 0) < 0)
        goto out;
    fine = true;
out:
    CHECK(fine || errno == ENOMEM);
    bpf_buffer__free(buffer);
    perf_buffer__free(perf);
    ring_buffer__free(rings);
    finish(skel);
    return fine;
}

static void every_allocation_may_fail(void)
{
    long nth = 0;

    do {
        allocations_left = nth++;
    } while (!everything_once() && nth < 100);
    CHECK(nth > 12 && nth < 100);
    allocations_left = -1;
}

/* Runs all tests: the number of failed checks. */
#ifdef __wasm__
__attribute__((export_name("run")))
#endif
int run_tests(void)
{
    int family;

    open_fills_everything();
    a_skeleton_beyond_its_image_is_refused();
    names_and_iteration();
    for (family = 0; family < MOCK_FAMILIES; family++) {
        the_host_gets_what_was_set((enum mock_family)family);
        a_refused_load_leaves_nothing((enum mock_family)family);
        sections_live((enum mock_family)family);
        attaching((enum mock_family)family);
        objects_are_apart((enum mock_family)family);
    }
    errors_are_translated();
    units_share_objects();
    test_maps();
    test_events();
    every_allocation_may_fail();
    mock_reset(MOCK_RIGHT, 1, NULL, 0);
    return failures;
}

#ifdef __wasm__
__attribute__((export_name("report")))
#endif
const char *test_report(void)
{
    return report;
}

#ifndef __wasm__
#include <stdio.h>

int main(void)
{
    int count = run_tests();

    fputs(test_report(), stderr);
    return count != 0;
}
#endif
