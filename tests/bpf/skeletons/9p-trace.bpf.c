/* A file whose name is no identifier, and names that mean something else to C, C++ or a libc. */
#include "maps.h"

const volatile int class = 1;
const volatile int default_ = 2, template = 3;
int errno;
int new = 4, stdin = 5, bool = 6;
int st_atime;
int EOF;
long this, NULL;
int static_assert;

struct {
	NUMBER(type, HASH);
	NUMBER(max_entries, 2);
	TYPE(key, int);
	TYPE(value, int);
} delete MAPS, stdout MAPS, open MAPS;

/* Members that skeletons have themselves. */
struct {
	NUMBER(type, ARRAY);
	NUMBER(max_entries, 3);
	TYPE(key, int);
	TYPE(value, int);
} maps MAPS, progs MAPS, rodata MAPS, data MAPS;

SEC("socket") int operator(void *ctx) { return class + default_ + template + new + stdin + errno + bool; }
SEC("socket") int private(void *ctx) { return EOF; }
SEC("socket") int links(void *ctx) { return 0; }
SEC("socket") int obj(void *ctx) { return 0; }
SEC("socket") int load(void *ctx) { return 0; }
SEC("socket") int destroy(void *ctx) { return 0; }
SEC("socket") int skeleton(void *ctx) { return 0; }

char LICENSE[] SEC("license") = "GPL";
