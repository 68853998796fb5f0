/* Maps of many kinds, with keys and values of every sort of type, or only their sizes. */
#include "maps.h"

struct key {
	__u32 family;
	__u8 address[16];
	__u16 port;
};
struct value {
	__u64 packets;
	long bytes;
	char name[16];
};
typedef __u32 pid;
typedef struct {
	int a;
	long b;
} anonymous;
enum state { IDLE, BUSY };
enum small_number { TINY_A, TINY_B = 200 } __attribute__((packed));
struct prefix {
	__u32 length;
	__u8 address[4];
};

struct {
	NUMBER(type, HASH);
	NUMBER(max_entries, 1024);
	TYPE(key, struct key);
	TYPE(value, struct value);
} by_struct MAPS;

struct {
	NUMBER(type, ARRAY);
	NUMBER(max_entries, 7);
	TYPE(key, __u32);
	TYPE(value, __u64);
} by_index MAPS;

struct {
	NUMBER(type, HASH);
	NUMBER(max_entries, 77);
	TYPE(key, enum small_number);
	TYPE(value, enum small_number[3]);
} by_tiny MAPS;

struct {
	NUMBER(type, ARRAY);
	NUMBER(map_flags, MMAPABLE);
	NUMBER(max_entries, 1);
	TYPE(key, int);
	TYPE(value, __u8[24]);
} blocks MAPS;

struct {
	NUMBER(type, PERCPU_HASH);
	NUMBER(max_entries, 16);
	TYPE(key, pid);
	TYPE(value, struct prefix);
} per_cpu_hash MAPS;

struct {
	NUMBER(type, PERCPU_ARRAY);
	NUMBER(max_entries, 2);
	TYPE(key, int);
	TYPE(value, char[5]);
} per_cpu_array MAPS;

struct {
	NUMBER(type, LRU_HASH);
	NUMBER(max_entries, 100);
	TYPE(key, anonymous);
	TYPE(value, enum state);
} lru MAPS;

struct {
	NUMBER(type, LRU_PERCPU_HASH);
	NUMBER(max_entries, 100);
	NUMBER(key_size, 4);
	NUMBER(value_size, 32);
} lru_per_cpu MAPS;

struct {
	NUMBER(type, LPM_TRIE);
	NUMBER(map_flags, NO_PREALLOC);
	NUMBER(max_entries, 50);
	TYPE(key, struct prefix);
	TYPE(value, _Bool);
} routes MAPS;

struct {
	NUMBER(type, HASH);
	NUMBER(max_entries, 3);
	TYPE(key, struct { short x; char y; });
	TYPE(value, union { int whole; char part; });
} in_place MAPS;

struct {
	NUMBER(type, RINGBUF);
	NUMBER(max_entries, 4096);
} events MAPS;

struct {
	NUMBER(type, PERF_EVENT_ARRAY);
	NUMBER(key_size, 4);
	NUMBER(value_size, 4);
} samples MAPS;

struct {
	NUMBER(type, PROG_ARRAY);
	NUMBER(max_entries, 2);
	NUMBER(key_size, 4);
	VALUES(values, int(void *));
} tails MAPS;

struct inner_map {
	NUMBER(type, ARRAY);
	NUMBER(max_entries, 1);
	TYPE(key, int);
	TYPE(value, long);
} inner MAPS;

struct {
	NUMBER(type, ARRAY_OF_MAPS);
	NUMBER(max_entries, 2);
	TYPE(key, int);
	VALUES(values, struct inner_map);
} outer_array MAPS = { .values = { &inner } };

struct {
	NUMBER(type, HASH_OF_MAPS);
	NUMBER(max_entries, 5);
	TYPE(key, __u64);
	VALUES(values, struct inner_map);
} outer_hash MAPS;

struct {
	NUMBER(type, QUEUE);
	NUMBER(max_entries, 9);
	TYPE(value, struct value);
} queue MAPS;

struct {
	NUMBER(type, STACK);
	NUMBER(max_entries, 9);
	NUMBER(value_size, 8);
} stack MAPS;

struct {
	NUMBER(type, BLOOM_FILTER);
	NUMBER(max_entries, 33);
	NUMBER(map_extra, 3);
	TYPE(value, __u32);
} bloom MAPS;

struct {
	NUMBER(type, TASK_STORAGE);
	NUMBER(map_flags, NO_PREALLOC);
	TYPE(key, int);
	TYPE(value, struct value);
} of_task MAPS;

struct {
	NUMBER(type, SOCKHASH);
	NUMBER(max_entries, 6);
	TYPE(key, struct key);
	TYPE(value, __u64);
} sockets MAPS;

/* Two maps of one size share the type of the number: neither can be edited alone. */
struct {
	NUMBER(type, HASH);
	NUMBER(max_entries, 555);
	TYPE(key, int);
	TYPE(value, int *);
} twin_a MAPS, twin_b MAPS;

struct {
	NUMBER(type, HASH);
	NUMBER(max_entries, 0);
	TYPE(key, int[2]);
	TYPE(value, void *);
} sized_later MAPS;

SEC("socket")
int count(void *ctx)
{
	int key = 0;
	__u64 *counter = lookup(&by_index, &key);

	return counter ? ++*counter : 0;
}

SEC("socket")
int called(void *ctx)
{
	return 1;
}

char LICENSE[] SEC("license") = "GPL";
