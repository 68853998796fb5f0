/* SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause */
/*
 * libbpf-wasm.h: libbpf's interface for programs compiled to wasm32, over the six calls of a wasm-bpf host.
 *
 * Names, signatures and results are libbpf's wherever libbpf has one: functions return 0 (or a count) or a negative errno and
 * set errno, functions that return a pointer return NULL and set errno. What is no name of libbpf says so. Beyond libbpf:
 *
 * - NULL, a closed object, a second load, a second destroy are errors, never memory damage.
 * - Hosts report errors as numbers of Linux. Here they are those of this libc's <errno.h>, which on WASI are others
 *   (ENOENT is 44, not 2). A host that fails without a reason gives -EIO.
 * - A host opens and loads an object in one step. All that is set between open and load is an edit of a private copy of the
 *   ELF image; what cannot be edited there returns -EOPNOTSUPP, as does everything else that no host can do.
 * - Event callbacks run after the host's call has returned, so they may call anything.
 *
 * In the project it stands in parts, each named after what it defines; `bpftool-wasm gen header` prints it in one piece.
 * One thread only. Everything here is C11 and C++17; link with --export-table for events.
 */
#ifndef LIBBPF_WASM_H
#define LIBBPF_WASM_H

#include <errno.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h> /* not used here: guests written for older headers of this name rely on it */
#include <stdlib.h>
#include <string.h>

#ifdef __cplusplus
extern "C" {
#endif

#define BPF_WASM_API static inline __attribute__((unused))

#include "libbpf-wasm/host.h"
#include "libbpf-wasm/linux.h"
#include "libbpf-wasm/skeleton.h"
#include "libbpf-wasm/state.h"
#include "libbpf-wasm/memory.h"
#include "libbpf-wasm/error.h"
#include "libbpf-wasm/object.h"
#include "libbpf-wasm/load.h"
#include "libbpf-wasm/program.h"
#include "libbpf-wasm/map.h"
#include "libbpf-wasm/element.h"
#include "libbpf-wasm/map_fd.h"
#include "libbpf-wasm/batch.h"
#include "libbpf-wasm/buffer.h"
#include "libbpf-wasm/ring_buffer.h"
#include "libbpf-wasm/perf_buffer.h"
#include "libbpf-wasm/sample.h"

#ifdef __cplusplus
} /* extern "C" */
#endif

#endif /* LIBBPF_WASM_H */
