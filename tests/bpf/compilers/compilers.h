/* What the sources here take from no other header, so that every compiler that knows BPF compiles them. */
#pragma once

typedef unsigned char u8;
typedef unsigned short u16;
typedef unsigned int u32;
typedef signed int s32;
typedef unsigned long long u64;
typedef signed long long s64;

#define SEC(name) __attribute__((section(name), used))
#define __uint(name, value) int(*name)[value]
#define __type(name, type) type *name

/* A function of the kernel by its number. */
#ifdef __clang__
#define HELPER(number, result, name, params) static result(*name) params = (void *)number
#else
#define HELPER(number, result, name, params) result name params __attribute__((kernel_helper(number)))
#endif

/* What not every compiler has for BPF. */
#if __has_attribute(btf_decl_tag)
#define DECL_TAG(text) __attribute__((btf_decl_tag(text)))
#define TYPE_TAG(text) __attribute__((btf_type_tag(text)))
#else
#define DECL_TAG(text)
#define TYPE_TAG(text)
#endif
#ifdef __clang__
#define RELOCATED __attribute__((preserve_access_index))
#else
#define RELOCATED
#endif

enum { MAP_HASH = 1, MAP_ARRAY = 2, MAP_PERCPU_ARRAY = 6, MAP_RINGBUF = 27 };
