/* SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause */
/* Prints a line for every process that starts or ends. Plain C in libbpf's habits, compiled for wasm32. */
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include "bootstrap.wasm.h"
#include "bootstrap.skel.h"

static const char usage[] =
	"BPF bootstrap demo application.\n"
	"\n"
	"It traces process start and exits and shows associated\n"
	"information (filename, process duration, PID and PPID, etc).\n"
	"\n"
	"USAGE: ./bootstrap [-d <min-duration-ms>] [-v]\n";

static struct env {
	bool verbose;
	unsigned long long min_duration_ms;
} env;

/* 0 to go on, else the exit code plus 1. */
static int parse_args(int argc, char **argv)
{
	for (int i = 1; i < argc; i++) {
		if (!strcmp(argv[i], "-h") || !strcmp(argv[i], "--help")) {
			fputs(usage, stdout);
			return 1;
		} else if (!strcmp(argv[i], "-v")) {
			env.verbose = true;
		} else if (!strcmp(argv[i], "-d") && i + 1 < argc) {
			char *end;

			env.min_duration_ms = strtoull(argv[++i], &end, 10);
			if (end == argv[i] || *end || argv[i][0] == '-') {
				fprintf(stderr, "Invalid duration: %s\n", argv[i]);
				return 2;
			}
		} else {
			fprintf(stderr, "Unknown argument: %s\n%s", argv[i], usage);
			return 2;
		}
	}
	return 0;
}

static int handle_event(void *ctx, void *data, size_t size)
{
	const struct event *e = BPF_SAMPLE(struct event, data, size);
	unsigned now = (unsigned)(time(NULL) % (24 * 60 * 60));

	(void)ctx;
	if (!e)
		return 0;
	printf("%02u:%02u:%02u %-5s %-16s %-7d %-7d ", now / 3600, now / 60 % 60, now % 60,
	       e->exit_event ? "EXIT" : "EXEC", e->comm, e->pid, e->ppid);
	if (!e->exit_event)
		printf("%s\n", e->filename);
	else if (e->duration_ns)
		printf("[%u] (%llums)\n", e->exit_code, e->duration_ns / 1000000);
	else
		printf("[%u]\n", e->exit_code);
	fflush(stdout);
	return 0;
}

static int trace(struct bootstrap_bpf *skel)
{
	struct ring_buffer *rb = NULL;
	int err;

	skel->rodata->min_duration_ns = env.min_duration_ms * 1000000ULL;
	err = bootstrap_bpf__load(skel);
	if (err) {
		fprintf(stderr, "Failed to load BPF object: %d\n", err);
		return err;
	}
	err = bootstrap_bpf__attach(skel);
	if (err) {
		fprintf(stderr, "Failed to attach BPF programs: %d\n", err);
		return err;
	}
	rb = ring_buffer__new(bpf_map__fd(skel->maps.rb), handle_event, NULL, NULL);
	if (!rb) {
		err = -errno;
		fprintf(stderr, "Failed to create ring buffer: %d\n", err);
		return err;
	}
	if (env.verbose)
		fprintf(stderr, "Tracing processes that run for at least %llu ms\n", env.min_duration_ms);
	printf("%-8s %-5s %-16s %-7s %-7s %s\n", "TIME", "EVENT", "COMM", "PID", "PPID", "FILENAME/EXIT CODE");
	fflush(stdout);
	do
		err = ring_buffer__poll(rb, 100 /* ms */);
	while (err >= 0);
	ring_buffer__free(rb);
	/* Ctrl-C ends the poll. */
	return err == -EINTR ? 0 : err;
}

int main(int argc, char **argv)
{
	struct bootstrap_bpf *skel;
	int err = parse_args(argc, argv);

	if (err)
		return err - 1;
	skel = bootstrap_bpf__open();
	if (!skel) {
		fprintf(stderr, "Failed to open BPF object: %d\n", errno);
		return 1;
	}
	err = trace(skel);
	bootstrap_bpf__destroy(skel);
	return err ? 1 : 0;
}
