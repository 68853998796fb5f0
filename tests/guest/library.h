/* SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause */
/* What the files of the harness share. */
#ifndef LIBRARY_H
#define LIBRARY_H

#include <stdbool.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Notes a failed check: natively and in wasm the log is the only output. */
void failed(const char *file, int line, const char *what);

#define CHECK(what)                                                                                                             \
    do {                                                                                                                        \
        if (!(what))                                                                                                            \
            failed(__FILE__, __LINE__, #what);                                                                                  \
    } while (0)

/* Whether the next allocation of the library is to fail; counts down. -1: never. */
extern long allocations_left;
bool refuse(void);

/* The groups of tests, a file each. */
void test_objects(void);
void test_programs(void);
void test_maps(void);
void test_events(void);
void test_buffers(void);
void test_tables(void);

/* second_unit.c: another translation unit of the same guest. */
int second_unit_lookup(int fd, const void *key, void *value);
int second_unit_first_key(int fd, void *key);
int second_unit_cpus(void);

#ifdef __cplusplus
}
#endif

#endif
