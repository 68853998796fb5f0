/* SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause */
/* Tables of functions for the kernel: maps that are attached. */
#include "library_under_test.h"

/* A skeleton of two tables, of which one is made only when asked for, and of a map that is none. */
struct tables {
    const struct bpf_object_skeleton *skeleton;
    struct bpf_object *obj;
    struct {
        struct bpf_map *ops, *second, *on_demand, *plain;
    } maps;
    struct {
        struct bpf_link *ops, *second, *on_demand;
    } links;
};

#define TABLE(member, type, autocreate)                                                                                         \
    {#member, NULL, offsetof(struct tables, maps.member), 0, type, 4, 8, 1, 0, 0, 0, BPF_WASM_DATA_NONE, 0, autocreate}

static const struct bpf_map_skeleton tables__maps[] = {
    TABLE(ops, BPF_MAP_TYPE_STRUCT_OPS, 1),
    TABLE(second, BPF_MAP_TYPE_STRUCT_OPS, 1),
    TABLE(on_demand, BPF_MAP_TYPE_STRUCT_OPS, 0),
    TABLE(plain, BPF_MAP_TYPE_ARRAY, 1),
};

static const char tables__image[] = "\177ELF";
static const struct bpf_object_skeleton tables__skeleton = {
    "tables", tables__image, sizeof(tables__image), sizeof(struct tables), tables__maps, 4, NULL, 0, NULL,
};

static const struct mock_map tables_on_host[] = {
    {"ops", NULL, BPF_MAP_TYPE_STRUCT_OPS, 4, 8, 1, -1, NULL, false},
    {"second", NULL, BPF_MAP_TYPE_STRUCT_OPS, 4, 8, 1, -1, NULL, false},
    {"plain", NULL, BPF_MAP_TYPE_ARRAY, 4, 8, 1, -1, NULL, false},
};

static struct tables *open_tables(enum mock_family family)
{
    struct tables *skel;

    mock_reset(family, 1, tables_on_host, 3);
    skel = (struct tables *)bpf_object__new_skeleton(&tables__skeleton, NULL);
    CHECK(skel != NULL);
    bpf_map__set_link(skel->maps.ops, &skel->links.ops);
    bpf_map__set_link(skel->maps.second, &skel->links.second);
    bpf_map__set_link(skel->maps.on_demand, &skel->links.on_demand);
    bpf_map__set_link(NULL, NULL);
    return skel;
}

static void close_tables(struct tables *skel)
{
    bpf_object__free_skeleton(skel);
    finish(NULL);
}

static void all_at_once(enum mock_family family)
{
    struct tables *skel = open_tables(family);
    struct bpf_link *link;

    CHECK(bpf_map__autoattach(skel->maps.ops) && bpf_map__autoattach(skel->maps.on_demand));
    CHECK(!bpf_map__autoattach(skel->maps.plain) && !bpf_map__autoattach(NULL));
    CHECK(fails(bpf_map__set_autoattach(skel->maps.plain, true), EINVAL) && fails(bpf_map__set_autoattach(NULL, true), EINVAL));
    CHECK(null(bpf_map__attach_struct_ops(skel->maps.ops), EINVAL));

    CHECK(!bpf_object__load_skeleton(skel->obj) && !bpf_object__detach_skeleton(skel->obj));
    CHECK(!bpf_object__attach_skeleton(skel->obj) && mock_attach_cnt == 2);
    CHECK(!strcmp(mock_attached[0], "ops") && !strcmp(mock_attached[1], "second") && !mock_targets[0] && !mock_targets[1]);
    CHECK(skel->links.ops && skel->links.second && skel->links.ops != skel->links.second && !skel->links.on_demand);
    CHECK(!bpf_object__attach_skeleton(skel->obj) && mock_attach_cnt == 2);

    /* Nothing detaches but closing. */
    link = skel->links.ops;
    CHECK(fails(bpf_object__detach_skeleton(skel->obj), EOPNOTSUPP) && fails(bpf_link__destroy(link), EOPNOTSUPP));
    CHECK(fails(bpf_link__detach(link), EOPNOTSUPP));
    bpf_link__disconnect(link);
    CHECK(!bpf_link__destroy(link));
    close_tables(skel);
    CHECK(!bpf_link__destroy(link));
}

static void one_by_one(enum mock_family family)
{
    struct tables *skel = open_tables(family);

    CHECK(!bpf_map__set_autoattach(skel->maps.second, false) && !bpf_map__autoattach(skel->maps.second));
    CHECK(!bpf_object__load_skeleton(skel->obj));
    mock_fail_attach = "ops";
    CHECK(fails(bpf_object__attach_skeleton(skel->obj), family == MOCK_RUST ? EIO : ENOENT));
    CHECK(mock_attach_cnt == 0 && !skel->links.ops);
    CHECK(!bpf_object__attach_skeleton(skel->obj) && mock_attach_cnt == 1 && skel->links.ops && !skel->links.second);

    mock_fail_attach = "second";
    mock_fail_attach_with = -16;
    CHECK(null(bpf_map__attach_struct_ops(skel->maps.second), EBUSY));
    CHECK(bpf_map__attach_struct_ops(skel->maps.second) == skel->links.second && skel->links.second && mock_attach_cnt == 2);
    CHECK(null(bpf_map__attach_struct_ops(skel->maps.on_demand), EINVAL));
    CHECK(null(bpf_map__attach_struct_ops(skel->maps.plain), EINVAL) && null(bpf_map__attach_struct_ops(NULL), EINVAL));
    close_tables(skel);
}

void test_tables(void)
{
    int family;

    for (family = 0; family < MOCK_FAMILIES; family++) {
        all_at_once((enum mock_family)family);
        one_by_one((enum mock_family)family);
    }
}
