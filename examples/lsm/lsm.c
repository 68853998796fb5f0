/* SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause */
/* Keeps the directories below one directory from being removed, for as long as it runs. */
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include "lsm.wasm.h"
#include "lsm.skel.h"

#define PARTS (sizeof(((struct lsm_bpf *)NULL)->rodata->parts) / NAME_SIZE)
#define NAME_SIZE sizeof(((struct denial *)NULL)->names[0])
#define MAX_BELOW (sizeof(((struct denial *)NULL)->names) / NAME_SIZE)

static const char usage[] =
	"Deny rmdir below a directory, to everybody, and print who tried.\n"
	"\n"
	"USAGE: lsm [--help] DIRECTORY\n"
	"\n"
	"DIRECTORY is a path from the root on, without symbolic links.\n"
	"\n"
	"EXAMPLE:\n"
	"    lsm /srv/data    # rmdir /srv/data/a fails, rmdir /srv/b does not\n";

static int fail(const char *what, int err)
{
	fprintf(stderr, "%s: %s\n", what, strerror(-err));
	return err;
}

/* Hands the path's names to the BPF program. -EINVAL, -ENAMETOOLONG. */
static int set_directory(struct lsm_bpf *skel, const char *path)
{
	size_t count = 0;

	if (*path != '/')
		return -EINVAL;
	while (*(path += strspn(path, "/"))) {
		size_t length = strcspn(path, "/");

		if ((length == 1 && !strncmp(path, ".", 1)) || (length == 2 && !strncmp(path, "..", 2)))
			return -EINVAL;
		if (count == PARTS || length >= NAME_SIZE)
			return -ENAMETOOLONG;
		memcpy(skel->rodata->parts[count++], path, length);
		path += length;
	}
	skel->rodata->part_count = (unsigned int)count;
	return 0;
}

static int print_denial(void *ctx, void *data, size_t size)
{
	const struct denial *denial = BPF_SAMPLE(struct denial, data, size);
	unsigned now = (unsigned)(time(NULL) % (24 * 60 * 60)), i;
	const struct lsm_bpf *skel = ctx;

	if (!denial)
		return -EBADMSG;
	printf("%02u:%02u:%02u %-7d %-7u %-16.16s ", now / 3600, now / 60 % 60, now % 60, denial->pid, denial->uid, denial->comm);
	for (i = 0; i < skel->rodata->part_count; i++)
		printf("/%s", (const char *)skel->rodata->parts[i]);
	/* Names come from the last to the first. */
	if (denial->depth > MAX_BELOW)
		printf("/...");
	for (i = denial->depth < MAX_BELOW ? denial->depth : MAX_BELOW; i--;)
		printf("/%.*s", (int)NAME_SIZE, denial->names[i]);
	printf("\n");
	return 0;
}

static int guard(struct lsm_bpf *skel, const char *directory)
{
	struct ring_buffer *rb;
	int err;

	err = set_directory(skel, directory);
	if (err)
		return fail(directory, err);
	err = lsm_bpf__load(skel);
	if (err)
		return fail("Failed to load BPF object", err);
	err = lsm_bpf__attach(skel);
	if (err)
		return fail("Failed to attach BPF program", err);
	rb = ring_buffer__new(bpf_map__fd(skel->maps.rb), print_denial, skel, NULL);
	if (!rb)
		return fail("Failed to create ring buffer", -errno);
	printf("%-8s %-7s %-7s %-16s %s\n", "TIME", "PID", "UID", "COMM", "DENIED");
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
	struct lsm_bpf *skel;
	int err;

	if (argc == 2 && (!strcmp(argv[1], "-h") || !strcmp(argv[1], "--help"))) {
		fputs(usage, stdout);
		return 0;
	}
	if (argc != 2) {
		fputs(usage, stderr);
		return 1;
	}
	skel = lsm_bpf__open();
	if (!skel) {
		fail("Failed to open BPF object", -errno);
		return 1;
	}
	err = guard(skel, argv[1]);
	lsm_bpf__destroy(skel);
	return err ? 1 : 0;
}
