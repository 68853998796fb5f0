/* SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause */
/* ---- Skeletons: what the generator writes, `static const` ---- */

enum bpf_wasm_data {
    BPF_WASM_DATA_NONE = 0,
    BPF_WASM_DATA_IMAGE = 1,  /* .rodata*, .data*: bytes of the ELF image */
    BPF_WASM_DATA_ZEROED = 2, /* .bss*: a zeroed shadow */
    BPF_WASM_DATA_KERNEL = 3, /* .kconfig: known after load */
};

struct bpf_map_skeleton {
    const char *name;      /* as bpf_map__name() gives it: "exec_start", "bootstra.rodata" */
    const char *section;   /* ELF section of an internal map, ".rodata"; else NULL */
    unsigned int map_off;  /* in the skeleton's struct: where the struct bpf_map * goes */
    unsigned int data_off; /* in the skeleton's struct: where the pointer to the contents goes, 0: nowhere */
    unsigned int type, key_size, value_size, max_entries, map_flags;
    unsigned int image_off;       /* BPF_WASM_DATA_IMAGE: first byte of the contents in the image */
    unsigned int max_entries_off; /* where the image states max_entries, a little-endian 32-bit number, 0: nowhere */
    unsigned char data;           /* enum bpf_wasm_data; value_size is the section's size */
    unsigned char rdonly;         /* never written after load */
    unsigned char autocreate;
};

/* One 32-bit word of the image, for a section that is loaded and for one that is not. */
struct bpf_wasm_patch {
    unsigned int off, enabled, disabled;
};

struct bpf_prog_skeleton {
    const char *name, *section;
    unsigned int prog_off, link_off; /* in the skeleton's struct: where the pointers go, link_off 0: nowhere */
    unsigned int patch, patch_cnt;   /* rows of `patches` that switch autoload; patch_cnt 0: it cannot be switched */
    unsigned char autoload;          /* 0 for SEC("?...") */
    unsigned char manual;            /* 1 if SEC() names no hook: bpf_object__attach_skeleton() needs a target, else leaves it out */
};

struct bpf_object_skeleton {
    const char *name;
    const void *data;
    size_t data_sz;
    size_t skel_sz;
    const struct bpf_map_skeleton *maps;
    unsigned int map_cnt;
    const struct bpf_prog_skeleton *progs;
    unsigned int prog_cnt;
    const struct bpf_wasm_patch *patches;
};
