/* Maps and programs with names that C++ does not allow. */
#include "maps.h"

struct { NUMBER(type, HASH); NUMBER(max_entries, 2); TYPE(key, __u32); TYPE(value, __u64); } new MAPS;
struct { NUMBER(type, ARRAY); NUMBER(max_entries, 2); TYPE(key, __u32); TYPE(value, __u64); } compl MAPS;

#define PROGRAM(name) \
	SEC("raw_tp/sys_enter") int name(void *ctx) \
	{ \
		__u32 key = 0; \
		__u64 value = 1; \
		return update(&new, &key, &value, 0) + update(&compl, &key, &value, 0); \
	}

PROGRAM(and)
PROGRAM(or)
PROGRAM(xor)
PROGRAM(not_eq)
PROGRAM(delete)
PROGRAM(this)
PROGRAM(bool)
PROGRAM(nullptr)

char LICENSE[] SEC("license") = "GPL";
