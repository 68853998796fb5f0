/* What the manual's Rust guest drives: a constant, a ring buffer, events. */
#define SEC(name) __attribute__((section(name), used))

struct event {
	int pid;
	int exit_code;
	char comm[16];
};

const volatile unsigned long long min_duration_ns;

struct {
	int (*type)[27];
	int (*max_entries)[4096];
} rb SEC(".maps");

/* The type of the events has to be in the BTF: a parameter keeps it there. */
static __attribute__((noinline)) int fill(struct event *event)
{
	event->pid = min_duration_ns != 0;
	return 0;
}

SEC("tp/sched/sched_process_exit")
int handle_exit(void *ctx)
{
	static long (*const output)(void *map, void *data, unsigned long long size, unsigned long long flags) = (void *)130;
	struct event event = {};

	fill(&event);
	return output(&rb, &event, sizeof(event), 0);
}

char LICENSE[] SEC("license") = "GPL";
