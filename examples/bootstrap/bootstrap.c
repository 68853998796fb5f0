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

static int fail(const char *what, int err)
{
	fprintf(stderr, "%s: %s\n", what, strerror(-err));
	return err;
}

/* 0 to go on, else the exit code plus 1. */
static int parse_args(int argc, char **argv)
{
	for (int i = 1; i < argc; i++) {
		const char *arg = argv[i];

		if (!strcmp(arg, "-h") || !strcmp(arg, "--help")) {
			fputs(usage, stdout);
			return 1;
		} else if (!strcmp(arg, "-v")) {
			env.verbose = true;
		} else if (!strcmp(arg, "-d") && i + 1 < argc) {
			char *end;
			long ms;

			errno = 0;
			ms = strtol(argv[++i], &end, 10);
			if (ms < 0 || errno || *end || end == argv[i]) {
				fail("Invalid duration", -EINVAL);
				return 2;
			}
			env.min_duration_ms = (unsigned long)ms;
		} else {
			fail(arg, -EINVAL); /* -h tells what there is */
			return 2;
		}
	}
	return 0;
}

static int handle_event(void *ctx, void *data, size_t size)
{
	const struct event *e = BPF_SAMPLE(struct event, data, size);
	time_t now = time(NULL);
	char when[16];

	(void)ctx;
	if (!e)
		return 0;
	strftime(when, sizeof(when), "%H:%M:%S", localtime(&now));
	printf("%-8s %-5s %-16.*s %-7d %-7d ", when, e->exit_event ? "EXIT" : "EXEC", (int)sizeof(e->comm), e->comm, e->pid,
	       e->ppid);
	if (!e->exit_event) {
		printf("%.*s\n", (int)sizeof(e->filename), e->filename);
	} else {
		printf("[%u]", e->exit_code);
		if (e->duration_ns)
			printf(" (%llums)", e->duration_ns / 1000000);
		printf("\n");
	}
	return 0;
}

static int trace(struct bootstrap_bpf *skel)
{
	struct ring_buffer *rb;
	int err;

	skel->rodata->min_duration_ns = env.min_duration_ms * 1000000;
	err = bootstrap_bpf__load(skel);
	if (err)
		return fail("Failed to load BPF object", err);
	err = bootstrap_bpf__attach(skel);
	if (err)
		return fail("Failed to attach BPF programs", err);
	rb = ring_buffer__new(bpf_map__fd(skel->maps.rb), handle_event, NULL, NULL);
	if (!rb)
		return fail("Failed to create ring buffer", -errno);
	if (env.verbose)
		fprintf(stderr, "Tracing processes that run for %llu ms or more\n", env.min_duration_ms);
	printf("%-8s %-5s %-16s %-7s %-7s %s\n", "TIME", "EVENT", "COMM", "PID", "PPID", "FILENAME/EXIT CODE");
	do {
		fflush(stdout);
		err = ring_buffer__poll(rb, 100 /* ms */);
	} while (err >= 0);
	ring_buffer__free(rb);
	/* Ctrl-C ends the poll. */
	return err == -EINTR ? 0 : fail("Failed to poll ring buffer", err);
}

int main(int argc, char **argv)
{
	struct bootstrap_bpf *skel;
	int err = parse_args(argc, argv);

	if (err)
		return err - 1;
	skel = bootstrap_bpf__open();
	if (!skel) {
		fail("Failed to open BPF object", -errno);
		return 1;
	}
	err = trace(skel);
	bootstrap_bpf__destroy(skel);
	return err ? 1 : 0;
}
