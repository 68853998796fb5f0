/* The event of the bootstrap example: what BPF code and a guest share through a ring buffer. */
#include "case.h"

#define TASK_COMM_LEN 16
#define MAX_FILENAME_LEN 127

struct event {
	int pid;
	int ppid;
	unsigned exit_code;
	unsigned long long duration_ns;
	char comm[TASK_COMM_LEN];
	char filename[MAX_FILENAME_LEN];
	char exit_event;
};

const volatile unsigned long long min_duration_ns = 0;
struct event last_event;

SEC("tp/sched/sched_process_exec")
int handle_exec(void *ctx)
{
	last_event.duration_ns = min_duration_ns;
	return 0;
}

char LICENSE[] SEC("license") = "Dual BSD/GPL";
