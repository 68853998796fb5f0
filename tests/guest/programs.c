/* SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause */
/* Programs and links, several objects, what hosts report as errors. */
#include "library_under_test.h"

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
    CHECK(null(bpf_map__attach_struct_ops(skel->maps.counts), EINVAL) && null(bpf_map__attach_struct_ops(NULL), EINVAL));
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

void test_programs(void)
{
    int family;

    for (family = 0; family < MOCK_FAMILIES; family++) {
        attaching((enum mock_family)family);
        objects_are_apart((enum mock_family)family);
    }
    errors_are_translated();
    units_share_objects();
}
