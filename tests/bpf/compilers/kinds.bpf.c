// One of everything that compilers describe in a way of their own: kinds of types, sections of variables, maps, programs.
#include "compilers.h"

enum state { STATE_IDLE, STATE_BUSY = 7, STATE_LAST = -2 };
enum small { SMALL_A, SMALL_B } __attribute__((packed));
enum wide { WIDE_ONE = 1, WIDE_MOST = 0x123456789abcULL };

union address {
	u8 bytes[16];
	u64 words[2];
};

struct list {
	struct list TYPE_TAG("next") *next;
	void (*done)(struct list *list, int status);
};

struct DECL_TAG("sent to user space") event {
	u32 pid;
	enum state state;
	u64 at_ns;
	char comm[16];
	union address address;
	unsigned ready : 1;
	unsigned level : 5;
	int delta : 10;
	enum small small;
	_Bool last;
	u16 matrix[2][3];
	struct {
		u32 low;
		union {
			u32 high;
			u8 parts[4];
		};
	};
	struct list list;
	enum wide wide;
} __attribute__((aligned(8)));

struct {
	__uint(type, MAP_HASH);
	__uint(max_entries, 64);
	__type(key, u32);
	__type(value, struct event);
} events_by_pid SEC(".maps");

struct {
	__uint(type, MAP_PERCPU_ARRAY);
	__uint(max_entries, 4);
	__type(key, u32);
	__type(value, u64);
} counts SEC(".maps");

struct {
	__uint(type, MAP_RINGBUF);
	__uint(max_entries, 4096);
} events SEC(".maps");

char LICENSE[] SEC("license") = "Dual BSD/GPL";

const volatile u32 wanted = 1;
const volatile char name[8] = "probe";
u64 total = 5;
struct event last_event;
static volatile u32 own_count;

HELPER(1, void *, lookup, (void *map, const void *key));
HELPER(130, long, output, (void *ring, void *data, u64 size, u64 flags));

// What the kernel calls the field decides where it is: a relocation of CO-RE.
struct task_struct {
	int wake_cpu;
} RELOCATED;

static int cpu_of(struct task_struct *task)
{
	return task->wake_cpu;
}

SEC("tracepoint/sched/sched_process_exec") int on_exec(void *context)
{
	u32 key = wanted + cpu_of(context);
	struct event *event = lookup(&events_by_pid, &key);
	u64 *count = lookup(&counts, &key);

	if (!event || !count)
		return 0;
	*count += 1;
	event->level = (u32)total;
	event->state = STATE_BUSY;
	event->comm[0] = name[1];
	total += event->at_ns;
	own_count += 1;
	last_event.pid = event->pid;
	last_event.wide = WIDE_MOST;
	output(&events, event, sizeof(*event), 0);
	return context != 0;
}

SEC("socket") int on_packet(void *context)
{
	own_count += 2;
	return own_count > wanted && context;
}
