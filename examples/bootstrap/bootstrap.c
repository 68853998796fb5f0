/* SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause */
/* Prints a line for every process that starts or ends. Plain C in libbpf's habits, compiled for wasm32. */
#include <errno.h>
#include <stdbool.h>
#include <string.h>
#include <time.h>
#include <unistd.h>
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

/* A line of output under construction. printf would be a third of the guest's size. */
static struct line {
	char text[256];
	size_t len;
} line;

/* `len` bytes, padded with blanks to `width`. */
static void put(const char *text, size_t len, size_t width)
{
	for (size_t i = 0; i < (len > width ? len : width) && line.len < sizeof(line.text); i++)
		line.text[line.len++] = i < len ? text[i] : ' ';
}

static void put_string(const char *text, size_t width)
{
	put(text, strlen(text), width);
}

/* At least `digits` digits, padded with blanks to `width`. */
static void put_number(unsigned long long value, int digits, size_t width)
{
	char text[20], *p = text + sizeof(text);

	for (; value || digits > 0; value /= 10, digits--)
		*--p = (char)('0' + value % 10);
	put(p, (size_t)(text + sizeof(text) - p), width);
}

static void end_line(int fd)
{
	put("\n", 1, 1);
	if (write(fd, line.text, line.len) < 0)
		line.text[0] = 0; /* there is nobody to tell */
	line.len = 0;
}

static int fail(const char *what, int err)
{
	put_string(what, 0);
	put_string(": error ", 0);
	put_number((unsigned)-err, 1, 0);
	end_line(STDERR_FILENO);
	return err;
}

/* 0 to go on, else the exit code plus 1. */
static int parse_args(int argc, char **argv)
{
	for (int i = 1; i < argc; i++) {
		if (!strcmp(argv[i], "-h") || !strcmp(argv[i], "--help")) {
			return write(STDOUT_FILENO, usage, sizeof(usage) - 1) < 0 ? 2 : 1;
		} else if (!strcmp(argv[i], "-v")) {
			env.verbose = true;
		} else if (!strcmp(argv[i], "-d") && i + 1 < argc) {
			const char *digit = argv[++i];

			for (; *digit >= '0' && *digit <= '9' && env.min_duration_ms < 1000000000; digit++)
				env.min_duration_ms = env.min_duration_ms * 10 + (unsigned)(*digit - '0');
			if (*digit || digit == argv[i]) {
				fail("Invalid duration", -EINVAL);
				return 2;
			}
		} else {
			fail(argv[i], -EINVAL); /* -h tells what there is */
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
	put_number(now / 3600, 2, 0);
	put(":", 1, 1);
	put_number(now / 60 % 60, 2, 0);
	put(":", 1, 1);
	put_number(now % 60, 2, 3);
	put_string(e->exit_event ? "EXIT" : "EXEC", 6);
	put(e->comm, strnlen(e->comm, sizeof(e->comm)), 17);
	put_number((unsigned)e->pid, 1, 8);
	put_number((unsigned)e->ppid, 1, 8);
	if (!e->exit_event) {
		put(e->filename, strnlen(e->filename, sizeof(e->filename)), 0);
	} else {
		put("[", 1, 1);
		put_number(e->exit_code, 1, 0);
		put("]", 1, 1);
		if (e->duration_ns) {
			put(" (", 2, 2);
			put_number(e->duration_ns / 1000000, 1, 0);
			put("ms)", 3, 3);
		}
	}
	end_line(STDOUT_FILENO);
	return 0;
}

static void print_heading(void)
{
	static const struct {
		const char *text;
		size_t width;
	} columns[] = { { "TIME", 9 }, { "EVENT", 6 }, { "COMM", 17 }, { "PID", 8 }, { "PPID", 8 }, { "FILENAME/EXIT CODE", 0 } };

	for (size_t i = 0; i < sizeof(columns) / sizeof(columns[0]); i++)
		put_string(columns[i].text, columns[i].width);
	end_line(STDOUT_FILENO);
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
	if (env.verbose) {
		put_string("Tracing processes that run for ", 0);
		put_number(env.min_duration_ms, 1, 0);
		put_string(" ms or more", 0);
		end_line(STDERR_FILENO);
	}
	print_heading();
	do
		err = ring_buffer__poll(rb, 100 /* ms */);
	while (err >= 0);
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
