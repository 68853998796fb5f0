/* Memory that BPF and user space share, and variables in it. */
#include "maps.h"

#define IN_ARENA __attribute__((address_space(1)))

struct {
	NUMBER(type, ARENA);
	NUMBER(map_flags, MMAPABLE);
	NUMBER(max_entries, 10);
} arena MAPS;

struct cell {
	struct cell IN_ARENA *next;
	long value;
};

int IN_ARENA shared_counter = 5;
struct cell IN_ARENA shared_cell = { 0, 6 };
long IN_ARENA shared_zero;
int outside;

SEC("syscall")
int bump(void *ctx)
{
	void *keep = &arena;

	__asm__ volatile("" : : "r"(keep));
	outside = ++shared_counter;
	return shared_cell.value + shared_zero;
}

char LICENSE[] SEC("license") = "GPL";
