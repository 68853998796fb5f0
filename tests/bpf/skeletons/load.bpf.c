/* What a test loads into the kernel it runs on: socket filters that are never attached. None is loaded unless switched on. */
#include "maps.h"

#define CORE __attribute__((preserve_access_index))

/* In every kernel these members lie elsewhere. */
struct task_struct {
	int pid;
	int tgid;
} CORE;

const volatile __u64 limit = 1;
const volatile char text[16] = "unedited";
const volatile int other SEC(".rodata.other") = 2;
__u32 counter = 3;
__u64 zeroed;

struct {
	NUMBER(type, HASH);
	NUMBER(max_entries, 4000);
	TYPE(key, __u32);
	TYPE(value, __u64);
} sized MAPS;

SEC("?socket")
int filter(void *ctx)
{
	__u32 key = 0;
	__u64 *value = lookup(&sized, &key);

	zeroed += text[3] + other + counter;
	return value && *value > limit;
}

SEC("?socket")
int relocated(void *ctx)
{
	return __builtin_preserve_field_info(((struct task_struct *)0)->tgid, 0 /* its offset */);
}

SEC("?xdp")
int broken(void *ctx)
{
	/* No verifier takes this: whoever loads it fails. */
	return *(volatile int *)0;
}

char LICENSE[] SEC("license") = "GPL";
