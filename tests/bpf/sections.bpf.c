/* Variables, functions and tags beside the types. */
#include "case.h"

#define __tag(x) __attribute__((btf_decl_tag(x)))
#define __user __attribute__((btf_type_tag("user")))

struct config {
	long limit;
	int *__user target;
} __tag("settings");

const volatile struct config config = { 7, 0 };
static volatile int hidden;
int counter = 1;
long zeroed;
const volatile char named[] SEC(".rodata.named") = "abc";

static __attribute__((noinline)) int twice(int x) { return x * 2 + hidden; }

SEC("socket")
int count(void *ctx)
{
	return counter += twice(config.limit) + named[0] + zeroed;
}

char _license[] SEC("license") = "GPL";
