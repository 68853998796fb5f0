/* What the cases with maps and programs share. A map's definition says by the types of its members what the map is. */
#include "../case.h"

#define NUMBER(field, number) int(*field)[number]
#define TYPE(field, type) __typeof__(type) *field
#define VALUES(field, type) __typeof__(type) *field[]
#define MAPS SEC(".maps")

enum {
	HASH = 1,
	ARRAY = 2,
	PROG_ARRAY = 3,
	PERF_EVENT_ARRAY = 4,
	PERCPU_HASH = 5,
	PERCPU_ARRAY = 6,
	LRU_HASH = 9,
	LRU_PERCPU_HASH = 10,
	LPM_TRIE = 11,
	ARRAY_OF_MAPS = 12,
	HASH_OF_MAPS = 13,
	SOCKHASH = 18,
	QUEUE = 22,
	STACK = 23,
	TASK_STORAGE = 29,
	RINGBUF = 27,
	BLOOM_FILTER = 30,
	ARENA = 33,
};
enum { NO_PREALLOC = 1, MMAPABLE = 1 << 10 };

#define HELPER(number) (void *)number
static void *(*const lookup)(void *map, const void *key) = HELPER(1);
static long (*const update)(void *map, const void *key, const void *value, __u64 flags) = HELPER(2);
