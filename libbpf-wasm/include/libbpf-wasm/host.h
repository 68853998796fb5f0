/* SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause */
/* ---- The host's calls ---- */

#ifdef __wasm__
#define BPF_WASM_IMPORT(name) __attribute__((import_module("wasm_bpf"), import_name(#name)))
#else
#define BPF_WASM_IMPORT(name)
#endif

/* Called by the host for each event, with the `data` of the poll call, where it has put the event. */
typedef int (*bpf_buffer_sample_fn)(void *ctx, void *data, size_t size);

BPF_WASM_IMPORT(wasm_load_bpf_object)
uint64_t wasm_load_bpf_object(const void *image, int size);
BPF_WASM_IMPORT(wasm_close_bpf_object)
int wasm_close_bpf_object(uint64_t object);
BPF_WASM_IMPORT(wasm_attach_bpf_program)
int wasm_attach_bpf_program(uint64_t object, const char *name, const char *target);
BPF_WASM_IMPORT(wasm_bpf_map_fd_by_name)
int wasm_bpf_map_fd_by_name(uint64_t object, const char *name);
BPF_WASM_IMPORT(wasm_bpf_buffer_poll)
int wasm_bpf_buffer_poll(uint64_t object, int fd, bpf_buffer_sample_fn sample_fn, void *ctx, void *data, int max_size,
                         int timeout_ms);
BPF_WASM_IMPORT(wasm_bpf_map_operate)
int wasm_bpf_map_operate(int fd, int cmd, const void *key, void *value, void *next_key, uint64_t flags);
