/* SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause */
/* Prints every file that is opened, or that somebody failed to open. */
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "opensnoop.wasm.h"
#include "opensnoop.skel.h"

#define PAGES 64 /* of the perf buffer; the host may choose others */

static const char usage[] =
	"Trace open family syscalls.\n"
	"\n"
	"USAGE: opensnoop [--help] [-U] [-e] [-x] [-p PID] [-n NAME]\n"
	"\n"
	"EXAMPLES:\n"
	"    opensnoop           # trace all open syscalls\n"
	"    opensnoop -U -e     # show user ids and flags as well\n"
	"    opensnoop -x        # only failed opens\n"
	"    opensnoop -p 181    # trace PID 181 only\n"
	"    opensnoop -n main   # only processes whose name contains main\n";

static struct env {
	bool uids, flags, failed_only;
	int pid;
	const char *name;
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
		} else if (!strcmp(arg, "-U")) {
			env.uids = true;
		} else if (!strcmp(arg, "-e")) {
			env.flags = true;
		} else if (!strcmp(arg, "-x")) {
			env.failed_only = true;
		} else if (!strcmp(arg, "-n") && i + 1 < argc) {
			env.name = argv[++i];
		} else if (!strcmp(arg, "-p") && i + 1 < argc) {
			char *end;
			long pid;

			errno = 0;
			pid = strtol(argv[++i], &end, 10);
			if (pid <= 0 || errno || *end) {
				fail("Invalid PID", -EINVAL);
				return 2;
			}
			env.pid = (int)pid;
		} else {
			fail(arg, -EINVAL); /* -h tells what there is */
			return 2;
		}
	}
	return 0;
}

static void print_opened(void *ctx, int cpu, void *data, __u32 size)
{
	const struct opened *opened = BPF_SAMPLE(struct opened, data, size);
	char comm[sizeof(opened->comm) + 1] = "";

	(void)ctx, (void)cpu;
	if (!opened)
		return;
	memcpy(comm, opened->comm, sizeof(opened->comm));
	if (env.name && !strstr(comm, env.name))
		return;
	if (env.uids)
		printf("%-7u ", opened->uid);
	printf("%-6d %-16s %3d %3d ", opened->pid, comm, opened->ret < 0 ? -1 : opened->ret, opened->ret < 0 ? -opened->ret : 0);
	if (env.flags)
		printf("%08o ", opened->flags);
	printf("%.*s\n", (int)sizeof(opened->path), opened->path);
}

/* Says how many events were lost since the last time. */
static int report_lost(struct opensnoop_bpf *skel)
{
	static unsigned long long reported;
	int err = opensnoop_bpf__sync(skel);

	if (err)
		return fail("Failed to read variables", err);
	if (skel->bss->lost != reported)
		fprintf(stderr, "Lost %llu events\n", skel->bss->lost - reported);
	reported = skel->bss->lost;
	return 0;
}

static int trace(struct opensnoop_bpf *skel)
{
	struct perf_buffer *pb;
	int err, lost;

	skel->rodata->wanted_tgid = env.pid;
	skel->rodata->failed_only = env.failed_only;
	err = opensnoop_bpf__load(skel);
	if (err)
		return fail("Failed to load BPF object", err);
	pb = perf_buffer__new(bpf_map__fd(skel->maps.events), PAGES, print_opened, NULL, NULL, NULL);
	if (!pb)
		return fail("Failed to create perf buffer", -errno);
	err = opensnoop_bpf__attach(skel);
	if (err)
		return fail("Failed to attach BPF programs", err);
	if (env.uids)
		printf("%-7s ", "UID");
	printf("%-6s %-16s %3s %3s ", "PID", "COMM", "FD", "ERR");
	if (env.flags)
		printf("%-8s ", "FLAGS");
	printf("PATH\n");
	do {
		fflush(stdout);
		err = perf_buffer__poll(pb, 100 /* ms */);
		lost = report_lost(skel);
	} while (err >= 0 && !lost);
	perf_buffer__free(pb);
	/* Ctrl-C ends the poll. */
	if (err < 0 && err != -EINTR)
		return fail("Failed to poll perf buffer", err);
	return lost;
}

int main(int argc, char **argv)
{
	struct opensnoop_bpf *skel;
	int err = parse_args(argc, argv);

	if (err)
		return err - 1;
	skel = opensnoop_bpf__open();
	if (!skel) {
		fail("Failed to open BPF object", -errno);
		return 1;
	}
	err = trace(skel);
	opensnoop_bpf__destroy(skel);
	return err ? 1 : 0;
}
