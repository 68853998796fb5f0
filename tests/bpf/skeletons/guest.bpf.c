/* The object that the guests of tests/skeletons.rs drive: all sections, a ring buffer, maps, programs to choose from. */
#include "maps.h"

struct notice {
	__u64 when;
	int pid;
	char name[16];
};
struct limits {
	char mode;
	__u64 limit;
	void *cookie;
};

const volatile __u64 min_duration = 5;
const volatile struct limits settings = { 'a', 7, 0 };
const volatile int named SEC(".rodata.named") = 1;
int counter = 3;
struct limits current = { 'b', 8, 0 };
int named_data SEC(".data.named") = 4;
__u64 total;
char byte;
extern const int LINUX_KERNEL_VERSION __attribute__((section(".kconfig")));

struct {
	NUMBER(type, RINGBUF);
	NUMBER(max_entries, 4096);
} rb MAPS;

struct {
	NUMBER(type, PERF_EVENT_ARRAY);
	NUMBER(key_size, 4);
	NUMBER(value_size, 4);
} perf MAPS;

struct {
	NUMBER(type, HASH);
	NUMBER(max_entries, 4321);
	TYPE(key, int);
	TYPE(value, struct notice);
} started MAPS;

struct {
	NUMBER(type, PERCPU_ARRAY);
	NUMBER(max_entries, 2);
	TYPE(key, __u32);
	TYPE(value, __u32);
} per_cpu MAPS;

/* The type of the events has to be in the BTF: a parameter keeps it there. */
static __attribute__((noinline)) void fill(struct notice *event)
{
	event->when = min_duration + settings.limit + current.limit + named + total + byte;
}

static long (*const output)(void *map, void *data, __u64 size, __u64 flags) = HELPER(130);

static __attribute__((noinline)) int submit(void)
{
	struct notice event = {};

	fill(&event);
	return output(&rb, &event, sizeof(event), 0);
}

SEC("raw_tp/sys_enter") int always(void *ctx) { return submit() + counter + named_data + LINUX_KERNEL_VERSION; }
SEC("raw_tp/sys_exit") int chosen(void *ctx) { return 0; }
SEC("?raw_tp/sched_switch") int optional(void *ctx) { return submit(); }
SEC("sockops") int tunes(void *ctx) { return 1; }
SEC("xdp") int passes(void *ctx) { return 2; }

char LICENSE[] SEC("license") = "GPL";
