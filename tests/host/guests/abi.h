/* SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause */
/* The calls of the host as they are, without a library in between. A guest that finds something wrong ends with the line. */
#ifndef ABI_H
#define ABI_H

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define IMPORT(name) __attribute__((import_module("wasm_bpf"), import_name(#name)))

typedef int (*sample_fn)(uint32_t ctx, uint32_t data, uint32_t size);

IMPORT(wasm_load_bpf_object) uint64_t load_object(const void *image, uint32_t size);
IMPORT(wasm_close_bpf_object) int close_object(uint64_t object);
IMPORT(wasm_attach_bpf_program) int attach_program(uint64_t object, const char *name, const char *target);
IMPORT(wasm_bpf_map_fd_by_name) int map_fd(uint64_t object, const char *name);
IMPORT(wasm_bpf_buffer_poll)
int poll_buffer(uint64_t object, int fd, sample_fn fn, uint32_t ctx, void *data, int max_size, int timeout_ms);
IMPORT(wasm_bpf_map_operate)
int operate(int fd, int cmd, const void *key, void *value, void *next_key, uint64_t flags);

enum { LOOKUP = 1, UPDATE = 2, DELETE = 3, NEXT_KEY = 4 };

/* Linux's, whatever this libc calls them. */
enum { PERM = -1, NOENT = -2, INTR = -4, TOOBIG = -7, BADF = -9, FAULT = -14, EXIST = -17, NODEV = -19, INVAL = -22, NOSPC = -28 };

#define CHECK(condition)                                                       \
	do {                                                                   \
		if (!(condition)) {                                            \
			fprintf(stderr, "%s:%d: %s\n", __FILE__, __LINE__, #condition); \
			exit(__LINE__);                                        \
		}                                                              \
	} while (0)

#define IS(expected, value)                                                              \
	do {                                                                             \
		long long is_ = (value);                                                 \
		if (is_ != (long long)(expected)) {                                      \
			fprintf(stderr, "%s:%d: %s is %lld\n", __FILE__, __LINE__, #value, is_); \
			exit(__LINE__);                                                  \
		}                                                                        \
	} while (0)

#endif
