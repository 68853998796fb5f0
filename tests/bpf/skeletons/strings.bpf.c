/* Strings that the compiler puts into sections of its own (.rodata.str1.1), beside a variable in .rodata. */
#include "maps.h"

static long (*const trace)(const char *format, __u32 size, ...) = HELPER(6);

const volatile int verbosity = 1;

static __attribute__((noinline)) int say(const char *text)
{
	return verbosity ? trace(text, 4) : 0;
}

SEC("socket")
int speak(void *ctx)
{
	return say("one") + say("two");
}

char LICENSE[] SEC("license") = "GPL";
