/* Prints what one program of each kind tells about a process: kinds PID. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include "kinds.wasm.h"
#include "kinds.skel.h"

BPF_SAMPLE_HANDLER(print_told, struct told, told)
{
	printf("%s %lld\n", told->kind, told->value);
	return 0;
}

int main(int argc, char **argv)
{
	struct kinds_bpf *skel = kinds_bpf__open();
	struct ring_buffer *rb;
	int err;

	if (!skel || argc != 2)
		return 2;
	skel->rodata->wanted_tgid = atoi(argv[1]);
	err = kinds_bpf__load(skel);
	if (err)
		return 3;
	if (bpf_program__set_target(skel->progs.on_kprobe_target, "do_mkdirat") ||
	    bpf_program__set_target(skel->progs.on_uprobe, "/bin/activity:probed") ||
	    bpf_program__set_target(skel->progs.on_cgroup_skb, "/sys/fs/cgroup") || bpf_program__set_target(skel->progs.on_xdp, "lo"))
		return 4;
	err = kinds_bpf__attach(skel);
	if (err) {
		fprintf(stderr, "attach: %d\n", err);
		return 5;
	}
	rb = ring_buffer__new(bpf_map__fd(skel->maps.rb), print_told, NULL, NULL);
	printf("KIND VALUE\n");
	do {
		fflush(stdout);
		err = ring_buffer__poll(rb, 100);
	} while (err >= 0);
	ring_buffer__free(rb);
	kinds_bpf__destroy(skel);
	return err == -EINTR ? 0 : 6;
}
