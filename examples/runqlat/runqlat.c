/* SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause */
/* Prints how long tasks that could run waited for a processor. */
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include "runqlat.wasm.h"
#include "runqlat.skel.h"

#define SLOTS (sizeof(((struct hist *)NULL)->slots) / sizeof(__u32))

static const char usage[] =
	"Summarize run queue (scheduler) latency as a histogram.\n"
	"\n"
	"USAGE: runqlat [--help] [-T] [-m] [-P] [-L] [-p PID] [interval] [count]\n"
	"\n"
	"EXAMPLES:\n"
	"    runqlat         # summarize run queue latency as a histogram\n"
	"    runqlat 1 10    # print 1 second summaries, 10 times\n"
	"    runqlat -mT 1   # 1s summaries, milliseconds, and timestamps\n"
	"    runqlat -P      # show each PID separately\n"
	"    runqlat -p 185  # trace PID 185 only\n";

static struct env {
	bool timestamps, milliseconds, per_process, per_thread;
	int pid;
	int interval, count;
} env = { .interval = 99999999, .count = 99999999 };

static int fail(const char *what, int err)
{
	fprintf(stderr, "%s: %s\n", what, strerror(-err));
	return err;
}

/* A number above 0, else 0. */
static int positive(const char *text)
{
	char *end;
	long number;

	errno = 0;
	number = text ? strtol(text, &end, 10) : 0;
	return number > 0 && !errno && !*end ? (int)number : 0;
}

/* 0 to go on, else the exit code plus 1. */
static int parse_args(int argc, char **argv)
{
	int *numbers[] = { &env.interval, &env.count }, given = 0;

	for (int i = 1; i < argc; i++) {
		const char *arg = argv[i];

		if (!strcmp(arg, "-h") || !strcmp(arg, "--help")) {
			fputs(usage, stdout);
			return 1;
		}
		if (*arg != '-') {
			if (given == 2 || !(*numbers[given++] = positive(arg))) {
				fail(arg, -EINVAL);
				return 2;
			}
			continue;
		}
		for (const char *letter = arg + 1; *letter; letter++) {
			if (*letter == 'T')
				env.timestamps = true;
			else if (*letter == 'm')
				env.milliseconds = true;
			else if (*letter == 'P')
				env.per_process = true;
			else if (*letter == 'L')
				env.per_thread = true;
			else if (*letter != 'p' || !(env.pid = positive(++i < argc ? argv[i] : NULL))) {
				fail(arg, -EINVAL); /* -h tells what there is */
				return 2;
			}
		}
	}
	return 0;
}

static void print_time(void)
{
	unsigned now = (unsigned)(time(NULL) % (24 * 60 * 60));

	printf("%02u:%02u:%02u\n", now / 3600, now / 60 % 60, now % 60);
}

/* A line for each power of two up to the last that counted anything. */
static void print_hist(const struct hist *hist)
{
	static const char stars[] = "****************************************";
	__u32 most = 0, slots[SLOTS];
	int last = -1;

	memcpy(slots, hist->slots, sizeof(slots));
	for (int i = 0; i < (int)SLOTS; i++) {
		if (slots[i])
			last = i;
		if (slots[i] > most)
			most = slots[i];
	}
	if (last < 0)
		return;
	printf("     %-19s : count    distribution\n", env.milliseconds ? "msecs" : "usecs");
	for (int i = 0; i <= last; i++) {
		int width = (int)((unsigned long long)slots[i] * (sizeof(stars) - 1) / most);

		printf("%10u -> %-10u : %-8u |%-40.*s|\n", i ? 1u << i : 0, (2u << i) - 1, slots[i], width, stars);
	}
}

static int compare(const void *a, const void *b)
{
	__u32 left = *(const __u32 *)a, right = *(const __u32 *)b;

	return (left > right) - (left < right);
}

/* Prints and removes a histogram. */
static int report_key(int fd, __u32 key)
{
	struct hist hist;
	int err = bpf_map_lookup_elem(fd, &key, &hist);

	if (!err)
		err = bpf_map_delete_elem(fd, &key);
	if (err)
		return err;
	if (env.per_thread)
		printf("\ntid = %u %.*s\n", key, (int)sizeof(hist.comm), hist.comm);
	else if (env.per_process)
		printf("\npid = %u %.*s\n", key, (int)sizeof(hist.comm), hist.comm);
	print_hist(&hist);
	return 0;
}

/* Prints all histograms since the last time, and empties the map. All keys are read first, since new ones come at any time. */
static int report(const struct runqlat_bpf *skel)
{
	__u32 room = bpf_map__max_entries(skel->maps.hists), count = 0, *keys = calloc(room, sizeof(*keys));
	int fd = bpf_map__fd(skel->maps.hists), err = keys ? 0 : -ENOMEM;

	printf("\n");
	if (env.timestamps)
		print_time();
	while (!err && count < room) {
		err = bpf_map_get_next_key(fd, count ? &keys[count - 1] : NULL, &keys[count]);
		count += !err;
	}
	if (err == -ENOENT)
		err = 0;
	if (!err)
		qsort(keys, count, sizeof(*keys), compare);
	for (__u32 i = 0; i < count && !err; i++)
		err = report_key(fd, keys[i]);
	free(keys);
	fflush(stdout);
	return err ? fail("Failed to read histograms", err) : 0;
}

static int ignore(void *ctx, void *data, size_t size)
{
	(void)ctx, (void)data, (void)size;
	return 0;
}

/* Waits for the interval. 0, or -EINTR when the host was told to end, or another error. */
static int rest(struct ring_buffer *rb)
{
	int err = 0, turn;

	for (int left = env.interval; left && err >= 0; left -= turn) {
		turn = left < 60 ? left : 60;
		err = ring_buffer__poll(rb, turn * 1000);
	}
	return err < 0 ? err : 0;
}

static int trace(struct runqlat_bpf *skel)
{
	struct ring_buffer *rb;
	int err;

	skel->rodata->milliseconds = env.milliseconds;
	skel->rodata->per_process = env.per_process;
	skel->rodata->per_thread = env.per_thread;
	skel->bss->wanted_tgid = env.pid;
	err = runqlat_bpf__load(skel);
	if (err)
		return fail("Failed to load BPF object", err);
	err = runqlat_bpf__attach(skel);
	if (err)
		return fail("Failed to attach BPF programs", err);
	rb = ring_buffer__new(bpf_map__fd(skel->maps.rest), ignore, NULL, NULL);
	if (!rb)
		return fail("Failed to create ring buffer", -errno);
	printf("Tracing run queue latency... Hit Ctrl-C to end.\n");
	fflush(stdout);
	for (int i = 0; i < env.count && !err; i++) {
		int end = rest(rb);

		if (end && end != -EINTR)
			err = fail("Failed to wait", end);
		else
			err = report(skel);
		if (end)
			break;
	}
	ring_buffer__free(rb);
	if (!err && !runqlat_bpf__sync(skel) && skel->bss->missed)
		printf("\n%llu waits were not counted: a map was full.\n", (unsigned long long)skel->bss->missed);
	return err;
}

int main(int argc, char **argv)
{
	struct runqlat_bpf *skel;
	int err = parse_args(argc, argv);

	if (err)
		return err - 1;
	skel = runqlat_bpf__open();
	if (!skel) {
		fail("Failed to open BPF object", -errno);
		return 1;
	}
	err = trace(skel);
	runqlat_bpf__destroy(skel);
	return err ? 1 : 0;
}
