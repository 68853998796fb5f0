/* Two sections that differ by the mark alone, so that switching one gives both the same name. */
#include "maps.h"

#define CORE __attribute__((preserve_access_index))

struct task_struct {
	int pid;
	int tgid;
} CORE;

static __attribute__((noinline)) int twice(int x)
{
	return x * 2;
}

SEC("socket")
int plain(int *ctx)
{
	return twice(*ctx) + twice(ctx[1]);
}

SEC("?socket")
int marked(int *ctx)
{
	int length = twice(*ctx);

	return length ? __builtin_preserve_field_info(((struct task_struct *)0)->tgid, 0 /* its offset */) : 0;
}

char LICENSE[] SEC("license") = "GPL";
